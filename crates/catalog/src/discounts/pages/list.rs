//! The list of discounts and coupons, and the same as CSV.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use engines::pricing::discounts::{Off, Tlds, Whom};
use kernel::{DiscountId, Instant};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, Html, Icon, ListQuery, Tabs, Tone, Views};
use web::{Csv, Query, Result, Staff};

use super::words::{self, Names};
use super::{PATH, head, path};
use crate::discounts::ops::{self, Sort};
use crate::discounts::{Discount, Standing};
use crate::permissions::{PRICES_EDIT, PRICES_IMPORT};

/// How many a page shows; the CSV has them all.
const MOST_SHOWN: usize = 200;

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    view: Option<String>,
}

impl Asked {
    fn standing(&self) -> Option<Standing> {
        match self.view.as_deref() {
            Some("current") => Some(Standing::Current),
            Some("scheduled") => Some(Standing::Scheduled),
            Some("past") => Some(Standing::Past),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/discounts.html")]
struct DiscountsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    views: Views,
    rows: Vec<Row>,
    may_edit: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    name: String,
    code: String,
    off: String,
    of: String,
    whom: String,
    tlds: String,
    operations: String,
    from: String,
    until: String,
    uses: String,
    standing: Html,
}

/// All discounts and coupons, the latest begun first, and how often each coupon was used.
struct Loaded {
    discounts: Vec<Discount>,
    uses: HashMap<DiscountId, i64>,
}

async fn load(ctx: &Staff) -> Result<Loaded> {
    Ok(ctx
        .read(|read| {
            async move {
                let mut discounts = ops::list(read, Sort::Discounts, None).await?;
                discounts.extend(ops::list(read, Sort::Coupons, None).await?);
                discounts.sort_by_key(|discount| std::cmp::Reverse((discount.from, discount.id)));
                let uses = ops::uses(read).await?;
                Ok(Loaded { discounts, uses })
            }
            .scope_boxed()
        })
        .await?)
}

pub(super) async fn list(ctx: Staff, Query(asked): Query<Asked>) -> Result<Response> {
    let Loaded { discounts, uses } = load(&ctx).await?;
    let (w, now, may_edit) = (ctx.words(), ctx.now(), ctx.may(PRICES_EDIT));
    let list = ListQuery::new(PATH).param("view", asked.view.as_deref().unwrap_or_default());
    let views = views(w, &list, &discounts, asked.standing(), now);
    let wanted = |discount: &Discount| {
        asked
            .standing()
            .is_none_or(|standing| discount.standing(now) == standing)
    };
    let shown: Vec<Discount> = discounts.into_iter().filter(wanted).take(MOST_SHOWN).collect();
    let names = Names::of(&ctx, &shown).await?;
    let page = DiscountsPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        views,
        rows: shown
            .iter()
            .map(|discount| row(w, discount, &names, &uses, now))
            .collect(),
        may_edit,
        empty: empty(w, may_edit, asked.standing().is_some()),
        list,
    };
    ctx.console(&head(w, w.t("catalog-discounts")), &page).await
}

fn views(w: &Words, list: &ListQuery, discounts: &[Discount], current: Option<Standing>, now: Instant) -> Views {
    let each = [
        (None, "", w.t("catalog-view-all")),
        (Some(Standing::Current), "current", w.t("catalog-current")),
        (Some(Standing::Scheduled), "scheduled", w.t("catalog-scheduled")),
        (Some(Standing::Past), "past", w.t("catalog-past")),
    ];
    each.into_iter()
        .fold(Views::new(w.t("catalog-views")), |views, (standing, name, label)| {
            let of_it = |discount: &&Discount| standing.is_none_or(|standing| discount.standing(now) == standing);
            let count = i64::try_from(discounts.iter().filter(of_it).count()).ok();
            views.view(list.with("view", name), label, count, current == standing)
        })
}

fn row(w: &Words, discount: &Discount, names: &Names, uses: &HashMap<DiscountId, i64>, now: Instant) -> Row {
    let (tlds, operations) = words::what(w, &discount.terms);
    let (from, until) = words::span(w, discount);
    let coupon = discount.coupon.as_ref();
    Row {
        href: path(discount.id),
        name: discount.name.clone(),
        code: coupon.map(|coupon| coupon.code.clone()).unwrap_or_default(),
        off: words::off(w, discount.terms.off),
        of: words::years(w, discount.terms.years),
        whom: names.whom(w, discount.terms.whom),
        tlds,
        operations,
        from,
        until,
        uses: coupon.map_or_else(String::new, |coupon| {
            used(w, uses.get(&discount.id).copied().unwrap_or_default(), coupon.max_uses)
        }),
        standing: words::badge(w, discount.standing(now)),
    }
}

/// How often of how often it may be.
pub(super) fn used(w: &Words, uses: i64, most: Option<i64>) -> String {
    match most {
        Some(most) => w.t2("catalog-coupon-used-of", "n", uses, "most", most),
        None => w.t1("catalog-coupon-used", "n", uses),
    }
}

fn empty(w: &Words, may_edit: bool, filtered: bool) -> ui::Empty {
    if filtered {
        return ui::Empty::new(
            Icon::Tag,
            w.t("catalog-no-discounts-so"),
            w.t("catalog-no-discounts-so-text"),
        )
        .link(PATH, w.t("catalog-discounts-all"));
    }
    let empty = ui::Empty::new(Icon::Tag, w.t("catalog-no-discounts"), w.t("catalog-no-discounts-text"));
    if may_edit {
        empty.primary("/console/discounts/new", w.t("catalog-discount-new"))
    } else {
        empty
    }
}

const COLUMNS: [&str; 15] = [
    "id",
    "name",
    "code",
    "group_id",
    "customer_id",
    "tlds",
    "operations",
    "years",
    "percent",
    "amount",
    "currency",
    "effective_from",
    "effective_until",
    "standing",
    "uses",
];

pub(super) async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
    let Loaded { discounts, uses } = load(&ctx).await?;
    let now = ctx.now();
    let wanted = |discount: &&Discount| {
        asked
            .standing()
            .is_none_or(|standing| discount.standing(now) == standing)
    };
    Ok(discounts
        .iter()
        .filter(wanted)
        .fold(Csv::new("discounts.csv", &COLUMNS), |csv, discount| {
            csv.row(cells(discount, &uses, now))
        }))
}

