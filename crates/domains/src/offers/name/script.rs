//! Which scripts the letters of a label come from, so that look-alike names are refused.
//!
//! The rule is "highly restrictive" of Unicode UTS #39: one script, or one of the mixtures that Chinese, Japanese and
//! Korean write with (with Latin). Latin with Cyrillic or Greek, the usual trick, is refused. Whole-label look-alikes
//! of one foreign script (`аррӏе`) are for registries to block; we show their A-label beside them.

use super::InvalidName;

/// A writing system that a letter belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Latin,
    Han,
    Hiragana,
    Katakana,
    Bopomofo,
    Hangul,
    /// Any other: the first code point of its block range, so that two of them differ.
    Other(u32),
}

/// Ranges of letters and marks, in order, each with the script it belongs to. Scripts in one or two near blocks share
/// one entry; characters in no range (digits, hyphen, combining marks common to all) belong to every script.
const RANGES: &[(u32, u32, Script)] = &[
    (0x0041, 0x024F, Script::Latin),
    (0x0250, 0x02AF, Script::Latin),
    (0x0370, 0x03FF, Script::Other(0x0370)),
    (0x0400, 0x052F, Script::Other(0x0400)),
    (0x0530, 0x058F, Script::Other(0x0530)),
    (0x0590, 0x05FF, Script::Other(0x0590)),
    (0x0600, 0x06FF, Script::Other(0x0600)),
    (0x0700, 0x074F, Script::Other(0x0700)),
    (0x0750, 0x077F, Script::Other(0x0600)),
    (0x0780, 0x07BF, Script::Other(0x0780)),
    (0x07C0, 0x07FF, Script::Other(0x07C0)),
    (0x0800, 0x08FF, Script::Other(0x0600)),
    (0x0900, 0x097F, Script::Other(0x0900)),
    (0x0980, 0x09FF, Script::Other(0x0980)),
    (0x0A00, 0x0A7F, Script::Other(0x0A00)),
    (0x0A80, 0x0AFF, Script::Other(0x0A80)),
    (0x0B00, 0x0B7F, Script::Other(0x0B00)),
    (0x0B80, 0x0BFF, Script::Other(0x0B80)),
    (0x0C00, 0x0C7F, Script::Other(0x0C00)),
    (0x0C80, 0x0CFF, Script::Other(0x0C80)),
    (0x0D00, 0x0D7F, Script::Other(0x0D00)),
    (0x0D80, 0x0DFF, Script::Other(0x0D80)),
    (0x0E00, 0x0E7F, Script::Other(0x0E00)),
    (0x0E80, 0x0EFF, Script::Other(0x0E80)),
    (0x0F00, 0x0FFF, Script::Other(0x0F00)),
    (0x1000, 0x109F, Script::Other(0x1000)),
    (0x10A0, 0x10FF, Script::Other(0x10A0)),
    (0x1100, 0x11FF, Script::Hangul),
    (0x1200, 0x139F, Script::Other(0x1200)),
    (0x13A0, 0x13FF, Script::Other(0x13A0)),
    (0x1400, 0x167F, Script::Other(0x1400)),
    (0x1780, 0x17FF, Script::Other(0x1780)),
    (0x1800, 0x18AF, Script::Other(0x1800)),
    (0x1C90, 0x1CBF, Script::Other(0x10A0)),
    (0x1E00, 0x1EFF, Script::Latin),
    (0x1F00, 0x1FFF, Script::Other(0x0370)),
    (0x2C60, 0x2C7F, Script::Latin),
    (0x2D00, 0x2D2F, Script::Other(0x10A0)),
    (0x2D30, 0x2D7F, Script::Other(0x2D30)),
    (0x2D80, 0x2DDF, Script::Other(0x1200)),
    (0x2DE0, 0x2DFF, Script::Other(0x0400)),
    (0x2E80, 0x2FDF, Script::Han),
    (0x3005, 0x3007, Script::Han),
    (0x3041, 0x309F, Script::Hiragana),
    (0x30A0, 0x30FF, Script::Katakana),
    (0x3105, 0x312F, Script::Bopomofo),
    (0x3130, 0x318F, Script::Hangul),
    (0x31A0, 0x31BF, Script::Bopomofo),
    (0x31F0, 0x31FF, Script::Katakana),
    (0x3400, 0x4DBF, Script::Han),
    (0x4E00, 0x9FFF, Script::Han),
    (0xA640, 0xA69F, Script::Other(0x0400)),
    (0xA720, 0xA7FF, Script::Latin),
    (0xA8E0, 0xA8FF, Script::Other(0x0900)),
    (0xA960, 0xA97F, Script::Hangul),
    (0xAC00, 0xD7FF, Script::Hangul),
    (0xF900, 0xFAFF, Script::Han),
    (0x1_0000, 0x1_FFFF, Script::Other(0x1_0000)),
    (0x2_0000, 0x3_FFFF, Script::Han),
];

