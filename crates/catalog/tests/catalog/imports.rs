//! Imports from file to book: bad cells, dry run, apply once and exactly, refusals.

use crate::common::{apply, csv, installation, preview, registrar, sales_list, seeded};
use catalog::Books;
use catalog::imports::{Class, Format, Import, ListRef, NewImport, Plan, Reason, State, Vanished};
use engines::pricing::{Operation, PriceAsk, price_bare};
use kernel::money::testing::usd;
use kernel::{Currency, Instant, SalesListId};
use platform::Ctx;
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

async fn sales(ctx: &Ctx, books: &Books) -> SalesListId {
    let list = ctx
        .write(|tx| async move { catalog::sales_lists::add(tx, books, sales_list()).await }.scope_boxed())
        .await;
    list.unwrap().id
}

async fn plan(ctx: &Ctx, import: &Import) -> Plan {
    let id = import.id;
    ctx.read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
        .await
        .unwrap()
        .1
}

async fn com(ctx: &Ctx, books: &Books, at: Instant) -> Option<kernel::Money> {
    let book = books.book(ctx).await.unwrap();
    let ask = PriceAsk {
        tld: "com",
        operation: Operation::Register,
        years: 1,
        currency: Currency::USD,
        at,
    };
    price_bare(&book.prices, &ask).ok().map(|amounts| amounts.total)
}

#[tokio::test]
async fn a_bad_file_names_every_bad_cell_and_changes_nothing() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let list = ListRef::Sales(sales(&ctx, &books).await);
    let before = books.book(&ctx).await.unwrap().version;
    let file = csv(
        list,
        "tld,operation,years,kind,currency,amount,effective_from\n\
         com,register,1,regular,USD,11.08,\n\
         com,register,1,regular,USD,12.00,\n\
         nosuchending,register,,,,9.00,\n\
         net,buy,,,,9.00,\n\
         net,renew,11,,,9.00,\n\
         net,renew,,,,-9.00,\n\
         net,renew,,,,9.005,\n\
         org,renew,,,,=1+1,\n\
         org,renew,,,JPY,900.5,\n\
         org,renew,,icann_fee,,0.18,\n\
         info,renew,,,,0.00,\n\
         biz,renew,,,,9.00,2020-01-01\n\
         dev,renew,,,,9.00,2031-01-01\n\
         dev,renew\n\
         app,restore,0,,,80.00,2027-01-01T00:00:00Z\n",
    );
    let import = preview(&ctx, &file).await.unwrap();
    assert_eq!(import.state, State::Refused);
    let plan = plan(&ctx, &import).await;
    let said: Vec<_> = plan
        .findings
        .iter()
        .map(|f| (f.line, f.column, f.field.as_str(), f.value.as_str(), f.reason))
        .collect();
    let expected = [
        (3, 1, "tld", "com", Reason::Duplicate),
        (4, 1, "tld", "nosuchending", Reason::UnknownEnding),
        (5, 2, "operation", "buy", Reason::UnknownOperation),
        (6, 3, "years", "11", Reason::BadYears),
        (7, 6, "amount", "-9.00", Reason::Negative),
        (8, 6, "amount", "9.005", Reason::TooManyDecimals),
        (9, 6, "amount", "=1+1", Reason::Formula),
        (10, 6, "amount", "900.5", Reason::TooManyDecimals),
        (11, 4, "kind", "icann_fee", Reason::UnknownKind),
        (12, 6, "amount", "0.00", Reason::Zero),
        (13, 7, "effective_from", "2020-01-01", Reason::InThePast),
        (14, 7, "effective_from", "2031-01-01", Reason::TooFarAhead),
        (15, 2, "", "2", Reason::RaggedRow),
    ];
    assert_eq!(said, expected);
    assert!(plan.rows.is_empty());
    let refused = apply(&ctx, &books, &import).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "import_has_bad_cells");
    assert_eq!(books.refresh(&ctx).await.unwrap().version, before);
}

