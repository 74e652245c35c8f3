//! A room with one tenant in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use identity::roles::BuiltIn;
use identity::tenants::{Settings, Trades};
use identity::users::{Kind, User};
use identity::{Identity, Ports, TxtRecords};
use kernel::TenantId;
use platform::Ctx;
use platform::jobs::Worker;
use platform::ports::{Captcha, Mail, MailOutcome, Mailer};
use scoped_futures::ScopedFutureExt;
use testkit::{TestInstallation, Trusting};
use web::testing::{Answer, Ask};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Keeps what it is handed.
#[derive(Default)]
pub(crate) struct Mailbox(pub(crate) Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> MailOutcome {
        self.0.lock().unwrap().push(mail.clone());
        MailOutcome::Accepted("250 ok".into())
    }
}

/// TXT records set by the test.
#[derive(Default)]
pub(crate) struct Zone(pub(crate) Mutex<Vec<(String, String)>>);

#[async_trait]
impl TxtRecords for Zone {
    async fn texts(&self, name: &str) -> Result<Vec<String>, String> {
        Ok(self
            .0
            .lock()
            .unwrap()
            .iter()
            .filter(|(at, _)| at == name)
            .map(|(_, text)| text.clone())
            .collect())
    }
}

pub(crate) const HOST: &str = "northwind.localhost";

pub(crate) struct Room {
    pub(crate) router: Router,
    pub(crate) installation: TestInstallation,
    pub(crate) identity: Identity,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) zone: Arc<Zone>,
    pub(crate) tenant: TenantId,
}

pub(crate) fn settings(name: &str) -> Settings {
    Settings {
        name: name.into(),
        hue: 250,
        chroma_thousandths: 120,
        currency: "USD".into(),
        time_zone: "America/New_York".into(),
        locale: "en-US".into(),
    }
}

impl Room {
    pub(crate) async fn new() -> Self {
        Self::with_captcha(Arc::new(Trusting)).await
    }

    /// A room whose public forms ask for this proof of a person.
    pub(crate) async fn with_captcha(captcha: Arc<dyn Captcha>) -> Self {
        let installation = TestInstallation::new(&identity::migrations()).await;
        let (mailbox, zone) = (Arc::new(Mailbox::default()), Arc::new(Zone::default()));
        let identity = Identity::new(Ports {
            platform: installation.platform.clone(),
            mint: installation.mint.clone(),
            public_url: "http://localhost:8080".into(),
            mailer: mailbox.clone(),
            mail_from: "no-reply@entrepot.example".into(),
            txt_records: zone.clone(),
        });
        let modules = vec![identity::module(&identity)];
        identity.learn_permissions(&modules);
        let app = web::App::new(parts(&installation, &identity, captcha), &modules).unwrap();
        let router = web::router(&app, modules, Router::new());
        let tenant = TestInstallation::tenant(1);
        let room = Self {
            router,
            installation,
            identity,
            mailbox,
            zone,
            tenant,
        };
        room.add_tenant(tenant, "northwind").await;
        room
    }

    pub(crate) async fn add_tenant(&self, tenant: TenantId, slug: &'static str) {
        let trades = Trades {
            domains: true,
            travel: false,
        };
        self.installation
            .system(tenant)
            .write(|tx| identity::tenants::ops::create(tx, slug, trades, settings("Northwind Names")).scope_boxed())
            .await
            .unwrap();
    }

    /// Runs every job that is due.
    pub(crate) async fn run_jobs(&self) {
        let module = identity::module(&self.identity);
        let worker = Worker::new(self.installation.platform.clone(), module.jobs, &module.queues);
        while worker.run_due().await.unwrap() > 0 {}
    }

    pub(crate) fn now(&self) -> kernel::Instant {
        self.installation.platform.now()
    }

    /// The printed id of a built-in role.
    pub(crate) async fn role_id(&self, role: BuiltIn) -> String {
        let all = self
            .system()
            .read(|r| identity::roles::ops::list(r).scope_boxed())
            .await
            .unwrap();
        all.iter()
            .find(|own| own.built_in == Some(role))
            .unwrap()
            .id
            .to_string()
    }

    /// An access token of somebody whose password is [`PASSWORD`].
    pub(crate) async fn access_token(&self, email: &str) -> String {
        self.access_token_at(HOST, email).await
    }

