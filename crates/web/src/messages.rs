//! The words of the product: Fluent files of every room, one handle bound to a language, a zone and a region.
//!
//! * [`Messages`] holds the languages; [`Words`] is what templates and handlers carry: `{{ w.t("catalog-prices") }}`.
//! * A language falls back to its mother language and then to en-US. A key nobody has is printed as `⟨key⟩`, counted
//!   and remembered, so that a test can fail on it; [`check`] finds such keys without running a page.
//! * Digits follow the *region* (en-IN groups by lakh), words follow the *language*: the two are set apart.
//!
//! Keys are lower case with dashes and begin with their room (`catalog-…`); what a person is told about a problem
//! is `error-<code>`, with the code as the API prints it. Keys kept in constants are wrapped in [`key`].

pub mod check;
mod clock;
mod format;
mod value;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use fluent::concurrent::FluentBundle;
use fluent::{FluentError, FluentResource};
use unic_langid::LanguageIdentifier;

pub use format::{Grouping, Region};
pub use value::{AsCount, AsMoment, AsValue, Value};
pub use words::Words;

/// The words of the page chrome, of the components and of the generic problems.
pub const WEB: &[(&str, &str)] = &[("en-US", include_str!("../messages/en-US.ftl"))];

/// The language everything falls back to.
pub const FALLBACK: &str = "en-US";

/// The stretched language that layouts are tested in: every text 40 % longer, with accents.
pub const PSEUDO: &str = "en-XA";

/// Marks a message key kept in a constant, so that the missing-key check sees it.
#[must_use]
pub const fn key(key: &'static str) -> &'static str {
    key
}

/// The messages that tell people what a right is; every room has them for the rights it declares, and its test says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionKeys {
    /// What the room's rights are about.
    pub room: String,
    /// What one may do, shortly.
    pub label: String,
    /// What that means, in a sentence.
    pub about: String,
}

impl PermissionKeys {
    /// Those of a right: `identity.api_keys.manage` has the label `identity-permission-api-keys-manage`.
    #[must_use]
    pub fn of(permission: &str) -> Self {
        let dashed = permission.replace('_', "-");
        let (room, right) = dashed.split_once('.').unwrap_or(("", &dashed));
        let label = format!("{room}-permission-{}", right.replace('.', "-"));
        Self {
            room: format!("{room}-permissions-about"),
            about: format!("{label}-about"),
            label,
        }
    }
}

/// Why the message files could not be read: a mistake of ours, found at start and by the tests.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The tag is no language tag.
    #[error("`{0}` is no language tag")]
    Language(String),
    /// The file does not parse.
    #[error("messages of {language}: {detail}")]
    Syntax {
        /// Whose file.
        language: String,
        /// What the parser said, with the text around it.
        detail: String,
    },
    /// Two rooms define the same key.
    #[error("messages of {language}: {detail}")]
    Twice {
        /// In which language.
        language: String,
        /// Which key.
        detail: String,
    },
}

type Bundle = FluentBundle<Arc<FluentResource>>;

/// One language: its resources, and one bundle for each way of grouping digits, made when first asked for.
struct Language {
    tag: LanguageIdentifier,
    resources: Vec<Arc<FluentResource>>,
    bundles: [OnceLock<Bundle>; Grouping::COUNT],
    pseudo: bool,
}

impl Language {
    fn new(tag: LanguageIdentifier) -> Self {
        Self {
            tag,
            resources: Vec::new(),
            bundles: Default::default(),
            pseudo: false,
        }
    }

    fn bundle(&self, grouping: Grouping) -> &Bundle {
        self.bundles[grouping as usize].get_or_init(|| {
            let mut bundle = FluentBundle::new_concurrent(vec![self.tag.clone()]);
            // In a language written from right to left nearly every value turns the sentence, so Fluent sets all of them
            // apart; elsewhere the formatter does so where it is needed.
            bundle.set_use_isolating(format::is_right_to_left(self.tag.language.as_str()));
            bundle.set_formatter(Some(grouping.formatter()));
            if self.pseudo {
                bundle.set_transform(Some(format::stretch));
            }
            for resource in &self.resources {
                // `Messages::new` has already added the same resources to a bundle without a complaint.
                let _ = bundle.add_resource(Arc::clone(resource));
            }
            bundle
        })
    }
}

