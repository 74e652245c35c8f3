//! The form of a discount or coupon: a new one, or one that has not begun.

use axum::Extension;
use axum::response::Response;
use engines::pricing::Operation;
use engines::pricing::discounts::{Off, Tlds, Whom, Years};
use kernel::{Currency, DiscountId, Instant, Money, Percent, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::Field;
use web::{Fields, Form, Path, Query, Result, Staff};

use super::review::{Desk, Outcome};
use super::words::Names;
use super::{PATH, head, one, path};
use crate::Books;
use crate::discounts::proposal::Deed;
use crate::discounts::{CouponDraft, Discount, DiscountDraft};
use crate::exposures::Asked;
use crate::forms::{self, Block, EditForm, Filled, Typed, Values, done, told};
use crate::permissions::PRICES_EDIT;

/// Which of the two is to be added.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Kind {
    kind: Option<String>,
}

impl Kind {
    fn is_coupon(&self) -> bool {
        self.kind.as_deref() == Some("coupon")
    }
}

pub(super) async fn new(ctx: Staff, Query(kind): Query<Kind>) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let mut values = vec![("currency", ctx.site().currency.clone()), ("years", "all".to_owned())];
    values.extend(Operation::ALL.map(|operation| (field_of(operation), "on".to_owned())));
    show(&ctx, Filled::with(ctx.words(), values), None, kind.is_coupon()).await
}

/// One that has not begun, to be edited.
pub(super) async fn edit(ctx: &Staff, discount: &Discount) -> Result<Response> {
    let filled = Filled::with(ctx.words(), stored(ctx.words(), discount));
    show(ctx, filled, Some(discount), discount.coupon.is_some()).await
}

pub(super) async fn add(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Query(kind): Query<Kind>,
    form: Form<Typed>,
) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let desk = Desk {
        ctx: &ctx,
        books: &books,
        asked: &asked,
    };
    let action = if kind.is_coupon() {
        format!("{PATH}?kind=coupon")
    } else {
        PATH.to_owned()
    };
    let deed = read(&ctx, &form.raw, kind.is_coupon(), None).await.map(Deed::Add);
    answer(desk, deed, &form.raw, action, None, kind.is_coupon()).await
}

pub(super) async fn save(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(asked): Extension<Asked>,
    Path(id): Path<DiscountId>,
    form: Form<Typed>,
) -> Result<Response> {
    ctx.allow(PRICES_EDIT)?;
    let desk = Desk {
        ctx: &ctx,
        books: &books,
        asked: &asked,
    };
    let had = one::load(&ctx, id).await?;
    let is_coupon = had.coupon.is_some();
    let deed = read(&ctx, &form.raw, is_coupon, Some(&had)).await;
    let deed = deed.map(|draft| match is_brought_forward(&ctx, &form.raw, &had) {
        true => Deed::BringForward(id, draft),
        false => Deed::Change(id, draft),
    });
    answer(desk, deed, &form.raw, path(id), Some(id), is_coupon).await
}

/// On to the review, from there to the discount; or the form again with everything that was typed.
async fn answer(
    desk: Desk<'_>,
    deed: platform::Result<Deed>,
    typed: &Fields,
    action: String,
    id: Option<DiscountId>,
    is_coupon: bool,
) -> Result<Response> {
    let ctx = desk.ctx;
    let outcome = match deed {
        Err(error) => Outcome::Refused(told(error)?),
        Ok(_) if !typed.get("back").is_empty() => {
            let discount = match id {
                Some(id) => Some(one::load(ctx, id).await?),
                None => None,
            };
            return show(ctx, Filled::typed(ctx.words(), typed), discount.as_ref(), is_coupon).await;
        }
        Ok(deed) => desk.send(&deed, typed, action, is_coupon).await?,
    };
    let problem = match outcome {
        Outcome::Shown(review) => return Ok(review),
        Outcome::Done(discount) => {
            let text = ctx.words().t1("catalog-saved-named", "name", &discount.name);
            return Ok(done(&path(discount.id), text, None));
        }
        Outcome::Refused(problem) => problem,
    };
    let discount = match id {
        Some(id) => Some(one::load(ctx, id).await?),
        None => None,
    };
    let stored = discount
        .as_ref()
        .map(|discount| stored(ctx.words(), discount))
        .unwrap_or_default();
    let filled = Filled::again(ctx.words(), typed, &problem, stored);
    show(ctx, filled, discount.as_ref(), is_coupon).await
}