    pub(crate) async fn access_token_at(&self, host: &str, email: &str) -> String {
        let body = serde_json::json!({ "email": email, "password": PASSWORD });
        let answer = Ask::post_json(host, "/api/v1/auth/sign-in", body)
            .send(&self.router)
            .await;
        answer.json()["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", answer.text()))
            .to_owned()
    }

    /// The path of the last mail's link.
    pub(crate) fn mailed_path(&self) -> String {
        self.mailed_path_at("http://northwind.localhost:8080")
    }

    pub(crate) fn mailed_path_at(&self, site: &str) -> String {
        let mails = self.mailbox.0.lock().unwrap();
        let text = &mails.last().expect("a mail was sent").text;
        let url = text
            .split_whitespace()
            .find(|word| word.starts_with(site))
            .expect("a link in the mail");
        url.trim_start_matches(site).to_owned()
    }

    pub(crate) fn advance_seconds(&self, seconds: i64) {
        self.installation
            .clock
            .advance(jiff::SignedDuration::from_secs(seconds));
    }

    pub(crate) fn system(&self) -> Ctx {
        self.installation.system(self.tenant)
    }

    pub(crate) async fn add_user(&self, kind: Kind, email: &'static str, roles: &'static [BuiltIn]) -> User {
        self.add_user_to(self.tenant, kind, email, roles).await
    }

    pub(crate) async fn add_user_to(
        &self,
        tenant: TenantId,
        kind: Kind,
        email: &'static str,
        roles: &'static [BuiltIn],
    ) -> User {
        let hash = &self.identity.hash_password(PASSWORD).await.unwrap();
        let ctx = self.installation.system(tenant);
        ctx.write(|tx| identity::users::ops::seed(tx, kind, email, "Ann Example", hash.clone(), roles).scope_boxed())
            .await
            .unwrap()
    }

    pub(crate) async fn owner(&self) -> User {
        self.add_user(Kind::Staff, "ann@example.com", &[BuiltIn::Owner]).await
    }
}

fn parts(installation: &TestInstallation, identity: &Identity, captcha: Arc<dyn Captcha>) -> web::Parts {
    let config = web::WebConfig {
        public_url: Some("http://localhost:8080".into()),
        ..web::WebConfig::new([9; 32])
    };
    web::Parts {
        platform: installation.platform.clone(),
        config,
        authenticate: Arc::new(identity.clone()),
        hosts: Arc::new(identity.clone()),
        captcha,
        scanner: Arc::new(Trusting),
        checks: Vec::new(),
        frame: Arc::new(web::BareFrame),
    }
}

/// A browser: keeps cookies, reads the CSRF token off the form it was shown.
pub(crate) struct Browser<'r> {
    router: &'r Router,
    host: &'static str,
    cookies: BTreeMap<String, String>,
    pub(crate) last: Answer,
}

impl<'r> Browser<'r> {
    pub(crate) fn new(room: &'r Room) -> Self {
        Self::at(room, HOST)
    }

    pub(crate) fn at(room: &'r Room, host: &'static str) -> Self {
        let last = Answer {
            status: Default::default(),
            headers: Default::default(),
            body: Vec::new(),
        };
        Self {
            router: &room.router,
            host,
            cookies: BTreeMap::new(),
            last,
        }
    }

    fn cookie_header(&self) -> String {
        self.cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    async fn send(&mut self, ask: Ask) -> Answer {
        let ask = if self.cookies.is_empty() {
            ask
        } else {
            ask.header("cookie", &self.cookie_header())
        };
        self.last = ask.send(self.router).await;
        for pair in self.last.cookies().split("; ").filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let Answer { status, headers, body } = &self.last;
        Answer {
            status: *status,
            headers: headers.clone(),
            body: body.clone(),
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.send(Ask::get(self.host, path)).await
    }

    /// Opens the page and sends its form, or the form of `last` when it leads to `path`.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if !self.last.text().contains("name=\"csrf\"") || !self.last.text().contains(&format!("action=\"{path}\"")) {
            self.get(path).await;
        }
        self.post_here(path, fields).await
    }

    /// Sends a form with the token of the page shown last.
    pub(crate) async fn post_here(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.hidden("csrf");
        let body = testkit::form([("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()));
        self.send(Ask::post_form(self.host, path, body)).await
    }

    /// Sends a file with the token of the page shown last.
    pub(crate) async fn upload(&mut self, path: &str, field: &str, content: &[u8]) -> Answer {
        let head = format!(
            "--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\n\
             content-disposition: form-data; name=\"{field}\"; filename=\"me\"\r\n\r\n",
            self.hidden("csrf")
        );
        let body = [head.as_bytes(), content, b"\r\n--b--\r\n"].concat();
        let ask = Ask::new("POST".parse().unwrap(), self.host, path)
            .header("content-type", "multipart/form-data; boundary=b")
            .body(body);
        self.send(ask).await
    }

    /// The value of a hidden field of the page shown last.
    pub(crate) fn hidden(&self, name: &str) -> String {
        testkit::hidden(&self.last.text(), name)
    }

    pub(crate) async fn sign_in(mut self, path: &str, email: &str, password: &str) -> Self {
        self.post(path, &[("email", email), ("password", password)]).await;
        self
    }

    /// The same browser without its sessions.
    pub(crate) fn signed_out(mut self) -> Self {
        self.cookies.retain(|name, _| name.contains("device"));
        self.last.body.clear();
        self
    }
}
