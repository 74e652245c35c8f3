//! The rules of names, one sentence each, and what must hold for any text at all.

use proptest::prelude::*;

use super::{DomainName, InvalidName};

fn ascii(text: &str) -> String {
    DomainName::parse(text)
        .unwrap_or_else(|why| panic!("{text:?}: {why:?}"))
        .ascii()
        .to_owned()
}

fn code(text: &str) -> &'static str {
    match DomainName::parse(text) {
        Ok(name) => panic!("{text:?} parsed as {name}"),
        Err(why) => why.code(),
    }
}

#[test]
fn case_spaces_around_a_trailing_dot_and_pasted_addresses_are_taken_kindly() {
    for text in [
        "example.com",
        "Example.COM",
        "  example.com\t",
        "\u{feff}example.com\u{200b}",
        "example.com.",
        "http://example.com",
        "https://www.Example.com/path?q=1#top",
        "https://user:pass@example.com:8443/",
        "example.com/about",
        "HTTPS://EXAMPLE.COM",
    ] {
        assert_eq!(ascii(text), "example.com", "{text:?}");
    }
}

#[test]
fn the_suffix_is_not_the_last_label() {
    let name = DomainName::parse("tea.co.uk").unwrap();
    assert_eq!((name.label(), name.suffix()), ("tea", "co.uk"));
    let name = DomainName::parse("tea.uk").unwrap();
    assert_eq!((name.label(), name.suffix()), ("tea", "uk"));
}

#[test]
fn a_foreign_name_is_kept_as_a_label_and_shown_as_written() {
    let name = DomainName::parse("MÜNCHEN.de").unwrap();
    assert_eq!(name.ascii(), "xn--mnchen-3ya.de");
    assert_eq!(name.unicode(), "münchen.de");
    assert_eq!(ascii("XN--MNCHEN-3YA.DE"), "xn--mnchen-3ya.de");
    assert_eq!(ascii("straße.de"), "xn--strae-oqa.de");
    assert_eq!(ascii("例え。みんな"), "xn--r8jz45g.xn--q9jyb4c");
    assert_eq!(DomainName::parse("食狮.公司.cn").unwrap().suffix(), "xn--55qx5d.cn");
}

#[test]
fn each_bad_name_says_why() {
    let long = "a".repeat(64);
    let table = [
        ("", "name_empty"),
        ("  \u{feff} ", "name_empty"),
        ("http://", "label_empty"),
        ("my name.com", "name_has_space"),
        (&format!("{long}.com"), "label_too_long"),
        (&format!("{}.com", "abcdefgh.".repeat(28)), "name_too_long"),
        (&"x".repeat(5000), "name_too_long"),
        ("..com", "label_empty"),
        (".com", "label_empty"),
        ("a..com", "label_empty"),
        ("-tea.com", "hyphen_at_edge"),
        ("tea-.com", "hyphen_at_edge"),
        ("te--a.com", "hyphens_reserved"),
        ("te_a.com", "character_not_allowed"),
        ("a@b.com", "character_not_allowed"),
        ("te%20a.com", "character_not_allowed"),
        ("☕.com", "emoji_not_allowed"),
        ("tea🫖.com", "emoji_not_allowed"),
        ("xn--53h.com", "emoji_not_allowed"),
        ("pаypal.com", "mixed_script"),
        ("xn--pypal-4ve.com", "mixed_script"),
        ("xn--a.com", "encoding_invalid"),
        ("xn--.com", "encoding_invalid"),
        ("tea", "suffix_missing"),
        ("com", "suffix_missing"),
        ("tea.notanending", "suffix_unknown"),
        ("1.2.3.4", "suffix_unknown"),
        ("co.uk", "not_registrable"),
        ("www.tea.com", "is_subdomain"),
        ("shop.tea.co.uk", "is_subdomain"),
    ];
    for (text, expected) in table {
        assert_eq!(code(text), expected, "{text:?}");
    }
}

#[test]
fn a_subdomain_names_what_could_be_bought() {
    assert_eq!(
        DomainName::parse("shop.tea.co.uk"),
        Err(InvalidName::Subdomain {
            registrable: "tea.co.uk".to_owned()
        })
    );
}

#[test]
fn a_label_of_63_and_a_name_of_253_characters_are_allowed() {
    assert_eq!(ascii(&format!("{}.com", "a".repeat(63))).len(), 67);
    assert_eq!(code(&format!("{}.com", "ü".repeat(60))), "label_too_long");
}

/// Every line of the public suffix list's own test: what it calls the registrable part is a name for us, and what it
/// says has none is refused. Names above the registrable part are told apart as subdomains of it.
#[test]
fn the_public_suffix_lists_own_test_holds() {
    let lines = include_str!("../../../../../fixtures/psl/test_psl.txt");
    let mut seen = 0;
    for line in lines
        .lines()
        .filter_map(|line| line.trim().strip_prefix("checkPublicSuffix("))
    {
        let (asked, expected) = line.trim_end_matches(");").split_once(", ").expect("two arguments");
        let Some(asked) = asked.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) else {
            continue;
        };
        let expected = expected.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
        seen += 1;
        match (DomainName::parse(asked), expected) {
            (Ok(name), Some(expected)) => assert_eq!(name, DomainName::parse(expected).unwrap(), "{asked}"),
            (Err(InvalidName::Subdomain { registrable }), Some(expected)) => {
                assert_eq!(
                    DomainName::parse(&registrable).unwrap(),
                    DomainName::parse(expected).unwrap(),
                    "{asked}"
                );
            }
            // The list's rule `*` makes any unlisted ending a suffix; we sell none that does not exist.
            (Err(InvalidName::SuffixUnknown { .. }), _) => {
                assert!(asked.ends_with("example") || asked.ends_with("local"), "{asked}")
            }
            (Err(_), None) => {}
            (got, expected) => panic!("{asked}: {got:?}, expected {expected:?}"),
        }
    }
    assert!(seen > 70, "only {seen} lines read");
}

proptest! {
    #[test]
    fn any_text_at_all_is_read_without_a_panic_and_reads_back_the_same(text in any::<String>()) {
        if let Ok(name) = DomainName::parse(&text) {
            prop_assert_eq!(DomainName::parse(name.ascii()), Ok(name.clone()));
            prop_assert_eq!(DomainName::parse(&name.unicode()), Ok(name));
        }
    }

    #[test]
    fn what_looks_like_a_name_reads_back_the_same(text in "[ -~]{0,6}[a-zA-Zäöüßñçığçøπджшאבعربहिन्दीไทย한日本ー·\u{200c}\u{200d}-]{1,12}\\.(com|co\\.uk|de|in|公司\\.cn|рф|рф\\.|भारत)") {
        if let Ok(name) = DomainName::parse(&text) {
            prop_assert_eq!(DomainName::parse(name.ascii()), Ok(name.clone()));
            prop_assert_eq!(DomainName::parse(&name.unicode()), Ok(name.clone()));
            prop_assert!(name.ascii().len() <= 253 && name.ascii().is_ascii());
            prop_assert_eq!(format!("{}.{}", name.label(), name.suffix()), name.ascii());
        }
    }
}
