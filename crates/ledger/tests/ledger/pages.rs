//! The console's pages, at the edge.

use kernel::CustomerId;
use parties::customers::CustomerDraft;
use parties::suppliers::SupplierDraft;
use scoped_futures::ScopedFutureExt;
use testkit::{People, SAFFRON, Stage, TestInstallation, console_cookie, hidden};
use web::testing::Ask;

const BOOKS: &str = "/console/ledger";
const TRANSACTIONS: &str = "/console/ledger/transactions";
const NEW: &str = "/console/ledger/transactions/new";
const CLOSE: &str = "/console/ledger/close";

/// A customer, a supplier, and staff with all rights, with reading only, with none, and of another tenant.
struct Desk {
    stage: Stage,
    customer: CustomerId,
    supplier: String,
}

impl Desk {
    async fn new() -> Self {
        let installation = TestInstallation::new(&[parties::MIGRATIONS, ledger::MIGRATIONS].concat()).await;
        let modules = vec![parties::module(), ledger::module()];
        let permissions = modules.iter().flat_map(|module| &module.permissions);
        let all: Vec<&str> = permissions.map(|info| info.permission.0).collect();
        let read = all.iter().copied().filter(|name| name.ends_with(".read"));
        let people = People::of(&installation)
            .with("staff", 1, all.clone())
            .with("reader", 1, read)
            .with("seller", 1, ["ledger.wallets.read", "parties.customers.read"])
            .with("nobody", 1, [])
            .with("stranger", 2, all.clone());
        let (mut customer, mut supplier) = (CustomerDraft::default(), SupplierDraft::default());
        customer.party.name = "Meridian <b>Trading".into();
        supplier.party.name = "Lake Palace".into();
        let (customer, supplier) = (&customer, &supplier);
        let ctx = installation.system(TestInstallation::tenant(1));
        let (customer, supplier) = ctx
            .write(|tx| {
                async move {
                    let customer = parties::customers::ops::add(tx, customer).await?;
                    let supplier = parties::suppliers::ops::add(tx, supplier).await?;
                    Ok((customer.id, supplier.id.to_string()))
                }
                .scope_boxed()
            })
            .await
            .unwrap();
        Self {
            stage: Stage::new(installation, people, modules),
            customer,
            supplier,
        }
    }

    /// With books in US dollars.
    async fn opened() -> Self {
        let desk = Self::new().await;
        let opened = desk.stage.post("staff", BOOKS, BOOKS, &[("functional", "USD")]).await;
        assert_eq!(opened.status, 303, "{}", opened.text());
        desk
    }

    /// What a page says.
    async fn says(&self, who: &str, path: &str) -> String {
        let page = self.stage.page(who, path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text());
        page.text()
    }

    /// Posts rent of 1,200 on a day; the path of the transaction.
    async fn rent(&self, day: &str) -> String {
        let posted = self
            .stage
            .post(
                "staff",
                NEW,
                NEW,
                &[
                    ("day", day),
                    ("memo", "Rent of November"),
                    ("account-1", "expenses:other"),
                    ("debit-1", "1,200.00"),
                    ("account-3", "assets:bank"),
                    ("credit-3", "1200"),
                ],
            )
            .await;
        assert_eq!(posted.status, 303, "{}", posted.text());
        posted.header("location").to_owned()
    }

    fn wallet(&self) -> String {
        format!("/console/customers/{}/wallet", self.customer)
    }

    /// A change of the customer's wallet by the form.
    async fn change(&self, who: &str, pairs: &[(&str, &str)]) -> web::testing::Answer {
        let base = [
            ("direction", "in"),
            ("against", "bank"),
            ("amount", "50"),
            ("currency", "USD"),
            ("reason", "Bank transfer"),
            ("day", "2026-11-20"),
        ];
        let kept = base.iter().filter(|(name, _)| pairs.iter().all(|(own, _)| own != name));
        let fields: Vec<_> = kept.chain(pairs).copied().collect();
        self.stage.post(who, &self.wallet(), &self.wallet(), &fields).await
    }
}

#[tokio::test]
async fn before_there_are_books_the_page_teaches_and_its_form_opens_them() {
    let desk = Desk::new().await;
    let empty = desk.says("staff", BOOKS).await;
    assert!(
        empty.contains("The books are not open yet") && empty.contains("name=\"functional\""),
        "{empty}"
    );
    assert!(!desk.says("reader", BOOKS).await.contains("name=\"functional\""));
    for path in [
        TRANSACTIONS,
        NEW,
        CLOSE,
        "/console/ledger/accounts",
        "/console/ledger/reports",
    ] {
        let page = desk.stage.page("staff", path).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, BOOKS), "{path}");
    }
    let unknown = desk
        .stage
        .post("staff", BOOKS, BOOKS, &[("functional", "DOLLARS")])
        .await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text().contains("err-sum"), "{}", unknown.text());
    assert!(
        desk.says("staff", &desk.wallet())
            .await
            .contains("Have them opened first")
    );
    assert_eq!(
        desk.stage
            .post("staff", BOOKS, BOOKS, &[("functional", "USD")])
            .await
            .status,
        303
    );
    assert!(desk.says("staff", BOOKS).await.contains("Kept in USD."));
}

