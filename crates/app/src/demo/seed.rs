//! The demo's two companies. Each step looks whether it was done before, so a demo that was stopped half-way goes on.

use std::collections::{BTreeMap, BTreeSet};

use adapters::fx::market;
use catalog::registrars::{AdapterKind, Credentials, NewRegistrar, Sells};
use catalog::sales_lists::NewSalesList;
use catalog::seed::SeedOptions;
use identity::api_keys::{Mode, ops::NewApiKey};
use identity::roles::{BuiltIn, Matrix};
use identity::tenants::{Settings, Trades};
use identity::users::Kind;
use jiff::SignedDuration;
use kernel::{Currency, Problem, RoleId, TenantId};
use platform::{Ctx, Read, Tx};
use reference::rates::RatesSetting;
use reference::rates::imports::{self, NewRateImport};
use scoped_futures::ScopedFutureExt;
use web::Hosts;

use self::rules::price_rules;
use super::{Card, CustomerCard, GODADDY, StaffCard, TenantCard};
use crate::cli::Failure;
use crate::wiring::House;

mod books;
mod discounts;
mod names;
mod people;
mod rules;

/// A company of the demo.
struct Company {
    slug: &'static str,
    trades: Trades,
    settings: Settings,
    staff: &'static [(&'static str, &'static str, BuiltIn, &'static str)],
    customer: (&'static str, &'static str),
}

fn companies() -> [Company; 2] {
    let settings = |name: &str, hue, chroma_thousandths, currency: &str, time_zone: &str, locale: &str| Settings {
        name: name.to_owned(),
        hue,
        chroma_thousandths,
        currency: currency.to_owned(),
        time_zone: time_zone.to_owned(),
        locale: locale.to_owned(),
    };
    [
        Company {
            slug: "northwind",
            trades: Trades {
                domains: true,
                travel: false,
            },
            settings: settings("Northwind Names", 262, 150, "USD", "Europe/London", "en-US"),
            staff: &[
                ("amara@northwind.example", "Amara Nair", BuiltIn::Owner, "owner"),
                ("jonas@northwind.example", "Jonas Lindqvist", BuiltIn::Admin, "admin"),
                (
                    "priya@northwind.example",
                    "Priya Raman",
                    BuiltIn::PricingManager,
                    "pricing_manager",
                ),
                (
                    "sofia@northwind.example",
                    "Sofía Marín",
                    BuiltIn::SalesAgent,
                    "sales_agent",
                ),
                (
                    "tomasz@northwind.example",
                    "Tomasz Zieliński",
                    BuiltIn::Operations,
                    "operations",
                ),
                ("helene@northwind.example", "Hélène Dubois", BuiltIn::Finance, "finance"),
                ("kofi@northwind.example", "Kofi Mensah", BuiltIn::Support, "support"),
            ],
            customer: ("lena@harbourbooks.example", "Lena Fischer"),
        },
        Company {
            slug: "saffron",
            trades: Trades {
                domains: false,
                travel: true,
            },
            settings: settings("Saffron Journeys", 38, 135, "INR", "Asia/Kolkata", "en-US"),
            staff: &[
                ("ravi@saffron.example", "Ravi Shekhawat", BuiltIn::Owner, "owner"),
                ("meera@saffron.example", "Meera Iyer", BuiltIn::Admin, "admin"),
                ("dev@saffron.example", "Dev Kapoor", BuiltIn::SalesAgent, "sales_agent"),
                (
                    "anjali@saffron.example",
                    "Anjali Menon",
                    BuiltIn::Operations,
                    "operations",
                ),
                ("farah@saffron.example", "Farah Sheikh", BuiltIn::Finance, "finance"),
            ],
            customer: ("neha@mehta.example", "Neha Mehta"),
        },
    ]
}

/// Seeds what is missing; what `demo.json` tells of the companies.
pub(super) async fn run(
    house: &House,
    public_url: &str,
    password: &str,
    before: Option<&Card>,
    simulators: &BTreeMap<String, String>,
) -> Result<Vec<TenantCard>, Failure> {
    let mut cards = Vec::new();
    for company in companies() {
        let tenant = match house.identity.site(&format!("{}.localhost", company.slug)).await? {
            Some(site) => site.visitor.tenant(),
            None => found(house, &company, password).await?,
        };
        let ctx = system(house, tenant);
        if company.trades.domains {
            prices(house, &ctx).await?;
            super::price_sources::seed(house, &ctx, simulators).await?;
            price_rules(house, &ctx).await?;
        }
        rates(house, &ctx, &company.settings.currency).await?;
        people::seed(&ctx, company.trades).await?;
        if company.trades.domains {
            discounts::seed(&house.books, &ctx).await?;
            names::seed(house, &ctx).await?;
        }
        books::seed(&ctx, company.trades, &company.settings).await?;
        let known = before.and_then(|card| card.tenants.iter().find(|known| known.slug == company.slug));
        let api_key = match known {
            Some(known) => known.api_key.clone(),
            None => api_key(house, &ctx, company.staff[0].0).await?,
        };
        cards.push(card(&company, public_url, api_key));
    }
    Ok(cards)
}

fn system(house: &House, tenant: TenantId) -> Ctx {
    house
        .platform
        .ctx(house.mint.system(tenant), house.platform.new_trace())
}

