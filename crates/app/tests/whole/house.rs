//! Every room over a database of its own, with a hand-moved clock, seeded ids and two companies that look alike.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use adapters::antivirus::PassThrough;
use adapters::price_sources::openprovider::simulator as openprovider;
use adapters::price_sources::porkbun::simulator as porkbun;
use adapters::price_sources::simulated::{Backstage, Shelf, Shelves};
use adapters::price_sources::whmcs::simulator as whmcs;
use adapters::registrars::godaddy::simulator;
use adapters::transport::Transport;
use async_trait::async_trait;
use catalog::Books;
use catalog::imports::{Format, ListRef, NewImport, Vanished};
use catalog::registrars::{AdapterKind, Credentials, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::sync::{NewSource, Patterns, SourceKind, Terms};
use entrepot::wiring::{self, Endpoints, House, Outside};
use identity::api_keys::{Mode, ops::NewApiKey};
use identity::roles::BuiltIn;
use identity::tenants::{Settings, Trades};
use identity::users::Kind;
use kernel::{Currency, TenantId};
use platform::clock::ManualClock;
use platform::ports::{Captcha, CaptchaWidget, Humanity, Mail, MailOutcome, Mailer};
use platform::{Ctx, Tx};
use reference::rates::ports::NoFeed;
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};
use web::{Pace, WebConfig};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
pub(crate) const STAFF: [(BuiltIn, &str); 7] = [
    (BuiltIn::Owner, "owner"),
    (BuiltIn::Admin, "admin"),
    (BuiltIn::PricingManager, "pricing_manager"),
    (BuiltIn::SalesAgent, "sales_agent"),
    (BuiltIn::Operations, "operations"),
    (BuiltIn::Finance, "finance"),
    (BuiltIn::Support, "support"),
];

