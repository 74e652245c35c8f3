//! The components of every page: small structs that print themselves as safe HTML.
//!
//! A template says `{{ ui::badge(Tone::Ok, "Active") }}` or `{{ field }}`; whatever text goes in is escaped, and the
//! result passes askama's escaping unharmed because these types, and only these, are marked safe. The classes are those
//! of `ui.css`; there are no inline styles. Nothing here decides anything: no arithmetic, no permissions.

mod course;
mod feedback;
mod field;
mod form_errors;
mod icon;
mod links;
mod list;
mod small;

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;

pub use course::{Mark, Progress, Steps, Timeline};
pub use feedback::{Alert, Empty, Tile, Trend, alert, tiles};
pub use field::{Choice, Field, FieldKind};
pub use form_errors::FormErrors;
pub use icon::{Icon, icon};
pub use links::{Chips, Tabs, Views};
pub use list::{ListQuery, Pager, SearchBox, sort_th, sort_th_num, th, th_num};
pub use small::{ago, avatar, avatar_lg, badge, count, csrf, hidden, link, stamp, submit, tag, when};

/// A piece of finished HTML. Only web makes one from text; a room gets one from a component or a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// From markup that is known to be safe: written by us, with every value in it escaped.
    pub(crate) fn trusted(markup: String) -> Self {
        Self(markup)
    }

    /// A rendered template. One that fails (a `Display` inside it did) leaves a visible gap and a line in the log.
    #[must_use]
    pub fn of(template: &impl Template) -> Self {
        template.render().map_or_else(
            |error| {
                tracing::error!(%error, "a template did not render");
                Self("<p class=\"bad\">⟨template⟩</p>".to_owned())
            },
            Self,
        )
    }

    /// The pieces one after the other.
    pub fn join(pieces: impl IntoIterator<Item = Self>) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect())
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Html {}

/// Text made safe to stand in markup and in quoted attributes.
pub(crate) fn escape(text: impl fmt::Display) -> String {
    struct Escaping(String);
    impl fmt::Write for Escaping {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            for letter in piece.chars() {
                match letter {
                    '&' => self.0.push_str("&amp;"),
                    '<' => self.0.push_str("&lt;"),
                    '>' => self.0.push_str("&gt;"),
                    '"' => self.0.push_str("&quot;"),
                    '\'' => self.0.push_str("&#39;"),
                    other => self.0.push(other),
                }
            }
            Ok(())
        }
    }
    let mut out = Escaping(String::new());
    // Writing to a string cannot fail; a `Display` that refuses leaves what it wrote.
    let _ = fmt::Write::write_fmt(&mut out, format_args!("{text}"));
    out.0
}

/// How a thing stands: its colour and, beside it, always a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to say.
    #[default]
    None,
    /// Well.
    Ok,
    /// Look at it some time.
    Warn,
    /// Look at it now.
    Bad,
    /// Under way, or for your information.
    Info,
    /// Ours: scheduled, new, chosen.
    Brand,
}

impl Tone {
    /// The end of a class name, such as `badge--ok`; empty for none.
    pub(crate) const fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Brand => "brand",
        }
    }

    /// `base base--suffix`.
    pub(crate) fn class(self, base: &str) -> String {
        match self.suffix() {
            "" => base.to_owned(),
            suffix => format!("{base} {base}--{suffix}"),
        }
    }

    /// The icon that goes with a message of this tone.
    pub(crate) const fn icon(self) -> Icon {
        match self {
            Self::Ok => Icon::Check,
            Self::Warn | Self::Bad => Icon::Warning,
            Self::None | Self::Info | Self::Brand => Icon::Info,
        }
    }
}

impl From<&Tone> for Tone {
    fn from(tone: &Tone) -> Self {
        *tone
    }
}

impl From<&&Tone> for Tone {
    fn from(tone: &&Tone) -> Self {
        **tone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_text_can_break_out_of_nothing() {
        assert_eq!(escape("<script>\"'&"), "&lt;script&gt;&quot;&#39;&amp;");
    }

    #[test]
    fn every_icon_renders_one_drawing() {
        for icon in Icon::ALL {
            let drawing = icon.to_string();
            assert!(
                drawing.starts_with("<svg class=\"ic\"") && drawing.ends_with("</svg>"),
                "{icon:?}"
            );
            assert_eq!(Icon::named(icon.name()), Some(*icon));
            assert!(
                drawing.matches('<').count() >= 3 && !drawing.contains("style="),
                "{icon:?}"
            );
        }
    }

    #[test]
    fn a_hostile_text_stays_text_in_every_component() {
        let evil = "\"><img src=x onerror=alert(1)>";
        let list = ListQuery::new("/x").param("q", evil);
        let pieces = [
            badge(Tone::Bad, evil).to_string(),
            tag(Tone::None, evil).to_string(),
            avatar(evil).to_string(),
            hidden("name", evil).to_string(),
            link(evil, evil).to_string(),
            alert(Tone::Warn, evil, evil).to_string(),
            Empty::new(Icon::Table, evil, evil)
                .primary(evil, evil)
                .link(evil, evil)
                .to_string(),
            Tile::new(evil, evil)
                .delta(Trend::Up, evil)
                .spark(&[1, 2], Tone::Ok, evil)
                .to_string(),
            Field::text("name", evil)
                .value(evil)
                .hint(evil)
                .error(Some(evil.to_owned()))
                .placeholder(evil)
                .to_string(),
            Field::select("name", evil, &[(evil, evil)]).value(evil).to_string(),
            Field::textarea("name", evil).value(evil).to_string(),
            Tabs::new(evil).tab(evil, evil, Some(1), true).to_string(),
            Views::new(evil).view(evil, evil, None, false).to_string(),
            Chips::new().set(evil, evil).add(evil, evil).to_string(),
            Steps::new(evil).done(evil, evil).now(evil).later(evil).to_string(),
            Progress::new(evil, 1, 2, evil).to_string(),
            sort_th(&list, "name", evil).to_string(),
            SearchBox::new(&list, evil).to_string(),
        ];
        for piece in pieces {
            assert!(!piece.contains("<img") && !piece.contains("\">\""), "{piece}");
        }
    }
}
