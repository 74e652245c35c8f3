//! E-mail addresses as logins: parsed at the edge, compared by their folded form.

use std::fmt;

/// Longest address we keep (RFC 5321: 64 + 1 + 255, practically 254).
const MAX_BYTES: usize = 254;

/// An address that has the shape of one. Whether it exists, only a link sent to it can tell.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads what a person typed: trimmed, one `@`, a dotted domain, no spaces and nothing that could break a header.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let printable = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
        let local_is_sound = !local.is_empty() && local.len() <= 64 && local.chars().all(printable);
        let label = |l: &str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
        let domain_is_sound = domain.contains('.')
            && domain.split('.').all(label)
            && domain.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
        (text.len() <= MAX_BYTES && local_is_sound && domain_is_sound).then(|| Self(text.to_owned()))
    }

    /// As it was typed; mail goes there.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form a login is unique by. Local parts are case-sensitive by the letter of the RFC and nowhere in life.
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Addresses stay out of logs.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in [
            "ann@example.com",
            " Ann.O'Neil+x@sub.example.co.uk ",
            "jörg@müller.example",
        ] {
            assert!(Email::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "a b@example.com",
            "ann@exa mple.com",
            "ann@-x.com",
            "a@b@c.com",
            "ann@example.com\r\nBcc: x@example.com",
            "<ann@example.com>",
            "ann@example..com",
        ] {
            assert!(Email::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn one_login_whatever_the_case() {
        assert_eq!(Email::parse("Ann@Example.com").unwrap().key(), "ann@example.com");
    }

    proptest! {
        #[test]
        fn nothing_parsed_can_break_a_mail_header(text in any::<String>()) {
            if let Some(email) = Email::parse(&text) {
                prop_assert!(!email.as_str().contains(['\r', '\n', '<', '>', ',']));
            }
        }
    }
}