/// What all languages share: the missing keys met so far.
#[derive(Default)]
struct Missing(Mutex<BTreeSet<String>>);

impl Missing {
    fn note(&self, key: &str) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.to_owned());
    }
}

/// All languages of all rooms.
pub struct Messages {
    languages: BTreeMap<String, Arc<Language>>,
    missing: Arc<Missing>,
}

impl Messages {
    /// Reads the files of the rooms, beside web's own: pairs of a language tag and the text of a `.ftl` file.
    ///
    /// # Errors
    /// When a tag or a file does not parse, or when two files define the same key in one language.
    pub fn new(files: &[(&str, &str)]) -> Result<Self, Fault> {
        let mut languages = BTreeMap::new();
        for (tag, text) in WEB.iter().chain(files) {
            let id: LanguageIdentifier = tag.parse().map_err(|_| Fault::Language((*tag).to_owned()))?;
            let language = languages.entry(id.to_string()).or_insert_with(|| Language::new(id));
            language.resources.push(Arc::new(parse(tag, text)?));
        }
        for (tag, language) in &languages {
            refuse_doubles(tag, language)?;
        }
        let languages = languages
            .into_iter()
            .map(|(tag, language)| (tag, Arc::new(language)))
            .collect();
        Ok(Self {
            languages,
            missing: Arc::default(),
        })
    }

    /// Adds the stretched language [`PSEUDO`], made of the fallback's texts.
    #[must_use]
    pub fn with_pseudo(mut self) -> Self {
        if let (Some(source), Ok(tag)) = (self.languages.get(FALLBACK), PSEUDO.parse()) {
            let mut language = Language::new(tag);
            language.resources.clone_from(&source.resources);
            language.pseudo = true;
            self.languages.insert(PSEUDO.to_owned(), Arc::new(language));
        }
        self
    }

    /// The languages there are, as tags.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The words in the wanted language, else in its nearest relative, else in the fallback. UTC and plain digits
    /// until [`Words::zone`] and [`Words::region`] say otherwise.
    #[must_use]
    pub fn words(&self, wanted: &str) -> Words {
        let mut chain: Vec<Arc<Language>> = Vec::with_capacity(2);
        for tag in [Some(wanted), self.relative(wanted), Some(FALLBACK)]
            .into_iter()
            .flatten()
        {
            if let Some(language) = self.languages.get(tag)
                && !chain.iter().any(|known| known.tag == language.tag)
            {
                chain.push(Arc::clone(language));
            }
        }
        Words::new(chain, Arc::clone(&self.missing))
    }

    /// The best of our languages for an `Accept-Language` header, if one fits.
    #[must_use]
    pub fn negotiate(&self, accept_language: &str) -> Option<&str> {
        let mut wanted: Vec<(u16, &str)> = accept_language.split(',').filter_map(format::weighted_tag).collect();
        wanted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        wanted
            .iter()
            .find_map(|(_, tag)| self.known(tag).or_else(|| self.relative(tag)))
    }

    /// Keys asked for that no language had, in order. Empty when all is well.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.missing
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    fn known(&self, tag: &str) -> Option<&str> {
        self.languages
            .keys()
            .find(|known| known.eq_ignore_ascii_case(tag))
            .map(String::as_str)
    }

    /// A language of ours with the same primary subtag: `de-AT` is content with `de-DE`.
    fn relative(&self, tag: &str) -> Option<&str> {
        let primary = tag.split(['-', '_']).next().unwrap_or(tag);
        let related = |known: &&String| {
            known
                .split('-')
                .next()
                .is_some_and(|own| own.eq_ignore_ascii_case(primary))
        };
        self.languages
            .keys()
            .find(|known| known.as_str() != PSEUDO && related(known))
            .map(String::as_str)
    }
}

