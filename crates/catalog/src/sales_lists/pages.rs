//! Sales lists in the console: the list and its CSV, adding, editing.

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use kernel::{Problem, SalesListId};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, Html, Icon, ListQuery, Tabs, Tone};
use web::{App, Csv, Fields, Form, Path, Result, Staff};

use super::model::{NewSalesList, SalesList, SalesListEdit};
use super::ops;
use crate::Books;
use crate::forms::{self, Block, EditForm, Filled, Typed, Values, done, told, typed_version};
use crate::permissions::{PRICES_EDIT, PRICES_IMPORT};

const PATH: &str = "/console/prices/lists";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/prices/lists", get(list).post(add))
        .route("/console/prices/lists.csv", get(csv))
        .route("/console/prices/lists/new", get(new))
        .route("/console/prices/lists/{id}", get(edit).post(save))
}

#[derive(Template)]
#[template(path = "pages/sales_lists.html")]
struct SalesListsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    may_edit: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    slug: String,
    currency: &'static str,
    prices: String,
    standard: Html,
}

async fn load_all(ctx: &Staff) -> Result<Vec<(SalesList, i64)>> {
    Ok(ctx
        .read(|read| async move { ops::with_counts(read).await }.scope_boxed())
        .await?)
}

async fn list(ctx: Staff) -> Result<Response> {
    let lists = load_all(&ctx).await?;
    let (w, may_edit) = (ctx.words(), ctx.may(PRICES_EDIT));
    let page = SalesListsPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        list: ListQuery::new(PATH),
        rows: lists.into_iter().map(|(list, prices)| row(w, list, prices)).collect(),
        may_edit,
        empty: empty(w, may_edit),
    };
    let head = Head::new(w.t("catalog-sales-lists"))
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices");
    ctx.console(&head, &page).await
}

fn row(w: &Words, list: SalesList, prices: i64) -> Row {
    Row {
        href: format!("{PATH}/{}", list.id),
        name: list.name,
        slug: list.slug,
        currency: list.currency.code(),
        prices: w.number(prices),
        standard: if list.standard {
            ui::badge(Tone::Ok, w.t("catalog-standard"))
        } else {
            Html::default()
        },
    }
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(
        Icon::Tag,
        w.t("catalog-no-sales-lists"),
        w.t("catalog-no-sales-lists-text"),
    );
    if may_edit {
        empty.primary("/console/prices/lists/new", w.t("catalog-sales-list-new"))
    } else {
        empty
    }
}

async fn csv(ctx: Staff) -> Result<Csv> {
    let csv = Csv::new(
        "sales-lists.csv",
        &["id", "slug", "name", "currency", "standard", "prices"],
    );
    Ok(load_all(&ctx).await?.into_iter().fold(csv, |csv, (list, prices)| {
        csv.row([
            list.id.to_string(),
            list.slug,
            list.name,
            list.currency.code().to_owned(),
            list.standard.to_string(),
            prices.to_string(),
        ])
    }))
}

async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let values = vec![("currency", ctx.site().currency.clone())];
    page(&ctx, Filled::with(ctx.words(), values), None).await
}

async fn edit(ctx: Staff, Path(id): Path<SalesListId>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let list = load(&ctx, id).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&list)), Some(&list)).await
}

async fn load(ctx: &Staff, id: SalesListId) -> Result<SalesList> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

async fn add(ctx: Staff, Extension(books): Extension<Books>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let books = &books;
    let saved = match &read(&form.raw) {
        Err(problem) => Err(problem.clone().into()),
        Ok(typed) => {
            let new = &NewSalesList {
                slug: form.raw.get("slug").to_owned(),
                name: typed.name.clone(),
                currency: typed.currency,
                standard: false,
            };
            ctx.write(|tx| async move { ops::add(tx, books, new.clone()).await }.scope_boxed())
                .await
        }
    };
    answer(&ctx, saved, &form.raw, None).await
}