/// Refuses a mapped label that holds a character of no letter, digit or mark, or mixes scripts that do not go together.
pub(super) fn check(label: &str) -> Result<(), InvalidName> {
    let mut seen: Vec<Script> = Vec::new();
    for character in label.chars() {
        if is_picture(character) {
            return Err(InvalidName::Emoji {
                character: character.to_string(),
            });
        }
        let script = script_of(character);
        let is_letter =
            character.is_alphanumeric() || character == '-' || script.is_some() || is_common_mark(character);
        if !is_letter {
            return Err(InvalidName::Character {
                character: character.to_string(),
            });
        }
        if let Some(script) = script.filter(|script| !seen.contains(script)) {
            seen.push(script);
        }
    }
    if go_together(&seen) {
        Ok(())
    } else {
        Err(InvalidName::MixedScript {
            label: label.to_owned(),
        })
    }
}

/// Emoji and the marks that build them, arrows, dingbats and other pictures.
pub(super) fn is_picture(character: char) -> bool {
    matches!(u32::from(character),
        0x200D | 0x20E3 | 0xFE0F | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x2460..=0x27BF | 0x2900..=0x297F | 0x2B00..=0x2BFF
        | 0x1_F000..=0x1_FAFF | 0xE_0020..=0xE_007F)
        && !is_enclosed(character)
}

/// Circled letters and digits (U+2460 to U+24FF) are mapped to plain ones, as UTS #46 says; they are no pictures.
fn is_enclosed(character: char) -> bool {
    matches!(character, '\u{2460}'..='\u{24FF}')
}

fn is_common_mark(character: char) -> bool {
    matches!(character, '\u{00B7}' | '\u{0300}'..='\u{036F}' | '\u{200C}')
}

fn script_of(character: char) -> Option<Script> {
    if character.is_ascii_digit() || matches!(character, '-' | '\u{00B7}' | '\u{00D7}' | '\u{00F7}') {
        return None;
    }
    let point = u32::from(character);
    let at = RANGES.partition_point(|(_, last, _)| *last < point);
    RANGES
        .get(at)
        .filter(|(first, _, _)| *first <= point)
        .map(|(_, _, script)| *script)
}

fn go_together(scripts: &[Script]) -> bool {
    const JAPANESE: &[Script] = &[Script::Latin, Script::Han, Script::Hiragana, Script::Katakana];
    const KOREAN: &[Script] = &[Script::Latin, Script::Han, Script::Hangul];
    const CHINESE: &[Script] = &[Script::Latin, Script::Han, Script::Bopomofo];
    scripts.len() < 2
        || [JAPANESE, KOREAN, CHINESE]
            .iter()
            .any(|mixture| scripts.iter().all(|script| mixture.contains(script)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_in_order_and_do_not_overlap() {
        for pair in RANGES.windows(2) {
            assert!(pair[0].1 < pair[1].0, "{:x} and {:x}", pair[0].1, pair[1].0);
        }
    }

    #[test]
    fn one_script_and_the_mixtures_people_write_in_are_allowed() {
        for label in [
            "straße",
            "münchen",
            "москва",
            "日本ごカナabc",
            "한국abc",
            "ไทย",
            "हिन्दी",
            "l·l",
        ] {
            assert_eq!(check(label), Ok(()), "{label}");
        }
    }

    #[test]
    fn latin_with_cyrillic_or_greek_is_refused_as_a_look_alike() {
        for label in ["pаypal", "gοοgle", "москвa"] {
            assert!(matches!(check(label), Err(InvalidName::MixedScript { .. })), "{label}");
        }
    }
}
