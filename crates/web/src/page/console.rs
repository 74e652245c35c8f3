//! The frame of the staff console: menu, palette, bell, the person's menu, the way here.

use askama::Template;

use super::keys::{KeysBody, current};
use super::{CSRF_FIELD, DocumentHead, Flash, Head, NavItem, NavSection, Scheme, Tenant, clock_words};
use crate::messages::Words;
use crate::ui::{self, Icon, Tone};

/// The index of settings.
const SETTINGS: &str = "/console/settings";

/// The person signed in.
#[derive(Clone, Debug)]
pub struct User {
    /// Shown name.
    pub name: String,
    /// Below the name: the role.
    pub role: String,
    /// Where the picture is, if there is one.
    pub picture: Option<String>,
}

/// What the bell has.
#[derive(Clone, Debug, Default)]
pub struct Notices {
    /// How many are unread.
    pub unread: u64,
    /// The newest few.
    pub items: Vec<NavItem>,
}

/// What the frame of a console page shows beside the page itself.
#[derive(Clone)]
pub struct Shell {
    /// The person's words.
    pub words: Words,
    /// The path of the request, for the current place in the menu.
    pub path: String,
    /// The token for the frame's own forms.
    pub csrf: String,
    /// The tenant.
    pub tenant: Tenant,
    /// Other places of the tenant: its storefront, its settings.
    pub places: Vec<NavItem>,
    /// The person.
    pub user: User,
    /// The menu.
    pub nav: Vec<NavSection>,
    /// What can be set. Below the menu stands their index alone; the palette has each of them.
    pub foot: Vec<NavItem>,
    /// What can be made from anywhere.
    pub quick: Vec<NavItem>,
    /// The bell.
    pub notices: Notices,
    /// What was just done.
    pub flash: Option<Flash>,
    /// Light or dark.
    pub scheme: Scheme,
    /// Whether single-letter keys are on (WCAG 2.1.4).
    pub keys: bool,
}

impl Shell {
    fn items(&self) -> impl Iterator<Item = &NavItem> {
        self.nav.iter().flat_map(|section| &section.items).chain(&self.foot)
    }
}

#[derive(Template)]
#[template(path = "page/console.html")]
struct ConsolePage<'a, B: Template> {
    s: &'a Shell,
    w: &'a Words,
    document: DocumentHead<'a>,
    head: &'a Head,
    current: String,
    /// Whether the page is one of the settings, or their index.
    is_setting: bool,
    bell: String,
    clock: String,
    keys: KeysBody<'a>,
    body: &'a B,
}

/// A page of the console.
///
/// # Errors
/// When the body does not render.
pub fn console(shell: &Shell, head: &Head, body: &impl Template) -> askama::Result<String> {
    let w = &shell.words;
    let place = w.t1("page-console", "tenant", &shell.tenant.name);
    let current = current(shell.items(), &shell.path);
    let is_setting = shell.path == SETTINGS || shell.foot.iter().any(|item| item.href == current);
    let bell = w.t1("page-bell", "n", shell.notices.unread);
    ConsolePage {
        s: shell,
        w,
        document: DocumentHead::new(w, head, &place, shell.tenant.theme_url()),
        head,
        current,
        is_setting,
        bell,
        clock: clock_words(w),
        keys: KeysBody::new(w, shell.items().chain(&shell.quick)),
        body,
    }
    .render()
}
