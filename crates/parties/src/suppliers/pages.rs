//! Suppliers in the console: what their pages have that customers' have not.

use kernel::Problem;
use platform::Read;
use web::Fields;
use web::messages::{Words, key};
use web::ui::{self, Field, Html, Icon};

use super::model::{Details, Kind, Supplier, SupplierDraft};
use crate::party::Party;
use crate::party::pages::{Pages, Titles};
use crate::values;
use crate::views::{self, Asked, Filled};

impl Pages for Details {
    type Beside = ();

    const TITLES: Titles = Titles {
        many: key("parties-suppliers"),
        lede: key("parties-suppliers-lede"),
        find: key("parties-find-supplier"),
        none: key("parties-no-suppliers"),
        none_text: key("parties-no-suppliers-text"),
        new: key("parties-supplier-new"),
        new_lede: key("parties-supplier-new-lede"),
        add: key("parties-supplier-add"),
        class: key("parties-kind"),
    };
    const ICON: Icon = Icon::Truck;
    const PATH: &'static str = "/console/suppliers";
    const CLASS: &'static str = "kind";
    const CSV: &'static str =
        "id name kind website email phone tax_id street city region postal_code country state created_at";

    fn party(&self) -> &Party {
        &self.party
    }

    async fn beside(_: &Read) -> platform::Result<()> {
        Ok(())
    }

    fn asked(asked: &Asked) -> Option<Kind> {
        Kind::parse(asked.kind.as_deref()?)
    }

    fn chip(w: &Words, kind: Kind, (): &()) -> Option<String> {
        Some(label(w, kind))
    }

    fn class_cell(&self, w: &Words, (): &()) -> Html {
        views::text(label(w, self.kind))
    }

    fn head_sub(&self, w: &Words) -> String {
        label(w, self.kind)
    }

    fn facts(&self, w: &Words, (): &()) -> [Vec<(String, Html)>; 2] {
        let website = match &self.website {
            Some(site) => ui::link(site, site),
            None => views::text_or_dash(None),
        };
        let own = vec![
            (w.t("parties-kind"), views::text(label(w, self.kind))),
            (w.t("parties-website"), website),
        ];
        [own, Vec::new()]
    }

    fn csv(supplier: &Supplier, (): &()) -> Vec<String> {
        let Self { party, kind, website } = &supplier.details;
        let mut row = vec![supplier.id.to_string(), party.name.clone()];
        row.extend([kind.key().to_owned(), website.clone().unwrap_or_default()]);
        row.extend(party.csv());
        row.extend([supplier.state.key().to_owned(), supplier.created_at.to_string()]);
        row
    }

    fn draft(raw: &Fields) -> Result<SupplierDraft, Problem> {
        let unknown = || Problem::refused("invalid_fields").field("/kind", "kind_unknown");
        Ok(SupplierDraft {
            party: views::party_draft(raw),
            kind: Kind::parse(raw.get("kind")).ok_or_else(unknown)?,
            website: raw.get("website").to_owned(),
        })
    }

    fn stored(&self) -> Vec<(&'static str, String)> {
        vec![
            ("kind", self.kind.key().to_owned()),
            ("website", self.website.clone().unwrap_or_default()),
        ]
    }

    fn blank() -> Vec<(&'static str, String)> {
        vec![("kind", Kind::default().key().to_owned())]
    }

    fn who(filled: &Filled<'_>) -> Vec<Field> {
        let w = filled.w;
        let choices = Kind::ALL.map(|kind| (kind.key(), label(w, kind)));
        let kind = filled.fill("kind", Field::select("kind", w.t("parties-kind"), &choices));
        let website = filled.line("website", w.t("parties-website"), values::MAX_WEBSITE);
        let reach = filled.reach();
        [filled.name(), kind]
            .into_iter()
            .chain(reach)
            .chain([website])
            .collect()
    }

    fn terms(filled: &Filled<'_>, _: Option<&Self>, (): &()) -> Vec<Field> {
        vec![filled.line("tax_id", filled.w.t("parties-tax-id"), values::MAX_TAX_ID)]
    }
}

/// What a supplier sells, in a word.
fn label(w: &Words, kind: Kind) -> String {
    match kind {
        Kind::Registrar => w.t("parties-kind-registrar"),
        Kind::Accommodation => w.t("parties-kind-accommodation"),
        Kind::Transfer => w.t("parties-kind-transfer"),
        Kind::Activity => w.t("parties-kind-activity"),
        Kind::Guide => w.t("parties-kind-guide"),
        Kind::Other => w.t("parties-kind-other"),
    }
}
