//! What people type, judged: every field has a bound and a stable code, and all faults are told at once.

use std::borrow::Cow;

use kernel::{FieldProblem, Problem};
use web::messages::key;

/// Longest name of a customer, company, supplier, group or contact, in characters.
pub const MAX_NAME: usize = 120;
/// Longest e-mail address, in bytes.
pub const MAX_EMAIL: usize = 254;
/// Longest phone number, in characters.
pub const MAX_PHONE: usize = 32;
/// Longest tax id, in characters.
pub const MAX_TAX_ID: usize = 32;
/// Longest street, in characters.
pub const MAX_STREET: usize = 200;
/// Longest city or region, in characters.
pub const MAX_CITY: usize = 100;
/// Longest postal code, in characters.
pub const MAX_POSTAL_CODE: usize = 20;
/// Longest note, in characters.
pub const MAX_NOTES: usize = 2_000;
/// Longest role of a contact, in characters.
pub const MAX_ROLE: usize = 80;
/// Longest address of a website, in characters.
pub const MAX_WEBSITE: usize = 200;

const TOO_LONG: (&str, &str) = ("text_too_long", key("error-text_too_long"));
const CONTROLS: (&str, &str) = ("text_has_controls", key("error-text_has_controls"));
const REQUIRED: (&str, &str) = ("required", key("error-required"));
const EMAIL: (&str, &str) = ("email_invalid", key("error-email_invalid"));
const PHONE: (&str, &str) = ("phone_invalid", key("error-phone_invalid"));
const TAX_ID: (&str, &str) = ("tax_id_invalid", key("error-tax_id_invalid"));
const COUNTRY: (&str, &str) = ("country_unknown", key("error-country_unknown"));
const POSTAL_CODE: (&str, &str) = ("postal_code_invalid", key("error-postal_code_invalid"));
const WEBSITE: (&str, &str) = ("website_invalid", key("error-website_invalid"));

/// Gathers what is wrong, so that a person fixes all of it at once.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldProblem>);

impl Faults {
    fn note(&mut self, field: &'static str, code: &'static str, args: Vec<(&'static str, String)>) {
        let pointer = Cow::Owned(format!("/{field}"));
        self.0.push(FieldProblem { pointer, code, args });
    }

    /// Nothing, or all that is wrong.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut problem = Problem::refused("invalid_fields");
        problem.fields = self.0;
        Err(problem)
    }

    /// One line of text, trimmed; `None` when nothing was typed.
    pub(crate) fn line(&mut self, field: &'static str, text: &str, max: usize) -> Option<String> {
        let text = text.trim();
        if text.chars().count() > max {
            self.note(field, TOO_LONG.0, vec![("max", max.to_string())]);
            return None;
        }
        if text.chars().any(char::is_control) {
            self.note(field, CONTROLS.0, Vec::new());
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// One line of text that must be there.
    pub(crate) fn required(&mut self, field: &'static str, text: &str, max: usize) -> String {
        if text.trim().is_empty() {
            self.note(field, REQUIRED.0, Vec::new());
            return String::new();
        }
        self.line(field, text, max).unwrap_or_default()
    }

    /// Several lines of text.
    pub(crate) fn area(&mut self, field: &'static str, text: &str, max: usize) -> Option<String> {
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > max {
            self.note(field, TOO_LONG.0, vec![("max", max.to_string())]);
            return None;
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.note(field, CONTROLS.0, Vec::new());
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// What `read` makes of a typed text, or a fault.
    fn read(
        &mut self,
        field: &'static str,
        text: &str,
        max: usize,
        code: &'static str,
        read: fn(&str) -> Option<String>,
    ) -> Option<String> {
        let line = self.line(field, text, max)?;
        let value = read(&line);
        if value.is_none() {
            self.note(field, code, Vec::new());
        }
        value
    }

    pub(crate) fn email(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_EMAIL, EMAIL.0, email)
    }

    pub(crate) fn phone(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_PHONE, PHONE.0, phone)
    }

    pub(crate) fn tax_id(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_TAX_ID, TAX_ID.0, tax_id)
    }

    pub(crate) fn country(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_NAME, COUNTRY.0, country)
    }

    pub(crate) fn postal_code(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_POSTAL_CODE, POSTAL_CODE.0, postal_code)
    }

    pub(crate) fn website(&mut self, field: &'static str, text: &str) -> Option<String> {
        self.read(field, text, MAX_WEBSITE, WEBSITE.0, website)
    }
}

/// An address with one `@`, a dotted domain and nothing that could break a header. Kept as typed.
fn email(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let printable = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[]\\,;:\"@".contains(c);
    let local_is_sound = !local.is_empty() && local.len() <= 64 && local.chars().all(printable);
    let label = |l: &str| !l.is_empty() && l.len() <= 63 && !l.starts_with('-') && !l.ends_with('-');
    let domain_is_sound = domain.contains('.')
        && domain.split('.').all(label)
        && domain.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    (text.len() <= MAX_EMAIL && local_is_sound && domain_is_sound).then(|| text.to_owned())
}

/// The form an address is unique by.
pub(crate) fn email_key(email: &str) -> String {
    email.to_lowercase()
}

