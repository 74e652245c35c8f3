//! The recipes against a journal that hledger accepts, line by line, and what holds of any posting.

use std::collections::BTreeMap;

use kernel::money::testing::{eur, usd};
use kernel::{Currency, Rate};
use proptest::prelude::*;

use super::recipes::Billed;
use super::*;
use kernel::Money;
use uuid::Uuid;

const HOME: Valuation = Valuation::home(Currency::USD);
const STRIPE: Uuid = Uuid::from_u128(1);
const PAYPAL: Uuid = Uuid::from_u128(2);
const CLIENT_1: Uuid = Uuid::from_u128(3);
const CLIENT_2: Uuid = Uuid::from_u128(4);
const REGISTRAR: Uuid = Uuid::from_u128(5);
const AGENT: Uuid = Uuid::from_u128(6);
const BANK: Uuid = Uuid::from_u128(7);

/// A part of a wallet is set aside.
fn aside(amount: Money) -> Result<Posting, PostingError> {
    let [free, held] = [Role::Wallet, Role::WalletHeld].map(|role| Account::of(role, CLIENT_1));
    carry(free, &Booked::home(usd("500")), held, amount)
}

/// What was set aside pays what is owed.
fn spent(amount: Money) -> Result<Posting, PostingError> {
    let [held, owed] = [Role::WalletHeld, Role::Receivable].map(|role| Account::of(role, CLIENT_1));
    pay_from((held, &Booked::home(amount)), (owed, &Booked::home(amount)), amount)
}

fn sales() -> Account {
    Account::the(Role::Sales)
}

fn tax() -> Account {
    Account::the(Role::OutputTax)
}

/// Lines as the journal writes them: path, amount, worth where that is another currency's.
fn written(posting: &Posting) -> Vec<String> {
    let line = |line: &Line| {
        let shown = |money: Money| format!("{} {}", money.decimal(), money.currency.code());
        match line.amount.currency == line.worth.currency {
            true => format!("{} {}", line.account.role.path(), shown(line.amount)),
            false => format!(
                "{} {} @@ {}",
                line.account.role.path(),
                shown(line.amount),
                shown(line.worth)
            ),
        }
    };
    posting.lines().iter().map(line).collect()
}

fn billed(net: &str, taxes: &str) -> Posting {
    let (net, taxes) = ([(sales(), usd(net))], [(tax(), usd(taxes))]);
    invoice(
        HOME,
        CLIENT_1,
        &Billed {
            net: &net,
            taxes: &taxes,
        },
    )
    .unwrap()
}

