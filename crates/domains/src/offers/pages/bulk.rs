//! Many names at once, from a box, a file, or both.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, FormErrors, Html};
use web::{Ctx, FileKind, Query, Result, Upload};

use super::results::{Results, sorts, told};
use super::{Asked, Choice, Chosen, frame, refused, trouble};
use crate::offers::model::MOST_NAMES;
use crate::offers::search::{self, SortBy, Wanted};
use crate::offers::{Counter, Refusal};

#[derive(Template)]
#[template(path = "pages/bulk.html")]
struct BulkPage<'a> {
    w: &'a Words,
    form: Html,
}

/// The box for many names.
#[derive(Template)]
#[template(path = "parts/bulk_form.html")]
pub(super) struct BulkForm<'a> {
    w: &'a Words,
    csrf: String,
    names: &'a str,
    choice: &'a Choice,
    trouble: Option<Html>,
    names_error: Option<String>,
    file_error: Option<String>,
    /// Ways to sort the rows below, on a page that has some.
    sorts: Vec<Chosen>,
}

impl<'a> BulkForm<'a> {
    fn new(ctx: &'a Ctx, choice: &'a Choice, names: &'a str) -> Self {
        Self {
            w: ctx.words(),
            csrf: ctx.csrf(),
            names,
            choice,
            trouble: None,
            names_error: None,
            file_error: None,
            sorts: Vec::new(),
        }
    }

    /// With what is wrong.
    fn refused(mut self, problem: &Problem) -> Self {
        let errors = FormErrors::of(self.w, problem);
        (self.names_error, self.file_error) = (errors.get("names"), errors.get("file"));
        self.trouble = Some(trouble(self.w, problem));
        self
    }

    /// Above rows, which can be sorted.
    pub(super) fn above(ctx: &'a Ctx, choice: &'a Choice, names: &'a str, current: SortBy) -> Self {
        Self {
            sorts: sorts(ctx.words(), current, |sort| sort.name().to_owned()),
            ..Self::new(ctx, choice, names)
        }
    }

    fn page(&self) -> BulkPage<'a> {
        BulkPage {
            w: self.w,
            form: Html::of(self),
        }
    }
}

/// The empty box, or one with the names of the address.
pub(super) async fn page(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (_, choice) = Choice::read(&ctx, &counter, &asked.years, &asked.currency).await?;
    let form = BulkForm::new(&ctx, &choice, &asked.q);
    let w = ctx.words();
    let head = Head::new(w.t("domains-bulk-title")).describe(w.t("domains-bulk-lede"));
    Ok(frame::whole(&ctx, &head, &form.page())?.into_response())
}

/// The box again, with what is wrong and everything that was typed.
pub(super) fn refusal(ctx: &Ctx, choice: &Choice, names: &str, problem: &Problem) -> Result<Response> {
    let w = ctx.words();
    let form = BulkForm::new(ctx, choice, names).refused(problem);
    let head = Head::new(w.t("domains-bulk-title")).refused();
    Ok(refused(frame::whole(ctx, &head, &form.page())?, problem))
}

/// Checks a list of up to 500 names.
pub(super) async fn check(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>, upload: Upload) -> Result<Response> {
    let fields = &upload.fields;
    let (_, choice) = Choice::read(&ctx, &counter, fields.get("years"), fields.get("currency")).await?;
    let typed = fields.get("names");
    let mut names = search::list(typed);
    if upload.files.iter().any(|file| file.field == "file") {
        match upload.file("file", &[FileKind::Text]) {
            Ok(file) => names.extend(search::from_csv(&file.content)),
            Err(problem) => return refusal(&ctx, &choice, typed, &problem),
        }
    }
    let text = names.join("\n");
    let names = match Wanted::list(names) {
        Wanted::Nothing => {
            let problem = Problem::refused("no_names").field("/names", "no_names");
            return refusal(&ctx, &choice, typed, &problem);
        }
        Wanted::Names { names, .. } if names.len() > MOST_NAMES => {
            return refusal(&ctx, &choice, &text, &too_many(names.len()));
        }
        Wanted::Names { names, .. } => names,
    };
    let results = Results {
        asked: &text,
        names,
        exact: false,
        more: 0,
        sort: SortBy::read(fields.get("sort")),
        query: None,
    };
    match told(results.answer(&ctx, &counter, &choice).await)? {
        Ok(page) => Ok(page),
        Err(problem) => refusal(&ctx, &choice, &text, &problem),
    }
}

/// More names than one check takes.
pub(super) fn too_many(asked: usize) -> Problem {
    Refusal::TooManyNames { asked }.into()
}
