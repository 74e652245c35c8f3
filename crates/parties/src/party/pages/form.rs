//! The form of a customer or supplier. Nothing typed is lost: a refused form comes back as it was, and where somebody else
//! was quicker it shows what they saved beside each field.

use axum::response::Response;
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::Field;
use web::{Fields, Form, Path, Result, Staff};

use super::{Pages, path, title};
use crate::record::{Of, ops};
use crate::views::{self, EditPage, Filled, Typed};

fn stored<D: Pages>(record: &Of<D>) -> Vec<(&'static str, String)> {
    let mut values = record.details.stored();
    let party = record.details.party().fields();
    values.extend(party.map(|(name, value)| (name, value.unwrap_or_default().to_owned())));
    values
}

pub(super) async fn new<D: Pages>(ctx: Staff) -> Result<Response> {
    ctx.allow(D::EDIT)?;
    page::<D>(&ctx, Filled::with(ctx.words(), D::blank()), None, None).await
}

pub(super) async fn edit<D: Pages>(ctx: Staff, Path(id): Path<D::Id>) -> Result<Response> {
    ctx.allow(D::EDIT)?;
    let record = load::<D>(&ctx, id).await?;
    page::<D>(&ctx, Filled::with(ctx.words(), stored(&record)), Some(&record), None).await
}

async fn load<D: Pages>(ctx: &Staff, id: D::Id) -> Result<Of<D>> {
    Ok(ctx
        .read(|read| async move { ops::by_id::<D>(read, id).await }.scope_boxed())
        .await?)
}

/// The form of `record`, or of a new one.
async fn page<D: Pages>(
    ctx: &Staff,
    filled: Filled<'_>,
    record: Option<&Of<D>>,
    problem: Option<&Problem>,
) -> Result<Response> {
    let (w, titles) = (ctx.words(), D::TITLES);
    let beside = ctx
        .read(|read| async move { D::beside(read).await }.scope_boxed())
        .await?;
    let (heading, lede, submit, own) = match record {
        None => (
            w.t(titles.new),
            w.t(titles.new_lede),
            w.t(titles.add),
            D::PATH.to_owned(),
        ),
        Some(record) => (
            w.t1("parties-edit-named", "name", record.details.name()),
            String::new(),
            w.t("parties-save"),
            path::<D>(record.id),
        ),
    };
    let page = EditPage {
        w,
        lede,
        notice: problem.and_then(|problem| D::notice(w, problem).or_else(|| views::stale_notice(w, problem))),
        action: own.clone(),
        csrf: ctx.csrf(),
        // Whoever saves again after seeing what changed means it.
        hidden: record.map(|record| ("version", record.version.to_string())),
        blocks: blocks::<D>(w, &filled, record, &beside),
        submit,
        cancel: own,
        remove: None,
        errors: filled.errors,
        heading: heading.clone(),
    };
    let head = title::<D>(ctx, &heading).refused_if(problem.is_some());
    ctx.console(&head, &page).await
}

fn blocks<D: Pages>(
    w: &Words,
    filled: &Filled<'_>,
    record: Option<&Of<D>>,
    beside: &D::Beside,
) -> Vec<(String, Vec<Field>)> {
    let terms = D::terms(filled, record.map(|record| &record.details), beside);
    vec![
        (w.t("parties-who"), D::who(filled)),
        (w.t("parties-address"), filled.place()),
        (w.t("parties-terms"), terms),
        (
            w.t("parties-notes"),
            vec![filled.area("notes", w.t("parties-notes-label"))],
        ),
    ]
}

pub(super) async fn add<D: Pages>(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    let saved = match D::draft(&form.raw) {
        Ok(draft) => {
            let draft = &draft;
            ctx.write(|tx| async move { ops::add::<D>(tx, draft).await }.scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match saved {
        Ok(record) => {
            let text = ctx.words().t1("parties-added-named", "name", record.details.name());
            Ok(views::done(path::<D>(record.id), text, None))
        }
        Err(error) => refused::<D>(&ctx, error, &form.raw, None).await,
    }
}

pub(super) async fn save<D: Pages>(ctx: Staff, Path(id): Path<D::Id>, form: Form<Typed>) -> Result<Response> {
    let version = views::typed_version(&form.raw);
    let saved = match D::draft(&form.raw) {
        Ok(draft) => {
            let draft = &draft;
            ctx.write(|tx| async move { ops::change::<D>(tx, id, version, draft).await }.scope_boxed())
                .await
        }
        Err(problem) => Err(problem.into()),
    };
    match saved {
        Ok(record) => {
            let text = ctx.words().t1("parties-saved-named", "name", record.details.name());
            Ok(views::done(path::<D>(id), text, None))
        }
        Err(error) => refused::<D>(&ctx, error, &form.raw, Some(id)).await,
    }
}

async fn refused<D: Pages>(ctx: &Staff, error: platform::Error, raw: &Fields, id: Option<D::Id>) -> Result<Response> {
    let problem = views::told(error)?;
    let record = match id {
        Some(id) => Some(load::<D>(ctx, id).await?),
        None => None,
    };
    let kept = record.as_ref().map(stored::<D>).unwrap_or_default();
    let filled = Filled::again(ctx.words(), raw, &problem, kept);
    let page = page::<D>(ctx, filled, record.as_ref(), Some(&problem)).await?;
    Ok(views::refused(page, &problem))
}