fn cells(discount: &Discount, uses: &HashMap<DiscountId, i64>, now: Instant) -> [String; 15] {
    let terms = &discount.terms;
    let (group, customer) = match terms.whom {
        Whom::Everybody => (String::new(), String::new()),
        Whom::Group(group) => (group.to_string(), String::new()),
        Whom::Customer(customer) => (String::new(), customer.to_string()),
    };
    let (percent, amount, currency) = match terms.off {
        Off::Percent(percent) => (crate::views::percent(percent), String::new(), String::new()),
        Off::Amount(amount) => (String::new(), amount.decimal(), amount.currency.code().to_owned()),
    };
    let coupon = discount.coupon.as_ref();
    let used = coupon.map(|_| uses.get(&discount.id).copied().unwrap_or_default().to_string());
    [
        discount.id.to_string(),
        discount.name.clone(),
        coupon.map(|coupon| coupon.code.clone()).unwrap_or_default(),
        group,
        customer,
        match &terms.tlds {
            Tlds::All => String::new(),
            Tlds::These(tlds) => tlds.join(" "),
        },
        terms
            .operations
            .iter()
            .map(engines::pricing::Operation::name)
            .collect::<Vec<_>>()
            .join(" "),
        terms.years.name().to_owned(),
        percent,
        amount,
        currency,
        discount.from.to_string(),
        discount.until.map(|until| until.to_string()).unwrap_or_default(),
        match discount.standing(now) {
            Standing::Past => "past",
            Standing::Current => "current",
            Standing::Scheduled => "scheduled",
        }
        .to_owned(),
        used.unwrap_or_default(),
    ]
}

/// A coupon's code, marked as one.
impl Row {
    fn tag(&self) -> Html {
        if self.code.is_empty() {
            Html::default()
        } else {
            ui::tag(Tone::None, &self.code)
        }
    }
}