#[tokio::test]
async fn a_preview_is_applied_exactly_as_shown_and_once() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let list = ListRef::Sales(sales(&ctx, &books).await);
    let import = preview(
        &ctx,
        &csv(list, "tld,operation,amount\ncom,register,11.08\ncom,renew,12.00\n"),
    )
    .await
    .unwrap();
    assert_eq!(com(&ctx, &books, ctx.now()).await, None);
    let applied = apply(&ctx, &books, &import).await.unwrap();
    assert_eq!(com(&ctx, &books, ctx.now()).await, Some(usd("11.08")));
    let again = apply(&ctx, &books, &import).await.unwrap();
    assert_eq!(again, applied);

    let change = preview(
        &ctx,
        &csv(list, "tld,operation,amount\ncom,register,11.58\ncom,renew,12\n"),
    )
    .await
    .unwrap();
    let rows = plan(&ctx, &change).await.rows;
    let said: Vec<_> = rows
        .iter()
        .map(|row| (row.key.operation, row.class, row.before, row.after))
        .collect();
    assert_eq!(
        said,
        [
            (Operation::Register, Class::Changed, Some(1108), Some(1158)),
            (Operation::Renew, Class::Unchanged, Some(1200), Some(1200))
        ]
    );
    // The clock stands still: the new price takes effect at the very instant of the old one and takes its place.
    apply(&ctx, &books, &change).await.unwrap();
    assert_eq!(com(&ctx, &books, ctx.now()).await, Some(usd("11.58")));
    test.clock.advance(jiff::SignedDuration::from_hours(1));
    let later = preview(&ctx, &csv(list, "tld,operation,amount\ncom,register,12.58\n"))
        .await
        .unwrap();
    apply(&ctx, &books, &later).await.unwrap();
    let hour_ago = ctx.now().minus(jiff::SignedDuration::from_mins(30));
    assert_eq!(
        (com(&ctx, &books, ctx.now()).await, com(&ctx, &books, hour_ago).await),
        (Some(usd("12.58")), Some(usd("11.58")))
    );
    ctx.platform().db().number_saved_rows().await.unwrap();
    assert!(platform::audit::verify(&ctx).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_preview_of_an_older_book_is_refused() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let list = ListRef::Sales(sales(&ctx, &books).await);
    let one = preview(&ctx, &csv(list, "tld,operation,amount\ncom,register,11.08\n"))
        .await
        .unwrap();
    let other = preview(&ctx, &csv(list, "tld,operation,amount\ncom,register,9.99\n"))
        .await
        .unwrap();
    apply(&ctx, &books, &one).await.unwrap();
    let refused = apply(&ctx, &books, &other).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "import_book_changed");
    assert_eq!(com(&ctx, &books, ctx.now()).await, Some(usd("11.08")));
}

#[tokio::test]
async fn a_preview_is_refused_when_a_scheduled_price_took_effect_meanwhile() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let list = ListRef::Sales(sales(&ctx, &books).await);
    let both = "tld,operation,amount,effective_from\ncom,register,11.08,\ncom,register,12.08,2026-11-21T10:00:00Z\n";
    let import = preview(&ctx, &csv(list, both)).await.unwrap();
    apply(&ctx, &books, &import).await.unwrap();
    let book = books.book(&ctx).await.unwrap();
    assert_eq!(book.next_change("com", ctx.now(), true).unwrap().minor, Some(1208));
    let shown = preview(&ctx, &csv(list, "tld,operation,amount\ncom,register,13.00\n"))
        .await
        .unwrap();
    test.clock.advance(jiff::SignedDuration::from_hours(2));
    assert_eq!(com(&ctx, &books, ctx.now()).await, Some(usd("12.08")));
    let refused = apply(&ctx, &books, &shown).await.unwrap_err();
    assert_eq!(refused.problem().unwrap().code, "import_book_changed");
}

#[tokio::test]
async fn prices_a_whole_list_lacks_stay_or_end_as_asked() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    let short =
        r#"{"status":"SUCCESS","pricing":{"com":{"registration":"2,060.23","renewal":"11.08","transfer":"0.00"}}}"#;
    let mut file = NewImport {
        format: Format::RetailJson,
        content: short.into(),
        ..csv(ListRef::Sales(seeded.sales_list.id), "")
    };
    let keep = preview(&ctx, &file).await.unwrap();
    assert_eq!((keep.counts.changed, keep.counts.vanished), (3, 570 * 3));
    file.vanished = Vanished::Withdraw;
    let withdraw = preview(&ctx, &file).await.unwrap();
    test.clock.advance(jiff::SignedDuration::from_secs(1));
    apply(&ctx, &books, &withdraw).await.unwrap();
    assert_eq!(com(&ctx, &books, ctx.now()).await, Some(usd("2,060.23")));
    let book = books.book(&ctx).await.unwrap();
    let ask = PriceAsk {
        tld: "net",
        operation: Operation::Register,
        years: 1,
        currency: Currency::USD,
        at: ctx.now(),
    };
    assert!(price_bare(&book.prices, &ask).is_err());
}

