//! The first page: the search box, and what sought-after endings cost.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::response::{IntoResponse, Response};
use web::messages::Words;
use web::page::Head;
use web::ui::Html;
use web::{Ctx, Result};

use super::{Choice, SearchForm, frame, price_list};
use crate::offers::Counter;
use crate::storefront;

/// Endings shown.
const ENDINGS: usize = 8;
/// Names that show what may be typed: an idea, a whole name, two words in one.
const IDEAS: [&str; 3] = ["solsticetea", "harbourbooks.com", "nightgarden"];

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomePage<'a> {
    w: &'a Words,
    site: &'a str,
    form: Html,
    ideas: [&'static str; 3],
    endings: Vec<Ending>,
    price_note: String,
}

/// An ending and its price.
struct Ending {
    shown: String,
    price: String,
    renewal: String,
}

pub(super) async fn page(ctx: Ctx, Extension(counter): Extension<Arc<Counter>>) -> Result<Response> {
    let (basis, choice) = Choice::read(&ctx, &counter, "", "").await?;
    let w = ctx.words();
    if !basis.book.endings().any(|tld| basis.book.is_sold(&tld.ending)) {
        return closed(&ctx);
    }
    let storefront = storefront::of(&ctx).await?;
    let form = Html::of(&SearchForm {
        w,
        q: "",
        choice: &choice,
        focus: true,
    });
    let endings = price_list::rows(&basis, &storefront, choice.currency, ctx.now())
        .filter_map(|row| {
            Some(Ending {
                shown: row.shown.to_owned(),
                price: w.price(row.register?.now),
                renewal: row.renew.map(|price| w.price(price.now)).unwrap_or_default(),
            })
        })
        .take(ENDINGS)
        .collect();
    let body = HomePage {
        w,
        site: &ctx.site().name,
        form,
        ideas: IDEAS,
        endings,
        price_note: storefront.note_of_offers(w),
    };
    let head = Head::new(w.t("domains-home-title")).describe(w.t("domains-home-lede"));
    Ok(frame::whole(&ctx, &head, &body)?.into_response())
}

/// The home of a tenant that sells no names.
#[derive(Template)]
#[template(path = "pages/closed.html")]
struct ClosedPage<'a> {
    w: &'a Words,
    site: &'a str,
}

fn closed(ctx: &Ctx) -> Result<Response> {
    let body = ClosedPage {
        w: ctx.words(),
        site: &ctx.site().name,
    };
    Ok(frame::whole(ctx, &Head::new(&ctx.site().name), &body)?.into_response())
}
