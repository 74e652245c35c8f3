//! Adding and editing a registrar account. Credentials go in and never come out: a form starts with them empty.

use axum::Extension;
use axum::response::Response;
use kernel::{Problem, RegistrarId};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::Field;
use web::{Fields, Form, Path, Result, Staff};

use super::{PATH, adapter_name, path, toggle};
use crate::Books;
use crate::forms::{self, Block, EditForm, Filled, Typed, Values, done, told, typed_version};
use crate::permissions::REGISTRARS_EDIT;
use crate::registrars::credentials::Credentials;
use crate::registrars::model::{AdapterKind, NewRegistrar, Registrar, RegistrarEdit, Sells};
use crate::registrars::ops;

pub(super) async fn new(ctx: Staff) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let registrars = ctx
        .read(|read| async move { ops::list(read).await }.scope_boxed())
        .await?;
    // Behind all others, until somebody decides otherwise.
    let last = registrars.iter().map(|registrar| registrar.rank).max().unwrap_or(0);
    let values = vec![
        ("kind", AdapterKind::ALL[0].name().to_owned()),
        ("sells", Sells::Priced.name().to_owned()),
        ("rank", (last + 1).to_string()),
        ("currency", ctx.site().currency.clone()),
    ];
    page(&ctx, Filled::with(ctx.words(), values), None).await
}

pub(super) async fn edit(ctx: Staff, Path(id): Path<RegistrarId>) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let registrar = load(&ctx, id).await?;
    page(&ctx, Filled::with(ctx.words(), stored(&registrar)), Some(&registrar)).await
}

async fn load(ctx: &Staff, id: RegistrarId) -> Result<Registrar> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?)
}

pub(super) async fn add(ctx: Staff, Extension(books): Extension<Books>, form: Form<Typed>) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let books = &books;
    let saved = match read_new(&form.raw) {
        Err(problem) => Err(problem.into()),
        Ok(new) => {
            ctx.write(|tx| {
                let new = new.clone();
                async move { ops::add(tx, books, new).await }.scope_boxed()
            })
            .await
        }
    };
    answer(&ctx, saved, &form.raw, None).await
}

pub(super) async fn save(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Path(id): Path<RegistrarId>,
    form: Form<Typed>,
) -> Result<Response> {
    ctx.allow(REGISTRARS_EDIT)?;
    let (books, shown) = (&books, typed_version(&form.raw));
    let saved = match &read_edit(&form.raw) {
        Err(problem) => Err(problem.clone().into()),
        Ok(edit) => {
            ctx.write(|tx| async move { ops::change(tx, books, id, shown, edit).await }.scope_boxed())
                .await
        }
    };
    answer(&ctx, saved, &form.raw, Some(id)).await
}

