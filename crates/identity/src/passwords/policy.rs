//! Which passwords are refused: short ones, very long ones, the ones everybody tries first, and the ones made of words
//! that stand beside the form. No composition rules: they make passwords worse, not better.

use std::collections::HashSet;
use std::sync::LazyLock;

use kernel::Problem;

/// Fewer are refused; 15 are recommended on the form.
pub const MIN_CHARACTERS: usize = 8;
/// More are refused: hashing takes the whole of it, and a limit keeps that bounded.
pub const MAX_CHARACTERS: usize = 128;

/// A word shorter than this says nothing about who chose it.
const CONTEXT_WORD_CHARACTERS: usize = 4;

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/common-passwords.txt").lines().collect());

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than [`MIN_CHARACTERS`].
    TooShort,
    /// More than [`MAX_CHARACTERS`].
    TooLong,
    /// Among the first that anybody would try.
    Common,
    /// Little more than the company's name or the e-mail address.
    Context,
}

impl Weakness {
    /// The stable code; its sentence is the message `error-<code>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooShort => "password_too_short",
            Self::TooLong => "password_too_long",
            Self::Common => "password_common",
            Self::Context => "password_of_context",
        }
    }

    /// As a problem of the field `pointer`.
    pub fn problem(self, pointer: &'static str) -> Problem {
        Problem::refused("invalid_fields").field(pointer, self.code())
    }
}

/// Whether `password` is accepted. `context` are texts an attacker reads beside the form: company, person, e-mail.
///
/// # Errors
/// Says why it is refused, the most useful reason first.
pub fn check(password: &str, context: &[&str]) -> Result<(), Weakness> {
    let characters = password.chars().count();
    if characters < MIN_CHARACTERS {
        return Err(Weakness::TooShort);
    }
    if characters > MAX_CHARACTERS {
        return Err(Weakness::TooLong);
    }
    let lower = password.to_lowercase();
    if is_common(&lower) {
        return Err(Weakness::Common);
    }
    if is_of_context(&lower, context) {
        return Err(Weakness::Context);
    }
    Ok(())
}

fn is_common(lower: &str) -> bool {
    COMMON.contains(lower) || is_one_pattern(lower) || COMMON.contains(stem(lower).as_str())
}

/// What is left of `P4ssw0rd!23` when the usual disguises are taken off: endings of digits and signs, digits for letters.
/// A long rest is no disguise, so only endings of up to four characters are taken off.
fn stem(lower: &str) -> String {
    let trimmed = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let base = if lower.chars().count() - trimmed.chars().count() <= 4 {
        trimmed
    } else {
        lower
    };
    base.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'i',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// `aaaaaaaa`, `abcdefgh`, `98765432`: every step between neighbours is the same and small.
fn is_one_pattern(lower: &str) -> bool {
    let points: Vec<i64> = lower.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = points.windows(2).map(|pair| pair[1] - pair[0]);
    let Some(first) = steps.next() else { return true };
    first.abs() <= 1 && steps.all(|step| step == first)
}

/// Whether taking away the words of the context leaves too little to be a password.
fn is_of_context(lower: &str, context: &[&str]) -> bool {
    let mut rest = lower.to_owned();
    let mut found = false;
    for text in context {
        for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
            if word.chars().count() >= CONTEXT_WORD_CHARACTERS && rest.contains(word) {
                rest = rest.replace(word, "");
                found = true;
            }
        }
    }
    found && rest.chars().count() < MIN_CHARACTERS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CONTEXT: &[&str] = &["Northwind Names", "priya.sharma@northwind.example"];

    #[test]
    fn weak_passwords_are_refused_each_with_its_reason() {
        let cases = [
            ("", Weakness::TooShort),
            ("sieben7", Weakness::TooShort),
            ("password", Weakness::Common),
            ("PassWord", Weakness::Common),
            ("P4ssw0rd!1", Weakness::Common),
            ("dragon123!", Weakness::Common),
            ("aaaaaaaaaaaaaaaaaaaa", Weakness::Common),
            ("abcdefghijkl", Weakness::Common),
            ("Northwind2026", Weakness::Context),
            ("priyasharma", Weakness::Context),
        ];
        for (password, why) in cases {
            assert_eq!(check(password, CONTEXT), Err(why), "{password}");
        }
        assert_eq!(check(&"x1".repeat(65), CONTEXT), Err(Weakness::TooLong));
    }

    #[test]
    fn strong_passwords_are_accepted_in_any_script_and_with_spaces() {
        for password in [
            "correct horse battery staple",
            "пароль не для всех",
            "🦀🦀 eats 🐟🐟 at 9",
            "tr0ub4dor&3xy",
            "northwind is where 3 cats work",
        ] {
            assert_eq!(check(password, CONTEXT), Ok(()), "{password}");
        }
    }

    #[test]
    fn the_list_is_lower_case_and_long_enough() {
        assert!(COMMON.len() >= 3_000);
        assert!(
            COMMON
                .iter()
                .filter(|word| word.chars().count() >= MIN_CHARACTERS)
                .count()
                >= 3_000
        );
        assert!(COMMON.iter().all(|word| **word == word.to_lowercase()));
    }

    proptest! {
        #[test]
        fn length_is_the_only_rule_for_random_text(password in "[a-zA-Z0-9 ]{0,150}") {
            let characters = password.chars().count();
            let verdict = check(&password, &[]);
            match characters {
                0..MIN_CHARACTERS => prop_assert_eq!(verdict, Err(Weakness::TooShort)),
                MIN_CHARACTERS..=MAX_CHARACTERS => prop_assert!(matches!(verdict, Ok(()) | Err(Weakness::Common))),
                _ => prop_assert_eq!(verdict, Err(Weakness::TooLong)),
            }
        }

        #[test]
        fn no_text_makes_the_check_panic(password in any::<String>(), context in any::<String>()) {
            let _ = check(&password, &[&context]);
        }

        #[test]
        fn every_common_password_is_refused_in_any_case(index in 0usize..3_000, upper in any::<bool>()) {
            let words: Vec<_> = COMMON.iter().collect();
            let word = words[index % words.len()];
            let typed = if upper { word.to_uppercase() } else { (*word).to_owned() };
            prop_assert!(check(&typed, &[]).is_err());
        }
    }
}
