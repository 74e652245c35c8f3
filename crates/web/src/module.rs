//! What a room hands to the house: its routes, work, rights, words and places in the menu.

use axum::Router;
use futures::future::BoxFuture;
use kernel::Fact;
use platform::cron;
use platform::db::Migration;
use platform::events::Subscriber;
use platform::jobs::{Handler, QueueLimits};
use platform::{Permission, Read};
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::messages::key;
use crate::ui::{Icon, Tone};

/// One room of the house. Start from [`Module::new`] and set what the room has.
pub struct Module {
    /// The room's name: `identity`.
    pub name: &'static str,
    /// JSON routes with their documentation, under `/api/v1`.
    pub api: OpenApiRouter<App>,
    /// HTML routes, and `/hooks` of providers.
    pub pages: Router<App>,
    /// What runs its durable work.
    pub jobs: Vec<Handler>,
    /// The queues of its own, and how much of them may run.
    pub queues: Vec<QueueLimits>,
    /// What starts by itself.
    pub cron: Vec<cron::Entry>,
    /// The facts it tells.
    pub events: Vec<EventInfo>,
    /// The facts it listens to.
    pub subscribers: Vec<Subscriber>,
    /// Its tables.
    pub migrations: Vec<Migration>,
    /// The mails it writes.
    pub mails: Vec<MailInfo>,
    /// Rights the room knows.
    pub permissions: Vec<PermissionInfo>,
    /// Texts, by language.
    pub messages: Vec<(&'static str, &'static str)>,
    /// Places in the console's menu.
    pub nav: Vec<NavEntry>,
    /// API routes that anybody may call (`"post /api/v1/auth/sign-in"`); all others need a bearer token.
    pub public_routes: Vec<&'static str>,
    /// What the room keeps of people.
    pub personal_data: Vec<PersonalData>,
    /// Settings a tenant can change.
    pub settings: Vec<SettingInfo>,
}

impl Module {
    /// A room with nothing in it yet.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            api: OpenApiRouter::new(),
            pages: Router::new(),
            jobs: Vec::new(),
            queues: Vec::new(),
            cron: Vec::new(),
            events: Vec::new(),
            subscribers: Vec::new(),
            migrations: Vec::new(),
            mails: Vec::new(),
            permissions: Vec::new(),
            messages: Vec::new(),
            nav: Vec::new(),
            public_routes: Vec::new(),
            personal_data: Vec::new(),
            settings: Vec::new(),
        }
    }
}

/// A right, and the roles that have it in a new tenant. `owner` has every right without being named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PermissionInfo {
    /// The right.
    pub permission: Permission,
    /// Names of the roles that start with it: `admin`, `pricing`, `sales`, `support`, `finance`, `viewer`.
    pub roles: &'static [&'static str],
}

/// Part of the console's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Above the headings: today, customers.
    Top,
    /// Selling domain names.
    Domains,
    /// Selling journeys.
    Travel,
    /// Invoices, payments, ledger.
    Money,
    /// Jobs, mails, webhooks, audit.
    Operate,
    /// Below: users, roles, keys, brand.
    Settings,
}

impl Section {
    /// In the order of the menu.
    pub const ALL: [Self; 6] = [
        Self::Top,
        Self::Domains,
        Self::Travel,
        Self::Money,
        Self::Operate,
        Self::Settings,
    ];

    /// The key of its heading; the first has none.
    pub fn heading(self) -> Option<&'static str> {
        match self {
            Self::Top => None,
            Self::Domains => Some(key("nav-domains")),
            Self::Travel => Some(key("nav-travel")),
            Self::Money => Some(key("nav-money")),
            Self::Operate => Some(key("nav-operate")),
            Self::Settings => Some(key("nav-settings")),
        }
    }
}

/// How many things wait behind a menu entry; runs in one read transaction with the others.
pub type Count = for<'r> fn(&'r mut Read) -> BoxFuture<'r, platform::Result<u64>>;

/// A place in the console's menu, in the order the rooms name them.
#[derive(Clone, Copy)]
pub struct NavEntry {
    /// Under which heading.
    pub section: Section,
    /// Key of its label.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its drawing.
    pub icon: Icon,
    /// The keys that lead there: `g p`; empty for none.
    pub keys: &'static str,
    /// Who sees it; nobody else gets anywhere there either.
    pub permission: Option<Permission>,
    /// A number beside it, and how it is meant.
    pub count: Option<(Count, Tone)>,
    /// Key of the line that says what it is for; settings have one, for the page that lists them.
    pub about: &'static str,
}

/// A table's columns that say something about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalData {
    /// The table.
    pub table: &'static str,
    /// Its personal columns.
    pub columns: &'static [&'static str],
    /// What happens to them when the person is erased.
    pub erase: Erase,
}

/// What erasing a person does to a table's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erase {
    /// The rows go.
    Delete,
    /// The columns are blanked; the rows stay for what others need of them.
    Blank,
    /// The values are sealed under the person's key, which is destroyed.
    DestroyKey,
    /// Kept by law; the reason.
    Keep(&'static str),
}

/// A setting of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingInfo {
    /// Room and name: `domains.storefront_prices`.
    pub key: &'static str,
    /// What holds when nobody set it, as JSON.
    pub default_json: &'static str,
}

/// A fact a room tells, as documents and webhooks name it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventInfo {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: u16,
    /// A realistic example.
    pub sample: Value,
}

impl EventInfo {
    /// The description of a kind of fact.
    pub fn of<F: Fact>() -> Self {
        let sample = serde_json::to_value(F::sample()).expect("facts are plain values");
        Self {
            name: F::NAME,
            version: F::VERSION,
            sample,
        }
    }
}

/// A mail a room writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailInfo {
    /// Room and occasion: `identity.welcome`.
    pub name: &'static str,
    /// Key of the sentence that says when it is sent.
    pub description: &'static str,
}

impl NavEntry {
    /// A place everybody in the console sees, without keys and number.
    pub const fn new(section: Section, label: &'static str, href: &'static str, icon: Icon) -> Self {
        Self {
            section,
            label,
            href,
            icon,
            keys: "",
            permission: None,
            count: None,
            about: "",
        }
    }

    /// Seen by those who have this right.
    #[must_use]
    pub const fn needs(mut self, permission: Permission) -> Self {
        self.permission = Some(permission);
        self
    }

    /// With a line that says what it is for.
    #[must_use]
    pub const fn about(mut self, about: &'static str) -> Self {
        self.about = about;
        self
    }

    /// With the keys that lead there.
    #[must_use]
    pub const fn keys(mut self, keys: &'static str) -> Self {
        self.keys = keys;
        self
    }

    /// With a number beside it.
    #[must_use]
    pub const fn count(mut self, count: Count, tone: Tone) -> Self {
        self.count = Some((count, tone));
        self
    }
}
