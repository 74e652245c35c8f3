//! What can be done with price rules.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Id, ImportId, Instant, PriceRuleId, Problem, SalesListId, TldGroupId};
use platform::{Ctx, Read, Result, Tx};
use reference::RateBooks;

use super::model::{Order, PriceRule, RuleVersion};
use super::run::{Market, Ready, Run};
use super::store;
use super::terms::{FormulaKind, RoundingText, RuleTerms, RuleTlds, Terms, TldChoice, Towards};
use crate::imports::{self, Import, Made, MadePrice, Plan, Prepared, Standing};
use crate::margins::{Held, Rates};
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::{self, Books, Kind, Operation};
use crate::sales_lists::{self, SalesList};
use crate::values::based_on;
use crate::{registrars, tld_groups};

/// How many rules a tenant may have; a page lists them all.
pub const MAX_PRICE_RULES: usize = 200;

/// Rules tell what is earned: who reads them may see margins, who changes them may change prices too.
fn may_change(read: &Read) -> Result<()> {
    imports::may_run(read)
}

/// Adds a rule, the last in order.
///
/// # Errors
/// `invalid_fields`, `too_many_price_rules`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, new: &RuleTerms) -> Result<PriceRule> {
    may_change(tx)?;
    let terms = Terms::try_from(new)?;
    names_what_there_is(tx, &terms).await?;
    let rules = store::all(tx).await?;
    if rules.len() >= MAX_PRICE_RULES {
        return Err(Problem::conflict("too_many_price_rules")
            .arg("max", MAX_PRICE_RULES)
            .into());
    }
    let place = rules.last().map_or(1, |last| last.place + 1);
    let change = PriceRule::open(tx.new_id(), place, terms, tx.now(), tx.actor().who.to_string());
    tx.save(change).await
}

/// Has a rule say something else; `expected` is the version that was shown. What it said before stays on record.
///
/// # Errors
/// `not_found`, `invalid_fields`, `stale`, `forbidden`, or the database.
pub async fn change(tx: &mut Tx, id: PriceRuleId, expected: Option<i64>, edit: &RuleTerms) -> Result<PriceRule> {
    may_change(tx)?;
    let rule = found(store::by_id(tx, id).await?)?;
    based_on(expected, rule.version)?;
    let terms = Terms::try_from(edit)?;
    names_what_there_is(tx, &terms).await?;
    save(tx, rule, terms).await
}

/// Switches a rule on or off; nothing happens where it is already.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn enable(tx: &mut Tx, id: PriceRuleId, enabled: bool) -> Result<PriceRule> {
    may_change(tx)?;
    let rule = found(store::by_id(tx, id).await?)?;
    let terms = Terms {
        enabled,
        ..rule.terms.clone()
    };
    save(tx, rule, terms).await
}

async fn save(tx: &mut Tx, rule: PriceRule, terms: Terms) -> Result<PriceRule> {
    match rule.clone().edit(terms, tx.now(), tx.actor().who.to_string())? {
        Some(change) => tx.save(change).await,
        None => Ok(rule),
    }
}

/// Refuses a rule that names a list, registrar or group the tenant does not have.
async fn names_what_there_is(read: &Read, terms: &Terms) -> Result<()> {
    let unknown = |pointer, code| Err(Problem::refused("invalid_fields").field(pointer, code).into());
    if !sales_lists::all(read).await?.iter().any(|list| list.id == terms.list) {
        return unknown("/list", "sales_list_unknown");
    }
    if let Some(id) = terms.registrar
        && !registrars::all(read).await?.iter().any(|registrar| registrar.id == id)
    {
        return unknown("/registrar", "rule_registrar_unknown");
    }
    if let RuleTlds::Group(id) = terms.tlds
        && !tld_groups::all(read).await?.iter().any(|group| group.id == id)
    {
        return unknown("/group", "tld_group_missing");
    }
    Ok(())
}

/// Has the rules asked in another order, which names each of them once.
///
/// # Errors
/// `price_rules_moved`, `forbidden`, or the database.
pub async fn reorder(tx: &mut Tx, order: Vec<PriceRuleId>) -> Result<Vec<PriceRule>> {
    may_change(tx)?;
    let rules = store::all(tx).await?;
    if let Some(change) = Order::of(&rules, order)? {
        tx.save(change).await?;
    }
    store::all(tx).await
}

