//! The form of a customer. Nothing typed is lost: a refused form comes back as it was, and where somebody else was quicker
//! it shows what they saved beside each field.

use axum::response::Response;
use kernel::{CustomerId, GroupId, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{Alert, Field, Tone};
use web::{Fields, Form, Path, Result, Staff};

use super::{PATH, path};
use crate::customers::{Customer, CustomerDraft, ops};
use crate::groups::{self, Group};
use crate::party::State;
use crate::permissions::CUSTOMERS_EDIT;
use crate::values;
use crate::views::{self, EditPage, Filled, PARTY_FIELDS, Typed};

const NAMES: [&str; 12] = [
    PARTY_FIELDS[0],
    PARTY_FIELDS[1],
    PARTY_FIELDS[2],
    PARTY_FIELDS[3],
    PARTY_FIELDS[4],
    PARTY_FIELDS[5],
    PARTY_FIELDS[6],
    PARTY_FIELDS[7],
    PARTY_FIELDS[8],
    PARTY_FIELDS[9],
    "company",
    "group_id",
];

fn draft(raw: &Fields) -> Result<CustomerDraft, Problem> {
    let unknown = |_| Problem::refused("invalid_fields").field("/group_id", "group_unknown");
    let group: Option<GroupId> = match raw.get("group_id") {
        "" => None,
        text => Some(text.parse().map_err(unknown)?),
    };
    Ok(CustomerDraft {
        party: views::party_draft(raw),
        company: raw.get("company").to_owned(),
        group,
    })
}

fn stored(customer: &Customer) -> Vec<(&'static str, String)> {
    let mut values = views::party_values(&customer.details.party);
    values.push(("company", customer.details.company.clone().unwrap_or_default()));
    values.push((
        "group_id",
        customer.details.group.map(|id| id.to_string()).unwrap_or_default(),
    ));
    values
}

async fn all_groups(ctx: &Staff) -> Result<Vec<Group>> {
    Ok(ctx
        .read(|read| async move { groups::ops::list(read).await }.scope_boxed())
        .await?)
}

async fn load(ctx: &Staff, id: CustomerId) -> Result<Customer> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

fn blocks(filled: &Filled<'_>, groups: &[Group], had: Option<GroupId>) -> Vec<(String, Vec<Field>)> {
    let w = filled.w;
    let offered = groups
        .iter()
        .filter(|group| group.state == State::Active || Some(group.id) == had);
    let mut choices = vec![(String::new(), w.t("parties-no-group"))];
    choices.extend(offered.map(|group| (group.id.to_string(), group.name.clone())));
    let mut who = vec![
        filled.name(),
        filled.line("company", w.t("parties-company"), values::MAX_NAME),
    ];
    who.extend(filled.reach());
    let terms = vec![
        filled.fill("group_id", Field::select("group_id", w.t("parties-group"), &choices)),
        filled.line("tax_id", w.t("parties-tax-id"), values::MAX_TAX_ID),
    ];
    vec![
        (w.t("parties-who"), who),
        (w.t("parties-address"), filled.place()),
        (w.t("parties-terms"), terms),
        (
            w.t("parties-notes"),
            vec![filled.area("notes", w.t("parties-notes-label"))],
        ),
    ]
}

pub(super) async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(CUSTOMERS_EDIT)?;
    let groups = all_groups(&ctx).await?;
    let filled = Filled::with(ctx.words(), Vec::new());
    new_page(&ctx, filled, &groups, None).await
}

async fn new_page(ctx: &Staff, filled: Filled<'_>, groups: &[Group], problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let head = Head::new(w.t("parties-customer-new")).crumb(w.t("parties-customers"), PATH);
    let page = EditPage {
        w,
        heading: w.t("parties-customer-new"),
        lede: w.t("parties-customer-new-lede"),
        notice: problem.and_then(|problem| existing(w, problem)),
        action: PATH.to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        blocks: blocks(&filled, groups, None),
        submit: w.t("parties-customer-add"),
        cancel: PATH.to_owned(),
        remove: None,
        errors: filled.errors,
    };
    ctx.console(&head.refused_if(problem.is_some()), &page).await
}

/// Who has the address already, with the way there.
fn existing(w: &Words, problem: &Problem) -> Option<Alert> {
    let (_, id) = problem.args.iter().find(|(name, _)| *name == "existing")?;
    let alert = Alert::new(Tone::Warn, w.t("parties-customer-exists")).text(w.t("parties-customer-exists-text"));
    Some(alert.action(format!("{PATH}/{id}"), w.t("parties-customer-open")))
}

pub(super) async fn add(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    let saved = match draft(&form.raw) {
        Ok(draft) => {
            let draft = &draft;
            ctx.write(|tx| async move { ops::add(tx, draft).await }.scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match saved {
        Ok(customer) => {
            let text = ctx
                .words()
                .t1("parties-added-named", "name", &customer.details.party.name);
            Ok(views::done(path(customer.id), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let groups = all_groups(&ctx).await?;
            let filled = Filled::again(ctx.words(), &NAMES, &form.raw, &problem, Vec::new());
            Ok(views::refused(
                new_page(&ctx, filled, &groups, Some(&problem)).await?,
                &problem,
            ))
        }
    }
}

pub(super) async fn edit(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    ctx.allow(CUSTOMERS_EDIT)?;
    let customer = load(&ctx, id).await?;
    let filled = Filled::with(ctx.words(), stored(&customer));
    edit_page(&ctx, filled, &customer, None).await
}

async fn edit_page(
    ctx: &Staff,
    filled: Filled<'_>,
    customer: &Customer,
    problem: Option<&Problem>,
) -> Result<Response> {
    let (w, groups) = (ctx.words(), all_groups(ctx).await?);
    let name = &customer.details.party.name;
    let head = super::title(ctx, &w.t1("parties-edit-named", "name", name));
    let page = EditPage {
        w,
        heading: w.t1("parties-edit-named", "name", name),
        lede: String::new(),
        notice: problem.and_then(|problem| existing(w, problem).or_else(|| views::stale_notice(w, problem))),
        action: path(customer.id),
        csrf: ctx.csrf(),
        // Whoever saves again after seeing what changed means it.
        hidden: vec![("version", customer.version.to_string())],
        blocks: blocks(&filled, &groups, customer.details.group),
        submit: w.t("parties-save"),
        cancel: path(customer.id),
        remove: None,
        errors: filled.errors,
    };
    ctx.console(&head.refused_if(problem.is_some()), &page).await
}

pub(super) async fn save(ctx: Staff, Path(id): Path<CustomerId>, form: Form<Typed>) -> Result<Response> {
    let version = views::typed_version(&form.raw);
    let saved = match draft(&form.raw) {
        Ok(draft) => {
            let draft = &draft;
            ctx.write(|tx| async move { ops::change(tx, id, version, draft).await }.scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match saved {
        Ok(customer) => {
            let text = ctx
                .words()
                .t1("parties-saved-named", "name", &customer.details.party.name);
            Ok(views::done(path(id), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let customer = load(&ctx, id).await?;
            let filled = Filled::again(ctx.words(), &NAMES, &form.raw, &problem, stored(&customer));
            Ok(views::refused(
                edit_page(&ctx, filled, &customer, Some(&problem)).await?,
                &problem,
            ))
        }
    }
}