#[test]
fn each_recipe_writes_the_lines_of_the_journal() {
    let refunded = credit_note(
        HOME,
        Account::of(Role::Wallet, CLIENT_1),
        &Billed {
            net: &[(sales(), usd("50"))],
            taxes: &[(tax(), usd("9"))],
        },
    );
    let table: Vec<(&str, Result<Posting, PostingError>, &[&str])> = vec![
        (
            "R1 invoice issued",
            Ok(billed("100", "18")),
            &[
                "assets:receivable 118.00 USD",
                "income:sales -100.00 USD",
                "liabilities:tax:output -18.00 USD",
            ],
        ),
        (
            "R2 wallet top-up",
            capture_to_wallet(HOME, STRIPE, CLIENT_1, usd("500"), usd("14.80")),
            &[
                "assets:gateway 485.20 USD",
                "expenses:fees:gateway 14.80 USD",
                "liabilities:wallet -500.00 USD",
            ],
        ),
        (
            "R3 hold",
            aside(usd("118")),
            &["liabilities:wallet 118.00 USD", "liabilities:wallet-held -118.00 USD"],
        ),
        (
            "R4 hold captured, invoice paid",
            spent(usd("118")),
            &["liabilities:wallet-held 118.00 USD", "assets:receivable -118.00 USD"],
        ),
        (
            "R5 cost of goods",
            cost(HOME, REGISTRAR, usd("80")),
            &["expenses:cogs 80.00 USD", "liabilities:payable -80.00 USD"],
        ),
        (
            "R6 partial refund with credit note",
            refunded,
            &[
                "income:sales 50.00 USD",
                "liabilities:tax:output 9.00 USD",
                "liabilities:wallet -59.00 USD",
            ],
        ),
        (
            "R7 card payment before the invoice",
            capture_unapplied(HOME, STRIPE, CLIENT_2, usd("236"), usd("7.14")),
            &[
                "assets:gateway 228.86 USD",
                "expenses:fees:gateway 7.14 USD",
                "liabilities:unapplied -236.00 USD",
            ],
        ),
        (
            "R7c application",
            apply_payment(HOME, CLIENT_2, usd("236")),
            &["liabilities:unapplied 236.00 USD", "assets:receivable -236.00 USD"],
        ),
        (
            "R8 dispute funds withdrawn",
            dispute_withdrawn(HOME, STRIPE, usd("236"), usd("15")),
            &[
                "assets:disputed 236.00 USD",
                "expenses:fees:dispute 15.00 USD",
                "assets:gateway -251.00 USD",
            ],
        ),
        (
            "R9a dispute lost",
            dispute_lost(HOME, usd("236")),
            &["expenses:chargebacks 236.00 USD", "assets:disputed -236.00 USD"],
        ),
        (
            "R9b dispute won",
            dispute_won(HOME, STRIPE, usd("236")),
            &["assets:gateway 236.00 USD", "assets:disputed -236.00 USD"],
        ),
        (
            "R10 payout",
            payout(HOME, STRIPE, Account::of(Role::Bank, BANK), usd("400")),
            &["assets:bank 400.00 USD", "assets:gateway -400.00 USD"],
        ),
        (
            "R11 mismatch",
            capture_unexpected(HOME, PAYPAL, usd("120"), usd("0")),
            &["assets:gateway 120.00 USD", "liabilities:suspense -120.00 USD"],
        ),
        (
            "R12 commission",
            commission(HOME, AGENT, usd("10")),
            &["expenses:commission 10.00 USD", "liabilities:payable -10.00 USD"],
        ),
        (
            "R12b claw-back",
            claw_back_commission(HOME, AGENT, usd("5")),
            &["liabilities:payable 5.00 USD", "expenses:commission -5.00 USD"],
        ),
    ];
    for (what, made, lines) in table {
        assert_eq!(written(&made.unwrap()), lines, "{what}");
    }
}

#[test]
fn an_invoice_in_euro_is_settled_at_another_rate_and_the_difference_is_realised() {
    let net = [(sales(), eur("100"))];
    let valuation = Valuation::at(Rate::parse("1.08").unwrap(), Currency::USD);
    let issued = invoice(valuation, CLIENT_1, &Billed { net: &net, taxes: &[] }).unwrap();
    assert_eq!(
        written(&issued),
        ["assets:receivable 100.00 EUR @@ 108.00 USD", "income:sales -108.00 USD"]
    );
    let booked = Booked {
        open: eur("100"),
        worth: usd("108"),
    };
    let came = |worth: &str| Settled {
        at: Account::of(Role::Gateway, PAYPAL),
        amount: usd(worth),
        worth: usd(worth),
        pays: eur("100"),
    };
    let owed = Account::of(Role::Receivable, CLIENT_1);
    assert_eq!(
        written(&settle_foreign(owed, &booked, &came("105")).unwrap()),
        [
            "assets:gateway 105.00 USD",
            "assets:receivable -100.00 EUR @@ -108.00 USD",
            "expenses:fx:realised 3.00 USD"
        ]
    );
    let gained = settle_foreign(owed, &booked, &came("110")).unwrap();
    assert_eq!(written(&gained)[2], "expenses:fx:realised -2.00 USD");
    assert_eq!(settle_foreign(owed, &booked, &came("108")).unwrap().lines().len(), 2);
}

#[test]
fn what_cannot_move_is_refused() {
    let too_much = capture_to_wallet(HOME, STRIPE, CLIENT_1, usd("5"), usd("5"));
    assert!(
        matches!(too_much, Err(PostingError::MoreThanAll { .. })),
        "{too_much:?}"
    );
    for amount in ["0", "-1"] {
        assert_eq!(aside(usd(amount)), Err(PostingError::NotPositive(usd(amount))));
    }
    let mixed = capture_to_wallet(HOME, STRIPE, CLIENT_1, usd("5"), eur("1"));
    assert!(matches!(mixed, Err(PostingError::Money(_))), "{mixed:?}");
    // Without a rate another currency is not taken for the functional one.
    assert!(matches!(cost(HOME, REGISTRAR, eur("1")), Err(PostingError::Money(_))));
    let over = Settled {
        at: Account::of(Role::Bank, BANK),
        amount: usd("2"),
        worth: usd("2"),
        pays: eur("1.01"),
    };
    let booked = Booked {
        open: eur("1"),
        worth: usd("1.08"),
    };
    let owed = Account::of(Role::Receivable, CLIENT_1);
    assert!(matches!(
        settle_foreign(owed, &booked, &over),
        Err(PostingError::MoreThanAll { .. })
    ));
}