fn field_of(operation: Operation) -> &'static str {
    match operation {
        Operation::Register => "for_register",
        Operation::Renew => "for_renew",
        Operation::Transfer => "for_transfer",
        Operation::Restore => "for_restore",
    }
}

/// The form as a draft; `had` is what is being edited.
async fn read(ctx: &Staff, typed: &Fields, is_coupon: bool, had: Option<&Discount>) -> platform::Result<DiscountDraft> {
    let mut faults = crate::values::Faults::default();
    let limit = |name: &str| match typed.get(name).trim() {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| ()),
    };
    let coupon = is_coupon.then(|| CouponDraft {
        code: typed.get("code").to_owned(),
        stacks: typed.get("stacks") == "on",
        // What is no number is refused as a limit below one is.
        max_uses: limit("max_uses").unwrap_or(Some(0)),
        max_uses_each: limit("max_uses_per_customer").unwrap_or(Some(0)),
    });
    let percent = match typed.get("percent").trim() {
        "" => None,
        text => Some(Percent::parse(text).unwrap_or_else(|_| {
            faults.note("/percent", "bad_discount_percent");
            Percent::ZERO
        })),
    };
    let currency = forms::chosen_currency(typed).unwrap_or(Currency::USD);
    let amount = match typed.get("amount").trim() {
        "" => None,
        text => Some(Money::parse(text, currency).unwrap_or_else(|_| {
            faults.note("/amount", "bad_discount_amount");
            Money::zero(currency)
        })),
    };
    let (from, until) = instants(ctx, typed, had, &mut faults);
    faults.done()?;
    let group = match typed.get("group_id") {
        "" => None,
        text => Some(text.parse().map_err(|_| of_field("/group_id", "group_unknown"))?),
    };
    let operations: Vec<Operation> = Operation::ALL
        .into_iter()
        .filter(|operation| typed.get(field_of(*operation)) == "on")
        .collect();
    if operations.is_empty() {
        return Err(of_field("/for_register", "discount_for_no_operation").into());
    }
    Ok(DiscountDraft {
        name: typed.get("name").to_owned(),
        coupon,
        group,
        customer: customer(ctx, typed.get("customer_id").trim()).await?,
        tlds: crate::values::words(typed.get("tlds")),
        operations,
        years: Years::parse(typed.get("years")).unwrap_or(Years::All),
        percent,
        amount,
        from,
        until,
    })
}

fn of_field(pointer: &'static str, code: &'static str) -> Problem {
    Problem::refused("invalid_fields").field(pointer, code)
}

/// Whom an id or an address names.
async fn customer(ctx: &Staff, text: &str) -> platform::Result<Option<kernel::CustomerId>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    let found = ctx
        .read(|read| async move { parties::customers::ops::by_email(read, text).await }.scope_boxed())
        .await?;
    let found = found.ok_or_else(|| of_field("/customer_id", "buyer_unknown"))?;
    Ok(Some(found.id))
}

/// From when and until when: a day's first instant where the person's clock is. A day left as it was keeps its instant, and
/// today is now.
fn instants(
    ctx: &Staff,
    typed: &Fields,
    had: Option<&Discount>,
    faults: &mut crate::values::Faults,
) -> (Option<Instant>, Option<Instant>) {
    let w = ctx.words();
    let mut instant = |name: &str, pointer: &'static str, stored: Option<Instant>| {
        let text = typed.get(name).trim();
        if text.is_empty() {
            return None;
        }
        if let Some(stored) = stored.filter(|stored| day(w, *stored) == text) {
            return Some(stored);
        }
        let date: Option<jiff::civil::Date> = text.parse().ok();
        let zoned = date.and_then(|date| date.in_tz(w.zone_name()).ok());
        if zoned.is_none() {
            faults.note(pointer, "date_invalid");
        }
        zoned.map(|zoned| Instant::from_timestamp(zoned.timestamp()))
    };
    let from = instant("effective_from", "/effective_from", had.map(|had| had.from));
    let until = instant("effective_until", "/effective_until", had.and_then(|had| had.until));
    let is_today = from.is_some_and(|from| day(w, from) == day(w, ctx.now()));
    (from.filter(|from| !is_today || *from >= ctx.now()), until)
}

