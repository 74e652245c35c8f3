//! The demo's price rules: a group with a rule of its own, one for everything else, and what they would make.

use catalog::margins::Rates;
use catalog::price_rules::{self, FormulaKind, NewRun, RoundingText, RuleTerms, TldChoice, Towards};
use catalog::sales_lists;
use catalog::tld_groups::{self, TldGroupEdit};
use engines::fx::FxRules;
use platform::Ctx;
use scoped_futures::ScopedFutureExt;

use crate::cli::Failure;
use crate::wiring::House;

/// Rules and a dry run of them; nothing is applied, so the real lists' margins stay as they are.
pub(super) async fn price_rules(house: &House, ctx: &Ctx) -> Result<(), Failure> {
    let known = ctx
        .read(|read| async move { price_rules::list(read).await }.scope_boxed())
        .await?;
    if !known.is_empty() {
        return Ok(());
    }
    let book = house.rates.book(ctx).await?;
    let rates = Rates {
        book: &book.fx,
        rules: FxRules::default(),
    };
    ctx.write(|tx| {
        async move {
            let group = TldGroupEdit {
                name: "European".to_owned(),
                tlds: ["at", "be", "ch", "de", "es", "eu", "fr", "it", "nl", "pl", "se"]
                    .map(str::to_owned)
                    .to_vec(),
            };
            let group = tld_groups::add(tx, &group).await?;
            let Some(list) = sales_lists::list(tx).await?.into_iter().next() else {
                return Ok(());
            };
            let european = RuleTerms {
                name: "European at 20% on top".to_owned(),
                list: list.id,
                operations: ["register", "renew"].map(str::to_owned).to_vec(),
                years: vec![1],
                registrar: None,
                for_tlds: TldChoice::Group,
                tlds: Vec::new(),
                group: Some(group.id),
                formula: FormulaKind::Markup,
                percent: "20".to_owned(),
                fixed: None,
                rounding: Some(RoundingText {
                    every: 100,
                    ending: 95,
                    to: Towards::Up,
                }),
                minimum_margin: "10".to_owned(),
                loss_leader: None,
                enabled: true,
            };
            price_rules::add(tx, &european).await?;
            price_rules::starter(tx, "12% margin, .99 endings").await?;
            let run = NewRun {
                list: list.id,
                tlds: Vec::new(),
                effective_from: None,
                name: "Price rules".to_owned(),
            };
            let prepared = price_rules::preview(tx, rates, &run).await?;
            price_rules::keep(tx, &prepared).await.map(|_| ())
        }
        .scope_boxed()
    })
    .await?;
    Ok(())
}
