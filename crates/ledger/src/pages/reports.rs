//! Trial balance, balance sheet, profit and loss: tabs of one page, at a day or over a period.

use askama::Template;
use axum::response::Response;
use engines::posting::{Role, Section};
use jiff::civil::Date;
use kernel::{Money, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, Alert, Field, FormErrors, Html, Icon, Tabs, Tone, Views};
use web::{Query, Result, Staff};

use super::{ACCOUNTS, REPORTS, answered, below, opened, tabs, to_open, told, words};
use crate::http::parts::today;
use crate::reports::{self, BalanceSheet, ProfitAndLoss, Sums, TrialBalance};

/// What an address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    report: String,
    on: String,
    from: String,
    until: String,
}

/// Which report.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Report {
    Trial,
    Sheet,
    Profit,
}

impl Report {
    const ALL: [Self; 3] = [Self::Trial, Self::Sheet, Self::Profit];

    const fn name(self) -> &'static str {
        match self {
            Self::Trial => "trial-balance",
            Self::Sheet => "balance-sheet",
            Self::Profit => "profit-and-loss",
        }
    }

    /// The trial balance for any other name.
    fn named(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|report| report.name() == name);
        found.unwrap_or(Self::Trial)
    }

    fn label(self, w: &Words) -> String {
        match self {
            Self::Trial => w.t("ledger-trial-balance"),
            Self::Sheet => w.t("ledger-balance-sheet"),
            Self::Profit => w.t("ledger-profit-and-loss"),
        }
    }

    fn href(self) -> String {
        format!("{REPORTS}?report={}", self.name())
    }
}

/// Where the reports are, for the page that leads to them.
pub(super) fn links(w: &Words) -> [(String, String); 3] {
    Report::ALL.map(|report| (report.href(), report.label(w)))
}

#[derive(Template)]
#[template(path = "pages/reports.html")]
struct ReportsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    views: Views,
    errors: FormErrors,
    action: &'static str,
    report: &'static str,
    fields: Vec<Field>,
    heading: String,
    body: Html,
}

#[derive(Template)]
#[template(path = "pages/trial_balance.html")]
struct TrialTable<'a> {
    w: &'a Words,
    label: String,
    amiss: Option<Alert>,
    rows: Vec<TrialRow>,
    total: [String; 2],
    empty: ui::Empty,
}

struct TrialRow {
    href: String,
    role: String,
    /// What is on them in their own currency, where it is another.
    foreign: String,
    sides: [String; 2],
}

#[derive(Template)]
#[template(path = "pages/statement.html")]
struct Statement<'a> {
    w: &'a Words,
    parts: Vec<Part>,
    amiss: Option<Alert>,
    last: (String, String, bool),
}

/// A part of the balance sheet, or of profit and loss.
struct Part {
    title: String,
    rows: Vec<(String, String, String)>,
    total: String,
}

/// What was asked of time, read.
#[derive(Clone, Copy)]
struct Period {
    on: Date,
    from: Date,
    until: Date,
}

pub(super) async fn show(ctx: Staff, Query(asked): Query<Asked>) -> Result<Response> {
    if opened(&ctx).await?.is_none() {
        return Ok(to_open());
    }
    let (w, report) = (ctx.words(), Report::named(&asked.report));
    let (period, mut problem) = period(&asked, today(&ctx)?);
    let (heading, body) = match told_of(&ctx, report, &period).await {
        Ok(shown) => shown,
        Err(error) => {
            problem = Some(told(error)?);
            (report.label(w), Html::default())
        }
    };
    let errors = problem
        .as_ref()
        .map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let views = Report::ALL
        .into_iter()
        .fold(Views::new(w.t("ledger-reports")), |views, other| {
            views.view(other.href(), other.label(w), None, other == report)
        });
    let page = ReportsPage {
        w,
        tabs: tabs(&ctx, REPORTS),
        views,
        action: REPORTS,
        report: report.name(),
        fields: fields(w, report, &asked, &period, &errors),
        errors,
        heading,
        body,
    };
    let head = below(w, w.t("ledger-reports")).refused_if(problem.is_some());
    let shown = ctx.console(&head, &page).await?;
    Ok(answered(shown, problem.as_ref()))
}

