//! The form of a change: whose prices, from when, and a field for each price. What stays empty stays as it is.

use std::collections::HashMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Instant, Money, PriceChangeId, Problem, ProblemKind};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{self, Field, FormErrors};
use web::{Fields, Result, Staff};

use crate::imports::{ListRef, parse_minor};
use crate::permissions::MARGINS_READ;
use crate::price_books::{Cell, CellKey, Kind, Operation, Side, kind, operation};
use crate::price_changes::model::{ChangeState, NewChange, NewPrice, PriceChange};
use crate::{registrars, sales_lists};

use super::{allowed, edited, ending_path, errors, head};

/// A list prices can be set in.
pub(super) struct ListChoice {
    pub(super) list: ListRef,
    pub(super) currency: Currency,
    label: String,
    standard: bool,
}

impl ListChoice {
    /// What it is called.
    pub(super) fn label(&self) -> &str {
        &self.label
    }
}

/// What the form is about.
pub(super) struct Place {
    pub(super) tld: String,
    pub(super) shown: String,
    pub(super) lists: Vec<ListChoice>,
    /// The change that is edited.
    pub(super) edited: Option<PriceChange>,
    /// What holds now, by list and key.
    in_force: HashMap<CellKey, i64>,
}

impl Place {
    /// For who may edit prices.
    pub(super) async fn new(ctx: &Staff, tld: &str, change: Option<PriceChangeId>) -> Result<Self> {
        allowed(ctx)?;
        let ending = crate::price_changes::ending(tld)?;
        let edited = match change {
            Some(id) => Some(edited(ctx, &ending.ascii, id).await?),
            None => None,
        };
        let margins = ctx.may(MARGINS_READ);
        let ascii = &ending.ascii;
        let (lists, in_force) = ctx
            .read(|read| {
                async move {
                    let costs = if margins {
                        registrars::list(read).await?
                    } else {
                        Vec::new()
                    };
                    let lists = (sales_lists::list(read).await?, costs);
                    Ok((
                        lists,
                        crate::price_changes::ops::in_force_now(read, ascii, margins).await?,
                    ))
                }
                .scope_boxed()
            })
            .await?;
        Ok(Self {
            lists: choices(ctx.words(), lists.0, lists.1, edited.as_ref().map(|change| change.list)),
            shown: format!(".{}", ending.shown),
            tld: ending.ascii,
            edited,
            in_force,
        })
    }

    pub(super) fn side(&self) -> Side {
        self.edited.as_ref().map_or(Side::Sale, |change| change.list.side())
    }

    pub(super) fn action(&self) -> String {
        let which = self
            .edited
            .as_ref()
            .map_or_else(|| "new".to_owned(), |change| change.id.to_string());
        format!("/console/tlds/{}/prices/{which}", self.tld)
    }

    /// The list that was chosen; the storefront's where none was.
    pub(super) fn chosen(&self, typed: &Fields) -> Option<&ListChoice> {
        let named = |choice: &&ListChoice| choice.list.to_string() == typed.get("list");
        let standard = || self.lists.iter().find(|choice| choice.standard).or(self.lists.first());
        if typed.get("list").is_empty() {
            standard()
        } else {
            self.lists.iter().find(named)
        }
    }
}

fn choices(
    w: &Words,
    sales: Vec<sales_lists::SalesList>,
    costs: Vec<registrars::Registrar>,
    only: Option<ListRef>,
) -> Vec<ListChoice> {
    let sales = sales.into_iter().map(|list| ListChoice {
        list: ListRef::Sales(list.id),
        currency: list.currency,
        label: w.t2("catalog-sales-of", "name", list.name, "currency", list.currency.code()),
        standard: list.standard,
    });
    let costs = costs.into_iter().map(|registrar| ListChoice {
        list: ListRef::Registrar(registrar.id),
        currency: registrar.currency,
        label: w.t2(
            "catalog-costs-of",
            "name",
            registrar.name,
            "currency",
            registrar.currency.code(),
        ),
        standard: false,
    });
    sales
        .chain(costs)
        .filter(|choice| only.is_none_or(|only| only == choice.list))
        .collect()
}