/// Keeps what it is handed.
#[derive(Default)]
pub(crate) struct Recorder(pub(crate) Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Recorder {
    async fn send(&self, mail: &Mail) -> MailOutcome {
        self.0.lock().unwrap().push(mail.clone());
        MailOutcome::Accepted("250 ok".into())
    }
}

/// Takes everybody for a person, and finds no TXT records.
struct Trusting;

#[async_trait]
impl Captcha for Trusting {
    fn widget(&self) -> Option<CaptchaWidget> {
        None
    }

    async fn verify(&self, _: &str, _: &str, _: Option<std::net::IpAddr>) -> Humanity {
        Humanity::Human
    }
}

#[async_trait]
impl identity::TxtRecords for Trusting {
    async fn texts(&self, _: &str) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

/// A list that a price source feeds, with its first run under way: `com` and an ending of the company's own.
async fn synced(tx: &mut Tx, books: &Books, slug: &str, own: &str) -> platform::Result<()> {
    let list = NewSalesList {
        slug: "synced".into(),
        name: format!("{slug} canary synced list"),
        currency: Currency::USD,
        standard: false,
    };
    let list = catalog::sales_lists::add(tx, books, list).await?;
    let mut terms = Terms::new(format!("{slug} canary source"), ListRef::Sales(list.id));
    terms.endpoint = "https://simulated/porkbun/api/json/v3".into();
    terms.filter.include = Patterns::parse(&format!("com {own}")).expect("patterns");
    let new = NewSource {
        kind: SourceKind::Porkbun,
        terms,
        credentials: None,
    };
    let source = catalog::sync::add(tx, new).await?;
    catalog::sync::run_now(tx, source.id).await.map(|_| ())
}

/// The whole product.
pub(crate) struct TestHouse {
    pub(crate) installation: TestInstallation,
    pub(crate) house: House,
    pub(crate) mail: Arc<Recorder>,
    pub(crate) price_sources: PriceSources,
    hash: String,
}

/// Simulators of price sources, each under a path of its own.
pub(crate) struct PriceSources {
    pub(crate) whmcs: Backstage,
    pub(crate) porkbun: Backstage,
    pub(crate) openprovider: Backstage,
}

impl PriceSources {
    fn new(clock: &Arc<ManualClock>) -> Self {
        let shelves = || {
            Shelves::from([
                ("com".to_owned(), Shelf::yearly(1108, 1108, 1108)),
                ("net".to_owned(), Shelf::yearly(1252, 1252, 1252)),
                ("uk".to_owned(), Shelf::yearly(494, 494, 0)),
                ("bike".to_owned(), Shelf::yearly(2500, 2500, 2500)),
                ("cafe".to_owned(), Shelf::yearly(2700, 2700, 2700)),
            ])
        };
        let backstage = || Backstage::new(shelves(), Arc::<ManualClock>::clone(clock));
        Self {
            whmcs: backstage(),
            porkbun: backstage(),
            openprovider: backstage(),
        }
    }

    fn router(&self) -> axum::Router {
        let credential = whmcs::Config::new("id", "s3cret");
        let user = openprovider::Config::new("user", "s3cret");
        axum::Router::new()
            .nest("/whmcs", whmcs::router(credential, &self.whmcs))
            .nest("/porkbun", porkbun::router(&self.porkbun))
            .nest("/openprovider", openprovider::router(user, &self.openprovider))
    }
}

/// One of its companies.
pub(crate) struct Company {
    pub(crate) tenant: TenantId,
    pub(crate) slug: &'static str,
    pub(crate) host: String,
    /// The owner's key, with every right.
    pub(crate) key: String,
}

impl TestHouse {
    pub(crate) async fn new() -> Self {
        Self::with_captcha(|_| Arc::new(Trusting)).await
    }

    /// A house whose public forms ask for this proof of a person.
    pub(crate) async fn with_captcha(captcha: impl FnOnce(Arc<ManualClock>) -> Arc<dyn Captcha>) -> Self {
        let installation = TestInstallation::new(&wiring::migrations()).await;
        let (platform, clock) = (installation.platform.clone(), installation.clock.clone());
        let registrar = simulator::Simulator::new(simulator::Config::new(7, "key", "secret"), clock.clone());
        let mail = Arc::new(Recorder::default());
        let price_sources = PriceSources::new(&clock);
        let outside = Outside {
            clock,
            mailer: Arc::<Recorder>::clone(&mail),
            mail_from: "no-reply@entrepot.example".into(),
            captcha: captcha(installation.clock.clone()),
            scanner: Arc::new(PassThrough),
            txt_records: Arc::new(Trusting),
            registrars: Endpoints {
                godaddy_url: "https://godaddy.example".into(),
                godaddy_calls_per_minute: 6_000,
                transport: Transport::memory(registrar.router()),
            },
            rate_feed: Arc::new(NoFeed),
            price_sources: Transport::memory(price_sources.router()),
            mailbox: None,
        };
        let mut config = WebConfig::new([9; 32]);
        config.public_url = Some("http://localhost:8080".into());
        let fast = Pace {
            per_minute: 1_000_000,
            burst: 1_000_000,
        };
        (
            config.limits.caller,
            config.limits.visitor,
            config.limits.wrong_credentials,
        ) = (fast, fast, fast);
        let house = wiring::build(platform, config, "http://localhost:8080", &outside).expect("the house");
        let hash = house.identity.hash_password(PASSWORD).await.unwrap();
        Self {
            installation,
            house,
            mail,
            price_sources,
            hash,
        }
    }

    pub(crate) fn system(&self, tenant: TenantId) -> Ctx {
        self.installation.system(tenant)
    }

    /// A company with one person in each role, a customer's login, prices, and something of everything the API keeps.
    pub(crate) async fn company(&self, number: u128, slug: &'static str) -> Company {
        let tenant = TestInstallation::tenant(number);
        let settings = Settings {
            name: format!("{slug} canary company"),
            hue: 250,
            chroma_thousandths: 120,
            currency: "USD".into(),
            time_zone: "America/New_York".into(),
            locale: "en-US".into(),
        };
        let (trades, hash) = (
            Trades {
                domains: true,
                travel: false,
            },
            &self.hash,
        );
        let ctx = self.system(tenant);
        ctx.write(|tx| {
            let settings = settings.clone();
            async move {
                identity::tenants::ops::create(tx, slug, trades, settings).await?;
                for (role, name) in STAFF {
                    let (email, shown) = (format!("{name}@{slug}.example"), format!("{slug} canary {name}"));
                    identity::users::ops::seed(tx, Kind::Staff, &email, &shown, hash.clone(), &[role]).await?;
                }
                let (email, shown) = (format!("customer@{slug}.example"), format!("{slug} canary customer"));
                identity::users::ops::seed(tx, Kind::Customer, &email, &shown, hash.clone(), &[]).await?;
                Ok(())
            }
            .scope_boxed()
        })
        .await
        .unwrap();
        self.prices(&ctx, slug).await;
        let permissions = self.house.app.permissions().iter();
        let permissions = permissions.map(|info| info.permission.0.to_owned()).collect();
        let key = self.key(tenant, slug, permissions).await;
        let company = Company {
            tenant,
            slug,
            host: format!("{slug}.localhost"),
            key,
        };
        // Bells ring of what happens after their owners came.
        self.installation.clock.advance(jiff::SignedDuration::from_secs(1));
        self.fill(&company).await;
        company
    }

    /// A key of the owner's.
    pub(crate) async fn key(&self, tenant: TenantId, slug: &str, permissions: BTreeSet<String>) -> String {
        let (email, permissions) = (&format!("owner@{slug}.example"), &permissions);
        let ctx = self.system(tenant);
        let made = ctx.write(|tx| {
            async move {
                let owner = identity::users::ops::by_email(tx, email).await?.expect("seeded");
                let new = NewApiKey {
                    name: format!("{slug} canary key"),
                    mode: Mode::Live,
                    permissions: permissions.clone(),
                    expires_at: None,
                };
                identity::api_keys::ops::make_for(tx, owner.id, new).await
            }
            .scope_boxed()
        });
        made.await.unwrap().1
    }

    /// A registrar, a sales list and two endings: one everybody sells and one of the company's own.
    async fn prices(&self, ctx: &Ctx, slug: &str) {
        let own = if slug == "northwind" { "bike" } else { "cafe" };
        let books = &self.house.books;
        let usd = Currency::parse("USD").unwrap();
        ctx.write(|tx| {
            async move {
                let registrar = NewRegistrar {
                    slug: "godaddy".into(),
                    name: format!("{slug} canary registrar"),
                    kind: AdapterKind::GoDaddy,
                    sells: Sells::All,
                    rank: 1,
                    currency: usd,
                    credentials: Some(Credentials::new("key", "secret")),
                };
                let registrar = catalog::registrars::add(tx, books, registrar).await?;
                let sales = NewSalesList {
                    slug: "retail".into(),
                    name: format!("{slug} canary list"),
                    currency: usd,
                    standard: true,
                };
                let sales = catalog::sales_lists::add(tx, books, sales).await?;
                for (list, amount) in [
                    (ListRef::Registrar(registrar.id), "8.11"),
                    (ListRef::Sales(sales.id), "12.50"),
                ] {
                    let import = NewImport {
                        format: Format::PricesCsv,
                        list,
                        file_name: format!("{slug} canary.csv"),
                        content: price_file(&["com", own], amount).into_bytes(),
                        effective_from: None,
                        vanished: Vanished::Keep,
                    };
                    catalog::imports::import_bytes(tx, books, &import).await?;
                }
                self::synced(tx, books, slug, own).await?;
                Ok(())
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    }

    /// Something in every list, made through the API as a user would.
    async fn fill(&self, company: &Company) {
        let slug = company.slug;
        let group = self
            .post(
                company,
                "/api/v1/customer-groups",
                json!({ "name": format!("{slug} canary group") }),
            )
            .await;
        let customer = json!({ "name": format!("{slug} canary person"), "email": format!("person@{slug}.example"), "group_id": group["id"] });
        let customer = self.post(company, "/api/v1/customers", customer).await;
        let tlds = json!({ "name": format!("{slug} canary set"), "tlds": ["com"] });
        self.post(company, "/api/v1/tld-groups", tlds).await;
        let discount = json!({ "name": format!("{slug} canary discount"), "percent": "1", "group_id": group["id"] });
        self.post(company, "/api/v1/discounts", discount).await;
        let coupon =
            json!({ "name": format!("{slug} canary coupon"), "code": format!("{slug}-canary"), "percent": "1" });
        self.post(company, "/api/v1/coupons", coupon).await;
        let lists = self.get(company, "/api/v1/catalog/sales-lists").await;
        // Something to come, which can be edited and cancelled.
        let scheduled = json!({ "effective_from": "2027-03-01T00:00:00Z", "note": format!("{slug} canary note"),
            "prices": [{ "operation": "register", "minor": 1350 }] });
        let ending = if slug == "northwind" { "bike" } else { "cafe" };
        self.post(company, &format!("/api/v1/tlds/{ending}/sales-prices"), scheduled)
            .await;
        // Far above its price, which somebody is told of.
        let accounts = self.get(company, "/api/v1/catalog/registrars").await;
        let dear =
            json!({ "list": accounts["data"][0]["id"], "prices": [{ "operation": "register", "minor": 9_900 }] });
        self.post(company, "/api/v1/tlds/com/cost-prices", dear).await;
        let rule = json!({ "name": format!("{slug} canary rule"), "list": lists["data"][0]["id"],
            "operations": ["register"], "formula": "margin", "percent": "12" });
        self.post(company, "/api/v1/price-rules", rule).await;
        let run = json!({ "list": lists["data"][0]["id"] });
        self.post(company, "/api/v1/price-rules/preview", run).await;
        self.books(company, customer["id"].as_str().unwrap()).await;
        let supplier = json!({ "name": format!("{slug} canary supplier"), "kind": "registrar" });
        let supplier = self.post(company, "/api/v1/suppliers", supplier).await;
        let contact = json!({ "name": format!("{slug} canary contact") });
        for (collection, owner) in [("customers", customer), ("suppliers", supplier)] {
            let path = format!("/api/v1/{collection}/{}/contacts", owner["id"].as_str().unwrap());
            self.post(company, &path, contact.clone()).await;
        }
        let role = json!({ "name": format!("{slug} canary role"), "permissions": ["identity.users.read"] });
        self.post(company, "/api/v1/roles", role).await;
        self.post(
            company,
            "/api/v1/tenant/domains",
            json!({ "host": format!("shop.{slug}.example") }),
        )
        .await;
        self.post(
            company,
            "/api/v1/exchange-rates/sheets",
            json!({ "base": "EUR", "rates": { "USD": "1.0845" } }),
        )
        .await;
        let history = json!({ "file_name": format!("{slug} canary.csv"), "content": "Date,USD\n2026-11-18,1.0801\n" });
        self.post(company, "/api/v1/exchange-rates/imports", history).await;
        self.portfolio(company).await;
        // Mail to send and bells to ring.
        let forgot = Ask::post_json(
            &company.host,
            "/api/v1/auth/sign-in",
            json!({ "email": format!("owner@{slug}.example"), "password": PASSWORD }),
        );
        forgot.send(&self.house.router).await;
        self.invite(company).await;
        self.run_jobs().await;
    }

    /// Open books, rent paid, and a wallet with a part of it set aside.
    async fn books(&self, company: &Company, customer: &str) {
        let slug = company.slug;
        self.post(company, "/api/v1/ledger/books", json!({ "functional": "USD" }))
            .await;
        let line = |role, minor| json!({ "role": role, "amount": { "minor": minor, "currency": "USD" } });
        let rent = json!({ "memo": format!("{slug} canary rent"), "entries": [line("expenses:other", 900), line("assets:bank", -900)] });
        self.post(company, "/api/v1/ledger/transactions", rent).await;
        let reason = format!("{slug} canary transfer");
        let paid = json!({ "amount": { "minor": 5_000, "currency": "USD" }, "against": "bank", "reason": reason });
        self.post(
            company,
            &format!("/api/v1/customers/{customer}/wallets/adjustments"),
            paid,
        )
        .await;
        let hold = &ledger::wallets::NewHold {
            key: "hold:1".into(),
            customer: customer.parse().unwrap(),
            amount: kernel::Money::new(1_000, Currency::USD),
            memo: format!("{slug} canary order"),
            source: None,
            about: None,
            day: "2026-11-21".parse().unwrap(),
        };
        let ctx = self.system(company.tenant);
        ctx.write(|tx| async move { ledger::wallets::hold(tx, hold).await }.scope_boxed())
            .await
            .unwrap();
    }

    /// A domain name of the person's, and its renewal's price locked.
    async fn portfolio(&self, company: &Company) {
        let ctx = self.system(company.tenant);
        let book = &self.house.books.book(&ctx).await.unwrap();
        let name = &format!("{}-canary.com", company.slug);
        ctx.write(|tx| {
            async move {
                let people = parties::customers::ops::list(tx, &Default::default(), &parties::Page::first(1)).await?;
                let adoption = domains::portfolio::Adoption {
                    name: name.clone(),
                    customer: people[0].id,
                    registrar: book.registrars()[0].id,
                    registered_at: tx.now().minus(jiff::SignedDuration::from_hours(1)),
                    expires_at: tx.now().plus(jiff::SignedDuration::from_hours(24 * 300)),
                    auto_renew: true,
                    premium: false,
                    years: 1,
                };
                domains::portfolio::ops::adopt(tx, book, &[adoption]).await.map(|_| ())
            }
            .scope_boxed()
        })
        .await
        .unwrap();
        let people = self.get(company, "/api/v1/customers").await;
        let lock = json!({ "names": [{ "name": name, "operation": "renew" }], "customer": people["data"][0]["id"] });
        self.post(company, "/api/v1/domains/price-locks", lock).await;
    }

    async fn invite(&self, company: &Company) {
        let roles = self.get(company, "/api/v1/roles").await;
        let support = roles["data"].as_array().unwrap().iter().find(|role| {
            role["name"]
                .as_str()
                .is_some_and(|name| name.eq_ignore_ascii_case("support"))
        });
        let role = support.unwrap_or(&roles["data"][0])["id"].clone();
        let slug = company.slug;
        let invite = json!({ "name": format!("{slug} canary invited"), "email": format!("invited@{slug}.example"), "roles": [role] });
        self.post(company, "/api/v1/users", invite).await;
    }

    /// One of the company's people at the console, signed in through the page.
    pub(crate) async fn session(&self, company: &Company, who: &str) -> Session {
        let (host, router) = (&company.host, &self.house.router);
        let shown = Ask::get(host, "/console/sign-in").send(router).await;
        let visitor = Session::of(host, &shown);
        let form = format!(
            "email={who}%40{}.example&password={}",
            company.slug,
            PASSWORD.replace(' ', "+")
        );
        let signed_in = visitor.post(self, "/console/sign-in", &form).await;
        assert!(
            signed_in.status.is_redirection(),
            "{who}: {} {}",
            signed_in.status,
            signed_in.text()
        );
        let cookies = format!("{}; {}", visitor.cookies, signed_in.cookies());
        let session = Session { cookies, ..visitor };
        let front = session.get(self, "/console").await;
        assert_eq!(front.status, axum::http::StatusCode::OK, "{who}: {}", front.text());
        Session {
            csrf: csrf_of(&front),
            ..session
        }
    }

    /// Hands events over and runs what is due, until all is quiet.
    pub(crate) async fn run_jobs(&self) {
        loop {
            self.installation.platform.db().number_saved_rows().await.unwrap();
            let events = self.house.relay.run_once().await.unwrap();
            let jobs = self.house.worker.run_due().await.unwrap();
            if events + jobs == 0 {
                return;
            }
        }
    }

    pub(crate) async fn post(&self, company: &Company, path: &str, body: Value) -> Value {
        let answer = Ask::post_json(&company.host, path, body)
            .bearer(&company.key)
            .send(&self.house.router)
            .await;
        assert!(
            answer.status.is_success(),
            "POST {path}: {} {}",
            answer.status,
            answer.text()
        );
        answer.json()
    }

    pub(crate) async fn get(&self, company: &Company, path: &str) -> Value {
        let answer = self.ask(&company.host, &company.key, path).await;
        assert!(
            answer.status.is_success(),
            "GET {path}: {} {}",
            answer.status,
            answer.text()
        );
        answer.json()
    }

    pub(crate) async fn ask(&self, host: &str, token: &str, path: &str) -> Answer {
        Ask::get(host, path).bearer(token).send(&self.house.router).await
    }

    /// An access token of one of the company's people.
    pub(crate) async fn token(&self, company: &Company, who: &str) -> String {
        let body = json!({ "email": format!("{who}@{}.example", company.slug), "password": PASSWORD });
        let answer = Ask::post_json(&company.host, "/api/v1/auth/sign-in", body)
            .send(&self.house.router)
            .await;
        let token = answer.json()["access_token"].as_str().map(str::to_owned);
        token.unwrap_or_else(|| panic!("{who} signs in: {}", answer.text()))
    }
}

/// A browser at one company's host.
pub(crate) struct Session {
    pub(crate) host: String,
    pub(crate) cookies: String,
    csrf: String,
}

impl Session {
    /// The browser that was shown this page.
    pub(crate) fn of(host: &str, page: &Answer) -> Self {
        Self {
            host: host.to_owned(),
            cookies: page.cookies(),
            csrf: csrf_in(page).unwrap_or_default(),
        }
    }

    pub(crate) async fn get(&self, house: &TestHouse, path: &str) -> Answer {
        let ask = Ask::get(&self.host, path).header("accept", "text/html");
        ask.header("cookie", &self.cookies).send(&house.house.router).await
    }

    /// Sends a form as a page of the same site does.
    pub(crate) async fn post(&self, house: &TestHouse, path: &str, form: &str) -> Answer {
        let ask = Ask::post_form(&self.host, path, format!("csrf={}&{form}", self.csrf));
        let ask = ask
            .header("accept", "text/html")
            .header("cookie", &self.cookies)
            .header("origin", &format!("http://{}", self.host))
            .header("sec-fetch-site", "same-origin");
        ask.send(&house.house.router).await
    }

    /// The same browser at another host, with the cookies it has from here.
    pub(crate) fn at(&self, host: &str) -> Self {
        Self {
            host: host.to_owned(),
            cookies: self.cookies.clone(),
            csrf: self.csrf.clone(),
        }
    }
}

/// The token a page's forms carry.
pub(crate) fn csrf_of(page: &Answer) -> String {
    csrf_in(page).unwrap_or_else(|| panic!("no form in {}", page.text()))
}

fn csrf_in(page: &Answer) -> Option<String> {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"csrf\" value=\"")?;
    Some(rest.split('"').next()?.to_owned())
}

/// A file of prices for a year's registration, renewal and transfer.
pub(crate) fn price_file(endings: &[&str], amount: &str) -> String {
    let mut file = String::from("tld,operation,years,kind,currency,amount,effective_from\n");
    for ending in endings {
        for operation in ["register", "renew", "transfer"] {
            file.push_str(&format!("{ending},{operation},1,regular,USD,{amount},\n"));
        }
    }
    file
}
