//! Customers in the console: what their pages have that suppliers' have not.

use kernel::{GroupId, Problem};
use platform::Read;
use web::Fields;
use web::messages::{Words, key};
use web::ui::{self, Alert, Field, Html, Icon, Tabs, Tone};

use super::model::{Customer, CustomerDraft, Details};
use crate::groups::{self, Group};
use crate::party::Party;
use crate::party::pages::{Pages, Titles};
use crate::record::State;
use crate::values;
use crate::views::{self, Asked, Filled};

pub(crate) const PATH: &str = "/console/customers";

impl Pages for Details {
    type Beside = Vec<Group>;

    const TITLES: Titles = Titles {
        many: key("parties-customers"),
        lede: key("parties-customers-lede"),
        find: key("parties-find-customer"),
        none: key("parties-no-customers"),
        none_text: key("parties-no-customers-text"),
        new: key("parties-customer-new"),
        new_lede: key("parties-customer-new-lede"),
        add: key("parties-customer-add"),
        class: key("parties-group"),
    };
    const ICON: Icon = Icon::People;
    const PATH: &'static str = PATH;
    const CLASS: &'static str = "group";
    const CSV: &'static str =
        "id name company email phone tax_id street city region postal_code country group state created_at";

    fn party(&self) -> &Party {
        &self.party
    }

    async fn beside(read: &Read) -> platform::Result<Vec<Group>> {
        groups::store::all(read).await
    }

    fn list_tabs(w: &Words) -> Option<Tabs> {
        Some(tabs(w, PATH))
    }

    fn asked(asked: &Asked) -> Option<GroupId> {
        asked.group.as_deref()?.parse().ok()
    }

    fn chip(w: &Words, group: GroupId, groups: &Vec<Group>) -> Option<String> {
        let name = &named(Some(group), groups)?.details.name;
        Some(w.t1("parties-in-group", "name", name))
    }

    fn class_cell(&self, _: &Words, groups: &Vec<Group>) -> Html {
        views::text_or_dash(named(self.group, groups).map(|group| group.details.name.as_str()))
    }

    fn row_sub(&self) -> String {
        self.company.clone().unwrap_or_default()
    }

    fn head_sub(&self, _: &Words) -> String {
        self.company.clone().unwrap_or_default()
    }

    fn facts(&self, w: &Words, groups: &Vec<Group>) -> [Vec<(String, Html)>; 2] {
        let group = match named(self.group, groups) {
            Some(group) => ui::link(format!("{PATH}?group={}", group.id), &group.details.name),
            None => views::text_or_dash(None),
        };
        let login = if self.user.is_some() {
            w.t("parties-has-login")
        } else {
            w.t("parties-no-login")
        };
        [
            vec![(w.t("parties-company"), views::text_or_dash(self.company.as_deref()))],
            vec![
                (w.t("parties-group"), group),
                (w.t("parties-login"), views::text(login)),
            ],
        ]
    }

    fn csv(customer: &Customer, groups: &Vec<Group>) -> Vec<String> {
        let Self {
            party, company, group, ..
        } = &customer.details;
        let group = named(*group, groups).map(|group| group.details.name.clone());
        let mut row = vec![customer.id.to_string(), party.name.clone()];
        row.push(company.clone().unwrap_or_default());
        row.extend(party.csv());
        row.push(group.unwrap_or_default());
        row.extend([customer.state.key().to_owned(), customer.created_at.to_string()]);
        row
    }

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

    fn stored(&self) -> Vec<(&'static str, String)> {
        vec![
            ("company", self.company.clone().unwrap_or_default()),
            ("group_id", self.group.map(|id| id.to_string()).unwrap_or_default()),
        ]
    }

    fn who(filled: &Filled<'_>) -> Vec<Field> {
        let company = filled.line("company", filled.w.t("parties-company"), values::MAX_NAME);
        [filled.name(), company].into_iter().chain(filled.reach()).collect()
    }

    fn terms(filled: &Filled<'_>, had: Option<&Self>, groups: &Vec<Group>) -> Vec<Field> {
        let w = filled.w;
        let had = had.and_then(|had| had.group);
        let offered = groups
            .iter()
            .filter(|group| group.state == State::Active || Some(group.id) == had);
        let mut choices = vec![(String::new(), w.t("parties-no-group"))];
        choices.extend(offered.map(|group| (group.id.to_string(), group.details.name.clone())));
        vec![
            filled.fill("group_id", Field::select("group_id", w.t("parties-group"), &choices)),
            filled.line("tax_id", w.t("parties-tax-id"), values::MAX_TAX_ID),
        ]
    }

    /// Who has the address already, with the way there.
    fn notice(w: &Words, problem: &Problem) -> Option<Alert> {
        let (_, id) = problem.args.iter().find(|(name, _)| *name == "existing")?;
        let alert = Alert::new(Tone::Warn, w.t("parties-customer-exists")).text(w.t("parties-customer-exists-text"));
        Some(alert.action(format!("{PATH}/{id}"), w.t("parties-customer-open")))
    }
}

fn named(id: Option<GroupId>, groups: &[Group]) -> Option<&Group> {
    groups.iter().find(|group| Some(group.id) == id)
}

/// Customers and their price levels.
pub(crate) fn tabs(w: &Words, current: &str) -> Tabs {
    let groups = groups::pages::PATH;
    Tabs::new(w.t("parties-customers"))
        .tab(PATH, w.t("parties-customers"), None, current == PATH)
        .tab(groups, w.t("parties-groups"), None, current == groups)
}
