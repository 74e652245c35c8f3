//! The audit log in the console and over the API.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use kernel::{AuditId, Instant};
use platform::audit::{self, Entry, Filter};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Html, Icon, ListQuery, Pager};
use web::{App, Csv, ListAsk, Listed, OpenApiRouter, Query, Result, Staff, routes};

use super::AUDIT_READ;
use super::names::Names;

const PATH: &str = "/console/audit";

pub(super) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(page))
        .route("/console/audit.csv", get(csv))
}

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which entries an address asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// By this user or key.
    #[param(example = "usr_0193400000007000800000000000000a")]
    actor: String,
    /// Acts that begin with this.
    #[param(example = "identity.sign_in")]
    act: String,
    /// About this.
    #[param(example = "imp_0193400000007000800000000000000a")]
    subject: String,
}

impl Asked {
    fn filter(&self) -> Filter {
        let text = |value: &String| (!value.trim().is_empty()).then(|| value.trim().to_owned());
        Filter {
            actor: text(&self.actor),
            act: text(&self.act),
            subject: text(&self.subject),
        }
    }

    fn query(&self) -> ListQuery {
        ListQuery::new(PATH)
            .param("actor", &self.actor)
            .param("act", &self.act)
            .param("subject", &self.subject)
    }
}

#[derive(Template)]
#[template(path = "pages/audit.html")]
struct AuditPage<'a> {
    w: &'a Words,
    rows: Vec<Row>,
    list: ListQuery,
    asked: Asked,
    chips: Chips,
    pager: Pager,
    empty: ui::Empty,
    now: i64,
}

struct Row {
    seq: String,
    at: Instant,
    actor: Html,
    act: String,
    subject: Html,
    /// The list of this actor's entries alone, and of those about this subject: address and label.
    only: [(String, String); 2],
    was: String,
    is: String,
    trace_id: String,
}

async fn page(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    ctx.allow(AUDIT_READ)?;
    let (filter, before, rows) = (asked.filter(), ask.after::<AuditId>()?, ask.fetch());
    let (entries, names) = ctx
        .read(|read| {
            async move {
                let entries = audit::list(read, &filter, before, rows).await?;
                let ids = entries.iter().flat_map(|entry| [&entry.actor, &entry.subject]);
                let asked = [&filter.actor, &filter.subject].into_iter().flatten();
                let names = Names::of(read, ids.chain(asked).map(String::as_str)).await?;
                Ok((entries, names))
            }
            .scope_boxed()
        })
        .await?;
    let Listed { data: entries, next } = Listed::page(entries, &ask, |entry| entry.id);
    let w = ctx.words();
    let list = asked.query();
    let pager = Pager::cursor(w, entries.len() as u64);
    let pager = match next {
        Some(next) => pager.next(list.with("after", next)),
        None => pager,
    };
    let body = AuditPage {
        w,
        rows: entries.into_iter().map(|entry| row(w, &list, &names, entry)).collect(),
        chips: chips(w, &list, &names, &asked),
        pager,
        list,
        asked,
        empty: ui::Empty::new(Icon::Shield, w.t("audit-empty"), w.t("audit-empty-text")),
        now: ctx.now().micros(),
    };
    ctx.console(&Head::new(w.t("nav-audit")).crumb(w.t("nav-operate"), ""), &body)
        .await
}

fn chips(w: &Words, list: &ListQuery, names: &Names, asked: &Asked) -> Chips {
    let named = [
        ("actor", w.t("audit-actor"), names.text(w, asked.actor.trim())),
        ("act", w.t("audit-act"), asked.act.clone()),
        ("subject", w.t("audit-subject"), names.text(w, asked.subject.trim())),
    ];
    let set = named.into_iter().filter(|(.., value)| !value.is_empty());
    set.fold(Chips::new(), |chips, (name, label, value)| {
        chips.set(format!("{label}: {value}"), list.without(name))
    })
}

fn row(w: &Words, list: &ListQuery, names: &Names, entry: Entry) -> Row {
    let part = |name: &str| entry.detail.get(name).map(ToString::to_string).unwrap_or_default();
    Row {
        seq: entry.seq.map(|seq| w.number(seq)).unwrap_or_default(),
        at: entry.at,
        actor: names.show(w, &entry.actor, list.with("actor", &entry.actor)),
        subject: names.show(w, &entry.subject, list.with("subject", &entry.subject)),
        only: [("actor", &entry.actor), ("subject", &entry.subject)].map(|(filter, id)| {
            let label = w.t1("names-only", "name", names.text(w, id));
            (list.with(filter, id), label)
        }),
        was: part("was"),
        is: part("now"),
        act: entry.act,
        trace_id: entry.trace_id,
    }
}

async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
    ctx.allow(AUDIT_READ)?;
    let filter = asked.filter();
    let entries = ctx
        .write(|tx| {
            let filter = filter.clone();
            async move {
                audit::note(tx, "platform.audit.exported", "audit", serde_json::json!({}), None).await?;
                audit::list(tx, &filter, None, 50_000).await
            }
            .scope_boxed()
        })
        .await?;
    let csv = Csv::new(
        "audit.csv",
        &["seq", "at", "actor", "act", "subject", "detail", "trace_id"],
    );
    Ok(entries.into_iter().fold(csv, |csv, entry| {
        let seq = entry.seq.map(|seq| seq.to_string()).unwrap_or_default();
        csv.row([
            seq,
            entry.at.to_string(),
            entry.actor,
            entry.act,
            entry.subject,
            entry.detail.to_string(),
            entry.trace_id,
        ])
    }))
}

/// An entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
struct EntryBody {
    /// Its place in the chain; absent for the moment until it is numbered.
    #[schema(example = 17)]
    seq: Option<i64>,
    /// Its id.
    #[schema(value_type = String, example = "aud_0193400000007000800000000000000a")]
    id: AuditId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who.
    #[schema(example = "usr_0193400000007000800000000000000a")]
    actor: String,
    /// What happened.
    #[schema(example = "catalog.prices.imported")]
    act: String,
    /// To what.
    subject: String,
    /// What was and what is now; personal values stay sealed.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
    /// Joins it with the request.
    trace_id: String,
}

impl From<Entry> for EntryBody {
    fn from(entry: Entry) -> Self {
        let Entry {
            seq,
            id,
            at,
            actor,
            act,
            subject,
            detail,
            trace_id,
        } = entry;
        Self {
            seq,
            id,
            at,
            actor,
            act,
            subject,
            detail,
            trace_id,
        }
    }
}

/// Who did what to what, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", params(ListAsk, Asked),
    responses((status = 200, description = "Entries", body = Listed<EntryBody>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Listed<EntryBody>> {
    ctx.allow(AUDIT_READ)?;
    let (filter, before, rows) = (asked.filter(), ask.after::<AuditId>()?, ask.fetch());
    let entries = ctx
        .read(|read| async move { audit::list(read, &filter, before, rows).await }.scope_boxed())
        .await?;
    Ok(Listed::page(entries, &ask, |entry| entry.id).map(EntryBody::from))
}
