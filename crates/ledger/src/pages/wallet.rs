//! One customer's wallet: what is in it, what is set aside, how it came there, and changing it by hand.

use askama::Template;
use axum::response::{IntoResponse, Response};
use engines::posting::{Account, Role};
use jiff::civil::Date;
use kernel::{Currency, CustomerId, Id, Money, Problem, Rate, WalletHoldId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, FormErrors, Html, Icon, ListQuery, Pager, Tile, Tone, Views};
use web::{Form, ListAsk, Listed, Path, Query, Result, See, Staff};

use super::people::People;
use super::{WALLETS, answered, at_field, journal as listed, told, words};
use crate::http::parts::{day, today};
use crate::journal::AccountEntry;
use crate::permissions::{LEDGER_READ, WALLETS_ADJUST, WALLETS_READ};
use crate::wallets::{self, Adjustment, Against, Hold, Wallet};

#[derive(Template)]
#[template(path = "pages/wallet.html")]
struct WalletPage<'a> {
    w: &'a Words,
    csrf: String,
    errors: FormErrors,
    name: String,
    customer: String,
    tiles: Html,
    /// Of several currencies.
    views: Option<Views>,
    holds: Vec<HoldRow>,
    rows: Vec<Row>,
    pager: Option<Pager>,
    empty: ui::Empty,
    form: Option<ChangeForm>,
}

struct HoldRow {
    memo: String,
    about: String,
    since: Html,
    amount: String,
}

struct Row {
    /// For those who may read the books.
    href: Option<String>,
    memo: String,
    kind: String,
    day: String,
    amount: String,
    came_in: bool,
    balance: String,
}

/// The form of a change by hand.
struct ChangeForm {
    action: String,
    once: String,
    fields: [Field; 7],
}

/// Which of the customer's wallets.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    currency: String,
}

/// A change as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    once: String,
    direction: String,
    amount: String,
    currency: String,
    against: String,
    reason: String,
    day: String,
    rate: String,
}

struct Loaded {
    wallets: Vec<Wallet>,
    holds: Vec<Hold>,
    history: Vec<AccountEntry>,
    shown: Option<Currency>,
    functional: Option<Currency>,
}

/// The page of a customer's wallet.
pub(super) fn path(customer: CustomerId) -> String {
    format!("/console/customers/{customer}/wallet")
}

pub(super) async fn show(
    ctx: Staff,
    ask: ListAsk,
    Query(which): Query<Which>,
    Path(id): Path<CustomerId>,
) -> Result<Response> {
    ctx.allow(WALLETS_READ)?;
    page(&ctx, id, &ask, &which, None).await
}

pub(super) async fn adjust(ctx: Staff, Path(id): Path<CustomerId>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(WALLETS_ADJUST)?;
    let typed = form.value;
    let read = typed.read(id, today(&ctx)?, typed.once(&ctx));
    let adjustment = match &read {
        Ok(adjustment) => adjustment,
        Err(problem) => return refused(&ctx, id, &typed, problem).await,
    };
    let adjusted = ctx
        .write(|tx| async move { wallets::adjust(tx, adjustment).await }.scope_boxed())
        .await;
    let w = ctx.words();
    let flash = match adjusted {
        Ok(_) if adjustment.amount.is_negative() => {
            Flash::done(w.t1("ledger-taken-out", "amount", w.exact(words::size(adjustment.amount))))
        }
        Ok(_) => Flash::done(w.t1("ledger-put-in", "amount", w.exact(adjustment.amount))),
        Err(error) => match told(error)? {
            // The form was sent twice: it was done once.
            problem if problem.code == "key_reused" => Flash {
                tone: Tone::Info,
                ..Flash::done(w.t("ledger-entered-before"))
            },
            problem => return refused(&ctx, id, &typed, &problem).await,
        },
    };
    let own = format!("{}?currency={}", path(id), adjustment.amount.currency.code());
    Ok(See::other(own).flash(flash).into_response())
}

impl Typed {
    /// The form's own name: sent twice, it changes the wallet once.
    fn once(&self, ctx: &Staff) -> WalletHoldId {
        self.once.parse().unwrap_or_else(|_| ctx.new_id())
    }