/// A price the form has a field for: its name, and what it is the price of. A fee is one field for what is charged by the
/// year, and so several prices.
#[derive(Clone, Debug)]
struct PriceField {
    name: String,
    years: u8,
    kind: Kind,
    of: &'static [Operation],
}

const YEARLY: &[Operation] = &[Operation::Register, Operation::Renew, Operation::Transfer];

fn one(operation: &'static [Operation], years: u8, kind: Kind) -> PriceField {
    let of = match operation {
        [one] => one.name(),
        _ => "each",
    };
    PriceField {
        name: format!("{of}-{years}-{}", kind.name()),
        years,
        kind,
        of: operation,
    }
}

/// Fields as the page groups them: what is always there, promotions and fees, further terms.
fn price_fields() -> [Vec<PriceField>; 3] {
    use Operation::{Register, Renew, Restore, Transfer};
    let first = vec![
        one(&[Register], 1, Kind::Regular),
        one(&[Renew], 1, Kind::Regular),
        one(&[Transfer], 1, Kind::Regular),
        one(&[Restore], 0, Kind::Regular),
        one(&[Restore], 1, Kind::Regular),
    ];
    let promotions = vec![
        one(&[Register], 1, Kind::FirstYear),
        one(&[Register], 1, Kind::Promo),
        one(&[Renew], 1, Kind::Promo),
        one(&[Transfer], 1, Kind::Promo),
        one(YEARLY, 1, Kind::IcannFee),
        one(YEARLY, 1, Kind::Privacy),
    ];
    let terms = (2..=10).flat_map(|years| {
        [
            one(&[Register], years, Kind::Regular),
            one(&[Renew], years, Kind::Regular),
        ]
    });
    [first, promotions, terms.collect()]
}

/// A form that could be read, and which field each of its prices came from.
pub(super) struct ReadForm {
    pub(super) change: NewChange,
    names: Vec<String>,
}

impl ReadForm {
    /// A problem with its pointers turned to the form's fields.
    pub(super) fn beside_fields(&self, mut problem: Problem) -> Problem {
        for field in &mut problem.fields {
            let place = field
                .pointer
                .strip_prefix("/prices/")
                .and_then(|rest| rest.split('/').next()?.parse().ok());
            if let Some(name) = place.and_then(|at: usize| self.names.get(at)) {
                field.pointer = format!("/{name}").into();
            } else if field.pointer == "/prices" {
                field.pointer = "/register-1-regular".into();
            }
        }
        problem
    }
}

/// What was typed, as a change.
pub(super) fn read(ctx: &Staff, place: &Place, typed: &Fields) -> Result<ReadForm, Problem> {
    let mut problem = Problem::refused("invalid_fields");
    let Some(choice) = place.chosen(typed) else {
        return Err(problem.field("/list", "list_unknown"));
    };
    let currency = choice.currency;
    let (mut prices, mut names) = (Vec::new(), Vec::new());
    for field in price_fields().into_iter().flatten() {
        let text = typed.get(&field.name).trim();
        let minor = match text {
            "" => continue,
            "-" | "–" | "−" => None,
            text => match parse_minor(text, currency) {
                Ok(minor) => Some(minor),
                Err(_) => {
                    problem = problem.field(format!("/{}", field.name), "price_unreadable");
                    continue;
                }
            },
        };
        for operation in field.of {
            prices.push(NewPrice {
                operation: *operation,
                years: field.years,
                kind: field.kind,
                minor,
            });
            names.push(field.name.clone());
        }
    }
    let mut date = |name: &'static str| {
        instant(ctx.words(), typed.get(name)).unwrap_or_else(|()| {
            problem = std::mem::replace(&mut problem, Problem::refused("invalid_fields"))
                .field(format!("/{name}"), "date_invalid");
            None
        })
    };
    let (effective_from, until) = (date("effective_from"), date("until"));
    if !problem.fields.is_empty() {
        return Err(problem);
    }
    let line = |name: &str| Some(typed.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let change = NewChange {
        list: choice.list,
        ending: place.tld.clone(),
        currency,
        effective_from,
        until,
        prices,
        promotion: line("promotion"),
        note: line("note"),
    };
    Ok(ReadForm { change, names })
}