#[tokio::test]
async fn what_is_posted_by_hand_stands_in_journal_accounts_and_reports() {
    let desk = Desk::opened().await;
    assert!(desk.says("staff", TRANSACTIONS).await.contains("Nothing is posted yet"));
    let path = desk.rent("2026-11-20").await;
    let one = desk.says("staff", &path).await;
    assert!(
        one.contains("Rent of November") && one.contains("$1,200.00") && one.contains("Other expenses"),
        "{one}"
    );
    for page in [
        BOOKS,
        TRANSACTIONS,
        "/console/ledger/transactions?kind=manual&from=2026-11-20&until=2026-11-20",
    ] {
        assert!(desk.says("reader", page).await.contains(&path), "{page}");
    }
    let none = desk
        .says("staff", "/console/ledger/transactions?until=2026-11-19")
        .await;
    assert!(none.contains("No such transactions"), "{none}");
    let csv = desk.says("staff", "/console/ledger/transactions.csv?kind=manual").await;
    assert!(
        csv.contains("Rent of November,,,expenses:other,assets:bank,1200.00,USD"),
        "{csv}"
    );
    let accounts = desk.says("staff", "/console/ledger/accounts").await;
    let account = accounts.split("/console/ledger/accounts/acc_").nth(1).unwrap();
    let account = format!("/console/ledger/accounts/acc_{}", account.split('"').next().unwrap());
    assert!(desk.says("staff", &account).await.contains("Rent of November"));
    for (report, says) in [
        ("trial-balance", "Other expenses"),
        ("balance-sheet", "\u{2212}$1,200.00"),
        ("profit-and-loss", "Expenses, total"),
    ] {
        let page = desk
            .says("staff", &format!("/console/ledger/reports?report={report}"))
            .await;
        assert!(page.contains(says), "{report}: {page}");
    }
    let backwards = "/console/ledger/reports?report=profit-and-loss&from=2026-11-20&until=2026-11-19";
    let backwards = desk.stage.page("staff", backwards).await;
    assert_eq!(backwards.status, 422);
    assert!(backwards.text().contains("value=\"2026-11-19\"") && backwards.text().contains("err-sum"));
    for format in ["hledger", "beancount", "csv"] {
        let text = desk
            .says("staff", &format!("/console/ledger/journal?format={format}"))
            .await;
        assert!(text.contains("Rent of November"), "{format}: {text}");
    }
}

#[tokio::test]
async fn a_refused_entry_keeps_what_was_typed_and_names_the_line() {
    let desk = Desk::opened().await;
    let base = [
        ("day", "2026-11-20"),
        ("memo", "Half a thought"),
        ("account-2", "liabilities:payable"),
        ("debit-2", "10"),
        ("account-6", "assets:bank"),
        ("credit-6", "10.00"),
    ];
    let refused = desk.stage.post("staff", NEW, NEW, &base).await;
    let page = refused.text();
    assert_eq!(refused.status, 422);
    assert!(page.contains("Line 2: Say which supplier."), "{page}");
    assert!(
        page.contains("value=\"Half a thought\"")
            && page.contains("value=\"10.00\"")
            && page.contains("<details class=\"card\" open>"),
        "{page}"
    );
    let fields: Vec<_> = base
        .into_iter()
        .chain([("supplier-2", desk.supplier.as_str())])
        .collect();
    let posted = desk.stage.post("staff", NEW, NEW, &fields).await;
    assert_eq!(posted.status, 303, "{}", posted.text());
    assert!(
        desk.says("staff", posted.header("location"))
            .await
            .contains("Lake Palace")
    );
    let mut uneven = fields.clone();
    uneven.retain(|(name, _)| *name != "credit-6");
    uneven.push(("credit-6", "9"));
    let uneven = desk.stage.post("staff", NEW, NEW, &uneven).await;
    let page = uneven.text();
    assert_eq!(uneven.status, 422);
    assert!(page.contains("$1.00 are missing on the credit side"), "{page}");
    assert!(page.contains("Debits come to $10.00, credits to $9.00."), "{page}");
}

