//! Fills the frames of pages from what the edge knows: person, tenant, menu, bell, what was just done.

use askama::Template;
use async_trait::async_trait;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};

use crate::context::Ctx;
use crate::cookies::{self, Audience, Name};
use crate::error::{Error, Result};
use crate::module::{NavEntry, Section};
use crate::other_contexts::OwnHost;
use crate::page::{
    self, Flash, Head, NavItem, NavSection, Notices, PlainShell, PublicShell, Scheme, Shell, Tenant, User,
};
use crate::request::RequestInfo;
use crate::ui::Tone;

/// What the frames show beside menu and person; the composition knows it. The default shows nothing.
#[async_trait]
pub trait Frame: Send + Sync {
    /// What the console's bell has for this person.
    async fn notices(&self, ctx: &Ctx) -> platform::Result<Notices> {
        let _ = ctx;
        Ok(Notices::default())
    }

    /// Other places, quick actions.
    fn console(&self, ctx: &Ctx, shell: &mut Shell) {
        let _ = (ctx, shell);
    }

    /// The site's parts, legal pages, choices, cart.
    fn public(&self, ctx: &Ctx, shell: &mut PublicShell) {
        let _ = (ctx, shell);
    }
}

/// A frame without surroundings.
pub struct BareFrame;

impl Frame for BareFrame {}

impl Ctx {
    /// A page of the console.
    ///
    /// # Errors
    /// When the body does not render or the database does not answer.
    pub async fn console(&self, head: &Head, body: &impl Template) -> Result<Response> {
        let shell = self.console_shell().await?;
        Ok(Html(page::console(&shell, head, body).map_err(Error::internal)?).into_response())
    }

    /// A page of the tenant's public site, or of its customers.
    ///
    /// # Errors
    /// When the body does not render.
    pub fn public(&self, head: &Head, body: &impl Template) -> Result<Response> {
        let shell = self.public_shell();
        Ok(Html(page::public(&shell, head, body).map_err(Error::internal)?).into_response())
    }

    /// A page in the bare frame, in the tenant's colours: sign-in and the like.
    ///
    /// # Errors
    /// When the body does not render.
    pub fn plain(&self, head: &Head, body: &impl Template) -> Result<Response> {
        let mut shell = PlainShell::of(self.words().clone(), &self.page_tenant());
        shell.flash = take_flash(self.request());
        shell.scheme = scheme(self.request());
        if self.audience() == Audience::Console {
            shell.home = "/console".to_owned();
        }
        Ok(Html(page::plain(&shell, head, body).map_err(Error::internal)?).into_response())
    }

    /// The console's frame as this person sees it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn console_shell(&self) -> Result<Shell> {
        let frame = self.app().frame();
        let (nav, foot) = self.menu().await?;
        let user = self.user();
        let mut shell = Shell {
            words: self.words().clone(),
            path: self.request().path().to_owned(),
            csrf: self.csrf(),
            tenant: self.page_tenant(),
            places: Vec::new(),
            user: User {
                name: user.map(|user| user.name.clone()).unwrap_or_default(),
                role: user.map(|user| user.role.clone()).unwrap_or_default(),
                picture: user.and_then(|user| user.avatar.clone()),
            },
            nav,
            foot,
            quick: Vec::new(),
            notices: frame.notices(self).await?,
            flash: take_flash(self.request()),
            scheme: scheme(self.request()),
            keys: cookies::plain(self.request().cookies(), "keys") != Some("off"),
        };
        frame.console(self, &mut shell);
        Ok(shell)
    }

    /// The public site's frame as this visitor sees it.
    pub fn public_shell(&self) -> PublicShell {
        let customer = self.user().map(|user| user.name.clone());
        let mut shell = PublicShell {
            words: self.words().clone(),
            path: self.request().path().to_owned(),
            csrf: if customer.is_some() { self.csrf() } else { String::new() },
            tenant: self.page_tenant(),
            nav: Vec::new(),
            choices: None,
            customer,
            account: Vec::new(),
            cart: None,
            imprint: self.site().name.clone(),
            legal: Vec::new(),
            flash: take_flash(self.request()),
            scheme: scheme(self.request()),
        };
        self.app().frame().public(self, &mut shell);
        shell
    }

    fn page_tenant(&self) -> Tenant {
        let site = self.site();
        let kind = if self.audience() == Audience::Console {
            self.t("page-console-kind")
        } else {
            String::new()
        };
        Tenant {
            name: site.name.clone(),
            kind,
            slug: site.slug.clone(),
            theme: site.theme,
            logo: site.logo.clone(),
        }
    }

    /// The menu's entries this person may see, with their numbers, all from one snapshot; settings apart.
    async fn menu(&self) -> Result<(Vec<NavSection>, Vec<NavItem>)> {
        let allowed = |entry: &&NavEntry| entry.permission.is_none_or(|permission| self.may(permission));
        let entries: Vec<NavEntry> = self.app().nav().iter().filter(allowed).copied().collect();
        let counts = self.counts(&entries).await?;
        let mut sections: Vec<(Section, Vec<NavItem>)> = Section::ALL.map(|section| (section, Vec::new())).into();
        for (entry, count) in entries.iter().zip(counts) {
            let tone = entry.count.map_or(Tone::None, |(_, tone)| tone);
            let item = NavItem::new(self.t(entry.label), entry.href, entry.icon)
                .keys(entry.keys)
                .count(count, tone);
            if let Some((_, items)) = sections.iter_mut().find(|(section, _)| *section == entry.section) {
                items.push(item);
            }
        }
        let foot = sections.pop().map(|(_, items)| items).unwrap_or_default();
        let title = |section: Section| section.heading().map(|key| self.t(key)).unwrap_or_default();
        let filled = sections.into_iter().filter(|(_, items)| !items.is_empty());
        Ok((
            filled
                .map(|(section, items)| NavSection {
                    title: title(section),
                    items,
                })
                .collect(),
            foot,
        ))
    }

    async fn counts(&self, entries: &[NavEntry]) -> Result<Vec<u64>> {
        if entries.iter().all(|entry| entry.count.is_none()) {
            return Ok(vec![0; entries.len()]);
        }
        let counters: Vec<_> = entries
            .iter()
            .map(|entry| entry.count.map(|(count, _)| count))
            .collect();
        let count_all = self.read(|read| {
            async move {
                let mut counts = Vec::with_capacity(counters.len());
                for counter in counters {
                    counts.push(match counter {
                        Some(count) => count(read).await?,
                        None => 0,
                    });
                }
                Ok(counts)
            }
            .scope_boxed()
        });
        Ok(count_all.await?)
    }
}