/// A date as its first instant where the person's clock is; an exact instant as it is; empty: none.
fn instant(w: &Words, text: &str) -> Result<Option<Instant>, ()> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(exact) = text.parse::<Instant>() {
        return Ok(Some(exact));
    }
    let date: jiff::civil::Date = text.parse().map_err(|_| ())?;
    let zoned = date.in_tz(w.zone_name()).map_err(|_| ())?;
    Ok(Some(Instant::from_timestamp(zoned.timestamp())))
}

/// An edited change as the form's fields.
pub(super) fn typed_of(ctx: &Staff, place: &Place) -> Fields {
    let Some(change) = &place.edited else {
        return Fields::default();
    };
    let date = |at: Instant| date_of(ctx.words(), at);
    let mut typed = vec![
        ("list".to_owned(), change.list.to_string()),
        ("effective_from".to_owned(), date(change.effective_from)),
        ("until".to_owned(), change.until.map(date).unwrap_or_default()),
        ("promotion".to_owned(), change.promotion.clone().unwrap_or_default()),
        ("note".to_owned(), change.note().unwrap_or_default().to_owned()),
        ("version".to_owned(), change.version().to_string()),
    ];
    for field in price_fields().into_iter().flatten() {
        let own = |cell: &&Cell| {
            (cell.key.years, cell.key.kind) == (field.years, field.kind) && field.of.contains(&cell.key.operation)
        };
        if let Some(cell) = change.prices.iter().find(own) {
            let amount = cell
                .amount_minor
                .map(|minor| Money::new(minor, cell.key.currency).decimal());
            typed.push((field.name, amount.unwrap_or_else(|| "-".to_owned())));
        }
    }
    typed.into_iter().collect()
}

/// The day on which an instant is the first one; where it is not, the instant itself.
fn date_of(w: &Words, at: Instant) -> String {
    let zone = jiff::tz::TimeZone::get(w.zone_name()).unwrap_or(jiff::tz::TimeZone::UTC);
    let day = at.timestamp().to_zoned(zone).date().to_string();
    match instant(w, &day) {
        Ok(Some(first)) if first == at => day,
        _ => at.to_string(),
    }
}

#[derive(Template)]
#[template(path = "pages/price_change.html")]
struct ChangePage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    heading: String,
    action: String,
    back: String,
    version: String,
    fields: Vec<Field>,
    prices: Vec<Field>,
    promotions: Vec<Field>,
    terms: Vec<Field>,
    terms_open: bool,
}

/// The form, with what was typed and what is wrong.
pub(super) async fn show(ctx: &Staff, place: &Place, typed: &Fields, problem: Option<&Problem>) -> Result<Response> {
    if place
        .edited
        .as_ref()
        .is_some_and(|change| change.state != ChangeState::Future)
        && problem.is_none()
    {
        return Err(Problem::conflict("price_begun").into());
    }
    let (w, errors) = (ctx.words(), errors(ctx, problem));
    let heading = match place.edited {
        None => w.t1("catalog-change-new", "tld", &place.shown),
        Some(_) => w.t1("catalog-change-edit", "tld", &place.shown),
    };
    let [prices, promotions, terms] = price_fields().map(|fields| drawn(w, place, typed, &errors, &fields));
    let page = ChangePage {
        w,
        csrf: ctx.csrf(),
        action: place.action(),
        back: ending_path(&place.tld),
        version: typed.get("version").to_owned(),
        fields: about(w, place, typed, &errors),
        prices,
        promotions,
        terms_open: price_fields()[2].iter().any(|field| !typed.get(&field.name).is_empty()),
        terms,
        heading: heading.clone(),
        errors,
    };
    let shown = ctx.console(&head(ctx, place, heading, problem), &page).await?;
    let status = problem.map_or(StatusCode::OK, |problem| match problem.kind {
        ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::Stale => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    });
    Ok((status, shown).into_response())
}

