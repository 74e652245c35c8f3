//! An entry as it was typed, and which field a refusal speaks of.

use engines::posting::Role;
use kernel::{Currency, Money, Problem};
use web::Fields;
use web::messages::Words;
use web::ui::FormErrors;

use crate::journal::{ManualEntry, ManualLine};

/// Lines of the form.
pub(super) const LINES: usize = 8;

const PARTS: [&str; 5] = ["account", "supplier", "debit", "credit", "worth"];

/// What was typed, read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) entry: ManualEntry,
    /// Which line of the form each line of the entry is.
    places: Vec<usize>,
}

/// Why it was not taken.
#[derive(Debug)]
pub(super) struct Refused {
    /// Its fields are those of the form.
    pub(super) problem: Problem,
    /// What debits and credits are worth, where they differ.
    pub(super) totals: Option<[Money; 2]>,
}

/// Whether nothing was typed on a line.
pub(super) fn is_blank(raw: &Fields, n: usize) -> bool {
    PARTS
        .iter()
        .all(|part| raw.get(&format!("{part}-{n}")).trim().is_empty())
}

/// Reads a form; lines on which nothing was typed are none.
pub(super) fn read(raw: &Fields, functional: Currency) -> Result<Read, Refused> {
    let mut problem = Problem::refused("invalid_fields");
    let day = raw.get("day").trim();
    let day = match day.parse::<jiff::civil::Date>() {
        Ok(day) => Some(day),
        Err(_) => {
            let code = if day.is_empty() { "required" } else { "day_invalid" };
            problem = problem.field("/day", code);
            None
        }
    };
    let (mut lines, mut places) = (Vec::new(), Vec::new());
    for n in (1..=LINES).filter(|n| !is_blank(raw, *n)) {
        match line(raw, n, functional) {
            Ok(line) => {
                lines.push(line);
                places.push(n);
            }
            Err((part, code)) => problem = problem.field(format!("/{part}-{n}"), code),
        }
    }
    let memo = raw.get("memo").trim();
    if memo.is_empty() {
        problem = problem.field("/memo", "required");
    }
    let Some(day) = day.filter(|_| problem.fields.is_empty()) else {
        return Err(Refused { problem, totals: None });
    };
    let about = raw.get("about").trim();
    let entry = ManualEntry {
        day,
        memo: memo.to_owned(),
        about: (!about.is_empty()).then(|| about.to_owned()),
        lines,
    };
    Ok(Read { entry, places })
}

fn line(raw: &Fields, n: usize, functional: Currency) -> Result<ManualLine, (&'static str, &'static str)> {
    let text = |part: &str| raw.get(&format!("{part}-{n}")).trim().to_owned();
    let role = match text("account").as_str() {
        "" => return Err(("account", "required")),
        path => Role::parse(path).ok_or(("account", "account_role_unknown"))?,
    };
    let supplier = match text("supplier").as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| ("supplier", "supplier_unknown"))?),
    };
    let currency = match text("currency").as_str() {
        "" => functional,
        code => Currency::parse(code).map_err(|_| ("currency", "currency_unknown"))?,
    };
    let (debit, credit) = (text("debit"), text("credit"));
    let (part, typed, side) = match (debit.is_empty(), credit.is_empty()) {
        (true, true) => return Err(("debit", "line_amount_missing")),
        (false, false) => return Err(("credit", "line_on_both_sides")),
        (false, true) => ("debit", debit, 1),
        (true, false) => ("credit", credit, -1),
    };
    let amount = positive(&typed, currency).map_err(|code| (part, code))?;
    let worth = match text("worth").as_str() {
        "" => None,
        typed => Some(positive(typed, functional).map_err(|code| ("worth", code))?),
    };
    if let Some(worth) = worth.filter(|_| currency == functional)
        && worth != amount
    {
        return Err(("worth", "worth_is_amount"));
    }
    let signed = |money: Money| Money::new(money.minor.saturating_mul(side), money.currency);
    Ok(ManualLine {
        role,
        supplier,
        amount: signed(amount),
        worth: worth.map(signed),
    })
}

/// An amount above zero; its side says which way it goes.
fn positive(text: &str, currency: Currency) -> Result<Money, &'static str> {
    let amount = Money::parse(text, currency).map_err(|_| "line_amount_invalid")?;
    match amount.minor {
        0 => Err("amount_nothing"),
        1.. => Ok(amount),
        _ => Err("line_amount_negative"),
    }
}

impl Read {
    /// A refusal of the entry as one of the form: its lines are those that were typed on.
    pub(super) fn blamed(&self, mut problem: Problem) -> Refused {
        for field in &mut problem.fields {
            let at = field
                .pointer
                .strip_prefix("/entries/")
                .and_then(|at| at.parse::<usize>().ok());
            if let Some(n) = at.and_then(|at| self.places.get(at)) {
                field.pointer = format!("/{}-{n}", part_of(field.code)).into();
            } else if field.pointer == "/entries" {
                // What is wrong with all of them is told beside the first.
                field.pointer = "/account-1".into();
            }
        }
        let totals = (problem.code == "unbalanced").then(|| self.totals()).flatten();
        Refused { problem, totals }
    }

