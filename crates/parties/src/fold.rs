//! Text as it is compared: lower-case, without the marks of Latin letters, the same on both databases.
//!
//! Deliberately simple: no database collation is asked, and letters beyond Latin keep their marks.

/// The folded form of a text.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            Some(letters) => folded.push_str(letters),
            // Marks that stand alone, as in decomposed text.
            None if ('\u{300}'..='\u{36f}').contains(&letter) => {}
            None => folded.push(letter),
        }
    }
    folded
}

/// A Latin letter without its mark.
fn plain(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => "o",
        'ŕ' | 'ŗ' | 'ř' => "r",
        'ś' | 'ŝ' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ŧ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}

/// The pattern of a `LIKE … ESCAPE '\'` that finds a folded word anywhere.
pub(crate) fn pattern(word: &str) -> String {
    let escaped: String = fold(word)
        .chars()
        .flat_map(|letter| "%_\\".contains(letter).then_some('\\').into_iter().chain([letter]))
        .collect();
    format!("%{escaped}%")
}

/// The words of a search; more than six are not looked for.
pub(crate) fn words(search: &str) -> impl Iterator<Item = &str> {
    search.split_whitespace().take(6)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_and_case_make_no_difference() {
        assert_eq!(fold("Łódź ÅNGSTRÖM Straße"), "lodz angstrom strasse");
        assert_eq!(fold("Jose\u{301}"), fold("José"));
        assert_eq!(fold("日本 Ελλάδα"), "日本 ελλάδα");
    }

    #[test]
    fn signs_of_patterns_are_looked_for_as_themselves() {
        assert_eq!(pattern("50%_x\\"), "%50\\%\\_x\\\\%");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing_more(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
