//! An entry by hand. A refusal keeps everything that was typed and names the line.

mod typed;

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::{Role, Section};
use kernel::{Currency, LedgerTransactionId, Money, Problem};
use parties::permissions::SUPPLIERS_READ;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Alert, Field, FormErrors, Tone};
use web::{Fields, Form, Result, See, Staff};

use self::typed::{LINES, Read, Refused};
use super::journal::path;
use super::{ENTER, TRANSACTIONS, answered, below, opened, to_open, told, words};
use crate::accounts::Owner;
use crate::http::parts::today;
use crate::journal;
use crate::permissions::LEDGER_POST;

/// Lines in sight; the others unfold.
const IN_SIGHT: usize = 4;
/// Suppliers to choose from.
const MOST_SUPPLIERS: u64 = 500;

#[derive(Template)]
#[template(path = "pages/entry.html")]
struct EntryPage<'a> {
    w: &'a Words,
    csrf: String,
    once: String,
    errors: FormErrors,
    totals: Option<Alert>,
    action: &'static str,
    cancel: &'static str,
    about: [Field; 3],
    lines: Vec<LineFields>,
    more: Vec<LineFields>,
    more_open: bool,
}

/// One line of the form.
struct LineFields {
    label: String,
    fields: [Field; 6],
}

/// A form whose fields are all text; they are read from what was typed.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Typed {}

/// What the selects offer.
struct Offered {
    roles: Vec<(String, String)>,
    suppliers: Vec<(String, String)>,
    currencies: Vec<(&'static str, &'static str)>,
    functional: Currency,
}

pub(super) async fn form(ctx: Staff) -> Result<Response> {
    ctx.allow(LEDGER_POST)?;
    let blank = [("day".to_owned(), today(&ctx)?.to_string())];
    page(&ctx, &blank.into_iter().collect(), None).await
}

pub(super) async fn save(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(LEDGER_POST)?;
    let Some(books) = opened(&ctx).await? else {
        return Ok(to_open());
    };
    let raw = form.raw;
    let once = raw
        .get("once")
        .parse()
        .unwrap_or_else(|_| ctx.new_id::<LedgerTransactionId>());
    let read = match typed::read(&raw, books.functional) {
        Ok(read) => read,
        Err(refused) => return page(&ctx, &raw, Some(&refused)).await,
    };
    let entry = &read.entry;
    let entered = ctx
        .write(|tx| async move { journal::enter_once(tx, once, entry).await }.scope_boxed())
        .await;
    match entered {
        Ok(transaction) => {
            let flash = Flash::done(ctx.t("ledger-entered"));
            Ok(See::other(path(transaction.id)).flash(flash).into_response())
        }
        Err(error) => refused(&ctx, &raw, &read, told(error)?).await,
    }
}

async fn refused(ctx: &Staff, raw: &Fields, read: &Read, problem: Problem) -> Result<Response> {
    if problem.code == "key_reused" {
        // The form was sent twice: what it says is in the journal, once.
        let flash = Flash {
            tone: Tone::Info,
            ..Flash::done(ctx.t("ledger-entered-before"))
        };
        return Ok(See::other(TRANSACTIONS).flash(flash).into_response());
    }
    let problem = super::at_field(&problem, "period_closed", "/day");
    page(ctx, raw, Some(&read.blamed(problem))).await
}

async fn page(ctx: &Staff, raw: &Fields, refused: Option<&Refused>) -> Result<Response> {
    let Some(books) = opened(ctx).await? else {
        return Ok(to_open());
    };
    let w = ctx.words();
    let offered = offered(ctx, books.functional).await?;
    let errors = refused.map_or_else(FormErrors::none, |refused| refused.errors(w));
    let mut lines: Vec<LineFields> = (1..=LINES).map(|n| line(w, raw, &offered, refused, n)).collect();
    let more = lines.split_off(IN_SIGHT);
    let page = EntryPage {
        w,
        csrf: ctx.csrf(),
        once: match raw.get("once") {
            "" => ctx.new_id::<LedgerTransactionId>().to_string(),
            sent => sent.to_owned(),
        },
        totals: refused.and_then(|refused| totals(w, refused)),
        errors,
        action: ENTER,
        cancel: TRANSACTIONS,
        about: about(w, raw, refused),
        lines,
        more,
        more_open: (IN_SIGHT + 1..=LINES).any(|n| !typed::is_blank(raw, n)),
    };
    let problem = refused.map(|refused| &refused.problem);
    let head = below(w, w.t("ledger-enter")).crumb(w.t("ledger-journal"), TRANSACTIONS);
    let shown = ctx.console(&head.refused_if(problem.is_some()), &page).await?;
    Ok(answered(shown, problem))
}

