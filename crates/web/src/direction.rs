//! Text that runs from right to left, and the characters that turn the direction of what stands around them.

/// Begins a run of text whose direction is its own and leaves what follows alone; [`POP`] ends it.
const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP: char = '\u{2069}';

/// A value within a sentence, set apart from it when its letters or marks would turn the words around it. `None` when it
/// can stand as it is, which is nearly always, so that a name copied out of a sentence is just the name.
///
/// Embeddings and overrides are left out: what they do inside is only ever to read otherwise than written.
pub(crate) fn isolated(text: &str) -> Option<String> {
    if text.is_ascii() || !text.chars().any(turns) {
        return None;
    }
    let mut out = String::with_capacity(text.len() + 6);
    out.push(FIRST_STRONG_ISOLATE);
    let mut open = 1;
    for c in text.chars() {
        match c {
            '\u{2066}'..=FIRST_STRONG_ISOLATE => open += 1,
            // One too many would end our own run.
            POP if open == 1 => continue,
            POP => open -= 1,
            '\u{202a}'..='\u{202e}' => continue,
            _ => {}
        }
        out.push(c);
    }
    out.extend(std::iter::repeat_n(POP, open));
    Some(out)
}

/// Characters without a form of their own that turn the direction of text, with which `exe.pdf` is made to read `fdp.exe`.
pub(crate) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
}

/// Marks, and the letters of scripts that are written from right to left (Unicode's blocks for them).
fn turns(c: char) -> bool {
    is_mark(c)
        || matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        || matches!(c, '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_text_that_could_turn_its_surroundings_is_set_apart() {
        for plain in ["", "Ann", "Zoë & Søn", "株式会社", "₹1,099"] {
            assert_eq!(isolated(plain), None, "{plain}");
        }
        assert_eq!(isolated("שלום").as_deref(), Some("\u{2068}שלום\u{2069}"));
        assert_eq!(
            isolated("x\u{202e}gpj.exe").as_deref(),
            Some("\u{2068}xgpj.exe\u{2069}")
        );
        assert_eq!(
            isolated("\u{2069}\u{2067}x").as_deref(),
            Some("\u{2068}\u{2067}x\u{2069}\u{2069}")
        );
    }

    proptest! {
        /// Whatever a name holds, every run it opens it ends, and it ends none of the sentence's.
        #[test]
        fn no_value_reaches_beyond_its_own_run(text in "[a\u{5d0}\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}]{0,12}") {
            let written = isolated(&text).unwrap_or_else(|| text.clone());
            let mut open = 0_i32;
            for c in written.chars() {
                open += match c { '\u{2066}'..='\u{2068}' => 1, '\u{2069}' => -1, _ => 0 };
                prop_assert!(open >= 0);
                let overrides = matches!(c, '\u{202a}'..='\u{202e}');
                prop_assert!(!overrides);
            }
            prop_assert_eq!(open, 0);
            prop_assert_eq!(isolated(&written).is_some(), written.chars().any(turns));
        }
    }
}