#[test]
fn every_role_has_a_name_of_its_own_below_its_section() {
    let mut paths: Vec<&str> = Role::ALL.iter().map(|role| role.path()).collect();
    for role in Role::ALL {
        let section = match role.section() {
            Section::Assets => "assets",
            Section::Liabilities => "liabilities",
            Section::Equity => "equity",
            Section::Income => "income",
            Section::Expenses => "expenses",
        };
        assert!(role.path().starts_with(section), "{role:?}");
    }
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), Role::ALL.len());
}

/// Worths by currency: of a posting they are nothing.
fn sums(postings: &[Posting]) -> BTreeMap<&'static str, i128> {
    let mut sums = BTreeMap::new();
    for line in postings.iter().flat_map(Posting::lines) {
        *sums.entry(line.worth.currency.code()).or_default() += i128::from(line.worth.minor);
    }
    sums
}

proptest! {
    #[test]
    fn worths_sum_to_zero_at_any_rate_and_every_line_keeps_its_sign(
        net in prop::collection::vec(1..1_000_000_000_i64, 1..6),
        taxes in prop::collection::vec(1..1_000_000_i64, 0..4),
        rate in 1..10_000_000_000_i64,
    ) {
        let on = |account: Account, minor: &Vec<i64>| -> Vec<(Account, Money)> {
            minor.iter().map(|minor| (account, Money::new(*minor, Currency::EUR))).collect()
        };
        let (net, taxes) = (on(sales(), &net), on(tax(), &taxes));
        let valuation = Valuation::at(Rate::from_scaled(rate).unwrap(), Currency::USD);
        let issued = invoice(valuation, CLIENT_1, &Billed { net: &net, taxes: &taxes }).unwrap();
        prop_assert!(sums(std::slice::from_ref(&issued)).values().all(|sum| *sum == 0));
        prop_assert!(issued.lines()[0].worth.minor >= 0);
        prop_assert!(issued.lines()[1..].iter().all(|line| line.worth.minor <= 0 && line.amount.minor <= 0));
        let back = credit_note(valuation, Account::of(Role::Receivable, CLIENT_1), &Billed { net: &net, taxes: &taxes }).unwrap();
        let mut left: BTreeMap<Account, i64> = BTreeMap::new();
        for line in issued.lines().iter().chain(back.lines()) {
            *left.entry(line.account).or_default() += line.worth.minor;
        }
        prop_assert!(left.values().all(|left| *left == 0), "a full credit note leaves nothing: {:?}", left);
        let reversed = issued.reversed().unwrap();
        prop_assert_eq!(reversed.reversed().unwrap(), issued);
    }

    #[test]
    fn a_foreign_invoice_paid_in_parts_is_worth_nothing_in_the_end(
        parts in prop::collection::vec((1..1_000_000_i64, 1..1_000_000_i64), 1..8),
        worth in 1..1_000_000_000_i64,
    ) {
        let open = parts.iter().map(|(pays, _)| pays).sum::<i64>();
        let mut booked = Booked { open: Money::new(open, Currency::EUR), worth: Money::new(worth, Currency::USD) };
        let owed = Account::of(Role::Receivable, CLIENT_1);
        for (pays, came) in parts {
            let came = Money::new(came, Currency::USD);
            let settled = Settled { at: Account::of(Role::Bank, BANK), amount: came, worth: came, pays: Money::new(pays, Currency::EUR) };
            let posting = settle_foreign(owed, &booked, &settled).unwrap();
            prop_assert!(sums(std::slice::from_ref(&posting)).values().all(|sum| *sum == 0));
            let line = posting.lines()[1];
            booked = Booked { open: booked.open.add(line.amount).unwrap(), worth: booked.worth.add(line.worth).unwrap() };
        }
        prop_assert_eq!((booked.open.minor, booked.worth.minor), (0, 0));
    }
}

