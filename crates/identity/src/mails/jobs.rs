//! The jobs that write and send our mails.

use jiff::SignedDuration;
use kernel::{Id, MailId, SessionId, UserId};
use platform::jobs::{Handler, Job, Outcome};
use platform::ports::{Mail, MailOutcome, Mailbox};
use platform::{Ctx, Error, Result};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use web::messages::{Messages, Words};
use web::{Hosts as _, Site};

use super::letters::Letter;
use crate::links::{self, Purpose};
use crate::sessions;
use crate::state::Identity;
use crate::users::{Kind, User, store as users};

/// The queue of mails that somebody is waiting for.
pub(crate) const QUEUE: &str = "identity_mail";

/// Makes a link and sends it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendLink {
    /// What the link is for.
    pub purpose: Purpose,
    /// For whom.
    pub user: UserId,
    /// The address to prove, when it is to change.
    pub new_email: Option<String>,
}

impl Job for SendLink {
    const KIND: &'static str = "identity.send_link";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 1;

    /// Asking twice before the first mail went out sends one.
    fn unique_key(&self) -> Option<String> {
        Some(format!("{} {}", self.purpose.key(), self.user))
    }
}

/// Welcomes somebody whose address is proved.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendWelcome {
    /// Whom.
    pub user: UserId,
}

impl Job for SendWelcome {
    const KIND: &'static str = "identity.send_welcome";
    const QUEUE: &'static str = QUEUE;
}

/// Tells somebody that they (or somebody else) signed in from a new device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NoticeNewSignIn {
    /// Whom.
    pub user: UserId,
    /// The session that began.
    pub session: SessionId,
}

impl Job for NoticeNewSignIn {
    const KIND: &'static str = "identity.notice_new_sign_in";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 1;
}

/// What runs them.
pub(crate) fn handlers(identity: &Identity) -> Vec<Handler> {
    let [links, welcomes, notices] = [(); 3].map(|()| identity.clone());
    vec![
        Handler::of(move |ctx, job: SendLink, run| {
            let identity = links.clone();
            async move { identity.send_link(&ctx, job, run.id).await }
        }),
        Handler::of(move |ctx, job: SendWelcome, run| {
            let identity = welcomes.clone();
            async move { identity.send_welcome(&ctx, job, run.id).await }
        }),
        Handler::of(move |ctx, job: NoticeNewSignIn, run| {
            let identity = notices.clone();
            async move { identity.send_notice(&ctx, job, run.id).await }
        }),
    ]
}

impl Identity {
    async fn send_link(&self, ctx: &Ctx, job: SendLink, run: kernel::JobId) -> Result<Outcome> {
        let Some((user, site)) = self.reader(ctx, job.user).await? else {
            return Ok(Outcome::GiveUp("the person is gone".into()));
        };
        let (purpose, detail) = (job.purpose, &job.new_email);
        let secret = ctx
            .write(|tx| links::ops::make(tx, purpose, user.id.uuid(), detail.clone()).scope_boxed())
            .await?;
        let url = format!("{}/{}/{secret}", site.base_url, path(purpose));
        let w = self.words(&user, &site)?;
        let Some(letter) = Letter::link(&w, purpose, &site.name, &user.name, &url) else {
            return Ok(Outcome::GiveUp("a link of this purpose is never sent".into()));
        };
        let to = detail.clone().unwrap_or_else(|| user.email.as_str().to_owned());
        self.hand_over(
            &letter,
            &w,
            &site,
            Mailbox {
                name: user.name,
                address: to,
            },
            run,
        )
        .await
    }

    async fn send_welcome(&self, ctx: &Ctx, job: SendWelcome, run: kernel::JobId) -> Result<Outcome> {
        let Some((user, site)) = self.reader(ctx, job.user).await? else {
            return Ok(Outcome::GiveUp("the person is gone".into()));
        };
        let w = self.words(&user, &site)?;
        let url = format!("{}{}", site.base_url, home(user.kind));
        let letter = Letter::welcome(&w, &site.name, &user.name, &url);
        self.hand_over(&letter, &w, &site, mailbox(&user), run).await
    }

    async fn send_notice(&self, ctx: &Ctx, job: NoticeNewSignIn, run: kernel::JobId) -> Result<Outcome> {
        let Some((user, site)) = self.reader(ctx, job.user).await? else {
            return Ok(Outcome::GiveUp("the person is gone".into()));
        };
        let Some(session) = ctx
            .read(|r| sessions::store::by_id(r, job.session).scope_boxed())
            .await?
        else {
            return Ok(Outcome::Done);
        };
        let w = self.words(&user, &site)?;
        let url = format!("{}{}", site.base_url, profile(user.kind));
        let at = w.date_time(session.created_at.micros());
        let letter = Letter::new_sign_in(&w, &site.name, &user.name, &session.agent, &session.network, &at, &url);
        self.hand_over(&letter, &w, &site, mailbox(&user), run).await
    }

    async fn reader(&self, ctx: &Ctx, user: UserId) -> Result<Option<(User, std::sync::Arc<Site>)>> {
        let found = ctx.read(|r| users::by_id(r, user).scope_boxed()).await;
        let user = match found {
            Err(Error::Problem(_)) => return Ok(None),
            outcome => outcome?,
        };
        Ok(self.of_tenant(ctx.tenant()).await?.map(|site| (user, site)))
    }

    fn words(&self, user: &User, site: &Site) -> Result<Words> {
        let messages =
            Messages::new(&[("en-US", crate::EN_US)]).map_err(|fault| Error::internal(format!("{fault:?}")))?;
        let words = messages
            .words(user.locale.as_deref().unwrap_or(&site.language))
            .region(&site.region);
        Ok(
            match jiff::tz::TimeZone::get(user.time_zone.as_deref().unwrap_or(&site.zone)) {
                Ok(zone) => words.zone(zone),
                Err(_) => words,
            },
        )
    }

    async fn hand_over(
        &self,
        letter: &Letter,
        w: &Words,
        site: &Site,
        to: Mailbox,
        run: kernel::JobId,
    ) -> Result<Outcome> {
        let rendered = letter.render(&w.lang())?;
        // The job's id: a second delivery of the same job is the same message.
        let id = MailId::from_uuid(run.uuid()).to_string();
        let mail = Mail {
            id,
            from: self.from(&site.name),
            to,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
        };
        Ok(match self.0.ports.mailer.send(&mail).await {
            MailOutcome::Accepted(_) => Outcome::Done,
            MailOutcome::Refused(why) => Outcome::GiveUp(why),
            MailOutcome::Later(_) => Outcome::Snooze(SignedDuration::from_mins(1)),
        })
    }
}

fn mailbox(user: &User) -> Mailbox {
    Mailbox {
        name: user.name.clone(),
        address: user.email.as_str().to_owned(),
    }
}

fn home(kind: Kind) -> &'static str {
    match kind {
        Kind::Staff => "/console",
        Kind::Customer => "/",
    }
}

fn profile(kind: Kind) -> &'static str {
    match kind {
        Kind::Staff => "/console/profile",
        Kind::Customer => "/me/profile",
    }
}

/// Where the page of a link is.
fn path(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Verify => "verify",
        Purpose::Reset => "reset",
        Purpose::Invite => "invite",
        Purpose::ChangeEmail => "change-email",
        Purpose::SecondFactor => "sign-in",
    }
}