impl OwnHost {
    /// A page of the installation itself, in the bare frame.
    ///
    /// # Errors
    /// When the body does not render.
    pub fn plain(&self, head: &Head, body: &impl Template) -> Result<Response> {
        let mut shell = PlainShell::new(self.words.clone());
        shell.flash = take_flash(&self.request);
        shell.scheme = scheme(&self.request);
        Ok(Html(page::plain(&shell, head, body).map_err(Error::internal)?).into_response())
    }
}

fn scheme(request: &RequestInfo) -> Scheme {
    cookies::plain(request.cookies(), Scheme::COOKIE)
        .map(Scheme::from_cookie)
        .unwrap_or_default()
}

/// A flash on its way through the browser, in a cookie of its own.
#[derive(Serialize, Deserialize)]
struct FlashCookie {
    tone: u8,
    text: String,
    undo: Option<String>,
}

const TONES: [Tone; 5] = [Tone::None, Tone::Ok, Tone::Warn, Tone::Bad, Tone::Info];
/// Browsers keep about 4 KB per cookie.
const MAX_FLASH: usize = 1_000;

/// As a cookie's value.
pub(crate) fn flash_cookie(flash: &Flash) -> String {
    let tone = TONES
        .iter()
        .position(|tone| *tone == flash.tone)
        .and_then(|at| u8::try_from(at).ok())
        .unwrap_or(0);
    let text = flash.text.chars().take(MAX_FLASH / 4).collect();
    let cookie = FlashCookie {
        tone,
        text,
        undo: flash.undo.clone(),
    };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cookie).unwrap_or_default())
}

fn read_flash(value: &str) -> Option<Flash> {
    let cookie: FlashCookie = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(value).ok()?).ok()?;
    let undo = cookie.undo.filter(|path| crate::answers::local_path(path) == path);
    Some(Flash {
        tone: *TONES.get(usize::from(cookie.tone))?,
        text: cookie.text,
        undo,
    })
}

/// What was just done, told once: the answer forgets it.
fn take_flash(request: &RequestInfo) -> Option<Flash> {
    let flash = read_flash(cookies::find_long(
        request.cookies(),
        Name::Flash,
        request.secure_cookies(),
    )?);
    request.notes.set_flash_shown();
    flash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flash_survives_its_cookie_and_leads_nowhere_else() {
        let flash = Flash {
            undo: Some("/console/undo".into()),
            ..Flash::done("Saved “é”")
        };
        assert_eq!(read_flash(&flash_cookie(&flash)), Some(flash));
        let elsewhere = Flash {
            undo: Some("https://evil.example".into()),
            ..Flash::done("x")
        };
        assert_eq!(read_flash(&flash_cookie(&elsewhere)).unwrap().undo, None);
        assert_eq!(read_flash("x"), None);
    }
}