/// Whether one that was to begin another day is to begin today, which is now.
fn is_brought_forward(ctx: &Staff, typed: &Fields, had: &Discount) -> bool {
    let (w, text) = (ctx.words(), typed.get("effective_from").trim());
    text == day(w, ctx.now()) && text != day(w, had.from)
}

/// The day of an instant where the person's clock is, as a date field writes it.
fn day(w: &Words, at: Instant) -> String {
    let zoned = at.timestamp().in_tz(w.zone_name());
    zoned.map(|zoned| zoned.date().to_string()).unwrap_or_default()
}

fn stored(w: &Words, discount: &Discount) -> Values {
    let terms = &discount.terms;
    let (group, customer) = match terms.whom {
        Whom::Everybody => (String::new(), String::new()),
        Whom::Group(group) => (group.to_string(), String::new()),
        Whom::Customer(customer) => (String::new(), customer.to_string()),
    };
    let (percent, amount, currency) = match terms.off {
        Off::Percent(percent) => (percent.to_string(), String::new(), String::new()),
        Off::Amount(amount) => (String::new(), amount.decimal(), amount.currency.code().to_owned()),
    };
    let coupon = discount.coupon.clone().unwrap_or_default();
    let limit = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let mut values = vec![
        ("name", discount.name.clone()),
        ("code", coupon.code.clone()),
        ("stacks", if terms.stacks { "on" } else { "" }.to_owned()),
        ("max_uses", limit(coupon.max_uses)),
        ("max_uses_per_customer", limit(coupon.max_uses_each)),
        ("percent", percent),
        ("amount", amount),
        ("currency", currency),
        ("years", terms.years.name().to_owned()),
        ("group_id", group),
        ("customer_id", customer),
        (
            "tlds",
            match &terms.tlds {
                Tlds::All => String::new(),
                Tlds::These(tlds) => tlds.join(" "),
            },
        ),
        ("effective_from", day(w, discount.from)),
        (
            "effective_until",
            discount.until.map(|until| day(w, until)).unwrap_or_default(),
        ),
    ];
    let ticked = |operation| if terms.operations.has(operation) { "on" } else { "" };
    values.extend(Operation::ALL.map(|operation| (field_of(operation), ticked(operation).to_owned())));
    values
}

async fn show(ctx: &Staff, filled: Filled<'_>, discount: Option<&Discount>, is_coupon: bool) -> Result<Response> {
    let w = ctx.words();
    let names = Names::of(ctx, &[]).await?;
    let heading = match (discount, is_coupon) {
        (Some(discount), _) => w.t1("catalog-edit-named", "name", &discount.name),
        (None, true) => w.t("catalog-coupon-new"),
        (None, false) => w.t("catalog-discount-new"),
    };
    let mut blocks = vec![
        amount(w, &filled),
        what(w, &filled),
        whom(w, &filled, &names, discount),
        when(w, &filled),
    ];
    if is_coupon {
        blocks.insert(0, coupon(w, &filled));
    }
    let form = EditForm {
        lede: w.t("catalog-discount-rule"),
        action: match (discount, is_coupon) {
            (Some(discount), _) => path(discount.id),
            (None, true) => format!("{PATH}?kind=coupon"),
            (None, false) => PATH.to_owned(),
        },
        blocks,
        submit: w.t(match (discount, is_coupon) {
            (_, false) => "catalog-change-look",
            (None, true) => "catalog-coupon-new",
            (Some(_), true) => "catalog-save",
        }),
        cancel: PATH,
        version: discount.map(|discount| discount.version),
        aside: discount.map(|discount| (format!("{}/remove", path(discount.id)), w.t("catalog-discount-remove"))),
        heading: heading.clone(),
    };
    filled
        .show(ctx, head(w, heading).crumb(w.t("catalog-discounts"), PATH), form)
        .await
}

