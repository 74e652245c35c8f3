//! The demo's discounts: a price level for agencies, a coupon for newcomers, and a sale that is still to come.

use catalog::Books;
use catalog::discounts::{self, CouponDraft, DiscountDraft, Sort};
use engines::pricing::Operation;
use engines::pricing::discounts::Years;
use jiff::SignedDuration;
use kernel::{GroupId, Instant, Percent};
use parties::groups::ops as groups;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;

/// Days until the sale, and days that it lasts.
const SALE: (i64, i64) = (60, 14);

/// Adds them where there are none; what strangers pay today stays the list's price.
pub(super) async fn seed(books: &Books, ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    ctx.write(|tx| {
        async move {
            for sort in [Sort::Discounts, Sort::Coupons] {
                if !discounts::list(tx, sort, None).await?.is_empty() {
                    return Ok(());
                }
            }
            let groups = groups::list(tx).await?;
            let agencies = groups.iter().find(|group| group.details.name == "Agencies");
            for draft in drafts(agencies.map(|group| group.id), now) {
                discounts::add(tx, books, &draft).await?;
            }
            Ok(())
        }
        .scope_boxed()
    })
    .await
}

fn drafts(agencies: Option<GroupId>, now: Instant) -> Vec<DiscountDraft> {
    let percent_off = |name: &str, percent| DiscountDraft {
        name: name.to_owned(),
        coupon: None,
        group: None,
        customer: None,
        tlds: Vec::new(),
        operations: Vec::new(),
        years: Years::All,
        percent: Some(Percent::whole(percent)),
        amount: None,
        from: None,
        until: None,
    };
    let in_days = |days: i64| now.plus(SignedDuration::from_hours(24 * days));
    let level = agencies.map(|group| DiscountDraft {
        group: Some(group),
        ..percent_off("Agency prices", 8)
    });
    let welcome = DiscountDraft {
        coupon: Some(CouponDraft {
            code: "WELCOME10".to_owned(),
            stacks: false,
            max_uses: Some(500),
            max_uses_each: Some(1),
        }),
        operations: vec![Operation::Register],
        years: Years::First,
        ..percent_off("Welcome", 10)
    };
    let sale = DiscountDraft {
        tlds: ["store", "shop", "online"].map(str::to_owned).to_vec(),
        operations: vec![Operation::Register],
        years: Years::First,
        from: Some(in_days(SALE.0)),
        until: Some(in_days(SALE.0 + SALE.1)),
        ..percent_off("Shops in spring", 25)
    };
    level.into_iter().chain([welcome, sale]).collect()
}
