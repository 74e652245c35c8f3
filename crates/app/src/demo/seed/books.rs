//! A year of business in the books of each company: what customers paid in and ordered, what suppliers are owed and were
//! paid, rent. The same in every demo, with days around the present one.

use engines::posting::{self, Account, Billed, Posting, Role, Valuation};
use identity::tenants::{Settings, Trades};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Currency, CustomerId, Id, Money, SupplierId};
use ledger::journal::{Kind, Listing, ManualEntry, ManualLine, NewTransaction};
use ledger::wallets::NewHold;
use parties::Page;
use platform::{Ctx, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use crate::cli::Failure;

/// How many months.
const MONTHS: i32 = 12;
/// The demo's gateway account, and its account at a bank.
const GATEWAY: Uuid = Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_00a1);

/// What differs between the two trades.
struct Year {
    currency: Currency,
    /// What an order costs at least, in minor units.
    least: i64,
    /// Tax on it in percent; none where what is sold goes abroad.
    tax: i64,
    rent: i64,
    sold: &'static str,
}

impl Year {
    fn line(&self, role: Role, supplier: Option<SupplierId>, minor: i64) -> ManualLine {
        ManualLine {
            role,
            supplier,
            amount: Money::new(minor, self.currency),
            worth: None,
        }
    }
}

pub(super) async fn seed(ctx: &Ctx, trades: Trades, settings: &Settings) -> std::result::Result<(), Failure> {
    let zone = TimeZone::get(&settings.time_zone)?;
    let today = ctx.now().timestamp().to_zoned(zone).date();
    let year = &Year {
        currency: settings.currency.parse()?,
        least: if trades.domains { 49_000 } else { 2_450_000 },
        tax: if trades.domains { 20 } else { 5 },
        rent: if trades.domains { 90_000 } else { 4_500_000 },
        sold: if trades.domains {
            "Names and renewals"
        } else {
            "Journey"
        },
    };
    let first = today.first_of_month().saturating_sub((MONTHS - 1).months());
    open(ctx, year, first).await?;
    for month in 0..MONTHS {
        let start = first.saturating_add(month.months());
        ctx.write(|tx| async move { one_month(tx, year, start, today).await }.scope_boxed())
            .await?;
    }
    Ok(())
}

/// Opens the books with what the owners paid in on the day before the year.
async fn open(ctx: &Ctx, year: &Year, first: Date) -> Result<()> {
    ctx.write(|tx| {
        async move {
            if ledger::books::get(tx).await?.is_some() {
                return Ok(());
            }
            ledger::books::open(tx, year.currency).await?;
            let day = first.saturating_sub(1.day());
            let paid_in = year.rent * 6;
            let lines = vec![
                year.line(Role::Bank, None, paid_in),
                year.line(Role::Equity, None, -paid_in),
            ];
            enter(tx, day, "Paid in by the owners", lines).await
        }
        .scope_boxed()
    })
    .await
}

/// Whether a month has its business: it comes in one transaction.
async fn is_there(tx: &Tx, start: Date) -> Result<bool> {
    let any = Listing {
        from: Some(start),
        until: Some(start.last_of_month()),
        limit: 1,
        ..Listing::default()
    };
    Ok(!ledger::journal::list(tx, &any).await?.is_empty())
}

async fn one_month(tx: &mut Tx, year: &Year, start: Date, today: Date) -> Result<()> {
    if is_there(tx, start).await? {
        return Ok(());
    }
    let customers = parties::customers::ops::list(tx, &parties::customers::Filter::default(), &Page::first(20)).await?;
    let suppliers = parties::suppliers::ops::list(tx, &parties::suppliers::Filter::default(), &Page::first(20)).await?;
    let on = |day: i32| start.saturating_add((day - 1).days());
    let mut owed = 0;
    for (at, customer) in (0_i64..).zip(&customers) {
        let supplier = suppliers.get(usize::try_from(at).unwrap_or_default() % suppliers.len().max(1));
        let day = on(3 + i32::try_from(at).unwrap_or_default() * 2);
        if day > today {
            continue;
        }
        let net = year.least + (at * 37 + i64::from(start.month()) * 13) % 90 * year.least / 25;
        owed += order(tx, year, customer.id, supplier.map(|supplier| supplier.id), net, day).await?;
    }
    if on(26) <= today {
        month_end(tx, year, suppliers.first().map(|supplier| supplier.id), owed, on(26)).await?;
    }
    Ok(())
}

