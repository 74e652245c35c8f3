#![doc = include_str!("../README.md")]

use web::messages::key;
use web::ui::Icon;
use web::{Erase, EventInfo, Module, NavEntry, OpenApiRouter, PersonalData, Section};

pub mod contacts;
pub mod customers;
mod fold;
pub mod groups;
mod party;
pub mod permissions;
mod record;
mod seek;
pub mod suppliers;
pub mod values;
mod views;

pub use party::{Party, PartyDraft};
pub use record::{Details, Record, State};
pub use seek::{Filter, Order, Page};

/// The room's words in American English.
const EN_US: &str = include_str!("../messages/en-US.ftl");

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261121_030_parties_customers"),
    platform::migration!("20261121_031_parties_suppliers"),
];

/// What the room brings to the house.
pub fn module() -> Module {
    let api = OpenApiRouter::new()
        .merge(customers::http::api())
        .merge(groups::http::api())
        .merge(suppliers::http::api())
        .merge(contacts::http::api());
    let pages = party::pages::routes::<customers::Details>()
        .merge(groups::pages::pages())
        .merge(party::pages::routes::<suppliers::Details>())
        .merge(contacts::pages::pages());
    Module {
        api,
        pages,
        events: events(),
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: vec![("en-US", EN_US)],
        nav: nav(),
        personal_data: personal_data(),
        ..Module::new("parties")
    }
}

fn events() -> Vec<EventInfo> {
    vec![
        EventInfo::of::<customers::CustomerAdded>(),
        EventInfo::of::<customers::CustomerChanged>(),
        EventInfo::of::<customers::CustomerStateChanged>(),
        EventInfo::of::<customers::CustomerLinked>(),
        EventInfo::of::<groups::GroupAdded>(),
        EventInfo::of::<groups::GroupChanged>(),
        EventInfo::of::<groups::GroupStateChanged>(),
        EventInfo::of::<suppliers::SupplierAdded>(),
        EventInfo::of::<suppliers::SupplierChanged>(),
        EventInfo::of::<suppliers::SupplierStateChanged>(),
        EventInfo::of::<contacts::ContactAdded>(),
        EventInfo::of::<contacts::ContactChanged>(),
        EventInfo::of::<contacts::ContactRemoved>(),
    ]
}

fn nav() -> Vec<NavEntry> {
    let customers = NavEntry::new(
        Section::Top,
        key("parties-customers"),
        "/console/customers",
        Icon::People,
    );
    let suppliers = NavEntry::new(
        Section::Top,
        key("parties-suppliers"),
        "/console/suppliers",
        Icon::Truck,
    );
    vec![
        customers.needs(permissions::CUSTOMERS_READ).keys("g c"),
        suppliers.needs(permissions::SUPPLIERS_READ).keys("g s"),
    ]
}

fn personal_data() -> Vec<PersonalData> {
    let data = |table, columns, erase| PersonalData { table, columns, erase };
    vec![
        data(
            "customers",
            &[
                "name",
                "name_key",
                "company",
                "email",
                "email_key",
                "phone",
                "tax_id",
                "street",
                "city",
                "region",
                "postal_code",
                "country",
                "notes",
                "search_key",
            ],
            Erase::Blank,
        ),
        data("contacts", &["name", "role", "email", "phone"], Erase::Delete),
        data(
            "suppliers",
            &[
                "name",
                "name_key",
                "website",
                "email",
                "phone",
                "tax_id",
                "street",
                "city",
                "region",
                "postal_code",
                "notes",
                "search_key",
            ],
            Erase::Blank,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_used_is_defined_and_templates_keep_to_the_content_security_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), &[("en-US", EN_US)]);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
