//! As a table: a line for each entry, with what is on its account after it.

use super::{Running, purpose};
use crate::journal::Transaction;

const HEAD: [&str; 12] = [
    "transaction",
    "day",
    "kind",
    "memo",
    "source",
    "about",
    "account",
    "currency",
    "amount",
    "balance",
    "worth",
    "functional",
];

pub(super) fn head() -> String {
    format!("{}\n", HEAD.join(","))
}

pub(super) fn transaction(running: &mut Running, transaction: &Transaction) -> platform::Result<String> {
    let posted = &transaction.posted;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in posted.posting.lines() {
        let balance = running.add(line).map_err(platform::Error::internal)?;
        let row = [
            transaction.id.to_string(),
            posted.day.to_string(),
            posted.kind.name().to_owned(),
            safe(&posted.memo),
            safe(posted.source.as_deref().unwrap_or_default()),
            safe(posted.about.as_deref().unwrap_or_default()),
            purpose(line).path(),
            line.amount.currency.code().to_owned(),
            line.amount.decimal(),
            balance.decimal(),
            line.worth.decimal(),
            line.worth.currency.code().to_owned(),
        ];
        writer.write_record(row).map_err(platform::Error::internal)?;
    }
    let bytes = writer.into_inner().map_err(platform::Error::internal)?;
    String::from_utf8(bytes).map_err(platform::Error::internal)
}

/// A cell that a spreadsheet does not take for a formula.
fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
