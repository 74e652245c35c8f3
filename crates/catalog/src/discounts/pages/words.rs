//! Discounts in words: for whom, for what, how much.

use std::collections::HashMap;

use engines::pricing::discounts::{Off, Operations, Terms, Tlds, Whom, Years};
use kernel::{CustomerId, GroupId};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{self, Html, Tone};
use web::{Result, Staff};

use crate::discounts::{Discount, Standing};

/// How many endings are named in a row.
const NAMED: usize = 6;

/// Names of the groups and customers some discounts are for, for those who may see them.
#[derive(Debug, Default)]
pub(crate) struct Names {
    groups: HashMap<GroupId, String>,
    customers: HashMap<CustomerId, String>,
}

impl Names {
    pub(crate) async fn of(ctx: &Staff, discounts: &[Discount]) -> Result<Self> {
        if !ctx.may(parties::permissions::CUSTOMERS_READ) {
            return Ok(Self::default());
        }
        let customer = |discount: &Discount| match discount.terms.whom {
            Whom::Customer(customer) => Some(customer),
            _ => None,
        };
        let customers: &Vec<CustomerId> = &discounts.iter().filter_map(customer).collect();
        let (groups, customers) = ctx
            .read(|read| {
                async move {
                    let groups = parties::groups::ops::list(read).await?;
                    Ok((groups, parties::customers::ops::names(read, customers).await?))
                }
                .scope_boxed()
            })
            .await?;
        let groups = groups.into_iter().map(|group| (group.id, group.details.name));
        Ok(Self {
            groups: groups.collect(),
            customers: customers.into_iter().collect(),
        })
    }

    /// Groups to choose from, by name.
    pub(super) fn groups(&self) -> Vec<(String, String)> {
        let mut groups: Vec<(String, String)> = self
            .groups
            .iter()
            .map(|(id, name)| (id.to_string(), name.clone()))
            .collect();
        groups.sort_by(|one, other| one.1.cmp(&other.1));
        groups
    }

    /// Who has a discount.
    pub(crate) fn whom(&self, w: &Words, whom: Whom) -> String {
        match whom {
            Whom::Everybody => w.t("catalog-discount-everybody"),
            Whom::Group(group) => match self.groups.get(&group) {
                Some(name) => w.t1("catalog-discount-group-named", "name", name),
                None => w.t("catalog-discount-a-group"),
            },
            Whom::Customer(customer) => self
                .customers
                .get(&customer)
                .cloned()
                .unwrap_or_else(|| w.t("catalog-discount-a-customer")),
        }
    }
}

/// How much.
pub(crate) fn off(w: &Words, off: Off) -> String {
    match off {
        Off::Percent(percent) => w.share(percent),
        Off::Amount(amount) => w.price(amount),
    }
}

/// Off what of a purchase.
pub(super) fn years(w: &Words, years: Years) -> String {
    match years {
        Years::All => w.t("catalog-discount-whole"),
        Years::First => w.t("catalog-discount-first-year"),
    }
}

/// Which endings.
pub(super) fn tlds(w: &Words, tlds: &Tlds) -> String {
    let Tlds::These(tlds) = tlds else {
        return w.t("catalog-discount-all-tlds");
    };
    let named: Vec<String> = tlds.iter().take(NAMED).map(|tld| format!(".{tld}")).collect();
    let more = if tlds.len() > NAMED { " …" } else { "" };
    format!("{}{more}", named.join(" "))
}

/// Which operations; nothing where it is for all.
pub(super) fn operations(w: &Words, operations: Operations) -> String {
    if operations == Operations::ALL {
        return w.t("catalog-discount-all-operations");
    }
    let each = operations
        .iter()
        .map(|operation| crate::price_books::operation(w, operation));
    each.collect::<Vec<_>>().join(", ")
}

/// For what, in one line.
pub(crate) fn what(w: &Words, terms: &Terms) -> (String, String) {
    (tlds(w, &terms.tlds), operations(w, terms.operations))
}

/// How it stands, in its colour.
pub(super) fn badge(w: &Words, standing: Standing) -> Html {
    match standing {
        Standing::Past => ui::badge(Tone::None, w.t("catalog-past")),
        Standing::Current => ui::badge(Tone::Ok, w.t("catalog-current")),
        Standing::Scheduled => ui::badge(Tone::Info, w.t("catalog-scheduled")),
    }
}

/// From when until when.
pub(super) fn span(w: &Words, discount: &Discount) -> (String, String) {
    let until = match discount.until {
        Some(until) => w.t1("catalog-discount-until", "date", w.date_time(until)),
        None => w.t("catalog-discount-open"),
    };
    (w.date_time(discount.from), until)
}
