//! The one shape of the console's forms here: blocks of fields, a refusal shown with everything that was typed.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Problem, ProblemKind};
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Alert, Field, FormErrors, Tone};
use web::{Ctx, Fields, Result, See};

/// What a form asks, and around it.
pub(crate) struct EditForm {
    pub(crate) heading: String,
    pub(crate) lede: String,
    pub(crate) action: String,
    pub(crate) blocks: Vec<Block>,
    pub(crate) submit: String,
    pub(crate) cancel: &'static str,
    /// The version of what is edited; the form sends it back, so that nobody overwrites what they have not seen.
    pub(crate) version: Option<i64>,
    /// A button beside the heading, a form of its own: its address and what it says.
    pub(crate) aside: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/form.html")]
struct FormPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    notice: Option<Alert>,
    csrf: String,
    form: EditForm,
}

/// Fields that belong together.
pub(crate) struct Block {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) fields: Vec<Field>,
}

/// A form whose fields are read as text.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Typed {}

/// Names and values of a form's fields as they are stored; a ticked box is `on`.
pub(crate) type Values = Vec<(&'static str, String)>;

/// What stands in a form's fields, what is wrong with them, and what somebody else saved meanwhile.
pub(crate) struct Filled<'a> {
    w: &'a Words,
    stored: Values,
    typed: Option<&'a Fields>,
    problem: Option<&'a Problem>,
    errors: FormErrors,
}

impl<'a> Filled<'a> {
    /// A form with these values.
    pub(crate) fn with(w: &'a Words, stored: Values) -> Self {
        Self {
            w,
            stored,
            typed: None,
            problem: None,
            errors: FormErrors::none(),
        }
    }

    /// A form as it was typed, with nothing wrong.
    pub(crate) fn typed(w: &'a Words, typed: &'a Fields) -> Self {
        Self {
            typed: Some(typed),
            ..Self::with(w, Values::new())
        }
    }

    /// A refused form as it was typed; `stored` is what is saved by now.
    pub(crate) fn again(w: &'a Words, typed: &'a Fields, problem: &'a Problem, stored: Values) -> Self {
        Self {
            w,
            stored,
            typed: Some(typed),
            problem: Some(problem),
            errors: FormErrors::of(w, problem),
        }
    }

    fn stored(&self, name: &str) -> &str {
        let found = self.stored.iter().find(|(own, _)| *own == name);
        found.map_or("", |(_, value)| value)
    }

    fn value(&self, name: &str) -> &str {
        self.typed.map_or_else(|| self.stored(name), |typed| typed.get(name))
    }

    /// A field with its value and error, and with what somebody else saved meanwhile where that differs.
    pub(crate) fn field(&self, name: &str, field: Field) -> Field {
        let field = field.value(self.value(name)).error(self.errors.get(name));
        if self.is_stale() && self.stored(name) != self.value(name).trim() {
            field.hint(self.w.t1("catalog-saved-meanwhile", "value", self.stored(name)))
        } else {
            field
        }
    }

    /// A box with whether it is ticked, and its error.
    pub(crate) fn tick(&self, name: &str, field: Field) -> Field {
        field.checked(self.value(name) == "on").error(self.errors.get(name))
    }

    fn is_stale(&self) -> bool {
        self.problem.is_some_and(|problem| problem.kind == ProblemKind::Stale)
    }

    /// The page, with the status that fits how the form stands.
    pub(crate) async fn show(self, ctx: &Ctx, head: Head, form: EditForm) -> Result<Response> {
        let w = self.w;
        let notice = self.is_stale().then(|| {
            ui::alert(
                Tone::Warn,
                w.t("catalog-changed-meanwhile"),
                w.t("catalog-changed-meanwhile-text"),
            )
        });
        let status = self.problem.map_or(StatusCode::OK, |problem| match problem.kind {
            ProblemKind::Conflict => StatusCode::CONFLICT,
            ProblemKind::Stale => StatusCode::PRECONDITION_FAILED,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        });
        let page = FormPage {
            w,
            errors: self.errors,
            notice,
            csrf: ctx.csrf(),
            form,
        };
        let shown = ctx.console(&head.refused_if(self.problem.is_some()), &page).await?;
        Ok((status, shown).into_response())
    }
}

/// What a person is told on the page; a failure of ours goes on to the error page.
pub(crate) fn told(error: platform::Error) -> Result<Problem> {
    match error {
        platform::Error::Problem(problem)
            if !matches!(problem.kind, ProblemKind::NotFound | ProblemKind::Forbidden) =>
        {
            Ok(problem)
        }
        other => Err(other.into()),
    }
}

/// The version a form was shown with.
pub(crate) fn typed_version(typed: &Fields) -> Option<i64> {
    typed.get("version").parse().ok()
}

/// On to a page, where a sentence says what was done and a button may take it back.
pub(crate) fn done(path: &str, text: String, undo: Option<String>) -> Response {
    let flash = Flash {
        undo,
        ..Flash::done(text)
    };
    See::other(path).flash(flash).into_response()
}

/// Every currency to choose from, by code.
pub(crate) fn currencies() -> Vec<(&'static str, &'static str)> {
    kernel::Currency::all()
        .map(|currency| (currency.code(), currency.code()))
        .collect()
}

/// The currency a form chose.
pub(crate) fn chosen_currency(typed: &Fields) -> std::result::Result<kernel::Currency, Problem> {
    crate::views::currency(typed.get("currency"))
}
