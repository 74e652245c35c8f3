//! What people type about accounts and lists, judged: all that is wrong is told at once, field by field.

use kernel::Problem;

/// What is wrong, by JSON pointer and code.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(&'static str, &'static str)>);

impl Faults {
    /// Notes a fault of a field.
    pub(crate) fn note(&mut self, pointer: &'static str, code: &'static str) {
        self.0.push((pointer, code));
    }

    /// The value; where there is none the fault is noted, and what is answered must not be used.
    pub(crate) fn need<T: Default>(&mut self, pointer: &'static str, code: &'static str, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.note(pointer, code);
            T::default()
        })
    }

    /// Refuses when anything was noted.
    pub(crate) fn done(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        let problem = Problem::refused("invalid_fields");
        Err(self
            .0
            .into_iter()
            .fold(problem, |problem, (pointer, code)| problem.field(pointer, code)))
    }
}

/// A short name: lower-case letters, digits and hyphens, 1 to 40 of them.
pub(crate) fn slug(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!text.is_empty() && text.len() <= 40 && text.bytes().all(plain)).then(|| text.to_owned())
}

/// One line of text, trimmed: 1 to 120 characters, none of them a control character.
pub(crate) fn line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 120 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// Refuses when a thing has another version than the one a change is based on.
pub(crate) fn based_on(expected: Option<i64>, version: i64) -> Result<(), Problem> {
    match expected {
        Some(expected) if expected != version => Err(stale()),
        _ => Ok(()),
    }
}

/// Somebody was quicker.
pub(crate) fn stale() -> Problem {
    Problem::new(kernel::ProblemKind::Stale, "stale")
}

/// The words of a field in which people list things, with spaces, commas, semicolons or lines between.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