/// Today, and this year until today, where nothing else is said.
fn period(asked: &Asked, today: Date) -> (Period, Option<Problem>) {
    let mut unread = Vec::new();
    let mut read = |pointer: &'static str, text: &str, other: Date| {
        if text.trim().is_empty() {
            return other;
        }
        text.trim().parse().unwrap_or_else(|_| {
            unread.push(pointer);
            other
        })
    };
    let on = read("/on", &asked.on, today);
    let until = read("/until", &asked.until, today);
    let from = read("/from", &asked.from, until.first_of_year());
    let problem = (!unread.is_empty()).then(|| {
        let none = Problem::refused("invalid_fields");
        unread
            .into_iter()
            .fold(none, |problem, pointer| problem.field(pointer, "day_invalid"))
    });
    (Period { on, from, until }, problem)
}

fn fields(w: &Words, report: Report, asked: &Asked, period: &Period, errors: &FormErrors) -> Vec<Field> {
    let field = |name: &str, label: String, typed: &str, day: Date| {
        let value = if typed.is_empty() {
            day.to_string()
        } else {
            typed.to_owned()
        };
        Field::date(name, label).value(value).error(errors.get(name))
    };
    match report {
        Report::Profit => vec![
            field("from", w.t("ledger-from"), &asked.from, period.from),
            field("until", w.t("ledger-until"), &asked.until, period.until),
        ],
        Report::Trial | Report::Sheet => vec![field("on", w.t("ledger-end-of-day"), &asked.on, period.on)],
    }
}

async fn told_of(ctx: &Staff, report: Report, period: &Period) -> platform::Result<(String, Html)> {
    let (w, Period { on, from, until }) = (ctx.words(), *period);
    let heading = match report {
        Report::Profit => w.t2("ledger-over", "from", w.day(from), "until", w.day(until)),
        Report::Trial | Report::Sheet => w.t1("ledger-at-end-of", "day", w.day(on)),
    };
    let body = match report {
        Report::Trial => {
            let found = ctx.read(|read| async move { reports::trial_balance(read, Some(on)).await }.scope_boxed());
            trial(w, &found.await?)
        }
        Report::Sheet => {
            let found = ctx.read(|read| async move { reports::balance_sheet(read, Some(on)).await }.scope_boxed());
            sheet(w, &found.await?)
        }
        Report::Profit => {
            let found = ctx.read(|read| async move { reports::profit_and_loss(read, from, until).await }.scope_boxed());
            profit(w, &found.await?)
        }
    };
    Ok((format!("{} · {heading}", report.label(w)), body))
}

fn amiss(w: &Words, balances: bool) -> Option<Alert> {
    (!balances).then(|| Alert::new(Tone::Bad, w.t("ledger-amiss")).text(w.t("ledger-amiss-text")))
}

fn accounts_of(role: Role) -> String {
    format!("{ACCOUNTS}?role={}", role.path())
}

fn trial(w: &Words, trial: &TrialBalance) -> Html {
    let rows = trial.lines.iter().map(|line| TrialRow {
        href: accounts_of(line.role),
        role: words::role(w, line.role),
        foreign: if line.balance.currency == trial.functional {
            String::new()
        } else {
            w.exact(words::size(line.balance))
        },
        sides: words::sides(w, line.worth),
    });
    Html::of(&TrialTable {
        w,
        label: w.t("ledger-trial-balance"),
        amiss: amiss(w, trial.balances()),
        rows: rows.collect(),
        total: [w.exact(trial.debits), w.exact(words::size(trial.credits))],
        empty: ui::Empty::new(Icon::Book, w.t("ledger-none-posted"), w.t("ledger-nothing-then")),
    })
}

fn part(w: &Words, section: Section, sums: &Sums) -> Part {
    let row = |(role, sum): &(Role, Money)| (accounts_of(*role), words::role(w, *role), w.exact(*sum));
    Part {
        title: words::section(w, section),
        rows: sums.lines.iter().map(row).collect(),
        total: w.exact(sums.total),
    }
}

fn sheet(w: &Words, sheet: &BalanceSheet) -> Html {
    Html::of(&Statement {
        w,
        parts: vec![
            part(w, Section::Assets, &sheet.assets),
            part(w, Section::Liabilities, &sheet.liabilities),
            part(w, Section::Equity, &sheet.equity),
        ],
        amiss: amiss(w, sheet.balances()),
        last: (
            w.t("ledger-result-so-far"),
            w.exact(sheet.result),
            sheet.result.is_negative(),
        ),
    })
}

fn profit(w: &Words, found: &ProfitAndLoss) -> Html {
    Html::of(&Statement {
        w,
        parts: vec![
            part(w, Section::Income, &found.income),
            part(w, Section::Expenses, &found.expenses),
        ],
        amiss: None,
        last: (w.t("ledger-result"), w.exact(found.result), found.result.is_negative()),
    })
}