    fn totals(&self) -> Option<[Money; 2]> {
        let worths = self.entry.lines.iter().map(|line| line.worth.unwrap_or(line.amount));
        let functional = worths.clone().next()?.currency;
        let side = |side: i64| {
            let sizes = worths.clone().map(|worth| worth.minor.saturating_mul(side).max(0));
            Money::new(sizes.fold(0, i64::saturating_add), functional)
        };
        Some([side(1), side(-1)])
    }
}

/// The field of a line that a code speaks of.
fn part_of(code: &str) -> &'static str {
    match code {
        "supplier_needed" | "supplier_not_here" | "supplier_unknown" => "supplier",
        "worth_needed" | "worth_not_functional" | "worth_other_side" => "worth",
        "amount_too_large" | "amount_nothing" => "debit",
        "nominal_functional_only" => "currency",
        _ => "account",
    }
}

/// The line that a field of the form stands on.
fn line_of(name: &str) -> Option<&str> {
    let (part, n) = name.rsplit_once('-')?;
    (PARTS.contains(&part) || part == "currency").then_some(n)
}

impl Refused {
    /// What stands above the form: each sentence with the line it speaks of.
    pub(super) fn errors(&self, w: &Words) -> FormErrors {
        if self.problem.fields.is_empty() {
            return FormErrors::of(w, &self.problem);
        }
        let lines = self.problem.fields.iter().map(|field| {
            let name = field.pointer.trim_start_matches('/').to_owned();
            let sentence = w.coded(field.code, &field.args);
            let sentence = match line_of(&name) {
                Some(n) if !matches!(field.code, "too_few_lines" | "too_many_lines") => {
                    w.t2("ledger-line-says", "n", n, "sentence", sentence)
                }
                _ => sentence,
            };
            (name, sentence)
        });
        FormErrors::from_lines(w, lines)
    }

    /// The sentence beside a field.
    pub(super) fn error(&self, w: &Words, name: &str) -> Option<String> {
        let mut fields = self.problem.fields.iter();
        let field = fields.find(|field| field.pointer.trim_start_matches('/') == name)?;
        Some(w.coded(field.code, &field.args))
    }
}

#[cfg(test)]
mod tests {
    use kernel::money::testing::{eur, usd};

    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        let base = [("day", "2026-11-21"), ("memo", "Rent")];
        let all = base.iter().chain(pairs);
        all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn complaint(pairs: &[(&str, &str)]) -> (String, &'static str) {
        let refused = read(&typed(pairs), Currency::USD).unwrap_err();
        let field = &refused.problem.fields[0];
        (field.pointer.to_string(), field.code)
    }

    #[test]
    fn lines_are_read_where_something_was_typed_and_credits_are_below_zero() {
        let read = read(
            &typed(&[
                ("account-2", "assets:bank"),
                ("debit-2", "100"),
                ("currency-2", "EUR"),
                ("worth-2", "108.01"),
                ("currency-3", "USD"),
                ("account-5", "income:other"),
                ("credit-5", "1,108.01"),
            ]),
            Currency::USD,
        )
        .unwrap();
        let [bank, income] = read.entry.lines.as_slice() else {
            panic!("{:?}", read.entry.lines)
        };
        assert_eq!((bank.amount, bank.worth), (eur("100"), Some(usd("108.01"))));
        assert_eq!((income.amount, income.worth), (usd("-1108.01"), None));
        let refused = read.blamed(Problem::refused("unbalanced").arg("left", usd("-1000")));
        assert_eq!(refused.totals, Some([usd("108.01"), usd("1108.01")]));
        let refused = read.blamed(Problem::refused("invalid_fields").field("/entries/1", "worth_needed"));
        assert_eq!(refused.problem.fields[0].pointer, "/worth-5");
    }

    #[test]
    fn a_form_sent_empty_needs_a_day_and_a_memo() {
        let refused = read(&Fields::default(), Currency::USD).unwrap_err();
        let pointers: Vec<_> = refused.problem.fields.iter().map(|field| &*field.pointer).collect();
        assert_eq!(pointers, ["/day", "/memo"]);
    }

    #[test]
    fn what_is_missing_or_amiss_is_named_by_its_field() {
        let complain = |pairs: &[(&str, &str)], pointer: &str, code| {
            assert_eq!(complaint(pairs), (pointer.to_owned(), code));
        };
        let bank = ("account-1", "assets:bank");
        complain(&[("debit-1", "5")], "/account-1", "required");
        complain(
            &[("account-1", "assets:cellar"), ("debit-1", "5")],
            "/account-1",
            "account_role_unknown",
        );
        complain(&[bank], "/debit-1", "line_amount_missing");
        complain(
            &[bank, ("debit-1", "5"), ("credit-1", "5")],
            "/credit-1",
            "line_on_both_sides",
        );
        complain(&[bank, ("debit-1", "five")], "/debit-1", "line_amount_invalid");
        complain(&[bank, ("credit-1", "-5")], "/credit-1", "line_amount_negative");
        complain(&[bank, ("credit-1", "0")], "/credit-1", "amount_nothing");
        complain(
            &[bank, ("debit-1", "5"), ("worth-1", "6")],
            "/worth-1",
            "worth_is_amount",
        );
        complain(
            &[bank, ("debit-1", "5"), ("supplier-1", "cus_1")],
            "/supplier-1",
            "supplier_unknown",
        );
        complain(
            &[bank, ("debit-1", "5"), ("currency-1", "???")],
            "/currency-1",
            "currency_unknown",
        );
    }
}