#[tokio::test]
async fn a_form_sent_twice_posts_once() {
    let desk = Desk::opened().await;
    let once = hidden(&desk.says("staff", NEW).await, "once");
    let fields = [
        ("once", once.as_str()),
        ("day", "2026-11-20"),
        ("memo", "Interest"),
        ("account-1", "assets:bank"),
        ("debit-1", "3"),
        ("account-2", "income:other"),
        ("credit-2", "3"),
    ];
    for _ in 0..2 {
        assert_eq!(desk.stage.post("staff", NEW, NEW, &fields).await.status, 303);
    }
    let csv = desk.says("staff", "/console/ledger/transactions.csv").await;
    assert_eq!(csv.matches("Interest").count(), 1, "one transaction: {csv}");
}

#[tokio::test]
async fn taking_back_shows_its_lines_and_posts_just_those() {
    let desk = Desk::opened().await;
    let path = desk.rent("2026-11-20").await;
    let to = format!("{path}/reverse");
    let no_reason = desk
        .stage
        .post("staff", &path, &to, &[("day", "2026-11-21"), ("reason", "")])
        .await;
    assert_eq!(no_reason.status, 422);
    assert!(no_reason.text().contains("value=\"2026-11-21\""));
    let wanted = [("day", "2026-11-21"), ("reason", "Paid in October")];
    let review = desk.stage.post("staff", &path, &to, &wanted).await;
    let page = review.text();
    assert_eq!(review.status, 200, "{page}");
    assert!(
        page.contains("This will be posted") && page.contains("Paid in October"),
        "{page}"
    );
    assert!(
        !desk.says("staff", TRANSACTIONS).await.contains("Paid in October"),
        "nothing is posted yet"
    );
    let lines = |page: &str| {
        let table = page.split("<table").nth(1).unwrap().split("</table>").next().unwrap();
        table.to_owned()
    };
    let confirmed: Vec<_> = wanted.into_iter().chain([("confirmed", "1")]).collect();
    let done = desk.stage.post("staff", &path, &to, &confirmed).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let reversal = desk.says("staff", done.header("location")).await;
    assert_eq!(lines(&reversal), lines(&page));
    assert!(reversal.contains(&path), "{reversal}");
    let before = desk.says("staff", &path).await;
    assert!(
        before.contains("This was taken back") && !before.contains("id=\"take-back\""),
        "{before}"
    );
    assert_eq!(desk.stage.post("staff", NEW, &to, &confirmed).await.status, 409);
}

#[tokio::test]
async fn a_closed_day_takes_nothing_until_it_is_opened_for_a_reason() {
    let desk = Desk::opened().await;
    assert!(
        desk.says("staff", CLOSE).await.contains("value=\"2026-10-31\""),
        "the end of last month"
    );
    let future = desk.stage.post("staff", CLOSE, CLOSE, &[("until", "2026-11-21")]).await;
    assert_eq!(future.status, 422);
    assert!(future.text().contains("value=\"2026-11-21\""), "{}", future.text());
    assert_eq!(
        desk.stage
            .post("staff", CLOSE, CLOSE, &[("until", "2026-10-31")])
            .await
            .status,
        303
    );
    assert!(desk.says("staff", CLOSE).await.contains("Closed until 31 Oct 2026."));
    let late = [
        ("day", "2026-10-31"),
        ("memo", "Late bill"),
        ("account-1", "expenses:other"),
        ("debit-1", "5"),
        ("account-2", "assets:bank"),
        ("credit-2", "5"),
    ];
    let refused = desk.stage.post("staff", NEW, NEW, &late).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text().contains("href=\"#f-day\"") && refused.text().contains("value=\"Late bill\""),
        "{}",
        refused.text()
    );
    let reopen = "/console/ledger/reopen";
    let silent = desk
        .stage
        .post("staff", CLOSE, reopen, &[("until", "2026-09-30"), ("reason", " ")])
        .await;
    assert_eq!(silent.status, 422);
    assert!(silent.text().contains("value=\"2026-09-30\""));
    let opened = [("until", "2026-09-30"), ("reason", "A late bill")];
    assert_eq!(desk.stage.post("staff", CLOSE, reopen, &opened).await.status, 303);
    assert_eq!(desk.stage.post("staff", NEW, NEW, &late).await.status, 303);
}

