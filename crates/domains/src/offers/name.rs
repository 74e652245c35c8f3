//! A domain name a person could buy: exactly one label above a public suffix.
//!
//! [`DomainName::parse`] takes what people type or paste and gives either the one canonical form (A-labels, lower case)
//! or the reason why not, with a stable code. A name that parses reads back the same. What a tenant sells is no business
//! of this file; whether a suffix exists at all is (the public suffix list, compiled in).

use std::borrow::Cow;
use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

mod invalid;
mod script;
#[cfg(test)]
mod tests;

pub use invalid::InvalidName;

/// Longest text that is looked at; anything longer cannot hold a name and is not worth mapping.
const LONGEST_TEXT: usize = 2_048;
/// RFC 1035: 255 octets on the wire, which is 253 characters as written.
const LONGEST_NAME: usize = 253;
/// RFC 1035.
const LONGEST_LABEL: usize = 63;

/// A registrable name in canonical form.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DomainName {
    /// A-labels, lower case, no trailing dot.
    ascii: Box<str>,
    /// Where the suffix begins in `ascii`.
    suffix_at: u8,
}

impl DomainName {
    /// Reads what a person typed: case, outer spaces, a trailing dot and a pasted address (`https://www.example.com/x`)
    /// are taken kindly; what is left must be one label above a known suffix.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = text.trim_matches(is_padding);
        if text.is_empty() {
            return Err(InvalidName::Empty);
        }
        if text.len() > LONGEST_TEXT {
            return Err(InvalidName::TooLong {
                length: text.chars().count(),
            });
        }
        let host = host_of(text);
        if host.chars().any(char::is_whitespace) {
            return Err(InvalidName::HasSpace);
        }
        let ascii = if is_plain(host) {
            Cow::Owned(host.to_ascii_lowercase())
        } else {
            mapped(host)?
        };
        let ascii = ascii.strip_suffix('.').unwrap_or(&ascii);
        check_labels(ascii)?;
        let suffix_at = suffix_of(ascii)?;
        Ok(Self {
            ascii: ascii.into(),
            suffix_at,
        })
    }

    /// The canonical form: A-labels, lower case.
    pub fn ascii(&self) -> &str {
        &self.ascii
    }

    /// The label that is sold: `example` of `example.co.uk`.
    pub fn label(&self) -> &str {
        &self.ascii[..usize::from(self.suffix_at) - 1]
    }

    /// The ending it is sold under, without a leading dot: `co.uk`.
    pub fn suffix(&self) -> &str {
        &self.ascii[usize::from(self.suffix_at)..]
    }

    /// For people to read: U-labels.
    pub fn unicode(&self) -> Cow<'_, str> {
        to_unicode(&self.ascii)
    }

    /// Label and suffix for people to read, apart, since pages set the ending in bold.
    pub fn unicode_parts(&self) -> (Cow<'_, str>, Cow<'_, str>) {
        (to_unicode(self.label()), to_unicode(self.suffix()))
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ascii)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.ascii)
    }
}

/// A-labels as U-labels, for people; what cannot be decoded stays as it is.
pub fn to_unicode(ascii: &str) -> Cow<'_, str> {
    if !ascii.contains("xn--") {
        return Cow::Borrowed(ascii);
    }
    match Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow) {
        (unicode, Ok(())) => unicode,
        (_, Err(_)) => Cow::Borrowed(ascii),
    }
}

/// Spaces of any kind and the invisible marks that copying leaves at the ends.
fn is_padding(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{FEFF}' | '\u{200B}' | '\u{2060}')
}

/// The host of a pasted address; any other text as it is. `www.` goes only where an address said `://`, since
/// `www.example.com` alone might be meant, and is told apart as a subdomain.
fn host_of(text: &str) -> &str {
    let (is_address, rest) = match text.split_once("://") {
        Some((scheme, rest)) if !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (true, rest)
        }
        _ => (false, text),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    if !is_address {
        return if host.is_empty() { text } else { host };
    }
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = match host.split_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    match host.get(..4) {
        Some(www) if www.eq_ignore_ascii_case("www.") && host[4..].contains('.') => &host[4..],
        _ => host,
    }
}

/// Letters, digits, hyphens and dots of ASCII without any `xn--`: needs no mapping.
fn is_plain(host: &str) -> bool {
    host.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        && !host
            .as_bytes()
            .windows(4)
            .any(|four| four.eq_ignore_ascii_case(b"xn--"))
}

