//! How a plan is kept: its rows under their ending, each a list of values instead of a list of named ones, deflated. A
//! hundred thousand rows take some two megabytes so, and are read in a few hundredths of a second to show a page of them.

use std::borrow::Cow;

use kernel::{Currency, Instant};
use platform::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model::ListRef;
use super::plan::{Class, Plan, PlanRow};
use super::sheet::Finding;
use crate::packed;
use crate::price_books::{CellKey, Kind, Operation};
use crate::price_rules::Run;

/// A plan as its column holds it, and what it is known by.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) column: Vec<u8>,
    /// SHA-256 of what is kept, before it is deflated.
    pub(super) hash: String,
}

/// A plan without what all its rows share: they are of the import's list.
#[derive(Serialize, Deserialize)]
struct Written<'p> {
    endings: Vec<(Cow<'p, str>, Vec<WrittenRow<'p>>)>,
    findings: Cow<'p, [Finding]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    run: Option<Cow<'p, Run>>,
}

/// Class, line; currency, operation, years, kind; before, after; fees before, fees after; from when; against; note.
type WrittenRow<'p> = (
    Class,
    u32,
    Currency,
    Operation,
    u8,
    Kind,
    Option<i64>,
    Option<i64>,
    i64,
    i64,
    Option<Instant>,
    Option<i64>,
    Option<Cow<'p, str>>,
);

/// A plan as it is kept.
pub(super) fn kept(plan: &Plan) -> Result<Kept> {
    let endings = plan.rows.chunk_by(|a, b| a.key.ending == b.key.ending);
    let written = Written {
        endings: endings
            .map(|rows| (rows[0].key.ending.as_str().into(), rows.iter().map(written).collect()))
            .collect(),
        findings: plan.findings.as_slice().into(),
        run: plan.run.as_ref().map(Cow::Borrowed),
    };
    let json = serde_json::to_vec(&written)?;
    Ok(Kept {
        column: packed::pack(&json)?,
        hash: hex::encode(Sha256::digest(&json)),
    })
}

fn written(row: &PlanRow) -> WrittenRow<'_> {
    let key = &row.key;
    (
        row.class,
        row.line,
        key.currency,
        key.operation,
        key.years,
        key.kind,
        row.before,
        row.after,
        row.fees_before,
        row.fees_after,
        row.effective_from,
        row.against,
        row.note.as_deref().map(Cow::Borrowed),
    )
}

/// The plan of a column; one kept by an earlier version names every value.
pub(super) fn read(column: &[u8], list: ListRef) -> Result<Plan> {
    if !packed::is_packed(column) {
        return packed::unpack(column);
    }
    let written: Written<'static> = packed::unpack(column)?;
    let rows = written.endings.into_iter().flat_map(|(ending, rows)| {
        let ending = ending.into_owned();
        rows.into_iter().map(move |row| planned(row, &ending, list))
    });
    Ok(Plan {
        rows: rows.collect(),
        findings: written.findings.into_owned(),
        run: written.run.map(Cow::into_owned),
    })
}

fn planned(row: WrittenRow<'_>, ending: &str, list: ListRef) -> PlanRow {
    let (class, line, currency, operation, years, kind, before, after, fees_before, fees_after, from, against, note) =
        row;
    PlanRow {
        class,
        line,
        key: CellKey {
            side: list.side(),
            list: list.uuid(),
            ending: ending.to_owned(),
            currency,
            operation,
            years,
            kind,
        },
        before,
        after,
        fees_before,
        fees_after,
        effective_from: from,
        against,
        note: note.map(Cow::into_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::sheet::{Reason, Weight};
    use kernel::{Id, SalesListId};
    use proptest::prelude::*;
    use uuid::Uuid;

    fn list() -> ListRef {
        ListRef::Sales(SalesListId::from_uuid(Uuid::from_u128(7)))
    }

    prop_compose! {
        fn row()(
            (class, kind) in (
                prop::sample::select(vec![Class::Added, Class::Changed, Class::Unchanged, Class::Vanished]),
                prop::sample::select(vec![Kind::Regular, Kind::Promo, Kind::IcannFee]),
            ),
            operation in prop::sample::select(Operation::ALL.to_vec()),
            (line, years, ending) in (0_u32..200_000, 0_u8..=10, "[a-z]{2,3}"),
            (before, after) in (prop::option::of(0_i64..1_000_000), prop::option::of(0_i64..1_000_000)),
            (fees_before, fees_after) in (0_i64..100, 0_i64..100),
            from in prop::option::of(0_i64..4_000_000_000_000_000),
            against in prop::option::of(0_i64..1_000_000),
            note in prop::option::of(".{0,20}"),
        ) -> PlanRow {
            let key = CellKey {
                side: list().side(),
                list: list().uuid(),
                ending,
                currency: Currency::USD,
                operation,
                years,
                kind,
            };
            let effective_from = from.map(Instant::from_micros);
            PlanRow { class, line, key, before, after, fees_before, fees_after, effective_from, against, note }
        }
    }

    fn plan(rows: Vec<PlanRow>) -> Plan {
        let finding = Finding {
            line: 2,
            column: 1,
            field: "tld".into(),
            value: "=1+1".into(),
            reason: Reason::Formula,
            weight: Weight::Refused,
        };
        Plan {
            rows,
            findings: vec![finding],
            run: Some(Run::default()),
        }
    }

    proptest! {
        #[test]
        fn a_plan_is_read_as_it_was_kept(rows in prop::collection::vec(row(), 0..40)) {
            let plan = plan(rows);
            prop_assert_eq!(read(&kept(&plan).unwrap().column, list()).unwrap(), plan);
        }

        #[test]
        fn a_plan_kept_before_plans_were_packed_is_read_as_well(rows in prop::collection::vec(row(), 0..10)) {
            let plan = plan(rows);
            prop_assert_eq!(read(&serde_json::to_vec(&plan).unwrap(), list()).unwrap(), plan);
        }
    }

    #[test]
    fn plans_that_differ_are_known_apart() {
        let mut other = plan(Vec::new());
        let hash = kept(&other).unwrap().hash;
        other.findings.clear();
        assert_ne!(kept(&other).unwrap().hash, hash);
    }
}
