//! What a visitor looks for: one word under many endings, one name and its neighbours, or a list.

use catalog::Book;

use super::model::{MOST_NAMES, Offer, OfferState};
use super::name::DomainName;

/// How many endings a word is shown under at first, which is one call to a registrar.
const ENDINGS_AT_FIRST: usize = 24;
/// How many after one more click: three calls, so that one curious visitor leaves an account's minute to others.
const ENDINGS_AT_MOST: usize = 120;

/// What the text asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Nothing was typed.
    Nothing,
    /// Names to check.
    Names {
        /// In the order they are shown.
        names: Vec<String>,
        /// The first one is the very name that was typed; the others are suggestions.
        exact: bool,
        /// How many more endings there are.
        more: usize,
    },
}

impl Wanted {
    /// Reads a text. `all` asks for many endings instead of the first few.
    pub(super) fn read(text: &str, book: &Book, all: bool) -> Self {
        let text = text.trim();
        if text.is_empty() {
            return Self::Nothing;
        }
        let listed = list(text);
        if listed.len() > 1 {
            return Self::Names {
                names: listed,
                exact: false,
                more: 0,
            };
        }
        if !text.contains('.') && !text.contains('。') {
            return Self::word(&joined(text), book, all);
        }
        match DomainName::parse(text) {
            Ok(name) => Self::name(text, &name, book, all),
            Err(_) => Self::Names {
                names: vec![text.to_owned()],
                exact: false,
                more: 0,
            },
        }
    }

    /// A list from a box or a file: every line, however many.
    pub(super) fn list(names: Vec<String>) -> Self {
        if names.is_empty() {
            Self::Nothing
        } else {
            Self::Names {
                names,
                exact: false,
                more: 0,
            }
        }
    }

    fn word(label: &str, book: &Book, all: bool) -> Self {
        // A word that can be no label says so once, not under every ending.
        let probe = format!("{label}.com");
        if DomainName::parse(&probe).is_err() {
            return Self::Names {
                names: vec![probe],
                exact: false,
                more: 0,
            };
        }
        let (endings, more) = endings(book, "", all);
        let names = endings.iter().map(|ending| format!("{label}.{ending}")).collect();
        Self::Names {
            names,
            exact: false,
            more,
        }
    }

    fn name(text: &str, name: &DomainName, book: &Book, all: bool) -> Self {
        let (endings, more) = endings(book, name.suffix(), all);
        let (label, _) = name.unicode_parts();
        let near = endings.iter().map(|ending| format!("{label}.{ending}"));
        Self::Names {
            names: std::iter::once(text.to_owned()).chain(near).collect(),
            exact: true,
            more,
        }
    }
}

/// Endings sold, most sought-after first, without the one asked for already; and how many were left out.
fn endings<'b>(book: &'b Book, but: &str, all: bool) -> (Vec<&'b str>, usize) {
    let sold = book
        .endings()
        .filter(|tld| &*tld.ending != but && book.is_sold(&tld.ending));
    let mut endings: Vec<&str> = sold.map(|tld| &*tld.shown).collect();
    endings.truncate(ENDINGS_AT_MOST);
    let more = if all {
        0
    } else {
        endings.len().saturating_sub(ENDINGS_AT_FIRST)
    };
    endings.truncate(endings.len() - more);
    (endings, more)
}

/// Words with spaces between them and no dot are one name: `solstice tea` is looked for as `solsticetea`.
fn joined(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The names of a list: one a line, or with commas, semicolons or tabs between them; spaces part names only where every
/// part has a dot, so that `my name.com` is told to be wrong rather than read as something else.
pub(super) fn list(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in text
        .split(['\n', '\r', ',', ';', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let words: Vec<&str> = part.split_whitespace().collect();
        if words.len() > 1 && words.iter().all(|word| word.contains('.')) {
            names.extend(words.into_iter().map(str::to_owned));
        } else {
            names.push(part.to_owned());
        }
    }
    names
}

/// The names in a CSV file: the column headed `domain` or `name` where there is one, else the first.
pub(super) fn from_csv(content: &[u8]) -> Vec<String> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(content);
    let mut column = 0;
    let mut names = Vec::new();
    for (number, record) in reader.byte_records().filter_map(Result::ok).enumerate() {
        if number == 0 {
            let heads = || {
                record
                    .iter()
                    .map(|cell| String::from_utf8_lossy(cell).trim().to_ascii_lowercase())
            };
            if let Some(at) =
                heads().position(|head| matches!(head.as_str(), "domain" | "domain name" | "name" | "names"))
            {
                column = at;
                continue;
            }
        }
        let cell = record
            .get(column)
            .map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
        names.extend(cell.filter(|cell| !cell.is_empty()));
        // One more than fits is enough to say that it is too long.
        if names.len() > MOST_NAMES {
            break;
        }
    }
    names
}

/// How complete rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SortBy {
    /// As written.
    Asked,
    Name,
    Price,
    Renewal,
    State,
}

impl SortBy {
    pub(super) const ALL: [Self; 5] = [Self::Asked, Self::Name, Self::Price, Self::Renewal, Self::State];

    /// As in addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Asked => "",
            Self::Name => "name",
            Self::Price => "price",
            Self::Renewal => "renewal",
            Self::State => "state",
        }
    }

    /// From an address; anything else is as written.
    pub(super) fn read(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|sort| sort.name() == text)
            .unwrap_or(Self::Asked)
    }

    /// Sorts rows; what has no price comes last, and equals stay in their order.
    pub(super) fn sort(self, offers: &mut [Offer]) {
        let minor = |money: Option<kernel::Money>| money.map_or(i64::MAX, |money| money.minor);
        let unsellable = |offer: &Offer| offer.state != OfferState::Available;
        match self {
            Self::Asked => {}
            Self::Name => offers.sort_by_cached_key(|offer| {
                offer
                    .name
                    .as_ref()
                    .map_or_else(|| offer.asked.to_lowercase(), |name| name.unicode().into_owned())
            }),
            Self::Price => {
                offers.sort_by_key(|offer| (unsellable(offer), minor(offer.price.map(|price| price.total))));
            }
            Self::Renewal => {
                offers.sort_by_key(|offer| (unsellable(offer), minor(offer.price.and_then(|price| price.renewal))));
            }
            Self::State => offers.sort_by_key(|offer| offer.state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_be_parted_by_lines_commas_semicolons_tabs_and_between_names_spaces() {
        assert_eq!(
            list("a.com\r\nb.com, c.com;d.com\te.com f.com"),
            ["a.com", "b.com", "c.com", "d.com", "e.com", "f.com"]
        );
        assert_eq!(list("my name.com"), ["my name.com"]);
        assert_eq!(list(" \n ,, "), Vec::<String>::new());
    }

    #[test]
    fn a_csv_file_gives_its_domain_column_or_else_its_first() {
        assert_eq!(
            from_csv(b"\xef\xbb\xbfowner,Domain\nann,a.com\nbob,\"b.com\"\n"),
            ["a.com", "b.com"]
        );
        assert_eq!(from_csv(b"a.com,x\nb.com\n\n"), ["a.com", "b.com"]);
        assert_eq!(from_csv(b"\xff\xfe\x00").len(), 1);
    }
}
