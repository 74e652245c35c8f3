//! Operations on both databases.

use kernel::{Id, Problem, UserId};
use parties::contacts::{self, ContactDraft, Owner};
use parties::customers::{self, Customer, CustomerDraft, Filter};
use parties::groups::{self, GroupDraft};
use parties::suppliers::{self, Kind, SupplierDraft};
use parties::{Page, PartyDraft, State, permissions};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

fn draft(name: &str, email: &str) -> CustomerDraft {
    let party = PartyDraft {
        name: name.into(),
        email: email.into(),
        ..PartyDraft::default()
    };
    CustomerDraft {
        party,
        ..CustomerDraft::default()
    }
}

async fn add(ctx: &Ctx, draft: &CustomerDraft) -> Result<Customer> {
    ctx.write(|tx| async move { customers::ops::add(tx, draft).await }.scope_boxed())
        .await
}

async fn names(ctx: &Ctx, filter: Filter) -> Vec<String> {
    let filter = &filter;
    let found = ctx
        .read(|read| async move { customers::ops::list(read, filter, &Page::first(50)).await }.scope_boxed())
        .await
        .expect("a list of customers");
    found.into_iter().map(|customer| customer.details.party.name).collect()
}

fn problem<T: std::fmt::Debug>(outcome: Result<T>) -> Problem {
    outcome.expect_err("a refusal").problem().expect("a problem").clone()
}

async fn installation() -> (TestInstallation, Ctx) {
    let installation = TestInstallation::new(parties::MIGRATIONS).await;
    let ctx = installation.system(TestInstallation::tenant(1));
    (installation, ctx)
}

#[tokio::test]
async fn an_address_belongs_to_one_customer_of_a_tenant_and_the_refusal_says_to_whom() {
    let (installation, ctx) = installation().await;
    let first = add(&ctx, &draft("Asha Nair", "asha@example.in")).await.unwrap();
    let refused = problem(add(&ctx, &draft("A. Nair", "ASHA@example.in")).await);
    assert_eq!(refused.code, "customer_exists");
    assert_eq!(refused.args, [("existing", first.id.to_string())]);
    let elsewhere = installation.system(TestInstallation::tenant(2));
    assert!(add(&elsewhere, &draft("Asha Nair", "asha@example.in")).await.is_ok());
    assert!(add(&ctx, &draft("No address", "")).await.is_ok() && add(&ctx, &draft("None either", "")).await.is_ok());
}

#[tokio::test]
async fn a_search_finds_every_word_whatever_the_marks_and_stays_within_the_tenant() {
    let (installation, ctx) = installation().await;
    for (name, email) in [
        ("José Łukasz", "jose@example.es"),
        ("Joseph Conrad", "conrad@example.pl"),
        ("50% Off Ltd", ""),
    ] {
        add(&ctx, &draft(name, email)).await.unwrap();
    }
    let find = |text: &str| Filter {
        search: Some(text.into()),
        ..Filter::default()
    };
    assert_eq!(names(&ctx, find("JOSE lukasz")).await, ["José Łukasz"]);
    assert_eq!(names(&ctx, find("jose")).await.len(), 2);
    assert_eq!(names(&ctx, find("%")).await, ["50% Off Ltd"]);
    let elsewhere = installation.system(TestInstallation::tenant(2));
    assert!(names(&elsewhere, Filter::default()).await.is_empty());
}

#[tokio::test]
async fn who_changes_an_older_version_is_told_so_and_nothing_is_lost() {
    let (_installation, ctx) = installation().await;
    let customer = add(&ctx, &draft("Asha Nair", "asha@example.in")).await.unwrap();
    let change = async |version, name: &str| {
        let draft = &draft(name, "asha@example.in");
        ctx.write(|tx| async move { customers::ops::change(tx, customer.id, version, draft).await }.scope_boxed())
            .await
    };
    assert_eq!(change(Some(1), "Asha Menon").await.unwrap().version, 2);
    assert_eq!(problem(change(Some(1), "Asha Iyer").await).code, "stale");
    assert_eq!(
        change(Some(2), "Asha Menon").await.unwrap().version,
        2,
        "the same again is no change"
    );
}

#[tokio::test]
async fn a_login_gets_the_customer_known_by_its_address_or_a_new_one() {
    let (installation, ctx) = installation().await;
    let known = add(&ctx, &draft("Asha Nair", "asha@example.in")).await.unwrap();
    let login = async |email: &'static str| {
        let user: UserId = installation.platform.new_id();
        let made = ctx
            .write(|tx| async move { customers::ops::for_login(tx, user, "", email).await }.scope_boxed())
            .await;
        made.map(|customer| (user, customer))
    };
    let (user, linked) = login("Asha@Example.in").await.unwrap();
    assert_eq!((linked.id, linked.details.user), (known.id, Some(user)));
    let (_, fresh) = login("bob@example.com").await.unwrap();
    assert_eq!(fresh.details.party.name, "bob@example.com");
    assert_eq!(problem(login("asha@example.in").await).code, "customer_exists");
    let again = ctx
        .write(|tx| async move { customers::ops::for_login(tx, user, "", "asha@example.in").await }.scope_boxed())
        .await;
    assert_eq!(again.unwrap().id, known.id);
}

