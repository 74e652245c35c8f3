//! Rooms behind the edge, and what a browser does at it.

use std::sync::Arc;

use axum::Router;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use web::testing::{Answer, Ask};
use web::{BareFrame, Frame, Module, WebConfig};

use crate::TestInstallation;
use crate::people::{NORTH, People, Trusting};

/// Some rooms' routes over a database of their own.
pub struct Stage {
    /// All that the edge serves.
    pub router: Router,
    /// Clock, database, contexts.
    pub installation: TestInstallation,
    /// Who is known.
    pub people: Arc<People>,
}

impl Stage {
    /// These rooms, and the people they know.
    pub fn new(installation: TestInstallation, people: People, modules: Vec<Module>) -> Self {
        Self::framed(installation, people, modules, Arc::new(BareFrame))
    }

    /// The same in a frame of their own.
    pub fn framed(installation: TestInstallation, people: People, modules: Vec<Module>, frame: Arc<dyn Frame>) -> Self {
        let people = Arc::new(people);
        let parts = web::Parts {
            platform: installation.platform.clone(),
            config: WebConfig::new([7; 32]),
            authenticate: people.clone(),
            hosts: people.clone(),
            captcha: Arc::new(Trusting),
            scanner: Arc::new(Trusting),
            checks: Vec::new(),
            frame,
        };
        let app = web::App::new(parts, &modules).expect("an app of these rooms");
        Self {
            router: web::router(&app, modules, Router::new()),
            installation,
            people,
        }
    }

    /// Sends a request.
    pub async fn send(&self, ask: Ask) -> Answer {
        ask.send(&self.router).await
    }

    /// A page of tenant 1's console as somebody sees it.
    pub async fn page(&self, who: &str, path: &str) -> Answer {
        self.send(Ask::get(NORTH, path).header("cookie", &console_cookie(who)))
            .await
    }

    /// Sends a form of tenant 1's console with the token of the page at `from`.
    pub async fn post(&self, who: &str, from: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let shown = self.page(who, from).await;
        let csrf = hidden(&shown.text(), "csrf");
        let mut cookies = vec![console_cookie(who)];
        cookies.extend(Some(shown.cookies()).filter(|set| !set.is_empty()));
        let body = form([("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()));
        let ask = Ask::post_form(NORTH, to, body).header("cookie", &cookies.join("; "));
        self.send(ask).await
    }
}

/// The cookie of somebody's console, under the names it has over HTTP and HTTPS.
pub fn console_cookie(who: &str) -> String {
    format!("console={who}; __Host-console={who}")
}

/// The value of a page's hidden field; empty when it has none.
pub fn hidden(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or("");
    after.split('"').next().unwrap_or("").to_owned()
}

/// Names and values as a browser sends them.
pub fn form<'f>(fields: impl IntoIterator<Item = (&'f str, &'f str)>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = fields.into_iter();
    pairs
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}
