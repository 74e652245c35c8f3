//! Adding and editing a source. Credentials go in and never come out: a form starts with them empty.

use axum::response::Response;
use kernel::{PriceSourceId, Problem};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::Field;
use web::{Fields, Form, Path, Result, Staff};

use super::{PATH, kind_name, path};
use crate::forms::{Block, EditForm, Filled, Typed, Values, done, told, typed_version};
use crate::imports::{ListRef, Vanished, lists_to_choose};
use crate::permissions::REGISTRARS_EDIT;
use crate::sync::kind::{Credentials, SourceKind};
use crate::sync::ops;
use crate::sync::source::{NewSource, Source, SourceEdit};
use crate::sync::store::vanished_name;
use crate::sync::terms::{Terms, filter};

pub(super) async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let none = ListRef::Sales(kernel::Id::from_uuid(uuid::Uuid::nil()));
    let mut values = stored(&Terms::new("", none));
    values.retain(|(name, _)| *name != "list");
    values.push(("kind", SourceKind::ALL[0].name().to_owned()));
    page(&ctx, Filled::with(ctx.words(), values), None).await
}

pub(super) async fn edit(ctx: Staff, Path(id): Path<PriceSourceId>) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let source = load(&ctx, id).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&source.terms)), Some(&source)).await
}

async fn load(ctx: &Staff, id: PriceSourceId) -> Result<Source> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

pub(super) async fn add(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let saved = match read_new(&form.raw) {
        Err(problem) => Err(problem.into()),
        Ok(new) => {
            ctx.write(|tx| {
                let new = new.clone();
                async move { ops::add(tx, new).await }.scope_boxed()
            })
            .await
        }
    };
    answer(&ctx, saved, &form.raw, None).await
}

pub(super) async fn save(ctx: Staff, Path(id): Path<PriceSourceId>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let shown = typed_version(&form.raw);
    let saved = match read_edit(&form.raw) {
        Err(problem) => Err(problem.into()),
        Ok(edit) => {
            ctx.write(|tx| {
                let edit = edit.clone();
                async move { ops::change(tx, id, shown, edit).await }.scope_boxed()
            })
            .await
        }
    };
    answer(&ctx, saved, &form.raw, Some(id)).await
}

/// On to the source, or the form again with everything that was typed but the secret.
async fn answer(
    ctx: &Staff,
    saved: platform::Result<Source>,
    typed: &Fields,
    id: Option<PriceSourceId>,
) -> Result<Response> {
    let error = match saved {
        Ok(source) => {
            let text = ctx.words().t1("catalog-saved-named", "name", &source.terms.name);
            return Ok(done(&path(source.id), text, None));
        }
        Err(error) => error,
    };
    let problem = by_input(told(error)?);
    let source = match id {
        Some(id) => Some(load(ctx, id).await?),
        None => None,
    };
    let values = source.as_ref().map(|source| stored(&source.terms)).unwrap_or_default();
    let filled = Filled::again(ctx.words(), typed, &problem, values);
    page(ctx, filled, source.as_ref()).await
}

/// The form's inputs have no slashes in their names.
fn by_input(mut problem: Problem) -> Problem {
    for field in &mut problem.fields {
        if let Some(name) = field.pointer.strip_prefix("/credentials") {
            field.pointer = name.to_owned().into();
        }
    }
    problem
}

fn read_new(typed: &Fields) -> std::result::Result<NewSource, Problem> {
    let kind = SourceKind::parse(typed.get("kind"))
        .ok_or_else(|| Problem::refused("invalid_fields").field("/kind", "choice_unknown"))?;
    let SourceEdit { terms, credentials } = read_edit(typed)?;
    Ok(NewSource {
        kind,
        terms,
        credentials,
    })
}

fn read_edit(typed: &Fields) -> std::result::Result<SourceEdit, Problem> {
    let list: ListRef = typed
        .get("list")
        .parse()
        .map_err(|_| Problem::refused("list_unknown").field("/list", "list_unknown"))?;
    let credentials = Credentials::new(typed.get("key"), typed.get("secret"));
    let untouched = credentials.key.is_empty() && credentials.secret.is_empty();
    // What is no number is out of range: the model says so beside all else that is wrong.
    let number = |name: &str| typed.get(name).trim().parse().unwrap_or(-1);
    Ok(SourceEdit {
        terms: Terms {
            name: typed.get("name").to_owned(),
            endpoint: typed.get("endpoint").to_owned(),
            list,
            interval_minutes: number("interval_minutes"),
            timeout_seconds: number("timeout_seconds"),
            filter: filter(typed.get("include"), typed.get("exclude"))?,
            vanished: if typed.get("vanished") == "withdraw" {
                Vanished::Withdraw
            } else {
                Vanished::Keep
            },
            most_changed_percent: number("most_changed_percent"),
            largest_jump_hundredths: hundredths(typed.get("largest_jump")).unwrap_or(-1),
        },
        credentials: (!untouched).then_some(credentials),
    })
}

/// `3`, `2.5` or `1.25` in hundredths.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if decimals.len() > 2 || !text.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole <= 1_000)?;
    let decimals: i64 = format!("{decimals:0<2}").parse().ok()?;
    Some(whole * 100 + decimals)
}