/// On to the list, or the form again with everything that was typed but the secret.
async fn answer(
    ctx: &Staff,
    saved: platform::Result<Registrar>,
    typed: &Fields,
    id: Option<RegistrarId>,
) -> Result<Response> {
    let error = match saved {
        Ok(registrar) => {
            let text = ctx.words().t1("catalog-saved-named", "name", &registrar.name);
            return Ok(done(PATH, text, None));
        }
        Err(error) => error,
    };
    let problem = by_input(told(error)?);
    let registrar = match id {
        Some(id) => Some(load(ctx, id).await?),
        None => None,
    };
    let stored = registrar.as_ref().map(stored).unwrap_or_default();
    let filled = Filled::again(ctx.words(), typed, &problem, stored);
    page(ctx, filled, registrar.as_ref()).await
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

fn read_new(typed: &Fields) -> Result<NewRegistrar, Problem> {
    let kind = AdapterKind::parse(typed.get("kind"))
        .ok_or_else(|| Problem::refused("invalid_fields").field("/kind", "choice_unknown"))?;
    let RegistrarEdit {
        name,
        sells,
        rank,
        currency,
        credentials,
    } = read_edit(typed)?;
    Ok(NewRegistrar {
        slug: typed.get("slug").to_owned(),
        name,
        kind,
        sells,
        rank,
        currency,
        credentials,
    })
}

fn read_edit(typed: &Fields) -> Result<RegistrarEdit, Problem> {
    let sells = Sells::parse(typed.get("sells"))
        .ok_or_else(|| Problem::refused("invalid_fields").field("/sells", "choice_unknown"))?;
    let credentials = Credentials::new(typed.get("key"), typed.get("secret"));
    let untouched = credentials.key.is_empty() && credentials.secret.is_empty();
    Ok(RegistrarEdit {
        name: typed.get("name").to_owned(),
        sells,
        // What is no number is out of range: the model says so beside all else that is wrong.
        rank: typed.get("rank").trim().parse().unwrap_or(0),
        currency: forms::chosen_currency(typed)?,
        credentials: (!untouched).then_some(credentials),
    })
}

fn stored(registrar: &Registrar) -> Values {
    vec![
        ("name", registrar.name.clone()),
        ("sells", registrar.sells.name().to_owned()),
        ("rank", registrar.rank.to_string()),
        ("currency", registrar.currency.code().to_owned()),
    ]
}

async fn page(ctx: &Staff, filled: Filled<'_>, registrar: Option<&Registrar>) -> Result<Response> {
    let w = ctx.words();
    let heading = match registrar {
        None => w.t("catalog-registrar-new"),
        Some(registrar) => w.t1("catalog-edit-named", "name", &registrar.name),
    };
    let form = EditForm {
        lede: w.t("catalog-registrar-lede"),
        action: registrar.map_or_else(|| PATH.to_owned(), |registrar| path(registrar.id)),
        blocks: vec![
            account(w, &filled, registrar),
            buying(w, &filled),
            credentials(w, &filled, registrar),
        ],
        submit: if registrar.is_some() {
            w.t("catalog-save")
        } else {
            w.t("catalog-registrar-add")
        },
        cancel: PATH,
        version: registrar.map(|registrar| registrar.version),
        aside: registrar.map(|registrar| toggle(w, registrar)),
        heading: heading.clone(),
    };
    let head = Head::new(heading)
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-registrars"), PATH);
    filled.show(ctx, head, form).await
}

/// Short name and adapter are chosen once.
fn account(w: &Words, filled: &Filled<'_>, registrar: Option<&Registrar>) -> Block {
    let name = Field::text("name", w.t("catalog-name"))
        .required()
        .attr("maxlength", 120);
    let mut fields = vec![filled.field("name", name.autocomplete("off"))];
    if registrar.is_none() {
        let slug = Field::text("slug", w.t("catalog-slug"))
            .required()
            .attr("maxlength", 40);
        let slug = slug.autocomplete("off").hint(w.t("catalog-slug-hint"));
        let kinds = AdapterKind::ALL.map(|kind| (kind.name(), adapter_name(w, kind)));
        let kind = Field::select("kind", w.t("catalog-adapter"), &kinds).hint(w.t("catalog-adapter-hint"));
        fields.extend([filled.field("slug", slug), filled.field("kind", kind)]);
    }
    Block {
        title: w.t("catalog-account"),
        text: registrar.map_or_else(String::new, |registrar| {
            let adapter = adapter_name(w, registrar.kind);
            w.t2("catalog-account-fixed", "slug", &registrar.slug, "adapter", adapter)
        }),
        fields,
    }
}

fn buying(w: &Words, filled: &Filled<'_>) -> Block {
    let sells = [
        (Sells::Priced.name(), w.t("catalog-sells-priced")),
        (Sells::All.name(), w.t("catalog-sells-all")),
    ];
    let currency = Field::select("currency", w.t("catalog-currency"), &forms::currencies());
    let rank = Field::number("rank", w.t("catalog-rank")).required();
    Block {
        title: w.t("catalog-buying"),
        text: String::new(),
        fields: vec![
            filled.field("currency", currency.hint(w.t("catalog-registrar-currency-hint"))),
            filled.field("rank", rank.hint(w.t("catalog-rank-hint"))),
            filled.field("sells", Field::choices("sells", w.t("catalog-sells"), &sells)),
        ],
    }
}

fn credentials(w: &Words, filled: &Filled<'_>, registrar: Option<&Registrar>) -> Block {
    let replaced_at = registrar.and_then(|registrar| registrar.credentials_at);
    let text = match (registrar, replaced_at) {
        (_, Some(at)) => w.t1("catalog-credentials-since", "at", w.date_time_zoned(at)),
        (Some(_), None) => w.t("catalog-credentials-none"),
        (None, None) => w.t("catalog-credentials-text"),
    };
    let key = Field::text("key", w.t("catalog-key"))
        .autocomplete("off")
        .attr("maxlength", 256)
        .attr("spellcheck", "false");
    let secret = Field::password("secret", w.t("catalog-secret"))
        .autocomplete("new-password")
        .attr("maxlength", 256)
        .hint(w.t("catalog-secret-hint"));
    Block {
        title: if replaced_at.is_some() {
            w.t("catalog-credentials-replace")
        } else {
            w.t("catalog-credentials")
        },
        text,
        fields: vec![filled.field("key", key), filled.field("secret", secret)],
    }
}