#[tokio::test]
async fn an_archived_price_level_is_kept_by_its_customers_and_given_to_no_other() {
    let (_installation, ctx) = installation().await;
    let wholesale = &GroupDraft {
        name: "Wholesale".into(),
        note: String::new(),
    };
    let group = ctx
        .write(|tx| async move { groups::ops::add(tx, wholesale).await }.scope_boxed())
        .await
        .unwrap();
    let twice = ctx
        .write(|tx| {
            async move {
                groups::ops::add(
                    tx,
                    &GroupDraft {
                        name: " WHOLESALE ".into(),
                        note: String::new(),
                    },
                )
                .await
            }
            .scope_boxed()
        })
        .await;
    assert_eq!(problem(twice).code, "group_exists");
    let with_group = |name: &str| CustomerDraft {
        group: Some(group.id),
        ..draft(name, "")
    };
    let member = add(&ctx, &with_group("Member")).await.unwrap();
    ctx.write(|tx| async move { groups::ops::archive(tx, group.id).await }.scope_boxed())
        .await
        .unwrap();
    let refused = problem(add(&ctx, &with_group("Late")).await);
    assert_eq!(refused.fields[0].code, "group_archived");
    let kept = &with_group("Member renamed");
    let changed = ctx
        .write(|tx| async move { customers::ops::change(tx, member.id, None, kept).await }.scope_boxed())
        .await;
    assert_eq!(changed.unwrap().details.group, Some(group.id));
}

#[tokio::test]
async fn contacts_belong_to_one_customer_or_supplier_and_go_for_good() {
    let (_installation, ctx) = installation().await;
    let palace = &SupplierDraft {
        kind: Kind::Accommodation,
        website: "lakepalace.example".into(),
        party: PartyDraft {
            name: "Lake Palace".into(),
            ..PartyDraft::default()
        },
    };
    let supplier = ctx
        .write(|tx| async move { suppliers::ops::add(tx, palace).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(supplier.details.website.as_deref(), Some("https://lakepalace.example"));
    let customer = add(&ctx, &draft("Asha", "")).await.unwrap();
    let (at, other) = (Owner::Supplier(supplier.id), Owner::Customer(customer.id));
    let ravi = &ContactDraft {
        name: "Ravi Mehta".into(),
        ..ContactDraft::default()
    };
    let contact = ctx
        .write(|tx| async move { contacts::ops::add(tx, at, ravi).await }.scope_boxed())
        .await
        .unwrap();
    let elsewhere = ctx
        .write(|tx| async move { contacts::ops::remove(tx, other, contact.id).await }.scope_boxed())
        .await;
    assert_eq!(problem(elsewhere).code, "not_found");
    ctx.write(|tx| async move { contacts::ops::remove(tx, at, contact.id).await }.scope_boxed())
        .await
        .unwrap();
    let left = ctx
        .read(|read| async move { contacts::ops::list(read, at).await }.scope_boxed())
        .await;
    assert_eq!(left.unwrap(), []);
}

#[tokio::test]
async fn who_may_only_read_changes_nothing_and_who_may_neither_sees_nothing() {
    let (installation, ctx) = installation().await;
    let customer = add(&ctx, &draft("Asha", "")).await.unwrap();
    let reader = installation.staff(TestInstallation::tenant(1), &[permissions::CUSTOMERS_READ]);
    assert_eq!(names(&reader, Filter::default()).await, ["Asha"]);
    assert_eq!(problem(add(&reader, &draft("Bob", "")).await).code, "forbidden");
    let nobody = installation.visitor(TestInstallation::tenant(1));
    let seen = nobody
        .read(|read| async move { customers::ops::by_id(read, customer.id).await }.scope_boxed())
        .await;
    assert_eq!(problem(seen).code, "forbidden");
}

#[tokio::test]
async fn the_history_of_a_customer_tells_what_happened_and_not_to_whom() {
    let (_installation, ctx) = installation().await;
    let customer = add(&ctx, &draft("Asha Nair", "asha@example.in")).await.unwrap();
    let archived = ctx
        .write(|tx| async move { customers::ops::archive(tx, customer.id, Some(1)).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(archived.state, State::Archived);
    let about = &platform::audit::Filter {
        subject: Some(customer.id.to_string()),
        ..Default::default()
    };
    let entries = ctx
        .read(|read| async move { platform::audit::list(read, about, None, 10).await }.scope_boxed())
        .await
        .unwrap();
    let acts: Vec<&str> = entries.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(acts, ["parties.customer.state_changed", "parties.customer.added"]);
    let told = entries.iter().map(|entry| entry.detail.to_string()).collect::<String>();
    assert!(!told.contains("Asha") && !told.contains('@'), "{told}");
    assert_ne!(customer.id.uuid(), uuid::Uuid::nil());
}