async fn save(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<SalesListId>,
    form: Form<Typed>,
) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let (books, shown) = (&books, typed_version(&form.raw));
    let saved = match &read(&form.raw) {
        Err(problem) => Err(problem.clone().into()),
        Ok(edit) => {
            ctx.write(|tx| async move { ops::change(tx, books, id, shown, edit).await }.scope_boxed())
                .await
        }
    };
    answer(&ctx, saved, &form.raw, Some(id)).await
}

/// On to the lists, or the form again with everything that was typed.
async fn answer(
    ctx: &Staff,
    saved: platform::Result<SalesList>,
    typed: &Fields,
    id: Option<SalesListId>,
) -> Result<Response> {
    let error = match saved {
        Ok(list) => {
            let text = ctx.words().t1("catalog-saved-named", "name", &list.name);
            return Ok(done(PATH, text, None));
        }
        Err(error) => error,
    };
    let problem = told(error)?;
    let list = match id {
        Some(id) => Some(load(ctx, id).await?),
        None => None,
    };
    let stored = list.as_ref().map(stored).unwrap_or_default();
    let filled = Filled::again(ctx.words(), typed, &problem, stored);
    page(ctx, filled, list.as_ref()).await
}

fn read(typed: &Fields) -> Result<SalesListEdit, Problem> {
    Ok(SalesListEdit {
        name: typed.get("name").to_owned(),
        currency: forms::chosen_currency(typed)?,
        standard: typed.get("standard") == "on",
    })
}

fn stored(list: &SalesList) -> Values {
    let standard = if list.standard { "on" } else { "" };
    vec![
        ("name", list.name.clone()),
        ("currency", list.currency.code().to_owned()),
        ("standard", standard.to_owned()),
    ]
}

async fn page(ctx: &Staff, filled: Filled<'_>, list: Option<&SalesList>) -> Result<Response> {
    let w = ctx.words();
    let heading = match list {
        None => w.t("catalog-sales-list-new"),
        Some(list) => w.t1("catalog-edit-named", "name", &list.name),
    };
    let form = EditForm {
        lede: w.t("catalog-sales-list-lede"),
        action: list.map_or_else(|| PATH.to_owned(), |list| format!("{PATH}/{}", list.id)),
        blocks: vec![block(w, &filled, list)],
        submit: if list.is_some() {
            w.t("catalog-save")
        } else {
            w.t("catalog-sales-list-add")
        },
        cancel: PATH,
        version: list.map(|list| list.version),
        aside: None,
        heading: heading.clone(),
    };
    let head = Head::new(heading)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices")
        .crumb(w.t("catalog-sales-lists"), PATH);
    filled.show(ctx, head, form).await
}

/// A new list is empty, so whether it is the storefront's is asked once it is there; its short name is chosen once.
fn block(w: &Words, filled: &Filled<'_>, list: Option<&SalesList>) -> Block {
    let name = Field::text("name", w.t("catalog-name"))
        .required()
        .attr("maxlength", 120);
    let currency = Field::select("currency", w.t("catalog-currency"), &forms::currencies());
    let mut fields = vec![
        filled.field("name", name.autocomplete("off")),
        filled.field("currency", currency.hint(w.t("catalog-list-currency-hint"))),
    ];
    if list.is_some() {
        let standard = Field::switch("standard", w.t("catalog-standard-switch"));
        fields.push(filled.tick("standard", standard.hint(w.t("catalog-standard-hint"))));
    } else {
        let slug = Field::text("slug", w.t("catalog-slug"))
            .required()
            .attr("maxlength", 40);
        let slug = slug.autocomplete("off").hint(w.t("catalog-slug-hint"));
        fields.insert(1, filled.field("slug", slug));
    }
    Block {
        title: w.t("catalog-sales-list"),
        text: list.map_or_else(
            || w.t("catalog-sales-list-empty"),
            |list| w.t1("catalog-list-fixed", "slug", &list.slug),
        ),
        fields,
    }
}
