//! Whose accounts are, by name. The books themselves keep ids.

use std::collections::{BTreeSet, HashMap};

use engines::posting::Account;
use kernel::{CustomerId, Id, SupplierId};
use parties::permissions::{CUSTOMERS_READ, SUPPLIERS_READ};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;
use web::messages::Words;
use web::{Result, Staff};

use super::words;
use crate::accounts::Owner;

/// Names of customers and suppliers, as far as whoever looks may see them.
#[derive(Debug, Default)]
pub(super) struct People(HashMap<Uuid, String>);

/// An account in words.
#[derive(Clone, Debug)]
pub(super) struct Named {
    /// What it is for.
    pub(super) role: String,
    /// Whose it is; empty for the company's only one.
    pub(super) whose: String,
    /// Where that customer or supplier is.
    pub(super) href: Option<String>,
    /// The accounts for this purpose of theirs.
    pub(super) accounts: String,
}

impl People {
    /// Of these accounts' owners.
    pub(super) async fn of(ctx: &Staff, accounts: impl IntoIterator<Item = Account>) -> Result<Self> {
        let (mut customers, mut suppliers) = (BTreeSet::new(), BTreeSet::new());
        for account in accounts {
            match (Owner::of(account.role), account.of) {
                (Owner::Customer, Some(whose)) => drop(customers.insert(whose)),
                (Owner::Supplier, Some(whose)) => drop(suppliers.insert(whose)),
                _ => {}
            }
        }
        if !ctx.may(CUSTOMERS_READ) {
            customers.clear();
        }
        if !ctx.may(SUPPLIERS_READ) {
            suppliers.clear();
        }
        let customers: Vec<_> = customers.into_iter().map(CustomerId::from_uuid).collect();
        let suppliers: Vec<_> = suppliers.into_iter().map(SupplierId::from_uuid).collect();
        let names = ctx.read(|read| {
            async move {
                let mut names = HashMap::new();
                if !customers.is_empty() {
                    let found = parties::customers::ops::names(read, &customers).await?;
                    names.extend(found.into_iter().map(|(id, name)| (id.uuid(), name)));
                }
                if !suppliers.is_empty() {
                    let found = parties::suppliers::ops::names(read, &suppliers).await?;
                    names.extend(found.into_iter().map(|(id, name)| (id.uuid(), name)));
                }
                Ok(names)
            }
            .scope_boxed()
        });
        Ok(Self(names.await?))
    }

    /// Somebody's name; their id where it may not be seen.
    pub(super) fn customer(&self, id: CustomerId) -> String {
        self.0.get(&id.uuid()).cloned().unwrap_or_else(|| id.to_string())
    }

    /// An account in words.
    pub(super) fn name(&self, w: &Words, account: Account) -> Named {
        let role = words::role(w, account.role);
        let base = format!("{}?role={}", super::ACCOUNTS, account.role.path());
        let Some(whose) = account.of else {
            return Named {
                role,
                whose: String::new(),
                href: None,
                accounts: base,
            };
        };
        let owner = Owner::of(account.role);
        let id = owner.print(whose);
        let at = |folder: &str| self.0.contains_key(&whose).then(|| format!("/console/{folder}/{id}"));
        let href = match owner {
            Owner::Customer => at("customers"),
            Owner::Supplier => at("suppliers"),
            Owner::Company => None,
        };
        let name = match owner {
            // One of the company's gateways or bank accounts: the end of its id tells it from the others.
            Owner::Company => w.t1("ledger-account-number", "number", id.get(24..).unwrap_or(&id)),
            Owner::Customer | Owner::Supplier => self.0.get(&whose).cloned().unwrap_or_else(|| id.clone()),
        };
        let accounts = match owner {
            Owner::Company => base,
            Owner::Customer | Owner::Supplier => format!("{base}&whose={id}"),
        };
        Named {
            role,
            whose: name,
            href,
            accounts,
        }
    }
}