    fn read(&self, customer: CustomerId, today: Date, once: WalletHoldId) -> Result<Adjustment, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        let currency = Currency::parse(self.currency.trim());
        let amount = currency
            .as_ref()
            .map(|currency| Money::parse(self.amount.trim(), *currency));
        let on = day("/day", Some(self.day.trim()), today);
        let rate = Some(self.rate.trim())
            .filter(|text| !text.is_empty())
            .map(Rate::parse)
            .transpose();
        let against = Against::parse(&self.against);
        let side = match self.direction.as_str() {
            "in" => Some(1),
            "out" => Some(-1),
            _ => None,
        };
        let negative = matches!(&amount, Ok(Ok(amount)) if amount.is_negative());
        for (pointer, code, is_bad) in [
            ("/currency", "currency_unknown", currency.is_err()),
            ("/amount", "line_amount_invalid", matches!(amount, Ok(Err(_)))),
            ("/amount", "line_amount_negative", negative),
            ("/direction", "required", side.is_none()),
            ("/against", "required", against.is_none()),
            ("/day", "day_invalid", on.is_err()),
            ("/rate", "wallet_rate_invalid", rate.is_err()),
        ] {
            if is_bad {
                problem = problem.field(pointer, code);
            }
        }
        match (amount, side, against, on, rate) {
            (Ok(Ok(amount)), Some(side), Some(against), Ok(on), Ok(rate)) if problem.fields.is_empty() => {
                Ok(Adjustment {
                    key: format!("adjustment:{once}"),
                    customer,
                    amount: Money::new(amount.minor.saturating_mul(side), amount.currency),
                    against,
                    reason: self.reason.clone(),
                    day: on,
                    rate,
                })
            }
            _ => Err(problem),
        }
    }
}

/// The page with what was typed; a wallet that is too small, or a closed day, is told beside its field.
async fn refused(ctx: &Staff, id: CustomerId, typed: &Typed, problem: &Problem) -> Result<Response> {
    let mut problem = at_field(problem, "insufficient_funds", "/amount");
    problem = at_field(&problem, "period_closed", "/day");
    for field in &mut problem.fields {
        if field.code == "rate_needed" {
            field.pointer = "/rate".into();
        }
    }
    let which = Which {
        currency: typed.currency.clone(),
    };
    page(ctx, id, &ListAsk::default(), &which, Some((typed, &problem))).await
}

async fn load(ctx: &Staff, id: CustomerId, ask: &ListAsk, which: &Which) -> Result<Loaded> {
    let before = ask.after::<i64>()?;
    let asked = Currency::parse(which.currency.trim()).ok();
    let loaded = ctx.read(|read| {
        async move {
            let wallets = wallets::of_customer(read, id).await?;
            let functional = wallets::functional(read).await?;
            let first = wallets.first().map(|wallet| wallet.available.currency);
            let shown = asked.or(first);
            let history = match shown {
                Some(currency) => wallets::history(read, id, currency, before).await?,
                None => Vec::new(),
            };
            Ok(Loaded {
                wallets,
                holds: wallets::open_holds(read, id).await?,
                history,
                shown,
                functional,
            })
        }
        .scope_boxed()
    });
    let mut loaded = loaded.await?;
    loaded
        .history
        .truncate(usize::try_from(ask.fetch()).unwrap_or(usize::MAX));
    Ok(loaded)
}

async fn page(
    ctx: &Staff,
    id: CustomerId,
    ask: &ListAsk,
    which: &Which,
    refused: Option<(&Typed, &Problem)>,
) -> Result<Response> {
    let loaded = load(ctx, id, ask, which).await?;
    let people = People::of(ctx, [Account::of(Role::Wallet, id.uuid())]).await?;
    let w = ctx.words();
    let problem = refused.map(|(_, problem)| problem);
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let list = ListQuery::new(path(id)).param("currency", loaded.shown.map_or("", Currency::code));
    let history = Listed::page(loaded.history.clone(), ask, |entry| entry.number);
    let may_read_books = ctx.may(LEDGER_READ);
    let may_change = ctx.may(WALLETS_ADJUST) && loaded.functional.is_some();
    let name = people.customer(id);
    let page = WalletPage {
        w,
        csrf: ctx.csrf(),
        customer: format!("/console/customers/{id}"),
        tiles: tiles(w, &loaded.wallets),
        views: views(w, &list, &loaded),
        holds: loaded.holds.iter().map(|hold| hold_row(w, hold)).collect(),
        rows: history.data.iter().map(|entry| row(w, entry, may_read_books)).collect(),
        pager: pager(w, &list, &history),
        empty: empty(w, &loaded),
        form: match may_change {
            true => Some(change_form(ctx, id, &loaded, refused.map(|(typed, _)| typed), &errors)?),
            false => None,
        },
        errors,
        name: name.clone(),
    };
    let head = Head::new(w.t1("ledger-wallet-of", "name", name))
        .crumb(w.t("nav-money"), "")
        .crumb(w.t("ledger-wallets"), WALLETS);
    let shown = ctx.console(&head.refused_if(problem.is_some()), &page).await?;
    Ok(answered(shown, problem))
}

