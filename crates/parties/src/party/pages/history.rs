//! What happened to one customer or supplier, from the audit log.

use platform::audit;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::ui::{Mark, Timeline};
use web::{Ctx, Result, Staff};

/// The last hundred things that happened to a customer or supplier. Whoever may see them may see this.
pub(super) async fn of(ctx: &Staff, subject: String) -> Result<Timeline> {
    let filter = &audit::Filter {
        subject: Some(subject),
        ..audit::Filter::default()
    };
    let entries = ctx
        .read(|read| async move { audit::list(read, filter, None, 100).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let add = |timeline: Timeline, entry: &audit::Entry| {
        let mark = if entry.act.ends_with(".added") {
            Mark::Ok
        } else {
            Mark::Past
        };
        timeline.item(mark, act(w, entry), actor(ctx, &entry.actor), Some((entry.at, w)))
    };
    Ok(entries.iter().fold(Timeline::new(), add))
}

/// The name of a field, as forms and histories say it.
fn field_label(w: &Words, field: &str) -> String {
    match field {
        "name" => w.t("parties-name"),
        "company" => w.t("parties-company"),
        "email" => w.t("parties-email"),
        "phone" => w.t("parties-phone"),
        "tax_id" => w.t("parties-tax-id"),
        "street" => w.t("parties-street"),
        "city" => w.t("parties-city"),
        "region" => w.t("parties-region"),
        "postal_code" => w.t("parties-postal-code"),
        "country" => w.t("parties-country"),
        "notes" => w.t("parties-notes"),
        "group_id" => w.t("parties-group"),
        "kind" => w.t("parties-kind"),
        "website" => w.t("parties-website"),
        _ => field.to_owned(),
    }
}

fn act(w: &Words, entry: &audit::Entry) -> String {
    let now = &entry.detail["now"];
    match entry.act.as_str() {
        "parties.customer.added" | "parties.supplier.added" => w.t("parties-act-added"),
        "parties.customer.changed" | "parties.supplier.changed" => {
            let fields = now["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
            let labels: Vec<String> = fields
                .iter()
                .filter_map(|f| f.as_str())
                .map(|f| field_label(w, f))
                .collect();
            w.t1("parties-act-changed", "fields", labels.join(", "))
        }
        "parties.customer.state_changed" | "parties.supplier.state_changed" => match now["state"].as_str() {
            Some("archived") => w.t("parties-act-archived"),
            _ => w.t("parties-act-restored"),
        },
        "parties.customer.linked" => w.t("parties-act-linked"),
        "parties.contact.added" => w.t("parties-act-contact-added"),
        "parties.contact.changed" => w.t("parties-act-contact-changed"),
        "parties.contact.removed" => w.t("parties-act-contact-removed"),
        other => other.to_owned(),
    }
}

/// Who did it, as far as this room can say.
fn actor(ctx: &Ctx, actor: &str) -> String {
    let w = ctx.words();
    if ctx.user().is_some_and(|user| user.id.to_string() == actor) {
        return w.t("parties-by-you");
    }
    match actor.split('_').next() {
        Some("usr") => w.t("parties-by-colleague"),
        Some("key") => w.t("parties-by-key"),
        Some("visitor") => w.t("parties-by-visitor"),
        _ => w.t("parties-by-system"),
    }
}