/// UTS #46 mapping (nontransitional) to A-labels, with the reason where it refuses.
fn mapped(host: &str) -> Result<Cow<'_, str>, InvalidName> {
    for character in host.chars() {
        if script::is_picture(character) {
            return Err(InvalidName::Emoji {
                character: shown(character),
            });
        }
        if character.is_ascii() && !character.is_ascii_alphanumeric() && !matches!(character, '-' | '.') {
            return Err(InvalidName::Character {
                character: shown(character),
            });
        }
    }
    let (unicode, outcome) = Uts46::new().to_unicode(host.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
    if outcome.is_err() {
        return Err(why_unmapped(host));
    }
    for label in unicode.split('.') {
        script::check(label)?;
    }
    let ascii = Uts46::new().to_ascii(
        unicode.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::Allow,
        DnsLength::Ignore,
    );
    ascii
        .map(|ascii| Cow::Owned(ascii.into_owned()))
        .map_err(|_| why_unmapped(host))
}

/// The mapping says only that it failed; this finds the first character, else the first label, that fails alone.
fn why_unmapped(host: &str) -> InvalidName {
    let fails = |text: &str| {
        Uts46::new()
            .to_unicode(text.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow)
            .1
            .is_err()
    };
    let alone = host
        .chars()
        .filter(|character| !character.is_ascii())
        .find(|character| {
            let mut buffer = [0; 4];
            // A mark may not stand alone or first, so it is tried behind a letter as well.
            let text: &str = character.encode_utf8(&mut buffer);
            fails(text) && fails(&format!("a{text}"))
        });
    if let Some(character) = alone {
        return InvalidName::Character {
            character: shown(character),
        };
    }
    let label = host.split('.').find(|label| fails(label)).unwrap_or(host);
    InvalidName::Encoding {
        label: label.to_owned(),
    }
}

/// A character as a person can read it: itself where it shows, else its code point.
fn shown(character: char) -> String {
    if character.is_control()
        || matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}')
    {
        format!("U+{:04X}", u32::from(character))
    } else {
        character.to_string()
    }
}

/// Length and hyphen rules, on A-labels.
fn check_labels(ascii: &str) -> Result<(), InvalidName> {
    if ascii.is_empty() {
        return Err(InvalidName::LabelEmpty);
    }
    if ascii.len() > LONGEST_NAME {
        return Err(InvalidName::TooLong { length: ascii.len() });
    }
    for label in ascii.split('.') {
        if label.is_empty() {
            return Err(InvalidName::LabelEmpty);
        }
        if label.len() > LONGEST_LABEL {
            return Err(InvalidName::LabelTooLong {
                label: label.to_owned(),
                length: label.len(),
            });
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(InvalidName::HyphenAtEdge {
                label: label.to_owned(),
            });
        }
        if label.as_bytes().get(2..4) == Some(b"--") && !label.starts_with("xn--") {
            return Err(InvalidName::HyphensReserved {
                label: label.to_owned(),
            });
        }
    }
    Ok(())
}

/// Where the suffix begins, when exactly one label stands above it.
fn suffix_of(ascii: &str) -> Result<u8, InvalidName> {
    let suffix = psl::suffix(ascii.as_bytes()).ok_or(InvalidName::SuffixMissing)?;
    let suffix_len = suffix.as_bytes().len();
    if !suffix.is_known() {
        return Err(match ascii.rsplit_once('.') {
            Some((_, last)) => InvalidName::SuffixUnknown {
                suffix: to_unicode(last).into_owned(),
            },
            None => InvalidName::SuffixMissing,
        });
    }
    let Some(above) = ascii.len().checked_sub(suffix_len + 1) else {
        // `com` alone is more likely a word to search for than an ending asked about, `co.uk` is an ending.
        return Err(if ascii.contains('.') {
            InvalidName::NotRegistrable {
                suffix: to_unicode(ascii).into_owned(),
            }
        } else {
            InvalidName::SuffixMissing
        });
    };
    if let Some((_, last)) = ascii[..above].rsplit_once('.') {
        let registrable = format!("{last}.{}", &ascii[above + 1..]);
        return Err(InvalidName::Subdomain {
            registrable: to_unicode(&registrable).into_owned(),
        });
    }
    Ok(u8::try_from(above + 1).expect("a name is at most 253 characters"))
}