/// Moves a rule one place up or down.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn step(tx: &mut Tx, id: PriceRuleId, up: bool) -> Result<()> {
    may_change(tx)?;
    let mut order: Vec<PriceRuleId> = store::all(tx).await?.into_iter().map(|rule| rule.id).collect();
    let at = order.iter().position(|one| *one == id).ok_or_else(Problem::not_found)?;
    let to = if up { at.checked_sub(1) } else { Some(at + 1) };
    if let Some(to) = to.filter(|to| *to < order.len()) {
        order.swap(at, to);
        reorder(tx, order).await?;
    }
    Ok(())
}

/// A rule to begin with, for the standard sales list: every ending at the nearest .99 that leaves 12 % of the price.
///
/// # Errors
/// `sales_list_missing`, `too_many_price_rules`, `forbidden`, or the database.
pub async fn starter(tx: &mut Tx, name: &str) -> Result<PriceRule> {
    may_change(tx)?;
    let lists = sales_lists::all(tx).await?;
    let list = lists.first().ok_or_else(|| Problem::conflict("sales_list_missing"))?;
    let terms = RuleTerms {
        name: name.to_owned(),
        list: list.id,
        operations: Operation::ALL.map(|operation| operation.name().to_owned()).to_vec(),
        years: vec![1],
        registrar: None,
        for_tlds: TldChoice::All,
        tlds: Vec::new(),
        group: None,
        formula: FormulaKind::Margin,
        percent: "12".into(),
        fixed: None,
        rounding: Some(RoundingText {
            every: 100,
            ending: 99,
            to: Towards::Nearest,
        }),
        minimum_margin: "12".into(),
        loss_leader: None,
        enabled: true,
    };
    add(tx, &terms).await
}

/// All rules in their order.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<PriceRule>> {
    read.allow(MARGINS_READ)?;
    store::all(read).await
}

/// One rule.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: PriceRuleId) -> Result<PriceRule> {
    read.allow(MARGINS_READ)?;
    found(store::by_id(read, id).await?)
}

/// What a rule said over time, the latest first; at most two hundred versions.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn versions(read: &Read, id: PriceRuleId) -> Result<Vec<RuleVersion>> {
    by_id(read, id).await?;
    store::versions(read, id).await
}

fn found(rule: Option<PriceRule>) -> Result<PriceRule> {
    rule.ok_or_else(|| Problem::not_found().into())
}

/// What to run rules for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// The sales list whose rules are run.
    pub list: SalesListId,
    /// Only these endings, as people type them; none: all.
    pub tlds: Vec<String>,
    /// From when the prices hold; nothing: as soon as they are applied.
    pub effective_from: Option<Instant>,
    /// What the dry run is called.
    pub name: String,
}

/// The exchange rates of the tenant, with its mark-up on conversions.
///
/// # Errors
/// The database.
pub(super) async fn rates(ctx: &Ctx, books: &Books, rates: &RateBooks) -> Result<Held> {
    let book = books.book(ctx).await?;
    Held::of(ctx, rates, book.settings.currency_conversion_markup).await
}

/// Runs the rules of a list: a dry run, which changes nothing and is not yet kept.
///
/// # Errors
/// `invalid_fields`, `no_price_rules`, `import_in_the_past`, `import_too_far_ahead`, `forbidden`, or the database.
pub async fn preview(read: &Read, rates: Rates<'_>, new: &NewRun) -> Result<Prepared> {
    may_change(read)?;
    imports::takes_effect(read, new.effective_from).await?;
    let only = tld_groups::endings(&new.tlds)?;
    let list = named_list(read, new.list).await?;
    let rules = ready(read, new.list).await?;
    if rules.is_empty() {
        return Err(Problem::refused("no_price_rules")
            .field("/list", "no_price_rules")
            .into());
    }
    let (run, prices, book_version) = made(read, rates, &list, &rules, only, new.effective_from).await?;
    let name = new.name.clone();
    let made = Made {
        list: &list,
        name,
        book_version,
        effective_from: new.effective_from,
        prices,
        run,
    };
    imports::prepare_made(read, made)
}

