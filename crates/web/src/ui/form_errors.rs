//! What is wrong with a form, told twice in the same words: above the page and beside each field.

use askama::Template;
use askama::filters::HtmlSafe;
use kernel::Problem;

use crate::messages::Words;

/// What was wrong with a form: a summary for the top of the page and a sentence for each field.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r##"{% if !title.is_empty() %}<div class="err-sum" role="alert" tabindex="-1" autofocus><h2>{{ title }}</h2><ul>{% for (name, text) in lines %}<li>{% if name.is_empty() %}{{ text }}{% else %}<a href="#f-{{ name }}">{{ text }}</a>{% endif %}</li>{% endfor %}</ul></div>{% endif %}"##
)]
pub struct FormErrors {
    title: String,
    lines: Vec<(String, String)>,
}

impl HtmlSafe for FormErrors {}

impl FormErrors {
    /// Nothing is wrong: prints nothing.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What a problem says: its fields, or its own sentence when it names none.
    #[must_use]
    pub fn of(words: &Words, problem: &Problem) -> Self {
        let mut lines: Vec<(String, String)> = Vec::new();
        for field in &problem.fields {
            lines.push((
                field.pointer.trim_start_matches('/').to_owned(),
                words.coded(field.code, &field.args),
            ));
        }
        if lines.is_empty() {
            lines.push((String::new(), words.problem(problem)));
        }
        Self {
            title: words.t1("form-to-fix", "n", lines.len()),
            lines,
        }
    }

    /// From pairs of a field's name and a sentence; an empty name speaks of the whole form.
    pub fn from_lines(words: &Words, lines: impl IntoIterator<Item = (String, String)>) -> Self {
        let lines: Vec<(String, String)> = lines.into_iter().collect();
        let title = if lines.is_empty() {
            String::new()
        } else {
            words.t1("form-to-fix", "n", lines.len())
        };
        Self { title, lines }
    }

    /// The sentence for a field, for [`Field::error`](super::Field::error).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.lines
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, text)| text.clone())
    }

    /// Whether all is well.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Messages;

    #[test]
    fn the_summary_repeats_the_words_of_each_field_and_links_to_it() {
        let words = Messages::new(&[]).unwrap().words("en-US");
        let errors = FormErrors::of(&words, &Problem::refused("invalid_fields").field("/email", "required"));
        assert!(
            errors
                .to_string()
                .contains(r##"<h2>One thing to fix</h2><ul><li><a href="#f-email">This is needed</a></li>"##),
            "{errors}"
        );
        assert_eq!(errors.get("email").as_deref(), Some("This is needed"));
        assert_eq!(FormErrors::none().to_string(), "");
    }
}
