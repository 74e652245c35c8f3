//! The storefront's setting in the console, with an example of how a price will read.

use std::sync::Arc;

use askama::Template;
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use engines::pricing::{Amounts, Operation, PriceAsk};
use kernel::{Instant, Money, Percent, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, FormErrors};
use web::{App, Form, Result, See, Staff};

use super::model::{PricesShown, StandardRate, Storefront};
use super::ops;
use crate::offers::{Basis, Counter};
use crate::permissions::STOREFRONT_EDIT;

/// Where the page is.
pub(super) const PATH: &str = "/console/settings/storefront";

/// The console's pages of this feature.
pub(crate) fn pages(counter: &Arc<Counter>) -> axum::Router<App> {
    axum::Router::new()
        .route(PATH, get(show).post(save))
        .layer(Extension(Arc::clone(counter)))
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    version: String,
    prices: String,
    #[serde(rename = "standard_rate/name")]
    name: String,
    #[serde(rename = "standard_rate/percent")]
    percent: String,
    /// Asks for the example alone.
    example: Option<String>,
}

impl Typed {
    fn of(storefront: &Storefront) -> Self {
        let rate = storefront.standard_rate.as_ref();
        Self {
            version: ops::version(storefront).to_string(),
            prices: match storefront.prices {
                PricesShown::WithoutTax => "without_tax",
                PricesShown::WithTax => "with_tax",
            }
            .to_owned(),
            name: rate.map(|rate| rate.name.clone()).unwrap_or_default(),
            percent: rate
                .map(|rate| rate.percent.to_string().trim_end_matches(" %").to_owned())
                .unwrap_or_default(),
            example: None,
        }
    }

    /// As a setting: no rate when neither its name nor its percentage was typed.
    fn read(&self) -> Result<Storefront, Problem> {
        let (name, percent) = (self.name.trim(), self.percent.trim());
        let standard_rate = if name.is_empty() && percent.is_empty() {
            None
        } else {
            Some(StandardRate {
                name: name.to_owned(),
                // What is no percentage is out of range, and refused as such beside its field.
                percent: percent.parse().unwrap_or(Percent::from_millionths(-1)),
            })
        };
        let prices = match self.prices.as_str() {
            "with_tax" => PricesShown::WithTax,
            _ => PricesShown::WithoutTax,
        };
        Storefront { prices, standard_rate }.checked()
    }
}

/// The page.
#[derive(Template)]
#[template(path = "pages/storefront.html")]
struct StorefrontPage<'a> {
    w: &'a Words,
    action: &'static str,
    errors: FormErrors,
    csrf: String,
    version: &'a str,
    fields: [Field; 3],
    example: Option<Example>,
}

/// A price of the shop as visitors will read it.
struct Example {
    ending: String,
    price: String,
    renewal: String,
    note: String,
}

impl Example {
    /// The most sought-after ending that has a price, as a stranger pays it.
    fn of(w: &Words, storefront: &Storefront, basis: &Basis, at: Instant) -> Option<Self> {
        let book = &basis.book;
        let price = |ending: &str| -> Option<Amounts> {
            let ask = PriceAsk {
                tld: ending,
                operation: Operation::Register,
                years: 1,
                currency: book.currency,
                at,
            };
            storefront.amounts_shown(basis.bare(&ask).ok()?.amounts)
        };
        let mut sold = book.endings().filter(|tld| book.is_sold(&tld.ending));
        let (ending, amounts) = sold.find_map(|tld| Some((&tld.shown, price(&tld.ending)?)))?;
        let then = |renewal: Money| w.t1("domains-then", "renewal", w.price(renewal));
        Some(Self {
            ending: format!(".{ending}"),
            price: w.price(amounts.total),
            renewal: amounts.renewal.map(then).unwrap_or_default(),
            note: storefront.note_of_offers(w),
        })
    }
}

async fn show(ctx: Staff, Extension(counter): Extension<Arc<Counter>>) -> Result<Response> {
    ctx.allow(STOREFRONT_EDIT)?;
    let kept = super::of(&ctx).await?;
    page(&ctx, &counter, &Typed::of(&kept), Some(&kept), None).await
}

async fn save(ctx: Staff, Extension(counter): Extension<Arc<Counter>>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(STOREFRONT_EDIT)?;
    let typed = form.value;
    let wanted = match typed.read() {
        Ok(wanted) => wanted,
        Err(problem) => return page(&ctx, &counter, &typed, None, Some(&problem)).await,
    };
    if typed.example.is_some() {
        return page(&ctx, &counter, &typed, Some(&wanted), None).await;
    }
    let saved = ctx
        .write(|tx| ops::set(tx, wanted.clone(), ops::based_on(&typed.version)).scope_boxed())
        .await;
    match saved {
        Ok(_) => Ok(See::other(PATH)
            .flash(Flash::done(ctx.t("domains-storefront-saved")))
            .into_response()),
        Err(platform::Error::Problem(problem)) if problem.kind == ProblemKind::Stale => {
            // Told once; who saves again has been told.
            let version = ops::version(&super::of(&ctx).await?).to_string();
            let typed = Typed { version, ..typed };
            page(&ctx, &counter, &typed, Some(&wanted), Some(&problem)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with what was typed, an example where it can be had, and what is wrong.
async fn page(
    ctx: &Staff,
    counter: &Counter,
    typed: &Typed,
    storefront: Option<&Storefront>,
    problem: Option<&Problem>,
) -> Result<Response> {
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let basis = counter.basis(ctx, None).await?.bought_by(None);
    let body = StorefrontPage {
        w,
        action: PATH,
        csrf: ctx.csrf(),
        version: &typed.version,
        fields: fields(w, typed, &errors),
        example: storefront.and_then(|storefront| Example::of(w, storefront, &basis, ctx.now())),
        errors,
    };
    let head = Head::new(w.t("domains-storefront"))
        .crumb(w.t("nav-settings"), "")
        .refused_if(problem.is_some());
    let page = ctx.console(&head, &body).await?;
    let status = match problem.map(|problem| problem.kind) {
        None => StatusCode::OK,
        Some(ProblemKind::Stale) => StatusCode::CONFLICT,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok((status, page).into_response())
}

fn fields(w: &Words, typed: &Typed, errors: &FormErrors) -> [Field; 3] {
    let choices = [
        ("without_tax", w.t("domains-storefront-without-tax")),
        ("with_tax", w.t("domains-storefront-with-tax")),
    ];
    [
        Field::choices("prices", w.t("domains-storefront-prices"), &choices).value(&typed.prices),
        Field::text("standard_rate/name", w.t("domains-storefront-tax-name"))
            .value(&typed.name)
            .attr("maxlength", 20)
            .hint(w.t("domains-storefront-tax-name-hint"))
            .error(errors.get("standard_rate/name")),
        Field::text("standard_rate/percent", w.t("domains-storefront-tax-percent"))
            .value(&typed.percent)
            .attr("inputmode", "decimal")
            .hint(w.t("domains-storefront-tax-percent-hint"))
            .error(errors.get("standard_rate/percent")),
    ]
}
