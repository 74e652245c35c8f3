//! The form of a supplier. Nothing typed is lost: a refused form comes back as it was, and where somebody else was quicker
//! it shows what they saved beside each field.

use axum::response::Response;
use kernel::{Problem, SupplierId};
use scoped_futures::ScopedFutureExt;
use web::page::Head;
use web::ui::Field;
use web::{Fields, Form, Path, Result, Staff};

use super::{PATH, path};
use crate::permissions::SUPPLIERS_EDIT;
use crate::suppliers::{Kind, Supplier, SupplierDraft, ops};
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
    "kind",
    "website",
];

fn draft(raw: &Fields) -> Result<SupplierDraft, Problem> {
    let unknown = || Problem::refused("invalid_fields").field("/kind", "kind_unknown");
    Ok(SupplierDraft {
        party: views::party_draft(raw),
        kind: Kind::parse(raw.get("kind")).ok_or_else(unknown)?,
        website: raw.get("website").to_owned(),
    })
}

fn stored(supplier: &Supplier) -> Vec<(&'static str, String)> {
    let mut values = views::party_values(&supplier.details.party);
    values.push(("kind", supplier.details.kind.key().to_owned()));
    values.push(("website", supplier.details.website.clone().unwrap_or_default()));
    values
}

async fn load(ctx: &Staff, id: SupplierId) -> Result<Supplier> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

fn blocks(filled: &Filled<'_>) -> Vec<(String, Vec<Field>)> {
    let w = filled.w;
    let choices = Kind::ALL.map(|kind| (kind.key(), super::kind_label(w, kind)));
    let mut who = vec![
        filled.name(),
        filled.fill("kind", Field::select("kind", w.t("parties-kind"), &choices)),
    ];
    who.extend(filled.reach());
    who.push(filled.line("website", w.t("parties-website"), values::MAX_WEBSITE));
    let terms = vec![filled.line("tax_id", w.t("parties-tax-id"), values::MAX_TAX_ID)];
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
    ctx.allow(SUPPLIERS_EDIT)?;
    let filled = Filled::with(ctx.words(), vec![("kind", Kind::Other.key().to_owned())]);
    new_page(&ctx, filled, None).await
}

async fn new_page(ctx: &Staff, filled: Filled<'_>, problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let head = Head::new(w.t("parties-supplier-new")).crumb(w.t("parties-suppliers"), PATH);
    let page = EditPage {
        w,
        heading: w.t("parties-supplier-new"),
        lede: w.t("parties-supplier-new-lede"),
        notice: None,
        action: PATH.to_owned(),
        csrf: ctx.csrf(),
        hidden: Vec::new(),
        blocks: blocks(&filled),
        submit: w.t("parties-supplier-add"),
        cancel: PATH.to_owned(),
        remove: None,
        errors: filled.errors,
    };
    ctx.console(&head.refused_if(problem.is_some()), &page).await
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
        Ok(supplier) => {
            let text = ctx
                .words()
                .t1("parties-added-named", "name", &supplier.details.party.name);
            Ok(views::done(path(supplier.id), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let filled = Filled::again(ctx.words(), &NAMES, &form.raw, &problem, Vec::new());
            Ok(views::refused(new_page(&ctx, filled, Some(&problem)).await?, &problem))
        }
    }
}

pub(super) async fn edit(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    ctx.allow(SUPPLIERS_EDIT)?;
    let supplier = load(&ctx, id).await?;
    let filled = Filled::with(ctx.words(), stored(&supplier));
    edit_page(&ctx, filled, &supplier, None).await
}

async fn edit_page(
    ctx: &Staff,
    filled: Filled<'_>,
    supplier: &Supplier,
    problem: Option<&Problem>,
) -> Result<Response> {
    let w = ctx.words();
    let name = &supplier.details.party.name;
    let head = super::title(ctx, &w.t1("parties-edit-named", "name", name));
    let page = EditPage {
        w,
        heading: w.t1("parties-edit-named", "name", name),
        lede: String::new(),
        notice: problem.and_then(|problem| views::stale_notice(w, problem)),
        action: path(supplier.id),
        csrf: ctx.csrf(),
        // Whoever saves again after seeing what changed means it.
        hidden: vec![("version", supplier.version.to_string())],
        blocks: blocks(&filled),
        submit: w.t("parties-save"),
        cancel: path(supplier.id),
        remove: None,
        errors: filled.errors,
    };
    ctx.console(&head.refused_if(problem.is_some()), &page).await
}

pub(super) async fn save(ctx: Staff, Path(id): Path<SupplierId>, form: Form<Typed>) -> Result<Response> {
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
        Ok(supplier) => {
            let text = ctx
                .words()
                .t1("parties-saved-named", "name", &supplier.details.party.name);
            Ok(views::done(path(id), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let supplier = load(&ctx, id).await?;
            let filled = Filled::again(ctx.words(), &NAMES, &form.raw, &problem, stored(&supplier));
            Ok(views::refused(
                edit_page(&ctx, filled, &supplier, Some(&problem)).await?,
                &problem,
            ))
        }
    }
}