fn parse(language: &str, text: &str) -> Result<FluentResource, Fault> {
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| Fault::Syntax {
        language: language.to_owned(),
        detail: errors.first().map_or_else(String::new, |error| {
            let around = text
                .get(error.pos.start..)
                .and_then(|rest| rest.lines().next())
                .unwrap_or_default();
            format!("{error} near `{around}`")
        }),
    })
}

fn refuse_doubles(tag: &str, language: &Language) -> Result<(), Fault> {
    let mut bundle: Bundle = FluentBundle::new_concurrent(vec![language.tag.clone()]);
    for resource in &language.resources {
        if let Err(errors) = bundle.add_resource(Arc::clone(resource)) {
            let detail = errors.iter().map(FluentError::to_string).collect::<Vec<_>>().join("; ");
            return Err(Fault::Twice {
                language: tag.to_owned(),
                detail,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "shop-title = Shop\nshop-found = { $n ->\n    [one] One name\n   *[other] { $n } names\n}\nshop-hello = Hello { $name }\n";
    const GERMAN: &str = "shop-title = Laden\n";

    fn messages() -> Messages {
        Messages::new(&[("en-US", ROOM), ("de-DE", GERMAN)]).unwrap()
    }

    #[test]
    fn a_message_is_found_in_its_language_and_else_in_the_fallback() {
        let words = messages().words("de-DE");
        assert_eq!(words.t("shop-title"), "Laden");
        assert_eq!(words.t1("shop-hello", "name", "Ada"), "Hello Ada");
    }

    #[test]
    fn a_relative_language_will_do() {
        assert_eq!(messages().words("de-AT").t("shop-title"), "Laden");
        assert_eq!(messages().negotiate("fr;q=1, de-CH;q=0.8, en;q=0.5"), Some("de-DE"));
        assert_eq!(messages().negotiate("xx"), None);
    }

    #[test]
    fn numbers_choose_the_plural_and_are_grouped_by_region() {
        let words = messages().words("en-US");
        assert_eq!(words.t1("shop-found", "n", 1), "One name");
        assert_eq!(words.t1("shop-found", "n", 812_400), "812,400 names");
        assert_eq!(words.region("en-IN").t1("shop-found", "n", 812_400), "8,12,400 names");
    }

    #[test]
    fn a_name_from_right_to_left_leaves_the_rest_of_the_sentence_alone() {
        let words = messages().words("en-US");
        for (name, written) in [
            ("Ada", "Hello Ada"),
            ("שלום", "Hello \u{2068}שלום\u{2069}"),
            ("\u{202e}adA", "Hello \u{2068}adA\u{2069}"),
        ] {
            assert_eq!(words.t1("shop-hello", "name", name), written);
        }
        let problem = kernel::Problem::refused("sort_unknown").arg("offered", "\u{202e}x");
        assert!(
            words.problem(&problem).contains("\u{2068}x\u{2069}"),
            "{}",
            words.problem(&problem)
        );
    }

    #[test]
    fn a_missing_key_is_printed_in_brackets_and_remembered() {
        let messages = messages();
        assert_eq!(messages.words("en-US").t("shop-nothing"), "⟨shop-nothing⟩");
        assert_eq!(messages.missing(), ["shop-nothing"]);
    }

    #[test]
    fn two_rooms_may_not_define_one_key() {
        assert!(matches!(
            Messages::new(&[("en-US", ROOM), ("en-US", "shop-title = Again\n")]),
            Err(Fault::Twice { .. })
        ));
    }

    #[test]
    fn the_pseudo_language_is_forty_percent_longer() {
        let messages = messages().with_pseudo();
        let (plain, long) = (
            messages.words("en-US").t("error-not_found"),
            messages.words(PSEUDO).t("error-not_found"),
        );
        assert!(
            long.chars().count() * 10 >= plain.chars().count() * 14,
            "{plain} / {long}"
        );
    }
}