async fn named_list(read: &Read, id: SalesListId) -> Result<SalesList> {
    let lists = sales_lists::all(read).await?;
    let unknown = || Problem::refused("invalid_fields").field("/list", "sales_list_unknown");
    Ok(lists.into_iter().find(|list| list.id == id).ok_or_else(unknown)?)
}

/// The rules of a list that make prices, in their order.
async fn ready(read: &Read, list: SalesListId) -> Result<Vec<Ready>> {
    let groups = tld_groups::all(read).await?;
    let members: BTreeMap<TldGroupId, BTreeSet<String>> =
        groups.into_iter().map(|group| (group.id, group.endings)).collect();
    let rules = store::all(read).await?;
    let rules = rules
        .into_iter()
        .filter(|rule| rule.terms.enabled && rule.terms.list == list);
    let ready = |(priority, rule): (usize, PriceRule)| Ready {
        engine: rule.terms.rule(rule.id, priority, |group| {
            members.get(&group).cloned().unwrap_or_default()
        }),
        rule,
    };
    Ok(rules.enumerate().map(ready).collect())
}

async fn made(
    read: &Read,
    rates: Rates<'_>,
    list: &SalesList,
    rules: &[Ready],
    only: BTreeSet<String>,
    effective_from: Option<Instant>,
) -> Result<(Run, Vec<MadePrice>, i64)> {
    let book = price_books::load(read).await?;
    let cells = price_books::store::cells_of_list(read, list.id.uuid()).await?;
    let standing = Standing::of(cells);
    let now = read.now();
    let market = Market {
        book: &book,
        list,
        standing: &standing,
        rules,
        rates,
        now,
        at: effective_from.unwrap_or(now),
    };
    let run = market.run(only);
    let price = |line: &super::run::Line| MadePrice {
        key: market.key(&line.ending, line.operation, line.years, Kind::Regular),
        before: line.before,
        after: line.made.price.minor,
        cost: line.made.margin.cost.map(|cost| cost.minor),
        note: run
            .rule(line.made.rule)
            .map(|rule| format!("{}, v{}", rule.name, rule.version))
            .unwrap_or_default(),
    };
    let prices = run.lines.iter().map(price).collect();
    Ok((run, prices, book.version))
}

/// What the rules of a list would make for one ending: nothing is kept. Without rules it says so in the run.
///
/// # Errors
/// `invalid_fields`, `forbidden`, or the database.
pub(super) async fn try_on(read: &Read, rates: Rates<'_>, list: SalesListId, tld: &str) -> Result<Run> {
    may_change(read)?;
    let only = tld_groups::endings(&[tld.to_owned()])?;
    let list = named_list(read, list).await?;
    let rules = ready(read, list.id).await?;
    Ok(made(read, rates, &list, &rules, only, None).await?.0)
}

/// Keeps a dry run, so that it can be looked at and applied.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, prepared: &Prepared) -> Result<Import> {
    imports::keep(tx, prepared).await
}

/// The latest two hundred dry runs.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn runs(read: &Read) -> Result<Vec<Import>> {
    imports::made_lately(read, 200).await
}

/// A dry run that was kept, with what the rules made.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn run_of(read: &Read, id: ImportId) -> Result<(Import, Plan, Run)> {
    let (import, mut plan) = imports::made_plan_of(read, id).await?;
    let run = plan.run.take().unwrap_or_default();
    Ok((import, plan, run))
}

/// Reads a dry run, ahead of the transaction that applies it.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn ready_to_apply(read: &Read, id: ImportId) -> Result<imports::Ready> {
    imports::ready_made(read, id).await
}

/// Puts the prices of a dry run into the book: exactly what it shows, once, or not at all.
///
/// # Errors
/// `not_found`, `import_book_changed`, `price_rules_outdated`, `import_too_late`, `forbidden`, or the database.
pub async fn apply(tx: &mut Tx, books: &Books, ready: &imports::Ready) -> Result<Import> {
    tx.allow(PRICES_EDIT)?;
    imports::apply(tx, books, ready).await
}