#[tokio::test]
async fn a_wallet_is_filled_and_emptied_and_never_overdrawn() {
    let desk = Desk::opened().await;
    assert!(desk.says("staff", "/console/wallets").await.contains("No wallets yet"));
    assert!(
        desk.says("staff", &desk.wallet())
            .await
            .contains("Nothing in this wallet yet")
    );
    let wanted = format!("/console/wallets?customer={}", desk.customer);
    let wanted = desk.stage.page("staff", &wanted).await;
    assert_eq!(
        (wanted.status.as_u16(), wanted.header("location")),
        (303, desk.wallet().as_str())
    );
    let put = desk.change("staff", &[]).await;
    assert_eq!(put.status, 303, "{}", put.text());
    let once = hidden(&desk.says("staff", &desk.wallet()).await, "once");
    for _ in 0..2 {
        let out = [("once", once.as_str()), ("direction", "out"), ("amount", "10")];
        assert_eq!(desk.change("staff", &out).await.status, 303);
    }
    let wallet = desk.says("seller", &desk.wallet()).await;
    assert!(
        wallet.contains("$40.00") && wallet.contains("Meridian &#60;b&#62;Trading"),
        "{wallet}"
    );
    assert!(
        !wallet.contains("id=\"change\"") && !wallet.contains(TRANSACTIONS),
        "{wallet}"
    );
    let more = desk
        .change(
            "staff",
            &[("direction", "out"), ("amount", "40.01"), ("reason", "All of it")],
        )
        .await;
    let page = more.text();
    assert_eq!(more.status, 409);
    assert!(
        page.contains("href=\"#f-amount\"") && page.contains("There is not that much USD"),
        "{page}"
    );
    assert!(
        page.contains("value=\"40.01\"") && page.contains("value=\"All of it\""),
        "{page}"
    );
    let foreign = desk.change("staff", &[("currency", "EUR")]).await;
    assert_eq!(foreign.status, 422);
    assert!(foreign.text().contains("href=\"#f-rate\""), "{}", foreign.text());
    assert_eq!(
        desk.change("staff", &[("currency", "EUR"), ("rate", "1.08")])
            .await
            .status,
        303
    );
    let list = desk.says("seller", "/console/wallets").await;
    assert!(
        list.contains("$40.00") && list.contains("€50.00") && list.contains(&desk.wallet()),
        "{list}"
    );
    let second = desk.says("seller", "/console/wallets?limit=1").await;
    let after = second.split("after=").nth(1).unwrap().split('"').next().unwrap();
    let second = desk
        .says("seller", &format!("/console/wallets?limit=1&after={after}"))
        .await;
    assert!(second.contains("$40.00") && !second.contains("€50.00"), "{second}");
    let csv = desk.says("seller", "/console/wallets.csv").await;
    assert!(csv.contains(",USD,40.00,0.00"), "{csv}");
}

#[tokio::test]
async fn who_may_only_read_gets_no_form_and_who_may_neither_gets_nowhere() {
    let desk = Desk::opened().await;
    let path = desk.rent("2026-11-20").await;
    assert_eq!(desk.change("staff", &[]).await.status, 303);
    assert!(!desk.says("reader", &path).await.contains("id=\"take-back\""));
    assert!(!desk.says("reader", &desk.wallet()).await.contains("id=\"change\""));
    assert!(!desk.says("reader", TRANSACTIONS).await.contains(NEW));
    for page in [NEW, CLOSE] {
        assert_eq!(desk.stage.page("reader", page).await.status, 403, "{page}");
    }
    let all = [
        BOOKS.to_owned(),
        TRANSACTIONS.to_owned(),
        format!("{TRANSACTIONS}.csv"),
        path.clone(),
        "/console/ledger/accounts".to_owned(),
        "/console/ledger/accounts.csv".to_owned(),
        "/console/ledger/reports".to_owned(),
        "/console/ledger/journal".to_owned(),
        "/console/wallets".to_owned(),
        "/console/wallets.csv".to_owned(),
        desk.wallet(),
    ];
    for page in &all {
        assert_eq!(desk.stage.page("nobody", page).await.status, 403, "{page}");
    }
    assert_eq!(desk.stage.page("seller", BOOKS).await.status, 403);
    for page in &all {
        let signed_out = desk.stage.page("stranger", page).await;
        assert!(signed_out.status.is_redirection(), "{page}: {}", signed_out.status);
    }
    let wallet = Ask::get(SAFFRON, &desk.wallet()).header("cookie", &console_cookie("stranger"));
    assert_eq!(desk.stage.send(wallet).await.status, 404, "another tenant's customer");
    let nowhere = "ltx_01934000000070008000000000000091";
    assert_eq!(
        desk.stage
            .page("staff", &format!("{TRANSACTIONS}/{nowhere}"))
            .await
            .status,
        404
    );
    let nowhere = "cus_01934000000070008000000000000012";
    assert_eq!(
        desk.stage
            .page("staff", &format!("/console/customers/{nowhere}/wallet"))
            .await
            .status,
        404
    );
}