/// A customer pays in, orders, and the supplier is owed; what that is, in minor units.
async fn order(
    tx: &mut Tx,
    year: &Year,
    customer: CustomerId,
    supplier: Option<SupplierId>,
    net: i64,
    day: Date,
) -> Result<i64> {
    let money = |minor| Money::new(minor, year.currency);
    let home = Valuation::home(year.currency);
    let (order, tax) = (format!("demo-{day}-{customer}"), net * year.tax / 100);
    let paid = net + tax + net / 10;
    let top_up = posting::capture_to_wallet(
        home,
        GATEWAY,
        customer.uuid(),
        money(paid),
        money(paid * 29 / 1_000 + 30),
    );
    let top_up = transaction(&order, "top-up", Kind::TopUp, day, top_up, "Wallet topped up by card")?;
    ledger::journal::post(tx, top_up).await?;
    let hold = NewHold {
        key: format!("{order}:hold"),
        customer,
        amount: money(net + tax),
        memo: year.sold.to_owned(),
        source: None,
        about: Some(order.clone()),
        day,
    };
    let hold = ledger::wallets::hold(tx, &hold).await?;
    let billed = Billed {
        net: &[(Account::the(Role::Sales), money(net))],
        taxes: &[(Account::the(Role::OutputTax), money(tax))],
    };
    let invoice = posting::invoice(home, customer.uuid(), &billed);
    let invoice = transaction(&order, "invoice", Kind::Invoice, day, invoice, year.sold)?;
    ledger::journal::post(tx, invoice).await?;
    ledger::wallets::capture(tx, hold.id, hold.amount, day).await?;
    let Some(supplier) = supplier else { return Ok(0) };
    let cost = net * 82 / 100;
    let delivered = posting::cost(home, supplier.uuid(), money(cost));
    let delivered = transaction(&order, "cost", Kind::Cost, day, delivered, "Delivered by the supplier")?;
    ledger::journal::post(tx, delivered).await?;
    Ok(cost)
}

/// The gateway pays out, the supplier is paid, and the rent.
async fn month_end(tx: &mut Tx, year: &Year, supplier: Option<SupplierId>, owed: i64, day: Date) -> Result<()> {
    let money = |minor| Money::new(minor, year.currency);
    let home = Valuation::home(year.currency);
    if owed > 0 {
        let bank = Account::the(Role::Bank);
        let payout = posting::payout(home, GATEWAY, bank, money(owed + year.rent));
        let payout = transaction(
            &format!("demo-{day}"),
            "payout",
            Kind::Payout,
            day,
            payout,
            "Paid out to the bank",
        )?;
        ledger::journal::post(tx, payout).await?;
    }
    let mut lines = vec![
        year.line(Role::OtherExpense, None, year.rent),
        year.line(Role::Bank, None, -year.rent),
    ];
    enter(tx, day, "Rent and wages", lines).await?;
    if supplier.is_some() && owed > 0 {
        let paid = owed * 9 / 10;
        lines = vec![
            year.line(Role::Payable, supplier, paid),
            year.line(Role::Bank, None, -paid),
        ];
        enter(tx, day, "Supplier paid by bank transfer", lines).await?;
    }
    Ok(())
}

async fn enter(tx: &mut Tx, day: Date, memo: &str, lines: Vec<ManualLine>) -> Result<()> {
    let entry = ManualEntry {
        day,
        memo: memo.to_owned(),
        about: None,
        lines,
    };
    ledger::journal::enter(tx, &entry).await.map(drop)
}

fn transaction(
    order: &str,
    step: &str,
    kind: Kind,
    day: Date,
    posting: std::result::Result<Posting, posting::PostingError>,
    memo: &str,
) -> Result<NewTransaction> {
    Ok(NewTransaction {
        key: format!("{order}:{step}"),
        kind,
        day,
        posting: posting.map_err(platform::Error::internal)?,
        memo: memo.to_owned(),
        source: None,
        about: Some(order.to_owned()),
        rate: None,
    })
}