fn empty(w: &Words, loaded: &Loaded) -> ui::Empty {
    if loaded.functional.is_none() {
        return ui::Empty::new(Icon::Wallet, w.t("ledger-not-open"), w.t("ledger-wallet-not-open-text"));
    }
    ui::Empty::new(
        Icon::Wallet,
        w.t("ledger-wallet-empty"),
        w.t("ledger-wallet-empty-text"),
    )
}

fn pager(w: &Words, list: &ListQuery, history: &Listed<AccountEntry>) -> Option<Pager> {
    let next = history.next.as_ref()?;
    Some(Pager::cursor(w, history.data.len()).next(list.with("after", next)))
}

fn tiles(w: &Words, wallets: &[Wallet]) -> Html {
    ui::tiles(wallets.iter().flat_map(|wallet| {
        let code = wallet.available.currency.code();
        [
            Tile::new(w.t1("ledger-available-in", "currency", code), w.exact(wallet.available)),
            Tile::new(w.t1("ledger-held-in", "currency", code), w.exact(wallet.held)),
        ]
    }))
}

fn views(w: &Words, list: &ListQuery, loaded: &Loaded) -> Option<Views> {
    let several = loaded.wallets.len() > 1;
    several.then(|| {
        loaded
            .wallets
            .iter()
            .fold(Views::new(w.t("ledger-currency")), |views, wallet| {
                let currency = wallet.available.currency;
                let href = list.with("currency", currency.code());
                views.view(href, currency.code(), None, loaded.shown == Some(currency))
            })
    })
}

fn hold_row(w: &Words, hold: &Hold) -> HoldRow {
    HoldRow {
        memo: hold.memo.clone(),
        about: hold.about.clone().unwrap_or_default(),
        since: ui::when(w, hold.held_at),
        amount: w.exact(hold.amount),
    }
}

/// An entry of the account of what is free: a credit is money that came in.
fn row(w: &Words, entry: &AccountEntry, linked: bool) -> Row {
    let kind = words::kind(w, entry.kind);
    let amount = words::turned(entry.amount);
    Row {
        href: linked.then(|| listed::path(entry.transaction)),
        memo: if entry.memo.is_empty() {
            kind.clone()
        } else {
            entry.memo.clone()
        },
        kind,
        day: w.day(entry.day),
        came_in: !amount.is_negative(),
        amount: w.exact(amount),
        balance: w.exact(words::turned(entry.balance)),
    }
}

fn change_form(
    ctx: &Staff,
    id: CustomerId,
    loaded: &Loaded,
    typed: Option<&Typed>,
    errors: &FormErrors,
) -> Result<ChangeForm> {
    let currency = loaded.shown.or(loaded.functional).map_or("", Currency::code);
    let blank = Typed {
        direction: "in".into(),
        against: Against::Bank.name().into(),
        currency: currency.into(),
        day: today(ctx)?.to_string(),
        ..Typed::default()
    };
    let typed = typed.unwrap_or(&blank);
    Ok(ChangeForm {
        action: path(id),
        once: typed.once(ctx).to_string(),
        fields: fields(ctx.words(), typed, loaded.functional, errors),
    })
}

fn fields(w: &Words, typed: &Typed, functional: Option<Currency>, errors: &FormErrors) -> [Field; 7] {
    let fill = |name: &str, field: Field, value: &str| field.value(value).error(errors.get(name));
    let all: Vec<_> = Currency::all()
        .map(|currency| (currency.code(), currency.code()))
        .collect();
    let ways = [("in", w.t("ledger-way-in")), ("out", w.t("ledger-way-out"))];
    let against = [
        (Against::Bank.name(), w.t("ledger-against-bank")),
        (Against::Goodwill.name(), w.t("ledger-against-goodwill")),
    ];
    let number = |name: &str, label: String| {
        Field::text(name, label)
            .attr("inputmode", "decimal")
            .attr("maxlength", 24)
            .autocomplete("off")
    };
    let books = functional.map_or("", Currency::code);
    [
        fill(
            "direction",
            Field::choices("direction", w.t("ledger-way"), &ways),
            &typed.direction,
        ),
        fill(
            "against",
            Field::choices("against", w.t("ledger-against"), &against),
            &typed.against,
        ),
        fill(
            "amount",
            number("amount", w.t("ledger-amount")).required(),
            &typed.amount,
        ),
        fill(
            "currency",
            Field::select("currency", w.t("ledger-currency"), &all),
            &typed.currency,
        ),
        fill(
            "reason",
            Field::text("reason", w.t("ledger-reason"))
                .required()
                .attr("maxlength", 500)
                .hint(w.t("ledger-no-names")),
            &typed.reason,
        ),
        fill("day", Field::date("day", w.t("ledger-on-day")), &typed.day),
        fill(
            "rate",
            number("rate", w.t("ledger-rate")).hint(w.t1("ledger-rate-hint", "currency", books)),
            &typed.rate,
        ),
    ]
}