fn about(w: &Words, place: &Place, typed: &Fields, errors: &FormErrors) -> Vec<Field> {
    let lists: Vec<(String, &str)> = place
        .lists
        .iter()
        .map(|choice| (choice.list.to_string(), choice.label.as_str()))
        .collect();
    let chosen = place
        .chosen(typed)
        .map(|choice| choice.list.to_string())
        .unwrap_or_default();
    // An instant that is no day's first goes back as it is; a date field could not hold it.
    let when = |name: &str, label: String| {
        let value = typed.get(name);
        let field = if value.contains('T') {
            Field::text(name, label)
        } else {
            Field::date(name, label)
        };
        field.value(value).error(errors.get(name))
    };
    let line = |name: &str, label: String| {
        let field = Field::text(name, label).attr("maxlength", 120).autocomplete("off");
        field.value(typed.get(name)).error(errors.get(name))
    };
    vec![
        Field::select("list", w.t("catalog-list"), &lists)
            .value(chosen)
            .hint(w.t("catalog-change-list-hint"))
            .error(errors.get("list")),
        when("effective_from", w.t("catalog-from")).hint(w.t1("catalog-change-from-hint", "zone", w.zone_name())),
        when("until", w.t("catalog-until")).hint(w.t("catalog-until-hint")),
        line("promotion", w.t("catalog-promotion-name")),
        line("note", w.t("catalog-note")).hint(w.t("catalog-note-hint")),
    ]
}

fn drawn(w: &Words, place: &Place, typed: &Fields, errors: &FormErrors, fields: &[PriceField]) -> Vec<Field> {
    let choice = place.chosen(typed);
    let code = choice.map_or("", |choice| choice.currency.code());
    let draw = |field: &PriceField| {
        let label = label(w, field);
        let now = choice.and_then(|choice| {
            let key = CellKey {
                side: choice.list.side(),
                list: choice.list.uuid(),
                ending: place.tld.clone(),
                currency: choice.currency,
                operation: field.of[0],
                years: field.years,
                kind: field.kind,
            };
            place
                .in_force
                .get(&key)
                .map(|minor| Money::new(*minor, choice.currency).decimal())
        });
        let drawn = Field::money(&field.name, label, code)
            .value(typed.get(&field.name))
            .autocomplete("off")
            .error(errors.get(&field.name));
        match now {
            Some(now) => drawn.hint(w.t1("catalog-price-now", "price", now)),
            None => drawn,
        }
    };
    fields.iter().map(draw).collect()
}

fn label(w: &Words, field: &PriceField) -> String {
    match field.kind {
        Kind::Privacy => return w.t("catalog-change-privacy"),
        fee if fee.is_fee() => return kind(w, fee),
        _ => {}
    }
    let of = operation(w, field.of[0]);
    match (field.of[0], field.years, field.kind) {
        (Operation::Restore, 0, _) => w.t("catalog-restore-alone"),
        (Operation::Restore, ..) => w.t("catalog-restore-with-year"),
        (_, 1, Kind::Regular) => of,
        (_, years, Kind::Regular) => w.t2("catalog-operation-years", "operation", of, "years", i64::from(years)),
        (.., other) => w.t2("catalog-operation-kind", "operation", of, "kind", kind(w, other)),
    }
}