/// What both sides come to, where they differ.
fn totals(w: &Words, refused: &Refused) -> Option<Alert> {
    let [debits, credits] = refused.totals?;
    let left = Money::new(debits.minor.saturating_sub(credits.minor), debits.currency);
    let title = if left.is_negative() {
        w.t1("ledger-debits-missing", "left", w.exact(words::size(left)))
    } else {
        w.t1("ledger-credits-missing", "left", w.exact(left))
    };
    let text = w.t2("ledger-totals", "debits", w.exact(debits), "credits", w.exact(credits));
    Some(Alert::new(Tone::Bad, title).text(text))
}

fn about(w: &Words, raw: &Fields, refused: Option<&Refused>) -> [Field; 3] {
    let fill = |name: &str, field: Field| {
        field
            .value(raw.get(name))
            .error(refused.and_then(|refused| refused.error(w, name)))
    };
    [
        fill("day", Field::date("day", w.t("ledger-on-day")).required()),
        fill(
            "memo",
            Field::text("memo", w.t("ledger-memo"))
                .required()
                .attr("maxlength", 500)
                .hint(w.t("ledger-no-names")),
        ),
        fill(
            "about",
            Field::text("about", w.t("ledger-about"))
                .attr("maxlength", 100)
                .hint(w.t("ledger-about-hint")),
        ),
    ]
}

fn line(w: &Words, raw: &Fields, offered: &Offered, refused: Option<&Refused>, n: usize) -> LineFields {
    let fill = |part: &str, make: &dyn Fn(&str) -> Field| {
        let name = format!("{part}-{n}");
        make(&name)
            .value(raw.get(&name))
            .error(refused.and_then(|refused| refused.error(w, &name)))
    };
    let amount = |label: String| {
        move |name: &str| {
            Field::text(name, &label)
                .attr("inputmode", "decimal")
                .attr("maxlength", 24)
                .autocomplete("off")
        }
    };
    let currency = |name: &str| Field::select(name, w.t("ledger-currency"), &offered.currencies);
    let currency = if raw.get(&format!("currency-{n}")).is_empty() {
        currency(&format!("currency-{n}")).value(offered.functional.code())
    } else {
        fill("currency", &currency)
    };
    let worth = amount(w.t1("ledger-worth-in", "currency", offered.functional.code()));
    LineFields {
        label: w.t1("ledger-line", "n", n),
        fields: [
            fill("account", &|name| {
                Field::select(name, w.t("ledger-account"), &offered.roles)
            }),
            fill("supplier", &|name| {
                Field::select(name, w.t("ledger-supplier"), &offered.suppliers)
            }),
            fill("debit", &amount(w.t("ledger-debit"))),
            fill("credit", &amount(w.t("ledger-credit"))),
            currency,
            fill("worth", &worth),
        ],
    }
}

async fn offered(ctx: &Staff, functional: Currency) -> Result<Offered> {
    let w = ctx.words();
    let mut roles = vec![(String::new(), w.t("ledger-choose"))];
    for section in Section::ALL {
        // Customers' accounts follow their invoices and wallets.
        let of_section = Role::ALL
            .iter()
            .filter(|role| role.section() == section && Owner::of(**role) != Owner::Customer);
        roles.extend(of_section.map(|role| (role.path().to_owned(), words::role(w, *role))));
    }
    let mut suppliers = vec![(String::new(), w.t("ledger-no-supplier"))];
    suppliers.extend(self::suppliers(ctx).await?);
    Ok(Offered {
        roles,
        suppliers,
        currencies: Currency::all()
            .map(|currency| (currency.code(), currency.code()))
            .collect(),
        functional,
    })
}

/// Suppliers by name, for who may see them.
async fn suppliers(ctx: &Staff) -> Result<Vec<(String, String)>> {
    if !ctx.may(SUPPLIERS_READ) {
        return Ok(Vec::new());
    }
    let filter = &parties::suppliers::Filter {
        state: Some(parties::State::Active),
        ..parties::suppliers::Filter::default()
    };
    let page = &parties::Page::first(MOST_SUPPLIERS);
    let found = ctx
        .read(|read| async move { parties::suppliers::ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    let mut names: Vec<_> = found
        .into_iter()
        .map(|supplier| (supplier.id.to_string(), supplier.details.party.name))
        .collect();
    names.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(names)
}
