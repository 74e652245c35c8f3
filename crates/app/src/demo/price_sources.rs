//! The demo's price sources: a simulator of each on loopback, and sources of the domain company that ask them.

use std::collections::BTreeMap;
use std::sync::Arc;

use adapters::loopback::{self, Served};
use adapters::price_sources::simulated::{Backstage, Shelf, Shelves};
use adapters::price_sources::{openprovider, porkbun, whmcs};
use catalog::imports::ListRef;
use catalog::registrars::{AdapterKind, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::sync::{self, Credentials, NewSource, SourceEdit, SourceKind, Terms};
use kernel::{Clock, Currency};
use platform::{Ctx, Tx};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;

use crate::cli::Failure;
use crate::wiring::House;

/// What the simulators know their callers by.
const SIGNS: (&str, &str) = ("demo-key", "demo-secret");

/// The simulators, which stop when they are dropped.
pub(super) struct Simulated {
    whmcs: String,
    porkbun: String,
    openprovider: String,
    pub(super) servers: Vec<Served>,
}

impl Simulated {
    pub(super) async fn start(clock: &Arc<dyn Clock>) -> Result<Self, Failure> {
        let retail = retail()?;
        let backstage = |shelves| Backstage::new(shelves, Arc::clone(clock));
        let credential = whmcs::simulator::Config::new(SIGNS.0, SIGNS.1);
        let user = openprovider::simulator::Config::new(SIGNS.0, SIGNS.1);
        let whmcs = whmcs::simulator::router(credential, &backstage(whmcs_list(&retail)));
        let porkbun = porkbun::simulator::router(&backstage(retail));
        let openprovider = openprovider::simulator::router(user, &backstage(at_cost()?));
        let whmcs = loopback::serve_on_any_port(whmcs).await?;
        let porkbun = loopback::serve_on_any_port(porkbun).await?;
        let openprovider = loopback::serve_on_any_port(openprovider).await?;
        Ok(Self {
            whmcs: whmcs.url(),
            porkbun: porkbun.url(),
            openprovider: openprovider.url(),
            servers: vec![whmcs, porkbun, openprovider],
        })
    }

    pub(super) fn urls(&self) -> [(String, String); 3] {
        [
            ("whmcs".to_owned(), self.whmcs.clone()),
            ("porkbun".to_owned(), self.porkbun.clone()),
            ("openprovider".to_owned(), self.openprovider.clone()),
        ]
    }
}

/// Cents of an amount such as `2,060.23`; nothing when it is none.
fn cents(amount: &str) -> Option<i64> {
    let money = kernel::Money::parse(amount, Currency::USD).ok()?;
    Some(money.minor)
}

/// The retail list as it is, the names of ICANN's root.
fn retail() -> Result<Shelves, Failure> {
    #[derive(Deserialize)]
    struct Retail {
        pricing: BTreeMap<String, Ending>,
    }
    #[derive(Deserialize)]
    struct Ending {
        registration: String,
        renewal: String,
        transfer: String,
        #[serde(rename = "specialType")]
        special: Option<String>,
    }
    let list: Retail = serde_json::from_slice(catalog::fixtures::RETAIL_JSON)?;
    let shelf = |sold: &Ending| {
        let [register, renew, transfer] = [&sold.registration, &sold.renewal, &sold.transfer].map(|text| cents(text));
        Some(Shelf::yearly(register?, renew?, transfer?))
    };
    let sold = list.pricing.into_iter().filter(|(_, sold)| sold.special.is_none());
    Ok(sold.filter_map(|(tld, sold)| Some((tld, shelf(&sold)?))).collect())
}

/// The at-cost list as another registrar might have it: seven parts in a hundred dearer, a promotion here and there.
fn at_cost() -> Result<Shelves, Failure> {
    let list = std::str::from_utf8(catalog::fixtures::AT_COST_CSV)?;
    let dearer = |minor: i64| minor + minor * 7 / 100;
    let shelf = |line: &str| {
        let mut cells = line.split(',');
        let tld = cells.next()?.to_owned();
        let (register, renew) = (cents(cells.next()?)?, cents(cells.next()?)?);
        let mut shelf = Shelf::yearly(dearer(register), dearer(renew), dearer(renew));
        shelf.restore = Some(dearer(renew) + 8_000);
        Some((tld, shelf))
    };
    Ok(list.lines().skip(1).filter_map(shelf).collect())
}

/// What a reseller's own WHMCS charges: the hundred best-known endings, for up to three years, in round figures.
fn whmcs_list(retail: &Shelves) -> Shelves {
    let known = [
        "com", "net", "org", "info", "biz", "io", "co", "dev", "app", "xyz", "shop", "online", "store", "site", "uk",
        "co.uk", "me", "tech", "blog", "cloud",
    ];
    let round = |minor: i64| (minor + 299) / 100 * 100 - 1;
    let priced = |tld: &&str| {
        let of = |terms: &BTreeMap<u8, i64>| terms.get(&1).copied().map(round);
        let shelf = retail.get(*tld)?;
        let (register, renew) = (of(&shelf.register)?, of(&shelf.renew)?);
        let mut own = Shelf::yearly(register, renew, renew);
        own.register.extend([(2, register + renew), (3, register + renew * 2)]);
        Some(((*tld).to_owned(), own))
    };
    known.iter().filter_map(priced).collect()
}

/// The sources, each with the list it feeds, where there are none; and where their simulators answer today.
pub(super) async fn seed(house: &House, ctx: &Ctx, simulators: &BTreeMap<String, String>) -> Result<(), Failure> {
    let books = &house.books;
    ctx.write(|tx| {
        async move {
            if sync::list(tx).await?.is_empty() {
                add(tx, books).await?;
            }
            for source in sync::list(tx).await? {
                let Some(url) = simulators.get(source.kind.name()) else {
                    continue;
                };
                let mut terms = source.terms;
                terms.endpoint = match source.kind {
                    SourceKind::Whmcs => url.clone(),
                    SourceKind::Porkbun => format!("{url}/api/json/v3"),
                    SourceKind::Openprovider => format!("{url}/v1beta"),
                };
                let edit = SourceEdit {
                    terms,
                    credentials: None,
                };
                sync::change(tx, source.id, None, edit).await?;
            }
            Ok(())
        }
        .scope_boxed()
    })
    .await?;
    Ok(())
}

/// Costs from Openprovider, market prices from Porkbun, what an older shop charges from its WHMCS. The storefront's own
/// list is fed by none of them, so that what the demo shows stays as it is.
async fn add(tx: &mut Tx, books: &catalog::Books) -> platform::Result<()> {
    let account = NewRegistrar {
        slug: "openprovider".to_owned(),
        name: "Openprovider".to_owned(),
        kind: AdapterKind::None,
        sells: Sells::Priced,
        rank: 2,
        currency: Currency::USD,
        credentials: None,
    };
    let account = catalog::registrars::add(tx, books, account).await?;
    let list = |slug: &str, name: &str| NewSalesList {
        slug: slug.to_owned(),
        name: name.to_owned(),
        currency: Currency::USD,
        standard: false,
    };
    let market = catalog::sales_lists::add(tx, books, list("market", "Market (Porkbun)")).await?;
    let shop = catalog::sales_lists::add(tx, books, list("old-shop", "Old shop (WHMCS)")).await?;
    let signs = || Some(Credentials::new(SIGNS.0, SIGNS.1));
    let sources = [
        (
            SourceKind::Openprovider,
            "Openprovider costs",
            ListRef::Registrar(account.id),
            signs(),
        ),
        (SourceKind::Porkbun, "Porkbun retail", ListRef::Sales(market.id), None),
        (SourceKind::Whmcs, "Our old WHMCS", ListRef::Sales(shop.id), signs()),
    ];
    for (kind, name, list, credentials) in sources {
        let mut terms = Terms::new(name, list);
        terms.interval_minutes = 6 * 60;
        // A place of its own until its simulator is known.
        terms.endpoint = "https://source.example".to_owned();
        sync::add(
            tx,
            NewSource {
                kind,
                terms,
                credentials,
            },
        )
        .await?;
    }
    Ok(())
}
