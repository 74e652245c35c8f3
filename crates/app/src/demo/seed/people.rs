//! Customers, their groups and people, and suppliers, as the two trades have them.

use identity::tenants::Trades;
use kernel::GroupId;
use parties::PartyDraft;
use parties::contacts::{ContactDraft, Owner};
use parties::customers::{CustomerDraft, Filter};
use parties::groups::GroupDraft;
use parties::suppliers::{Kind, SupplierDraft};
use platform::{Ctx, Result, Tx};
use scoped_futures::ScopedFutureExt;

/// A customer: name, company, e-mail, phone, city, country, group.
type CustomerLine = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    usize,
);
/// A supplier: name, kind, e-mail, city, country, whom to ask there.
type SupplierLine = (
    &'static str,
    Kind,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

struct People {
    groups: [(&'static str, &'static str); 2],
    customers: &'static [CustomerLine],
    suppliers: &'static [SupplierLine],
}

const DOMAINS: People = People {
    groups: [
        ("Retail", "Pays the storefront's prices"),
        ("Agencies", "Web agencies that buy for their clients"),
    ],
    customers: &[
        (
            "Lena Fischer",
            "Harbour Books",
            "lena@harbourbooks.example",
            "+49 40 5550142",
            "Hamburg",
            "DE",
            0,
        ),
        (
            "Mateo Álvarez",
            "Estudio Álvarez",
            "mateo@estudioalvarez.example",
            "+34 91 5550177",
            "Madrid",
            "ES",
            1,
        ),
        (
            "Grace Okafor",
            "Brightline Web",
            "grace@brightline.example",
            "+234 1 5550123",
            "Lagos",
            "NG",
            1,
        ),
        (
            "Yuki Tanaka",
            "",
            "yuki@tanaka.example",
            "+81 3 5550 0188",
            "Tokyo",
            "JP",
            0,
        ),
        (
            "Oliver Hughes",
            "Hughes & Daughters Joinery",
            "oliver@hughesjoinery.example",
            "+44 20 7946 0991",
            "London",
            "GB",
            0,
        ),
        (
            "Chloé Martin",
            "Atelier Lumen",
            "chloe@atelierlumen.example",
            "+33 1 55 50 01 22",
            "Lyon",
            "FR",
            1,
        ),
        (
            "Noah Petersen",
            "Fjordkaffe",
            "noah@fjordkaffe.example",
            "+47 21 55 01 23",
            "Bergen",
            "NO",
            0,
        ),
        (
            "Aisha Rahman",
            "Rahman Legal",
            "aisha@rahmanlegal.example",
            "+971 4 555 0155",
            "Dubai",
            "AE",
            0,
        ),
    ],
    suppliers: &[(
        "GoDaddy",
        Kind::Registrar,
        "partners@godaddy.example",
        "Tempe",
        "US",
        "Reseller desk",
    )],
};

const TRAVEL: People = People {
    groups: [
        ("Guests", "People who travel themselves"),
        ("Partner agencies", "Agencies that sell our trips"),
    ],
    customers: &[
        (
            "Neha Mehta",
            "",
            "neha@mehta.example",
            "+91 98 5550 1201",
            "Mumbai",
            "IN",
            0,
        ),
        (
            "Daniel Okafor",
            "",
            "daniel@okafor.example",
            "+44 20 7946 0122",
            "London",
            "GB",
            0,
        ),
        (
            "Anna Petrova",
            "",
            "anna@petrova.example",
            "+49 30 5550188",
            "Berlin",
            "DE",
            0,
        ),
        (
            "Rohit D’Souza",
            "",
            "rohit@dsouza.example",
            "+91 98 5550 1333",
            "Bengaluru",
            "IN",
            0,
        ),
        (
            "Claire Dubois",
            "Horizons Lointains",
            "claire@horizons.example",
            "+33 1 55 50 01 44",
            "Paris",
            "FR",
            1,
        ),
        (
            "Brightline Offsites",
            "Brightline GmbH",
            "team@brightline.example",
            "+49 89 5550199",
            "Munich",
            "DE",
            1,
        ),
    ],
    suppliers: &[
        (
            "Amber Haveli",
            Kind::Accommodation,
            "reservations@amberhaveli.example",
            "Jaipur",
            "IN",
            "Kavita Rathore",
        ),
        (
            "Blue City Rooms",
            Kind::Accommodation,
            "stay@bluecity.example",
            "Jodhpur",
            "IN",
            "Imran Khan",
        ),
        (
            "Thar Night Camp",
            Kind::Accommodation,
            "camp@tharnight.example",
            "Jaisalmer",
            "IN",
            "Sunita Bishnoi",
        ),
        (
            "Aravalli Cars",
            Kind::Transfer,
            "desk@aravallicars.example",
            "Udaipur",
            "IN",
            "Mahesh Gurjar",
        ),
        (
            "Kerala Backwater Guides",
            Kind::Activity,
            "guides@backwater.example",
            "Alappuzha",
            "IN",
            "Joseph Thomas",
        ),
    ],
};

/// Seeds a company's people, all in one transaction, if it has none yet.
pub(super) async fn seed(ctx: &Ctx, trades: Trades) -> Result<()> {
    let people = if trades.domains { &DOMAINS } else { &TRAVEL };
    ctx.write(|tx| {
        async move {
            if parties::customers::ops::count(tx, &Filter::default()).await? > 0 {
                return Ok(());
            }
            let groups = groups(tx, people).await?;
            for line in people.customers {
                customer(tx, line, &groups).await?;
            }
            for line in people.suppliers {
                supplier(tx, line).await?;
            }
            Ok(())
        }
        .scope_boxed()
    })
    .await
}

async fn groups(tx: &mut Tx, people: &People) -> Result<Vec<GroupId>> {
    let mut groups = Vec::new();
    for (name, note) in people.groups {
        let draft = GroupDraft {
            name: name.to_owned(),
            note: note.to_owned(),
        };
        groups.push(parties::groups::ops::add(tx, &draft).await?.id);
    }
    Ok(groups)
}

async fn customer(tx: &mut Tx, line: &CustomerLine, groups: &[GroupId]) -> Result<()> {
    let (name, company, email, phone, city, country, group) = *line;
    let party = PartyDraft {
        phone: phone.to_owned(),
        ..party(name, email, city, country)
    };
    let draft = CustomerDraft {
        party,
        company: company.to_owned(),
        group: groups.get(group).copied(),
    };
    parties::customers::ops::add(tx, &draft).await.map(|_| ())
}

async fn supplier(tx: &mut Tx, line: &SupplierLine) -> Result<()> {
    let (name, kind, email, city, country, contact) = *line;
    let draft = SupplierDraft {
        party: party(name, email, city, country),
        kind,
        website: String::new(),
    };
    let supplier = parties::suppliers::ops::add(tx, &draft).await?;
    let contact = ContactDraft {
        name: contact.to_owned(),
        role: String::new(),
        email: email.to_owned(),
        phone: String::new(),
    };
    parties::contacts::ops::add(tx, Owner::Supplier(supplier.id), &contact)
        .await
        .map(|_| ())
}

fn party(name: &str, email: &str, city: &str, country: &str) -> PartyDraft {
    let text = str::to_owned;
    PartyDraft {
        name: text(name),
        email: text(email),
        city: text(city),
        country: text(country),
        ..PartyDraft::default()
    }
}