fn card(company: &Company, public_url: &str, api_key: String) -> TenantCard {
    let staff = company.staff.iter().map(|(email, _, _, role)| StaffCard {
        email: (*email).to_owned(),
        role: (*role).to_owned(),
    });
    TenantCard {
        slug: company.slug.to_owned(),
        url: public_url.replacen("://", &format!("://{}.", company.slug), 1),
        api_key,
        staff: staff.collect(),
        customers: vec![CustomerCard {
            email: company.customer.0.to_owned(),
        }],
    }
}

/// The company with its people, in one transaction: there is never half a company.
async fn found(house: &House, company: &Company, password: &str) -> Result<TenantId, Failure> {
    let tenant: TenantId = house.platform.new_id();
    let hash = house.identity.hash_password(password).await?;
    let (hash, matrix) = (&hash, house.identity.matrix());
    let ctx = system(house, tenant);
    ctx.write(|tx| {
        async move {
            identity::tenants::ops::create(tx, company.slug, company.trades, company.settings.clone()).await?;
            for (email, name, role, _) in company.staff {
                let user = identity::users::ops::seed(tx, Kind::Staff, email, name, hash.clone(), &[*role]).await?;
                if *role == BuiltIn::PricingManager {
                    let roles = vec![built_in(tx, *role).await?, price_editor(tx, matrix).await?];
                    identity::users::ops::set_roles(tx, matrix, user.id, roles).await?;
                }
            }
            let (email, name) = company.customer;
            identity::users::ops::seed(tx, Kind::Customer, email, name, hash.clone(), &[]).await?;
            Ok(())
        }
        .scope_boxed()
    })
    .await?;
    Ok(tenant)
}

/// A role of the company's own: its pricing managers change prices too, which the built-in role does not grant.
async fn price_editor(tx: &mut Tx, matrix: &Matrix) -> platform::Result<RoleId> {
    let rights = [
        catalog::permissions::PRICES_EDIT,
        catalog::permissions::PRICES_IMPORT,
        catalog::permissions::PRICES_READ,
    ];
    let rights = rights.map(|right| right.0.to_owned()).into();
    let role = identity::roles::ops::create(tx, matrix, "Price editor", rights).await?;
    Ok(role.id)
}

async fn built_in(read: &Read, wanted: BuiltIn) -> platform::Result<RoleId> {
    let roles = identity::roles::ops::list(read).await?;
    let role = roles.into_iter().find(|role| role.built_in == Some(wanted));
    role.map(|role| role.id).ok_or_else(|| Problem::not_found().into())
}

/// A key of the owner's, with every right the owner has.
async fn api_key(house: &House, ctx: &Ctx, owner: &str) -> Result<String, Failure> {
    let permissions: BTreeSet<String> = house
        .app
        .permissions()
        .iter()
        .map(|info| info.permission.0.to_owned())
        .collect();
    let permissions = &permissions;
    let (_, secret) = ctx
        .write(|tx| {
            async move {
                let owner = identity::users::ops::by_email(tx, owner)
                    .await?
                    .ok_or_else(kernel::Problem::not_found)?;
                let new = NewApiKey {
                    name: "Demo".to_owned(),
                    mode: Mode::Live,
                    permissions: permissions.clone(),
                    expires_at: None,
                };
                identity::api_keys::ops::make_for(tx, owner.id, new).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(secret)
}

/// A year of exchange rates as the European Central Bank would write them, the year before it read and not recorded, and the
/// feed of today's switched on.
async fn rates(house: &House, ctx: &Ctx, currency: &str) -> Result<(), Failure> {
    if house.rates.book(ctx).await?.version > 0 {
        return Ok(());
    }
    let setting = RatesSetting {
        fetch: true,
        base: Currency::parse(currency)?,
        ..RatesSetting::default()
    };
    let history = |file_name: &str, days| NewRateImport {
        file_name: file_name.to_owned(),
        content: market::history_csv(ctx.now(), days).into_bytes(),
    };
    let (year, both) = (
        &history("eurofxref-hist.csv", 366),
        &history("eurofxref-hist-2.csv", 731),
    );
    let (books, setting) = (&house.rates, &setting);
    ctx.write(|tx| {
        async move {
            reference::rates::setting::set(tx, setting.clone(), |_| Ok(())).await?;
            imports::import_now(tx, books, year).await?;
            let waiting = imports::prepare(tx, both).await?;
            imports::keep(tx, &waiting).await.map(|_| ())
        }
        .scope_boxed()
    })
    .await?;
    Ok(())
}

/// Registrar account, sales list and both real price lists.
async fn prices(house: &House, ctx: &Ctx) -> Result<(), Failure> {
    let known = ctx
        .read(|read| async move { catalog::registrars::by_slug(read, "godaddy").await }.scope_boxed())
        .await?;
    if known.is_some() {
        return Ok(());
    }
    let usd = Currency::parse("USD")?;
    let options = SeedOptions {
        effective_from: ctx.now().minus(SignedDuration::from_hours(24 * 30)),
        registrar: NewRegistrar {
            slug: "godaddy".to_owned(),
            name: "GoDaddy".to_owned(),
            kind: AdapterKind::GoDaddy,
            sells: Sells::All,
            rank: 1,
            currency: usd,
            credentials: Some(Credentials::new(GODADDY.0, GODADDY.1)),
        },
        sales_list: NewSalesList {
            slug: "retail".to_owned(),
            name: "Retail".to_owned(),
            currency: usd,
            standard: true,
        },
    };
    let (books, options) = (&house.books, &options);
    ctx.write(|tx| async move { catalog::seed::real_lists(tx, books, options).await.map(|_| ()) }.scope_boxed())
        .await?;
    Ok(())
}
