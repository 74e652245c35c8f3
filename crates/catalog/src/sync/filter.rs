//! Which endings a source is believed about: patterns such as `com`, `*.uk` and `xn--*`.

use std::fmt;

/// Most patterns of one filter.
const MOST_PATTERNS: usize = 200;
/// Longest pattern.
const LONGEST_PATTERN: usize = 80;

/// Patterns of endings; a `*` stands for any characters, none included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// Reads patterns apart by spaces, commas or lines; nothing when one is none.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.' | '*');
        let mut patterns = Vec::new();
        for word in text
            .split(|c: char| c.is_whitespace() || c == ',')
            .filter(|word| !word.is_empty())
        {
            let pattern = word.to_lowercase().trim_start_matches('.').to_owned();
            if pattern.is_empty() || pattern.len() > LONGEST_PATTERN || !pattern.chars().all(plain) {
                return None;
            }
            patterns.push(pattern);
        }
        patterns.dedup();
        (patterns.len() <= MOST_PATTERNS).then_some(Self(patterns))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an ending (an A-label) meets one of them.
    pub fn meet(&self, ending: &str) -> bool {
        self.0.iter().any(|pattern| meets(pattern, ending))
    }
}

impl fmt::Display for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Whether a text is what a pattern says, in time proportional to both.
fn meets(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, between)) = pieces.split_last() else {
        return rest.is_empty();
    };
    for piece in between {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// Included and not excluded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// None: all.
    pub include: Patterns,
    /// Stronger than `include`.
    pub exclude: Patterns,
}

impl Filter {
    /// Whether a source's prices of an ending are taken.
    pub fn takes(&self, ending: &str) -> bool {
        (self.include.is_empty() || self.include.meet(ending)) && !self.exclude.meet(ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn filter(include: &str, exclude: &str) -> Filter {
        Filter {
            include: Patterns::parse(include).unwrap(),
            exclude: Patterns::parse(exclude).unwrap(),
        }
    }

    #[test]
    fn a_filter_takes_what_is_included_and_not_excluded() {
        assert!(filter("", "").takes("com"));
        let uk = filter(".com, *.uk", "sch.uk");
        assert!(uk.takes("com") && uk.takes("co.uk") && uk.takes("ltd.uk"));
        assert!(!uk.takes("uk") && !uk.takes("sch.uk") && !uk.takes("net"));
        assert!(filter("xn--*", "").takes("xn--q9jyb4c"));
        assert!(filter("c*m", "").takes("com") && !filter("c*m", "").takes("commerce"));
        assert!(!filter("a*ba", "").takes("aba".get(..2).unwrap()));
    }

    #[test]
    fn what_is_no_pattern_is_none() {
        for text in ["com net!", "ko\u{308}ln", "."] {
            assert_eq!(Patterns::parse(text), None, "{text}");
        }
        assert_eq!(
            Patterns::parse(&"a ".repeat(201)).map(|patterns| patterns.0.len()),
            Some(1)
        );
        assert_eq!(Patterns::parse("COM\n*.Uk").unwrap().to_string(), "com *.uk");
    }

    proptest! {
        #[test]
        fn a_pattern_without_a_star_is_itself_and_a_star_takes_all(ending in "[a-z]{1,8}(\\.[a-z]{2,4})?") {
            prop_assert!(meets(&ending, &ending));
            prop_assert!(meets("*", &ending));
            prop_assert!(!meets(&ending, &format!("{ending}x")), "no more than it says");
            let half = ending.len() / 2;
            let pattern = format!("{}*", &ending[..half]);
            prop_assert!(meets(&pattern, &ending));
        }
    }
}