fn coupon(w: &Words, filled: &Filled<'_>) -> Block {
    let code = Field::text("code", w.t("catalog-coupon-code"))
        .required()
        .attr("maxlength", 40)
        .autocomplete("off");
    let stacks = Field::switch("stacks", w.t("catalog-coupon-stacks"));
    let most = Field::number("max_uses", w.t("catalog-coupon-max"));
    let each = Field::number("max_uses_per_customer", w.t("catalog-coupon-max-each"));
    Block {
        title: w.t("catalog-coupon"),
        text: String::new(),
        fields: vec![
            filled.field("code", code.hint(w.t("catalog-coupon-code-hint"))),
            filled.tick("stacks", stacks.hint(w.t("catalog-coupon-stacks-hint"))),
            filled.field("max_uses", most.hint(w.t("catalog-coupon-max-hint"))),
            filled.field("max_uses_per_customer", each.hint(w.t("catalog-coupon-max-hint"))),
        ],
    }
}

fn amount(w: &Words, filled: &Filled<'_>) -> Block {
    let name = Field::text("name", w.t("catalog-name"))
        .required()
        .attr("maxlength", 120)
        .autocomplete("off");
    let percent = Field::text("percent", w.t("catalog-discount-percent")).attr("inputmode", "decimal");
    let amount = Field::text("amount", w.t("catalog-discount-amount")).attr("inputmode", "decimal");
    let currency = Field::select("currency", w.t("catalog-currency"), &forms::currencies());
    let choices = [
        (Years::All.name(), w.t("catalog-discount-whole")),
        (Years::First.name(), w.t("catalog-discount-first-year")),
    ];
    let years = Field::select("years", w.t("catalog-discount-years"), &choices);
    Block {
        title: w.t("catalog-discount-off"),
        text: w.t("catalog-discount-off-text"),
        fields: vec![
            filled.field("name", name),
            filled.field("percent", percent),
            filled.field("amount", amount.hint(w.t("catalog-discount-amount-hint"))),
            filled.field("currency", currency),
            filled.field("years", years),
        ],
    }
}

fn what(w: &Words, filled: &Filled<'_>) -> Block {
    let tlds = Field::textarea("tlds", w.t("catalog-discount-tlds")).attr("rows", 3);
    let mut fields = vec![filled.field("tlds", tlds.hint(w.t("catalog-discount-tlds-hint")))];
    fields.extend(Operation::ALL.map(|operation| {
        let name = field_of(operation);
        filled.tick(name, Field::check(name, crate::price_books::operation(w, operation)))
    }));
    Block {
        title: w.t("catalog-discount-for-what"),
        text: String::new(),
        fields,
    }
}

fn whom(w: &Words, filled: &Filled<'_>, names: &Names, discount: Option<&Discount>) -> Block {
    let mut groups = vec![(String::new(), w.t("catalog-discount-everybody"))];
    groups.extend(names.groups());
    // Whoever may not see customers keeps the group it is for, unnamed.
    if let Some(Whom::Group(group)) = discount.map(|discount| discount.terms.whom)
        && groups.iter().all(|(id, _)| *id != group.to_string())
    {
        groups.push((group.to_string(), names.whom(w, Whom::Group(group))));
    }
    let group = Field::select("group_id", w.t("catalog-discount-group"), &groups);
    let customer = Field::text("customer_id", w.t("catalog-discount-customer")).autocomplete("off");
    Block {
        title: w.t("catalog-discount-for-whom"),
        text: String::new(),
        fields: vec![
            filled.field("group_id", group),
            filled.field("customer_id", customer.hint(w.t("catalog-discount-customer-hint"))),
        ],
    }
}

fn when(w: &Words, filled: &Filled<'_>) -> Block {
    let from = Field::date("effective_from", w.t("catalog-discount-from"));
    let until = Field::date("effective_until", w.t("catalog-discount-ends"));
    Block {
        title: w.t("catalog-when"),
        text: w.t("catalog-discount-when-text"),
        fields: vec![
            filled.field(
                "effective_from",
                from.hint(w.t1("catalog-discount-from-hint", "zone", w.zone_name())),
            ),
            filled.field(
                "effective_until",
                until.hint(w.t1("catalog-discount-ends-hint", "zone", w.zone_name())),
            ),
        ],
    }
}
