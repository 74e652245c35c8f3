//! Forms: what stands in their fields, what is wrong with it, what somebody else saved meanwhile.

use kernel::{Problem, ProblemKind};
use serde::Deserialize;
use web::Fields;
use web::messages::Words;
use web::ui::{self, Alert, Field, FormErrors, Tone};

use crate::party::PartyDraft;
use crate::values;

/// A form whose fields are all text; they are read from what was typed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Typed {}

/// What stands in a form's fields, what is wrong with them, and what somebody else saved meanwhile.
pub(crate) struct Filled<'a> {
    pub(crate) w: &'a Words,
    pub(crate) errors: FormErrors,
    values: Vec<(String, String)>,
    meanwhile: Vec<(&'static str, String)>,
}

impl<'a> Filled<'a> {
    /// A form with these values.
    pub(crate) fn with(w: &'a Words, values: Vec<(&'static str, String)>) -> Self {
        Self {
            w,
            errors: FormErrors::none(),
            values: values.into_iter().map(|(name, text)| (name.to_owned(), text)).collect(),
            meanwhile: Vec::new(),
        }
    }

    /// A refused form as it was typed. `stored` is what is saved by now, shown where somebody else was quicker.
    pub(crate) fn again(w: &'a Words, raw: &Fields, problem: &Problem, stored: Vec<(&'static str, String)>) -> Self {
        let differs = |(name, text): &(&'static str, String)| raw.get(name).trim() != text.as_str();
        let meanwhile = if problem.kind == ProblemKind::Stale {
            stored.into_iter().filter(differs).collect()
        } else {
            Vec::new()
        };
        Self {
            w,
            errors: FormErrors::of(w, problem),
            values: raw
                .pairs()
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .collect(),
            meanwhile,
        }
    }

    /// A field with its value, its error and, where somebody was quicker, what they saved.
    pub(crate) fn fill(&self, name: &str, field: Field) -> Field {
        let value = self.values.iter().find(|(own, _)| own == name);
        let value = value.map(|(_, text)| text.clone()).unwrap_or_default();
        let field = field.value(value).error(self.errors.get(name));
        let meanwhile = self.meanwhile.iter().find(|(own, _)| *own == name);
        match meanwhile.map(|(_, text)| text) {
            Some(saved) if saved.is_empty() => field.hint(self.w.t("parties-emptied-meanwhile")),
            Some(saved) => field.hint(self.w.t1("parties-saved-meanwhile", "value", saved)),
            None => field,
        }
    }

    /// One line of text.
    pub(crate) fn line(&self, name: &str, label: String, max: usize) -> Field {
        self.fill(name, Field::text(name, label).attr("maxlength", max))
    }

    /// How to reach somebody.
    pub(crate) fn reach(&self) -> Vec<Field> {
        let w = self.w;
        vec![
            self.fill(
                "email",
                Field::email("email", w.t("parties-email"))
                    .autocomplete("off")
                    .attr("maxlength", values::MAX_EMAIL),
            ),
            self.line("phone", w.t("parties-phone"), values::MAX_PHONE)
                .attr("inputmode", "tel"),
        ]
    }

    /// Where somebody is.
    pub(crate) fn place(&self) -> Vec<Field> {
        let w = self.w;
        let country = self.line("country", w.t("parties-country"), 2);
        vec![
            self.line("street", w.t("parties-street"), values::MAX_STREET),
            self.line("city", w.t("parties-city"), values::MAX_CITY),
            self.line("region", w.t("parties-region"), values::MAX_CITY),
            self.line("postal_code", w.t("parties-postal-code"), values::MAX_POSTAL_CODE),
            if self.meanwhile.is_empty() {
                country.hint(w.t("parties-country-hint"))
            } else {
                country
            },
        ]
    }

    /// A name that must be given.
    pub(crate) fn name(&self) -> Field {
        self.line("name", self.w.t("parties-name"), values::MAX_NAME).required()
    }

    /// Several lines of text.
    pub(crate) fn area(&self, name: &str, label: String) -> Field {
        self.fill(
            name,
            Field::textarea(name, label)
                .attr("maxlength", values::MAX_NOTES)
                .attr("rows", 4),
        )
    }
}

/// A party as typed.
pub(crate) fn party_draft(raw: &Fields) -> PartyDraft {
    let text = |name: &str| raw.get(name).to_owned();
    PartyDraft {
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        tax_id: text("tax_id"),
        street: text("street"),
        city: text("city"),
        region: text("region"),
        postal_code: text("postal_code"),
        country: text("country"),
        notes: text("notes"),
    }
}

/// The version a form was shown with.
pub(crate) fn typed_version(raw: &Fields) -> Option<i64> {
    raw.get("version").parse().ok()
}

/// What stands above a form that somebody else was quicker with.
pub(crate) fn stale_notice(w: &Words, problem: &Problem) -> Option<Alert> {
    (problem.kind == ProblemKind::Stale).then(|| {
        ui::alert(
            Tone::Warn,
            w.t("parties-changed-meanwhile"),
            w.t("parties-changed-meanwhile-text"),
        )
    })
}
