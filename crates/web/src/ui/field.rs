//! Form fields: label, control, hint and error together, tied by ids, with every submitted value kept.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::{Html, Icon, escape};

/// What kind of control a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// An `<input>` of this type.
    Input(&'static str),
    /// Several lines.
    Area,
    /// An amount, with the sign or code of its currency before it.
    Money(String),
    /// One of a list that opens.
    Select,
    /// One of a few, all in sight.
    Radio,
    /// Yes or no.
    Check,
    /// On or off.
    Switch,
}

/// One of the values to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    value: String,
    text: String,
}

/// A field of a form.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/field.html")]
pub struct Field {
    id: String,
    name: String,
    label: String,
    kind: FieldKind,
    value: String,
    hint: String,
    error: Option<String>,
    checked: bool,
    choices: Vec<Choice>,
    attrs: Vec<(String, String)>,
}

impl HtmlSafe for Field {}

impl Field {
    fn new(name: &str, label: &impl Display, kind: FieldKind) -> Self {
        Self {
            id: format!("f-{name}"),
            name: name.to_owned(),
            label: label.to_string(),
            kind,
            value: String::new(),
            hint: String::new(),
            error: None,
            checked: false,
            choices: Vec::new(),
            attrs: Vec::new(),
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("text"))
    }

    /// An e-mail address.
    pub fn email(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("email"))
            .attr("autocapitalize", "none")
            .attr("spellcheck", "false")
    }

    /// A password; its value is never sent back to the page.
    pub fn password(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("password"))
    }

    /// A whole number, as text with a number pad: spinners and scroll wheels change numbers by accident.
    pub fn number(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("text")).attr("inputmode", "numeric")
    }

    /// A code of a few digits, as from a sign-in app.
    pub fn one_time_code(name: &str, label: impl Display) -> Self {
        Self::number(name, label).attr("autocomplete", "one-time-code")
    }

    /// A business date.
    pub fn date(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("date"))
    }

    /// A file. The form needs `enctype="multipart/form-data"`.
    pub fn file(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Input("file"))
    }

    /// Several lines of text.
    pub fn textarea(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Area)
    }

    /// An amount in a currency; typed as text and read by locale.
    pub fn money(name: &str, label: impl Display, currency: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Money(currency.to_string())).attr("inputmode", "decimal")
    }

    /// One of many, given as pairs of value and text.
    pub fn select(name: &str, label: impl Display, choices: &[(impl Display, impl Display)]) -> Self {
        Self::new(name, &label, FieldKind::Select).with_choices(choices)
    }

    /// One of a few, given as pairs of value and text.
    pub fn choices(name: &str, label: impl Display, choices: &[(impl Display, impl Display)]) -> Self {
        Self::new(name, &label, FieldKind::Radio).with_choices(choices)
    }

    /// A box to tick; sends `on`, or its value if it was given one.
    pub fn check(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Check)
    }

    /// A switch; sends what a box to tick sends.
    pub fn switch(name: &str, label: impl Display) -> Self {
        Self::new(name, &label, FieldKind::Switch)
    }

    fn with_choices(mut self, choices: &[(impl Display, impl Display)]) -> Self {
        self.choices = choices
            .iter()
            .map(|(value, text)| Choice {
                value: value.to_string(),
                text: text.to_string(),
            })
            .collect();
        self
    }

    /// The value, or which choice is taken. A password field does not keep one.
    #[must_use]
    pub fn value(mut self, value: impl Display) -> Self {
        self.value = value.to_string();
        self
    }

    /// Ticked or not.
    #[must_use]
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }

    /// A line of help below.
    #[must_use]
    pub fn hint(mut self, hint: impl Display) -> Self {
        self.hint = hint.to_string();
        self
    }

    /// What is wrong with it, in the same words as in the summary.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// Must be given. The server says so when it is not; the browser's own bubbles stay off (`novalidate`).
    #[must_use]
    pub fn required(self) -> Self {
        self.attr("required", "")
    }

    /// What a browser may fill in.
    #[must_use]
    pub fn autocomplete(self, what: &str) -> Self {
        self.attr("autocomplete", what)
    }

    /// An example in the empty field. Never the only label.
    #[must_use]
    pub fn placeholder(self, text: impl Display) -> Self {
        self.attr("placeholder", text)
    }

    /// Which files are taken, such as `.csv`.
    #[must_use]
    pub fn accept(self, kinds: &str) -> Self {
        self.attr("accept", kinds)
    }

    /// Takes the focus when the page opens.
    #[must_use]
    pub fn autofocus(self) -> Self {
        self.attr("autofocus", "")
    }

    /// Any other attribute.
    ///
    /// # Panics
    /// In tests, when the attribute would break the content security policy.
    #[must_use]
    pub fn attr(mut self, name: &str, value: impl Display) -> Self {
        debug_assert!(
            name != "style" && !name.starts_with("on"),
            "{name} would break the content security policy"
        );
        self.attrs.retain(|(own, _)| own != name);
        self.attrs.push((name.to_owned(), value.to_string()));
        self
    }

    /// An id of its own, where a page has two fields of one name. The summary links to `f-<name>`.
    #[must_use]
    pub fn id(mut self, id: impl Display) -> Self {
        self.id = id.to_string();
        self
    }

    /// What may be printed as the value of a control: never a password or a file.
    fn kept(&self) -> &str {
        if matches!(self.kind, FieldKind::Input("password" | "file")) {
            ""
        } else {
            &self.value
        }
    }

    /// The attributes every control has, from the id to the ids of what describes it.
    fn common(&self) -> Html {
        let mut out = format!(r#" id="{}" name="{}""#, escape(&self.id), escape(&self.name));
        for (name, value) in &self.attrs {
            out.push_str(&if value.is_empty() {
                format!(" {}", escape(name))
            } else {
                format!(r#" {}="{}""#, escape(name), escape(value))
            });
        }
        out.push_str(self.described().as_str());
        Html::trusted(out)
    }

    /// What is wrong and what helps, by their ids.
    fn described(&self) -> Html {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-h", self.id));
        let error = self.error.as_ref().map(|_| format!("{}-e", self.id));
        let ids: Vec<String> = error.into_iter().chain(hint).collect();
        let invalid = if self.error.is_some() {
            r#" aria-invalid="true""#
        } else {
            ""
        };
        let by = if ids.is_empty() {
            String::new()
        } else {
            format!(r#" aria-describedby="{}""#, escape(ids.join(" ")))
        };
        Html::trusted(format!("{invalid}{by}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_keeps_its_value_and_names_what_describes_it() {
        let field = Field::money("price", "Register", "₹")
            .value("11.79.00")
            .hint("Per year")
            .error(Some("Not a number".into()))
            .to_string();
        assert!(field.contains(r#"<label for="f-price">Register</label>"#), "{field}");
        assert!(
            field.contains(r#"aria-invalid="true" aria-describedby="f-price-e f-price-h""#),
            "{field}"
        );
        assert!(
            field.contains(r#"value="11.79.00""#) && field.contains(r#"<p class="err" id="f-price-e">"#),
            "{field}"
        );
    }

    #[test]
    fn a_password_is_never_printed() {
        assert!(
            !Field::password("password", "Password")
                .value("hunter2")
                .to_string()
                .contains("hunter2")
        );
    }

    #[test]
    fn a_choice_is_taken_by_its_value() {
        let field = Field::select("zone", "Zone", &[("utc", "UTC"), ("ist", "India")])
            .value("ist")
            .to_string();
        assert!(
            field.contains(r#"<option value="ist" selected>India</option>"#),
            "{field}"
        );
    }
}