/// 6 to 15 digits (ITU-T E.164), written with the usual signs between them, perhaps with a plus before them.
fn phone(text: &str) -> Option<String> {
    let rest = text.strip_prefix('+').unwrap_or(text);
    let shaped = rest.chars().all(|c| c.is_ascii_digit() || " -.()/".contains(c));
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (shaped && (6..=15).contains(&digits)).then(|| text.to_owned())
}

/// 4 to 20 letters and digits, at least one of them a digit, written in capitals; spaces, hyphens, dots and slashes
/// between them stay. Each country's own rule is for whoever files taxes there.
fn tax_id(text: &str) -> Option<String> {
    let shaped = text.chars().all(|c| c.is_ascii_alphanumeric() || " -./".contains(c));
    let count = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let digit = text.bytes().any(|byte| byte.is_ascii_digit());
    (shaped && digit && (4..=20).contains(&count)).then(|| text.to_ascii_uppercase())
}

/// Letters, digits, spaces and hyphens, in capitals.
fn postal_code(text: &str) -> Option<String> {
    let shaped = text.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || c == '-');
    (shaped && text.bytes().any(|byte| byte.is_ascii_alphanumeric())).then(|| text.to_ascii_uppercase())
}

/// A web address of a host with a dot; `https://` is put before one that names no scheme.
fn website(text: &str) -> Option<String> {
    let full = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let rest = full.strip_prefix("https://").or_else(|| full.strip_prefix("http://"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let sound = host.contains('.')
        && host.chars().all(|c| c.is_alphanumeric() || ".-:".contains(c))
        && !host.starts_with(['.', '-', ':'])
        && !host.ends_with(['.', '-', ':']);
    let clean = full.chars().all(|c| !c.is_whitespace() && !"<>\"'`\\".contains(c));
    (sound && clean && full.chars().count() <= MAX_WEBSITE).then_some(full)
}

/// The codes of ISO 3166-1 (alpha-2), and XK for Kosovo, which has none.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV \
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR \
    GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG \
    KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX \
    MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG \
    SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG \
    VI VN VU WF WS XK YE YT ZA ZM ZW";

fn country(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    COUNTRIES.split_whitespace().any(|known| known == code).then_some(code)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Case = (
        fn(&str) -> Option<String>,
        &'static [&'static str],
        &'static [&'static str],
    );

    #[test]
    fn every_kind_of_value_is_told_from_other_text() {
        let table: [Case; 6] = [
            (
                email,
                &["ann@example.com", "jörg@müller.example"],
                &["ann", "a b@x.com", "a@b", "a@b@c.de", "<a@b.de>"],
            ),
            (
                phone,
                &["+91 22 4000 1234", "(022) 4000-1234", "112233"],
                &["12345", "+1 555 CALL", "1234567890123456", "++123456"],
            ),
            (
                tax_id,
                &["27AAPFU0939F1ZV", "DE 123 456 789", "12-3456789"],
                &["ABC", "ABCDEF", "12_34", "1234567890123456789012"],
            ),
            (country, &["IN", "us", "XK"], &["XX", "India", "I", "I N"]),
            (postal_code, &["400 001", "SW1A 1AA", "ec1-2"], &["-", "40_1", "４００"]),
            (
                website,
                &["taj.example", "https://taj.example/rooms?x=1"],
                &[
                    "javascript:alert(1)",
                    "ftp://x.example",
                    "localhost",
                    "https://a b.example",
                    "https://x.example/\"><",
                ],
            ),
        ];
        for (read, good, bad) in table {
            for text in good {
                assert!(read(text).is_some(), "{text}");
            }
            for text in bad {
                assert!(read(text).is_none(), "{text}");
            }
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let mut faults = Faults::default();
        faults.required("name", "  ", MAX_NAME);
        faults.email("email", "nobody");
        faults.line("city", &"x".repeat(101), MAX_CITY);
        let problem = faults.done().unwrap_err();
        let told: Vec<_> = problem.fields.iter().map(|f| (f.pointer.as_ref(), f.code)).collect();
        assert_eq!(
            told,
            [
                ("/name", "required"),
                ("/email", "email_invalid"),
                ("/city", "text_too_long")
            ]
        );
    }

    proptest! {
        #[test]
        fn nothing_accepted_breaks_a_line_or_passes_its_bound(text in "\\PC{0,40}|[\\x00-\\x7f]{0,300}|.{0,300}") {
            let mut faults = Faults::default();
            let values = [
                (faults.line("a", &text, MAX_CITY), MAX_CITY),
                (faults.email("b", &text), MAX_EMAIL),
                (faults.phone("c", &text), MAX_PHONE),
                (faults.tax_id("d", &text), MAX_TAX_ID),
                (faults.country("e", &text), 2),
                (faults.postal_code("f", &text), MAX_POSTAL_CODE),
                (faults.website("g", &text), MAX_WEBSITE),
            ];
            for (value, max) in values {
                if let Some(value) = value {
                    prop_assert!(value.chars().count() <= max && !value.is_empty());
                    prop_assert!(!value.chars().any(char::is_control));
                    prop_assert_eq!(value.trim(), value.as_str());
                }
            }
        }

        #[test]
        fn an_accepted_value_is_accepted_again_unchanged(text in "[a-z0-9+@. /-]{0,24}") {
            for read in [email, phone, tax_id, country, postal_code, website] {
                if let Some(value) = read(text.trim()) {
                    prop_assert_eq!(read(&value), Some(value.clone()));
                }
            }
        }
    }
}
