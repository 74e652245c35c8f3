//! A tenant's site around the room's routes, with people who may more or less.

use std::sync::Arc;

use axum::Router;
use catalog::Books;
use catalog::imports::ListRef;
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::seed::Seeded;
use kernel::{Currency, Rate, RegistrarId};
use scoped_futures::ScopedFutureExt;
pub(crate) use testkit::hidden;
use testkit::{People, TestInstallation, console_cookie};
use web::testing::{Answer, Ask};

use crate::common::import;
use crate::sync::NoSources;

pub(crate) const HOST: &str = "northwind.localhost:8080";

const ALL: &[&str] = &[
    "catalog.prices.read",
    "catalog.margins.read",
    "catalog.prices.edit",
    "catalog.prices.below_cost",
    "catalog.prices.import",
    "catalog.registrars.edit",
    "catalog.archive.manage",
    "catalog.settings.edit",
    "parties.customers.read",
];

/// The room behind the edge.
pub(crate) struct Stage {
    pub(crate) router: Router,
    pub(crate) seeded: Seeded,
    pub(crate) test: TestInstallation,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let installation = crate::common::installation().await;
        let ctx = installation.system(TestInstallation::tenant(1));
        let books = Books::new();
        let seeded = crate::common::seeded(&ctx, &books).await;
        let testkit::Stage {
            router,
            installation: test,
            ..
        } = around(installation, books);
        Self { router, seeded, test }
    }
}

/// The room's routes, whatever there is behind them. `manager` may everything here, `seller` sees prices, `importer`
/// imports them as well and sees no costs, `nobody` nothing; `stranger` is the manager of another tenant.
pub(crate) fn around(installation: TestInstallation, books: Books) -> testkit::Stage {
    let people = People::of(&installation)
        .with("manager", 1, ALL.iter().copied())
        .with("seller", 1, ["catalog.prices.read"])
        .with("importer", 1, ["catalog.prices.read", "catalog.prices.import"])
        .with("pricer", 1, ["catalog.prices.read", "catalog.prices.edit"])
        .with("nobody", 1, [])
        .with("stranger", 2, ALL.iter().copied());
    let hosts = std::sync::Arc::new(People::of(&installation));
    testkit::Stage::new(
        installation,
        people,
        vec![catalog::module(catalog::Ports {
            books,
            rates: reference::RateBooks::new(),
            hosts,
            mail_from: "noreply@entrepot.example".into(),
            referrers: std::sync::Arc::new([]),
            price_sources: Arc::new(NoSources),
            exposures: std::sync::Arc::new([]),
        })],
    )
}

/// A GET of the API with a key.
pub(crate) async fn api(stage: &Stage, path: &str, token: &str) -> Answer {
    Ask::get(HOST, path).bearer(token).send(&stage.router).await
}

/// A GET of a page by somebody signed in.
pub(crate) async fn page(stage: &Stage, path: &str, cookie: &str) -> Answer {
    Ask::get(HOST, path)
        .header("cookie", &console_cookie(cookie))
        .send(&stage.router)
        .await
}

/// Fields as a form with a file sends them.
pub(crate) fn multipart(fields: &[(&str, &str)]) -> String {
    let parts: String = fields
        .iter()
        .map(|(name, value)| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
        .collect();
    format!("{parts}--b--\r\n")
}

/// A POST of a page by the manager.
pub(crate) async fn send(stage: &Stage, path: &str, kind: &str, body: String) -> Answer {
    let ask = Ask::new(axum::http::Method::POST, HOST, path).header("cookie", &console_cookie("manager"));
    ask.header("content-type", kind)
        .header("origin", "http://northwind.localhost:8080")
        .body(body)
        .send(&stage.router)
        .await
}

/// A page's form, filled in and sent by the manager.
pub(crate) async fn submit(stage: &Stage, form_at: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let form = page(stage, form_at, "manager").await.text();
    let csrf = hidden(&form, "csrf");
    let body = testkit::form(fields.iter().copied().chain([("csrf", csrf.as_str())]));
    send(stage, action, "application/x-www-form-urlencoded", body).await
}

/// A registrar that charges 5.00 euro for .com and 80.00 for .versicherung.
pub(crate) async fn in_euro(stage: &Stage) -> RegistrarId {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let euro = NewRegistrar {
        slug: "euro".into(),
        name: "In euro".into(),
        kind: AdapterKind::None,
        sells: Sells::Priced,
        rank: 2,
        currency: Currency::EUR,
        credentials: None,
    };
    let euro = ctx
        .write(|tx| {
            let (books, euro) = (&books, euro.clone());
            async move { catalog::registrars::add(tx, books, euro).await }.scope_boxed()
        })
        .await
        .unwrap();
    let prices = "tld,operation,amount\ncom,register,5.00\nversicherung,register,80.00\n";
    import(&ctx, &books, ListRef::Registrar(euro.id), prices).await;
    euro.id
}

/// One euro is worth so much of another currency from now on.
pub(crate) async fn quote(stage: &Stage, other: Currency, rate: &str) {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let (rates, rate) = (&reference::RateBooks::new(), Rate::parse(rate).unwrap());
    let sheet = &reference::rates::NewSheet {
        source: reference::rates::Source::Manual,
        base: Currency::EUR,
        quoted_at: ctx.now(),
        rates: vec![(other, rate)],
        unfit: Vec::new(),
    };
    ctx.write(|tx| async move { reference::rates::record(tx, rates, sheet.clone()).await }.scope_boxed())
        .await
        .unwrap();
}
