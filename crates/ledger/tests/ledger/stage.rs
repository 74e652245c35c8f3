//! Books in US dollars, a customer, and short words for what is posted.

use engines::posting::{self, Account, Billed, Posting, Role, Valuation};
use jiff::civil::Date;
use kernel::money::testing::usd;
use kernel::{Currency, CustomerId, Id, Money};
use ledger::journal::{Kind, NewTransaction, Posted};
use ledger::wallets::{Adjustment, Against, Hold, NewHold};
use parties::customers::ops::add;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

pub(crate) const HOME: Valuation = Valuation::home(Currency::USD);

pub(crate) struct Stage {
    pub(crate) installation: TestInstallation,
    pub(crate) customer: CustomerId,
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

impl Stage {
    /// It is 21 November 2026.
    pub(crate) async fn new() -> Self {
        let migrations = [parties::MIGRATIONS, ledger::MIGRATIONS].concat();
        let installation = TestInstallation::new(&migrations).await;
        let mut draft = parties::customers::CustomerDraft::default();
        draft.party.name = "Meridian Trading".into();
        let draft = &draft;
        let ctx = installation.system(TestInstallation::tenant(1));
        let customer = ctx
            .write(|tx| {
                async move {
                    ledger::books::open(tx, Currency::USD).await?;
                    add(tx, draft).await
                }
                .scope_boxed()
            })
            .await
            .unwrap();
        Self {
            installation,
            customer: customer.id,
        }
    }

    pub(crate) fn ctx(&self) -> Ctx {
        self.installation.system(TestInstallation::tenant(1))
    }

    /// An invoice of 100 and 18 tax, under a key.
    pub(crate) fn invoice(&self, key: &str, on: &str) -> NewTransaction {
        let billed = Billed {
            net: &[(Account::the(Role::Sales), usd("100"))],
            taxes: &[(Account::the(Role::OutputTax), usd("18"))],
        };
        let posting = posting::invoice(HOME, self.customer.uuid(), &billed).unwrap();
        new(key, Kind::Invoice, on, posting)
    }

    pub(crate) async fn post(&self, new: NewTransaction) -> Result<Posted> {
        let new = &new;
        self.ctx()
            .write(|tx| async move { ledger::journal::post(tx, new.clone()).await }.scope_boxed())
            .await
    }

    pub(crate) async fn credit(&self, amount: &str) {
        let adjustment = self.adjustment("credit", usd(amount));
        self.adjust(&adjustment).await.unwrap();
    }

    pub(crate) fn adjustment(&self, key: &str, amount: Money) -> Adjustment {
        Adjustment {
            key: key.to_owned(),
            customer: self.customer,
            amount,
            against: Against::Bank,
            reason: "Bank transfer".into(),
            day: day("2026-11-21"),
            rate: None,
        }
    }

    pub(crate) async fn adjust(&self, adjustment: &Adjustment) -> Result<()> {
        self.ctx()
            .write(|tx| async move { ledger::wallets::adjust(tx, adjustment).await.map(drop) }.scope_boxed())
            .await
    }

    pub(crate) async fn hold(&self, key: &str, amount: Money) -> Result<Hold> {
        let new = &NewHold {
            key: key.to_owned(),
            customer: self.customer,
            amount,
            memo: "meridian.com, a year".into(),
            source: None,
            about: Some("dom_1".into()),
            day: day("2026-11-21"),
        };
        self.ctx()
            .write(|tx| async move { ledger::wallets::hold(tx, new).await }.scope_boxed())
            .await
    }

    /// What is free and what is set aside, in a currency.
    pub(crate) async fn wallet(&self, currency: Currency) -> (Money, Money) {
        let customer = self.customer;
        let wallets = self
            .ctx()
            .read(|read| async move { ledger::wallets::of_customer(read, customer).await }.scope_boxed())
            .await
            .unwrap();
        let wallet = wallets
            .iter()
            .find(|wallet| wallet.available.currency == currency)
            .unwrap();
        (wallet.available, wallet.held)
    }

    /// What is kept beside the entries is what they come to.
    pub(crate) async fn verifies(&self) {
        let verified = self
            .ctx()
            .read(|read| async move { ledger::verify::verify(read).await }.scope_boxed())
            .await
            .unwrap();
        assert_eq!(verified.differences, []);
    }
}

pub(crate) fn new(key: &str, kind: Kind, on: &str, posting: Posting) -> NewTransaction {
    NewTransaction {
        key: key.to_owned(),
        kind,
        day: day(on),
        posting,
        memo: key.to_owned(),
        source: None,
        about: None,
        rate: None,
    }
}

/// The code somebody was refused with.
pub(crate) fn code<T: std::fmt::Debug>(outcome: Result<T>) -> &'static str {
    match outcome.unwrap_err() {
        platform::Error::Problem(problem) => problem.code,
        other => panic!("no refusal: {other}"),
    }
}
