//! The lines of a transaction, as debits and credits.

use askama::Template;
use engines::posting::{Account, Posting};
use kernel::Money;
use web::messages::Words;
use web::ui::{self, Html};

use super::people::{Named, People};
use super::words;

#[derive(Template)]
#[template(path = "pages/lines.html")]
struct Table<'a> {
    w: &'a Words,
    label: String,
    worth: Option<String>,
    rows: Vec<Row>,
    total: [String; 2],
}

struct Row {
    account: Named,
    debit: String,
    credit: String,
    /// Where an amount of the posting is of another currency.
    worth: String,
}

/// The accounts that a posting touches.
pub(super) fn accounts(posting: &Posting) -> impl Iterator<Item = Account> {
    posting.lines().iter().map(|line| line.account)
}

/// The table of a posting's lines, named by `label`.
pub(super) fn table(w: &Words, people: &People, posting: &Posting, label: String) -> Html {
    let functional = posting.functional();
    let foreign = posting.lines().iter().any(|line| line.amount.currency != functional);
    let rows = posting.lines().iter().map(|line| {
        let [debit, credit] = words::sides(w, line.amount);
        Row {
            account: people.name(w, line.account),
            debit,
            credit,
            worth: w.exact(words::size(line.worth)),
        }
    });
    Html::of(&Table {
        w,
        label,
        worth: foreign.then(|| w.t1("ledger-worth-in", "currency", functional.code())),
        rows: rows.collect(),
        total: sums(w, posting),
    })
}

/// What the debits come to, and the credits, in the currency of the books.
fn sums(w: &Words, posting: &Posting) -> [String; 2] {
    [1, -1].map(|side| w.exact(side_of(posting, side)))
}

/// What one side of a posting is worth; both are the same.
pub(super) fn size(posting: &Posting) -> Money {
    side_of(posting, 1)
}

fn side_of(posting: &Posting, side: i64) -> Money {
    let worths = posting.lines().iter().map(|line| line.worth.minor.saturating_mul(side));
    let sum = worths.filter(|worth| *worth > 0).fold(0_i64, i64::saturating_add);
    Money::new(sum, posting.functional())
}
