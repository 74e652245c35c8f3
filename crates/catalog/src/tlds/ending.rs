//! What counts as an ending: a public suffix, written as a lower-case A-label without a leading dot.

/// Why a text is no ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndingFault {
    /// Not written as a domain name.
    NotAName,
    /// A name, but not a public suffix.
    Unknown,
}

/// An ending as both sides write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The A-label, lower case: `com`, `co.uk`, `xn--q9jyb4c`.
    pub ascii: String,
    /// As people write it: `com`, `co.uk`, `みんな`.
    pub shown: String,
    /// Whether it is of ICANN's part of the public suffix list (`uk.com` is not: a company runs it).
    pub icann: bool,
}

/// Reads an ending; a leading dot and capitals are forgiven.
pub fn parse(text: &str) -> Result<Ending, EndingFault> {
    let text = text.trim();
    let name = text.strip_prefix('.').unwrap_or(text);
    if name.is_empty() || name.len() > 253 {
        return Err(EndingFault::NotAName);
    }
    let ascii = idna::domain_to_ascii_strict(name).map_err(|_| EndingFault::NotAName)?;
    if ascii.ends_with('.')
        || ascii
            .bytes()
            .any(|b| !(b.is_ascii_alphanumeric() || b == b'-' || b == b'.'))
    {
        return Err(EndingFault::NotAName);
    }
    let icann = icann_suffix(&ascii).ok_or(EndingFault::Unknown)?;
    let (shown, _) = idna::domain_to_unicode(&ascii);
    Ok(Ending { ascii, shown, icann })
}

/// Whether a known public suffix is ICANN's; nothing when it is none.
fn icann_suffix(ascii: &str) -> Option<bool> {
    let suffix = psl::suffix(ascii.as_bytes())?;
    if suffix.as_bytes() != ascii.as_bytes() {
        return None;
    }
    Some(suffix.typ()? == psl::Type::Icann)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(ascii: &str, shown: &str, icann: bool) -> Result<Ending, EndingFault> {
        Ok(Ending {
            ascii: ascii.into(),
            shown: shown.into(),
            icann,
        })
    }

    #[test]
    fn endings_are_public_suffixes_in_a_labels() {
        assert_eq!(parse("com"), ending("com", "com", true));
        assert_eq!(parse(".Co.UK"), ending("co.uk", "co.uk", true));
        assert_eq!(parse("uk.com"), ending("uk.com", "uk.com", false));
        assert_eq!(parse("みんな"), ending("xn--q9jyb4c", "みんな", true));
        assert_eq!(parse("xn--q9jyb4c"), ending("xn--q9jyb4c", "みんな", true));
    }

    #[test]
    fn what_is_no_public_suffix_is_unknown() {
        for text in ["et.io", "adio.io", "example.com", "notanending"] {
            assert_eq!(parse(text), Err(EndingFault::Unknown), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_says_so() {
        for text in ["", ".", "com.", "a b", "=1+1", "-com", "<script>", "a..b", "com/x"] {
            assert_eq!(parse(text), Err(EndingFault::NotAName), "{text}");
        }
    }
}