fn stored(terms: &Terms) -> Values {
    vec![
        ("name", terms.name.clone()),
        ("endpoint", terms.endpoint.clone()),
        ("list", terms.list.to_string()),
        ("interval_minutes", terms.interval_minutes.to_string()),
        ("timeout_seconds", terms.timeout_seconds.to_string()),
        ("include", terms.filter.include.to_string()),
        ("exclude", terms.filter.exclude.to_string()),
        ("vanished", vanished_name(terms.vanished).to_owned()),
        ("most_changed_percent", terms.most_changed_percent.to_string()),
        (
            "largest_jump",
            format!(
                "{}.{:02}",
                terms.largest_jump_hundredths / 100,
                terms.largest_jump_hundredths % 100
            ),
        ),
    ]
}

async fn page(ctx: &Staff, filled: Filled<'_>, source: Option<&Source>) -> Result<Response> {
    let w = ctx.words();
    let lists = lists_to_choose(ctx).await?;
    let heading = match source {
        None => w.t("sync-connect"),
        Some(source) => w.t1("catalog-edit-named", "name", &source.terms.name),
    };
    let form = EditForm {
        lede: w.t("sync-form-lede"),
        action: source.map_or_else(|| PATH.to_owned(), |source| path(source.id)),
        blocks: vec![
            place(w, &filled, source),
            credentials(w, &filled, source),
            taking(w, &filled, &lists),
            schedule(w, &filled),
            guards(w, &filled),
        ],
        submit: if source.is_some() {
            w.t("catalog-save")
        } else {
            w.t("sync-add")
        },
        cancel: PATH,
        version: source.map(|source| source.version),
        aside: None,
        heading: heading.clone(),
    };
    let head = Head::new(heading)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("sync-title"), PATH);
    filled.show(ctx, head, form).await
}

/// Whose protocol it speaks is chosen once.
fn place(w: &Words, filled: &Filled<'_>, source: Option<&Source>) -> Block {
    let mut fields = Vec::new();
    if source.is_none() {
        let kinds = SourceKind::ALL.map(|kind| (kind.name(), kind_name(w, kind)));
        fields.push(filled.field("kind", Field::select("kind", w.t("sync-kind"), &kinds)));
    }
    let name = Field::text("name", w.t("catalog-name")).required().autocomplete("off");
    let endpoint = Field::text("endpoint", w.t("sync-endpoint"))
        .autocomplete("off")
        .attr("maxlength", 300)
        .attr("spellcheck", "false")
        .hint(w.t("sync-endpoint-hint"));
    fields.push(filled.field("name", name.attr("maxlength", 120)));
    fields.push(filled.field("endpoint", endpoint));
    Block {
        title: w.t("sync-source"),
        text: source.map_or_else(String::new, |source| kind_name(w, source.kind)),
        fields,
    }
}

fn credentials(w: &Words, filled: &Filled<'_>, source: Option<&Source>) -> Block {
    let text = match source.and_then(|source| source.credentials_at) {
        Some(at) => w.t1("catalog-credentials-since", "at", w.date_time_zoned(at)),
        None => w.t("sync-credentials-text"),
    };
    let key = Field::text("key", w.t("sync-key"))
        .autocomplete("off")
        .attr("maxlength", 256)
        .attr("spellcheck", "false");
    let secret = Field::password("secret", w.t("catalog-secret"))
        .autocomplete("new-password")
        .attr("maxlength", 256)
        .hint(w.t("catalog-secret-hint"));
    Block {
        title: w.t("catalog-credentials"),
        text,
        fields: vec![filled.field("key", key), filled.field("secret", secret)],
    }
}

fn taking(w: &Words, filled: &Filled<'_>, lists: &[(String, String)]) -> Block {
    let vanished = [
        ("keep", w.t("catalog-vanished-keep")),
        ("withdraw", w.t("catalog-vanished-withdraw")),
    ];
    let include = Field::text("include", w.t("sync-include")).autocomplete("off");
    let exclude = Field::text("exclude", w.t("sync-exclude")).autocomplete("off");
    Block {
        title: w.t("sync-taking"),
        text: String::new(),
        fields: vec![
            filled.field(
                "list",
                Field::select("list", w.t("catalog-list"), lists).hint(w.t("sync-list-hint")),
            ),
            filled.field("vanished", Field::select("vanished", w.t("sync-vanished"), &vanished)),
            filled.field("include", include.hint(w.t("sync-include-hint"))),
            filled.field("exclude", exclude),
        ],
    }
}

fn schedule(w: &Words, filled: &Filled<'_>) -> Block {
    let interval = Field::number("interval_minutes", w.t("sync-interval")).required();
    let timeout = Field::number("timeout_seconds", w.t("sync-timeout")).required();
    Block {
        title: w.t("sync-schedule"),
        text: String::new(),
        fields: vec![
            filled.field("interval_minutes", interval.hint(w.t("sync-interval-hint"))),
            filled.field("timeout_seconds", timeout.hint(w.t("sync-timeout-hint"))),
        ],
    }
}

fn guards(w: &Words, filled: &Filled<'_>) -> Block {
    let share = Field::number("most_changed_percent", w.t("sync-share")).required();
    let jump = Field::text("largest_jump", w.t("sync-jump"))
        .required()
        .attr("inputmode", "decimal");
    Block {
        title: w.t("sync-guards"),
        text: w.t("sync-guards-text"),
        fields: vec![
            filled.field("most_changed_percent", share.hint(w.t("sync-share-hint"))),
            filled.field("largest_jump", jump.hint(w.t("sync-jump-hint"))),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn a_factor_is_read_to_the_hundredth() {
        assert_eq!(
            ["3", "2.5", " 1.25 ", "10"].map(hundredths),
            [Some(300), Some(250), Some(125), Some(1000)]
        );
        assert_eq!(["", "x", "-3", "1.234", "1.2.3"].map(hundredths), [None; 5]);
    }
}
