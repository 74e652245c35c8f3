//! Names for the ids that logs keep: who acted and what it was about, as far as the reader may see either.
//!
//! A page asks once for all its ids. Each kind of thing on the page is one query, however many rows the page has; what the
//! reader may not see, and what is gone, keeps its id.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use kernel::{
    ApiKeyId, CustomerId, GroupId, HostId, Id, ImportId, RegistrarId, RoleId, SalesListId, SupplierId, UserId,
};
use platform::{Permission, Read, Result};
use web::messages::Words;
use web::ui::Html;

/// What the ids of a page are called.
#[derive(Default)]
pub(super) struct Names(HashMap<String, Found>);

struct Found {
    name: String,
    /// Empty when it has no page.
    href: String,
}

/// An id as a page shows it.
#[derive(Template)]
#[template(path = "parts/named.html")]
struct Named<'a> {
    /// The name, or the id itself when there is none.
    text: String,
    /// Where the name leads; empty for nowhere.
    href: String,
    /// The id, shown small, when the text is not it; else empty.
    id: &'a str,
}

impl Names {
    /// Looks up all of these printed ids that are ids.
    pub(super) async fn of<'i>(read: &Read, ids: impl IntoIterator<Item = &'i str>) -> Result<Self> {
        let ids: BTreeSet<&str> = ids.into_iter().collect();
        let mut names = Self::default();
        names.people(read, &ids).await?;
        names.parties(read, &ids).await?;
        names.prices(read, &ids).await?;
        Ok(names)
    }

    async fn people(&mut self, read: &Read, ids: &BTreeSet<&str>) -> Result<()> {
        use identity::permissions::{SETTINGS_EDIT, USERS_READ};

        let users: Vec<UserId> = wanted(read, USERS_READ, ids);
        if !users.is_empty() {
            self.add(identity::users::ops::names(read, &users).await?, "/console/users/");
        }
        let keys: Vec<ApiKeyId> = wanted(read, USERS_READ, ids);
        if !keys.is_empty() {
            self.add(identity::api_keys::ops::names(read, &keys).await?, "/console/api-keys/");
        }
        if !wanted::<RoleId>(read, USERS_READ, ids).is_empty() {
            let roles = identity::roles::ops::list(read).await?;
            self.add(roles.into_iter().map(|role| (role.id, role.name)), "/console/roles/");
        }
        if !wanted::<HostId>(read, SETTINGS_EDIT, ids).is_empty() {
            for host in identity::hosts::ops::list(read).await? {
                self.put(host.id, host.host, "/console/settings/domains".to_owned());
            }
        }
        Ok(())
    }

    async fn parties(&mut self, read: &Read, ids: &BTreeSet<&str>) -> Result<()> {
        use parties::permissions::{CUSTOMERS_READ, SUPPLIERS_READ};

        let customers: Vec<CustomerId> = wanted(read, CUSTOMERS_READ, ids);
        if !customers.is_empty() {
            self.add(
                parties::customers::ops::names(read, &customers).await?,
                "/console/customers/",
            );
        }
        let suppliers: Vec<SupplierId> = wanted(read, SUPPLIERS_READ, ids);
        if !suppliers.is_empty() {
            self.add(
                parties::suppliers::ops::names(read, &suppliers).await?,
                "/console/suppliers/",
            );
        }
        if !wanted::<GroupId>(read, CUSTOMERS_READ, ids).is_empty() {
            let groups = parties::groups::ops::list(read).await?;
            self.add(
                groups.into_iter().map(|group| (group.id, group.details.name)),
                "/console/customer-groups/",
            );
        }
        Ok(())
    }

    async fn prices(&mut self, read: &Read, ids: &BTreeSet<&str>) -> Result<()> {
        use catalog::permissions::{PRICES_IMPORT, PRICES_READ};

        let imports: Vec<ImportId> = wanted(read, PRICES_IMPORT, ids);
        if !imports.is_empty() {
            self.add(
                catalog::imports::names(read, &imports).await?,
                "/console/prices/imports/",
            );
        }
        if !wanted::<RegistrarId>(read, PRICES_READ, ids).is_empty() {
            for registrar in catalog::registrars::list(read).await? {
                self.put(registrar.id, registrar.name, "/console/registrars".to_owned());
            }
        }
        if !wanted::<SalesListId>(read, PRICES_READ, ids).is_empty() {
            for list in catalog::sales_lists::list(read).await? {
                self.put(list.id, list.name, "/console/prices/lists".to_owned());
            }
        }
        Ok(())
    }

    /// Things that each have a page under `folder`.
    fn add<I: Id>(&mut self, found: impl IntoIterator<Item = (I, String)>, folder: &str) {
        for (id, name) in found {
            self.put(id, name, format!("{folder}{id}"));
        }
    }

    fn put(&mut self, id: impl Id, name: String, href: String) {
        // An erased person has no name left.
        if !name.is_empty() {
            self.0.insert(id.to_string(), Found { name, href });
        }
    }

    /// This id with its name, leading to its page; what has none leads to `otherwise`.
    pub(super) fn show(&self, w: &Words, id: &str, otherwise: String) -> Html {
        let (text, href) = self.name_and_page(w, id);
        Html::of(&Named {
            id: if text != id && id.contains('_') { id } else { "" },
            text,
            href: if href.is_empty() { otherwise } else { href },
        })
    }

    /// The name of an id, or the id.
    pub(super) fn text(&self, w: &Words, id: &str) -> String {
        self.name_and_page(w, id).0
    }

    /// Those of these ids that have a name, each leading to its page.
    pub(super) fn known(&self, ids: &[String]) -> Vec<Html> {
        let known = ids.iter().filter_map(|id| Some((id, self.0.get(id)?)));
        let show = |(id, found): (&String, &Found)| {
            Html::of(&Named {
                text: found.name.clone(),
                href: found.href.clone(),
                id,
            })
        };
        known.map(show).collect()
    }

    /// The names of those of these ids that have one.
    pub(super) fn known_texts(&self, ids: &[String]) -> String {
        let known = ids.iter().filter_map(|id| self.0.get(id));
        known.map(|found| found.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    fn name_and_page(&self, w: &Words, id: &str) -> (String, String) {
        if let Some(found) = self.0.get(id) {
            return (found.name.clone(), found.href.clone());
        }
        match id.split_once('_') {
            // Several jobs at once are named by all their ids.
            Some(("job", digits)) if digits.len() == 32 => (w.t("names-job"), format!("/console/jobs/{id}")),
            Some(("ten", _)) => (w.t("names-company"), "/console/settings/company".to_owned()),
            Some(("lnk", _)) => (w.t("names-link"), String::new()),
            _ => (own_word(w, id).unwrap_or_else(|| id.to_owned()), String::new()),
        }
    }
}

/// Actors and subjects that have a word of their own instead of an id.
fn own_word(w: &Words, text: &str) -> Option<String> {
    Some(match text {
        "system" => w.t("names-system"),
        "visitor" => w.t("names-visitor"),
        "operator" => w.t("names-operator"),
        "unknown" => w.t("names-unknown"),
        "audit" => w.t("nav-audit"),
        _ => return None,
    })
}

/// The ids of one kind, when the reader may know what they name.
fn wanted<I: Id>(read: &Read, right: Permission, ids: &BTreeSet<&str>) -> Vec<I> {
    if !read.actor().grants.allow(right) {
        return Vec::new();
    }
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