#[test]
fn lines_somebody_wrote_are_taken_only_if_they_balance() {
    let line = |role, amount: Money, worth: Money| Line {
        account: Account::the(role),
        amount,
        worth,
    };
    let rent = || line(Role::OtherExpense, usd("10"), usd("10"));
    let paid = |text| line(Role::Equity, usd(text), usd(text));
    assert!(Posting::balanced(vec![rent(), paid("-10")], Currency::USD).is_ok());
    let refusals = [
        (vec![rent()], PostingError::TooFewLines),
        (
            vec![rent(), paid("-9.99")],
            PostingError::Unbalanced { left: usd("0.01") },
        ),
        (
            vec![rent(), paid("-10"), paid("0")],
            PostingError::NotPositive(usd("0")),
        ),
        (
            vec![rent(), line(Role::Equity, usd("-9"), usd("-10"))],
            PostingError::WorthAmiss {
                amount: usd("-9"),
                worth: usd("-10"),
            },
        ),
    ];
    for (lines, refusal) in refusals {
        assert_eq!(Posting::balanced(lines, Currency::USD), Err(refusal));
    }
}

#[test]
fn what_is_set_aside_of_a_foreign_wallet_takes_its_worth_with_it_and_the_last_part_takes_the_rest() {
    let (free, held) = (Account::the(Role::Wallet), Account::the(Role::WalletHeld));
    let worth = |open, worth, part| {
        let booked = Booked {
            open: eur(open),
            worth: usd(worth),
        };
        let posting = carry(free, &booked, held, eur(part)).unwrap();
        posting.lines()[0].worth
    };
    assert_eq!(worth("100", "108.01", "50"), usd("54.01"));
    assert_eq!(worth("50", "54.00", "50"), usd("54.00"));
}

#[test]
fn a_wallet_filled_at_one_rate_pays_an_invoice_of_another_and_nothing_is_left_of_either() {
    let [held, owed] = [Role::WalletHeld, Role::Receivable].map(Account::the);
    let booked = |open, worth| Booked {
        open: eur(open),
        worth: usd(worth),
    };
    let worths = |from: &Booked, to: &Booked, amount| {
        let posting = pay_from((held, from), (owed, to), eur(amount)).unwrap();
        posting
            .lines()
            .iter()
            .map(|line| (line.account.role, line.worth))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        worths(&booked("100", "108"), &booked("100", "110"), "100"),
        [
            (Role::WalletHeld, usd("108")),
            (Role::Receivable, usd("-110")),
            (Role::FxRealised, usd("2")),
        ]
    );
    // More than is owed keeps the worth it came with.
    assert_eq!(
        worths(&booked("100", "108"), &booked("50", "55"), "100"),
        [
            (Role::WalletHeld, usd("108")),
            (Role::Receivable, usd("-109")),
            (Role::FxRealised, usd("1")),
        ]
    );
    let nothing_owed = booked("0", "0");
    assert_eq!(
        worths(&booked("100", "108"), &nothing_owed, "100"),
        [(Role::WalletHeld, usd("108")), (Role::Receivable, usd("-108"))]
    );
}

#[test]
fn two_parts_of_a_hold_share_its_worth_out_once() {
    let held = Booked {
        open: eur("1.00"),
        worth: usd("1.01"),
    };
    let rest = held.less(eur("0.50")).unwrap();
    assert_eq!(
        held.worth_of(eur("0.50"))
            .unwrap()
            .add(rest.worth_of(eur("0.50")).unwrap()),
        Ok(usd("1.01"))
    );
}

#[test]
fn a_fee_worth_nothing_is_no_line_and_what_is_worth_nothing_is_no_posting() {
    let home = Valuation::at(Rate::parse("0.012").unwrap(), Currency::USD);
    let inr = |minor| Money::new(minor, Currency::INR);
    let top_up = capture_to_wallet(home, STRIPE, CLIENT_1, inr(10_000), inr(40)).unwrap();
    assert!(top_up.lines().iter().all(|line| !line.amount.is_zero()));
    assert_eq!(top_up.lines().len(), 2);
    let gift = credit_wallet(home, Account::the(Role::Adjustment), CLIENT_1, inr(1));
    assert!(matches!(gift, Err(PostingError::WorthNothing(_))), "{gift:?}");
    let booked = Booked {
        open: inr(500_000),
        worth: usd("60"),
    };
    let out = debit_wallet(
        Account::the(Role::Wallet),
        &booked,
        Account::the(Role::Adjustment),
        inr(1),
    );
    assert_eq!(out, Err(PostingError::WorthNothing(inr(1))));
}
