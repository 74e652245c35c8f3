//! A plan as CSV: the rows the page shows, all of them.

use kernel::{ImportId, Money};
use scoped_futures::ScopedFutureExt;
use web::{Csv, Path, Query, Result, Staff};

use super::showing::{Asked, Showing, Wanted};
use crate::imports::ops;
use crate::imports::plan::PlanRow;
use crate::imports::sheet::{Finding, Weight};

pub(in crate::imports::pages) async fn csv(
    ctx: Staff,
    Path(id): Path<ImportId>,
    Query(asked): Query<Asked>,
) -> Result<Csv> {
    let (import, plan) = ctx
        .read(|read| async move { ops::plan_of(read, id).await }.scope_boxed())
        .await?;
    let wanted = Wanted::of(&asked, &import);
    if wanted.show == Showing::Findings {
        return Ok(findings(&ctx, &plan.findings));
    }
    Ok(prices(&wanted.rows(&plan)))
}

fn findings(ctx: &Staff, findings: &[Finding]) -> Csv {
    let csv = Csv::new(
        "findings.csv",
        &["line", "column", "field", "value", "reason", "weight"],
    );
    findings.iter().fold(csv, |csv, finding| {
        let weight = match finding.weight {
            Weight::Refused => "refused",
            Weight::LeftOut => "left_out",
        };
        csv.row([
            &finding.line.to_string(),
            &finding.column.to_string(),
            &finding.field,
            &finding.value,
            &ctx.t(&finding.reason.key()),
            weight,
        ])
    })
}

fn prices(rows: &[&PlanRow]) -> Csv {
    let csv = Csv::new(
        "import.csv",
        &[
            "class",
            "line",
            "ending",
            "operation",
            "years",
            "kind",
            "currency",
            "before",
            "after",
            "effective_from",
        ],
    );
    rows.iter().fold(csv, |csv, row| {
        let key = &row.key;
        let amount =
            |minor: Option<i64>| minor.map_or_else(String::new, |minor| Money::new(minor, key.currency).decimal());
        csv.row([
            Showing::Class(row.class).name(),
            &row.line.to_string(),
            &key.ending,
            key.operation.name(),
            &key.years.to_string(),
            key.kind.name(),
            key.currency.code(),
            &amount(row.before),
            &amount(row.after),
            &row.effective_from.map(|at| at.to_string()).unwrap_or_default(),
        ])
    })
}
