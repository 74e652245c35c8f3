//! The frames of pages: the staff console, the public site, and the bare one for sign-in and error pages.
//!
//! Plain data in, HTML out: nothing here reads a request or a database. A room writes the body as a template of its own
//! and hands it to [`console()`], [`public()`] or [`plain()`] with a [`Head`]; whoever has the request fills the shell.
//! Every menu, dialog and sheet opens without script and has a page of its own for browsers that lack invokers.

mod console;
mod error;
pub mod gallery;
pub(crate) mod house;
mod keys;
mod plain;
mod public;

use std::fmt::Display;

pub use console::{Notices, Shell, User, console};
pub use error::{ErrorBody, error_page};
pub use keys::{KeysBody, NavItem, NavSection, key_clashes};
pub use plain::{PlainShell, plain};
pub use public::{Choices, PublicShell, public};

use crate::messages::Words;
use crate::theme::Theme;
use crate::ui::{Html, Icon, Tone};

/// The name of the hidden field that carries the token of a form.
pub const CSRF_FIELD: &str = "csrf";

/// Light or dark: what the system says until a person chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As the system.
    #[default]
    System,
    /// Light, chosen.
    Light,
    /// Dark, chosen.
    Dark,
}

impl Scheme {
    /// The cookie that keeps the choice; script and server write the same one.
    pub const COOKIE: &'static str = "scheme";

    /// Reads the cookie; anything else is the system's.
    #[must_use]
    pub fn from_cookie(value: &str) -> Self {
        match value {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The value of the cookie, empty for the system's.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The other one. From the system's choice, which the server does not know, it leads to dark.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::System | Self::Light => Self::Dark,
        }
    }
}

/// A link with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its word.
    pub label: String,
}

impl Link {
    /// A link.
    pub fn new(href: impl Display, label: impl Display) -> Self {
        Self {
            href: href.to_string(),
            label: label.to_string(),
        }
    }
}

/// The tenant as its pages show it.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Shown name.
    pub name: String,
    /// Below the name: what kind of place this is.
    pub kind: String,
    /// Short name in addresses.
    pub slug: String,
    /// Colours.
    pub theme: Theme,
    /// Where the logo is, if there is one.
    pub logo: Option<String>,
}

impl Tenant {
    /// The address of its colours.
    #[must_use]
    pub fn theme_url(&self) -> String {
        self.theme.url(&self.slug)
    }
}

/// What was done on the page before, told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    /// Good news or bad.
    pub tone: Tone,
    /// In a sentence.
    pub text: String,
    /// Where the way back is: the form's address, while it can be undone.
    pub undo: Option<String>,
}

impl Flash {
    /// Something went well.
    pub fn done(text: impl Display) -> Self {
        Self {
            tone: Tone::Ok,
            text: text.to_string(),
            undo: None,
        }
    }

    /// The icon beside it.
    fn icon(&self) -> Icon {
        self.tone.icon()
    }
}

/// What a page is called and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Head {
    title: String,
    crumbs: Vec<Link>,
    refused: bool,
    description: String,
    live: String,
}

impl Head {
    /// A page with its title.
    pub fn new(title: impl Display) -> Self {
        Self {
            title: title.to_string(),
            ..Self::default()
        }
    }

    /// With a place above it; an empty address is a heading without a page.
    #[must_use]
    pub fn crumb(mut self, label: impl Display, href: impl Display) -> Self {
        self.crumbs.push(Link::new(href, label));
        self
    }

    /// A form was refused: the title begins with "Error:".
    #[must_use]
    pub fn refused(self) -> Self {
        self.refused_if(true)
    }

    /// The same, when it was.
    #[must_use]
    pub fn refused_if(mut self, refused: bool) -> Self {
        self.refused = refused;
        self
    }

    /// With a sentence for search engines and link previews.
    #[must_use]
    pub fn describe(mut self, description: impl Display) -> Self {
        self.description = description.to_string();
        self
    }

    /// With a stream of patches for what is on it.
    #[must_use]
    pub fn live(mut self, url: impl Display) -> Self {
        self.live = url.to_string();
        self
    }

    /// What stands in the window's title.
    fn window(&self, words: &Words, place: &str) -> String {
        let title = words.t2("page-window", "title", &self.title, "place", place);
        if self.refused {
            words.t1("page-window-error", "title", title)
        } else {
            title
        }
    }
}

/// What the head of every page needs, whichever shell it has.
#[derive(askama::Template)]
#[template(path = "page/head.html")]
struct DocumentHead<'a> {
    window: String,
    head: &'a Head,
    theme_url: String,
    css: &'static str,
    js: &'static str,
    icon: &'static str,
}

impl askama::filters::HtmlSafe for DocumentHead<'_> {}

impl<'a> DocumentHead<'a> {
    fn new(words: &Words, head: &'a Head, place: &str, theme_url: String) -> Self {
        use crate::assets::url;
        let window = head.window(words, place);
        Self {
            window,
            head,
            theme_url,
            css: url("ui.css"),
            js: url("ui.js"),
            icon: url("icon.svg"),
        }
    }
}

/// The words that the script needs for moving times: "just now|{n} min ago|{n} h ago".
fn clock_words(words: &Words) -> String {
    let mark = "{n}";
    format!(
        "{}|{}|{}",
        words.t("time-now"),
        words.t1("time-minutes-ago", "n", mark),
        words.t1("time-hours-ago", "n", mark)
    )
}

/// The star of the house, where a tenant has no logo of its own.
fn star() -> Html {
    Html::trusted(r#"<svg viewBox="0 0 20 20"><path d="M10 2.2c1.8 1.5 2.4 3.3 1.8 5.2 1.6-1.2 3.5-1.3 5.4-.2-.8 2.2-2.3 3.3-4.3 3.4 1.7 1 2.4 2.8 2 4.9-2.3 0-3.9-1-4.7-2.8h-.4c-.8 1.8-2.4 2.8-4.7 2.8-.4-2.1.3-3.9 2-4.9-2-.1-3.5-1.2-4.3-3.4 1.9-1.1 3.8-1 5.4.2-.6-1.9 0-3.7 1.8-5.2"/></svg>"#.to_owned())
}

#[cfg(test)]
mod tests;
