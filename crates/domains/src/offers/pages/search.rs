//! What one search brings: a word under many endings, a name and its neighbours, or a short list.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use web::page::Head;
use web::ui::{Empty, Html, Icon, ListQuery};
use web::{Ctx, Query, Result};

use super::results::{Results, told};
use super::{Asked, Choice, SearchForm, bulk, frame, refused, trouble};
use crate::offers::Counter;
use crate::offers::model::MOST_NAMES;
use crate::offers::search::{SortBy, Wanted};

pub(super) async fn page(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let (basis, choice) = Choice::read(&ctx, &counter, &asked.years, &asked.currency).await?;
    let wanted = Wanted::read(&asked.q, &basis.book, !asked.all.is_empty());
    let Wanted::Names { names, exact, more } = wanted else {
        return Ok(without_rows(&ctx, &choice, "", None)?.into_response());
    };
    if names.len() > MOST_NAMES {
        let problem = bulk::too_many(names.len());
        return bulk::refusal(&ctx, &choice, &names.join("\n"), &problem);
    }
    let query = ListQuery::new("/search")
        .param("q", &asked.q)
        .param("years", choice.years)
        .param("currency", choice.currency.code())
        .param("all", &asked.all)
        .param("sort", &asked.sort);
    let results = Results {
        asked: &asked.q,
        names,
        exact,
        more,
        sort: SortBy::read(&asked.sort),
        query: Some(query),
    };
    match told(results.answer(&ctx, &counter, &choice).await)? {
        Ok(page) => Ok(page),
        Err(problem) => {
            let page = without_rows(&ctx, &choice, &asked.q, Some(&problem))?;
            Ok(refused(page, &problem))
        }
    }
}

/// The search box alone: nothing was asked yet, or it cannot be answered now.
#[derive(Template)]
#[template(path = "pages/empty.html")]
struct EmptyPage {
    title: String,
    trouble: Option<Html>,
    form: Html,
    empty: Empty,
}

fn without_rows(
    ctx: &Ctx,
    choice: &Choice,
    q: &str,
    problem: Option<&Problem>,
) -> Result<axum::response::Html<String>> {
    let w = ctx.words();
    let form = SearchForm {
        w,
        q,
        choice,
        focus: problem.is_none(),
    };
    let empty = Empty::new(Icon::Search, w.t("domains-empty-title"), w.t("domains-empty-text"))
        .link("/bulk", w.t("domains-nav-bulk"))
        .link("/prices", w.t("domains-nav-all-prices"));
    let title = w.t("domains-search-title");
    let head = Head::new(&title).refused_if(problem.is_some());
    let body = EmptyPage {
        title,
        trouble: problem.map(|problem| trouble(w, problem)),
        form: Html::of(&form),
        empty,
    };
    frame::whole(ctx, &head, &body)
}