#[tokio::test]
async fn hostile_files_are_findings_and_not_failures() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let list = ListRef::Sales(sales(&ctx, &books).await);
    let wide = format!("{}\n", vec!["c"; 100].join(","));
    let long = format!("tld,operation,amount\n{},register,1\n", "x".repeat(300));
    let many = format!("tld,operation,amount\n{}", "com,register,1\n".repeat(100_001));
    let entry = |number| format!(r#""e{number}.ck":{{"registration":"1","renewal":"1","transfer":"1"}}"#);
    let entries: Vec<String> = (0..25_001).map(entry).collect();
    let long_list = format!(r#"{{"pricing":{{{}}}}}"#, entries.join(","));
    let cases: Vec<(Format, Vec<u8>, Reason)> = vec![
        (Format::PricesCsv, Vec::new(), Reason::NoRows),
        (Format::PricesCsv, b"tld,operation,amount\n".to_vec(), Reason::NoRows),
        (
            Format::PricesCsv,
            b"tld,tld,operation,amount\n".to_vec(),
            Reason::RepeatedColumn,
        ),
        (
            Format::PricesCsv,
            b"tld,amount\ncom,1\n".to_vec(),
            Reason::MissingColumn,
        ),
        (Format::PricesCsv, wide.into_bytes(), Reason::TooManyColumns),
        (Format::PricesCsv, long.into_bytes(), Reason::CellTooLong),
        (Format::PricesCsv, many.into_bytes(), Reason::TooManyRows),
        (Format::PricesCsv, vec![b'a'; 11 * 1024 * 1024], Reason::FileTooLarge),
        (
            Format::PricesCsv,
            b"tld,operation,amount\ncom,register,\xff\n".to_vec(),
            Reason::NotUtf8,
        ),
        (
            Format::PricesCsv,
            b"tld,operation,amount\n\"com,register,1\n".to_vec(),
            Reason::RaggedRow,
        ),
        (Format::RetailJson, long_list.into_bytes(), Reason::TooManyRows),
        (Format::RetailJson, b"<html>".to_vec(), Reason::NotJson),
        (Format::RetailJson, vec![b'['; 100_000], Reason::NotJson),
        (
            Format::RetailJson,
            br#"{"status":"ERROR","message":"no"}"#.to_vec(),
            Reason::MissingColumn,
        ),
        (Format::RetailJson, br#"{"pricing":[]}"#.to_vec(), Reason::NotJson),
        (
            Format::RetailJson,
            br#"{"pricing":{"com":{"registration":"0.00","renewal":"1","transfer":"1"}}}"#.to_vec(),
            Reason::Zero,
        ),
        (
            Format::RetailJson,
            br#"{"pricing":{"com":{"registration":null,"renewal":"1","transfer":"1"}}}"#.to_vec(),
            Reason::NotANumber,
        ),
        (
            Format::RetailJson,
            br#"{"pricing":{"com":{"renewal":"1","transfer":"1"}}}"#.to_vec(),
            Reason::Empty,
        ),
    ];
    for (format, content, reason) in cases {
        let file = NewImport {
            format,
            content,
            ..csv(list, "")
        };
        let import = preview(&ctx, &file).await.unwrap();
        assert_eq!(import.state, State::Refused, "{reason:?}");
        assert!(
            plan(&ctx, &import)
                .await
                .findings
                .iter()
                .any(|finding| finding.reason == reason),
            "{reason:?}"
        );
    }
}

#[tokio::test]
async fn another_tenant_sees_nothing_of_it() {
    let test = installation().await;
    let (ctx, other) = (
        test.system(TestInstallation::tenant(1)),
        test.system(TestInstallation::tenant(2)),
    );
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    let id = seeded.sales.id;
    assert_eq!(
        other
            .read(|read| async move { catalog::imports::plan_of(read, id).await }.scope_boxed())
            .await
            .unwrap_err()
            .problem()
            .unwrap()
            .code,
        "not_found"
    );
    assert_eq!(books.book(&other).await.unwrap().endings().len(), 0);
    let registrars = other
        .read(|read| async move { catalog::registrars::list(read).await }.scope_boxed())
        .await
        .unwrap();
    assert!(registrars.is_empty());
    assert_eq!(books.book(&ctx).await.unwrap().sellers("com").len(), 1);
}

#[tokio::test]
async fn a_paused_registrar_sells_nothing_and_its_costs_count_for_nothing() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let books = Books::new();
    let seeded = seeded(&ctx, &books).await;
    let (id, books_) = (seeded.registrar.id, &books);
    ctx.write(|tx| async move { catalog::registrars::pause(tx, books_, id).await }.scope_boxed())
        .await
        .unwrap();
    assert!(books.book(&ctx).await.unwrap().sellers("com").is_empty());
    let taken = ctx
        .write(|tx| async move { catalog::registrars::add(tx, books_, registrar("atcost")).await }.scope_boxed())
        .await;
    assert_eq!(taken.unwrap_err().problem().unwrap().code, "registrar_exists");
}

#[tokio::test]
async fn another_process_sees_a_change_within_a_second() {
    let test = installation().await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (here, there) = (Books::new(), Books::new());
    let list = ListRef::Sales(sales(&ctx, &here).await);
    assert_eq!(com(&ctx, &there, ctx.now()).await, None);
    let import = preview(&ctx, &csv(list, "tld,operation,amount\ncom,register,11.08\n"))
        .await
        .unwrap();
    apply(&ctx, &here, &import).await.unwrap();
    assert_eq!(com(&ctx, &here, ctx.now()).await, Some(usd("11.08")));
    test.clock.advance(jiff::SignedDuration::from_millis(1_001));
    assert_eq!(com(&ctx, &there, ctx.now()).await, Some(usd("11.08")));
}
