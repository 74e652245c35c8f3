//! Price rules: what they make of the two real lists, and that what was shown is what is applied, or nothing.

use axum::http::Method;
use catalog::Books;
use catalog::imports::ListRef;
use catalog::price_books::report;
use kernel::{Currency, Percent};
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::common::{ground, import};
use crate::stage::{HOST, Stage, api, hidden, in_euro, page, quote, submit};

const PATH: &str = "/api/v1/price-rules";

async fn post(stage: &Stage, path: &str, who: &str, body: &Value) -> Answer {
    Ask::post_json(HOST, path, body).bearer(who).send(&stage.router).await
}

async fn put(stage: &Stage, path: &str, tag: &str, body: &Value) -> Answer {
    Ask::new(Method::PUT, HOST, path)
        .header("content-type", "application/json")
        .header("if-match", tag)
        .body(body.to_string())
        .bearer("manager")
        .send(&stage.router)
        .await
}

/// 12 % margin and the nearest .99, for everything; `with` says what else.
fn rule(stage: &Stage, with: &Value) -> Value {
    let mut rule = json!({
        "name": "Standard", "list": stage.seeded.sales_list.id.to_string(),
        "operations": ["register", "renew", "transfer", "restore"],
        "formula": "margin", "percent": "12", "rounding": {"every": 100, "ending": 99, "to": "nearest"},
        "minimum_margin": "12"
    });
    for (name, value) in with.as_object().unwrap() {
        rule[name] = value.clone();
    }
    rule
}

async fn add(stage: &Stage, with: &Value) -> Value {
    let added = post(stage, PATH, "manager", &rule(stage, with)).await;
    assert_eq!(added.status.as_u16(), 201, "{}", added.text());
    added.json()
}

async fn preview(stage: &Stage, with: &Value) -> Value {
    let mut body = json!({ "list": stage.seeded.sales_list.id.to_string() });
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    let made = post(stage, &format!("{PATH}/preview"), "manager", &body).await;
    assert_eq!(made.status.as_u16(), 201, "{}", made.text());
    made.json()
}

async fn apply(stage: &Stage, run: &Value) -> Answer {
    let path = format!("{PATH}/runs/{}/apply", run["id"].as_str().unwrap());
    post(stage, &path, "manager", &json!({})).await
}

/// What the rules make for one ending, by operation.
async fn tried(stage: &Stage, tld: &str) -> Value {
    let list = stage.seeded.sales_list.id;
    let answer = api(stage, &format!("{PATH}/try?tld={tld}&list={list}"), "manager").await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    answer.json()
}

/// Every line of a dry run.
async fn lines(stage: &Stage, run: &Value) -> Vec<Value> {
    let path = format!("{PATH}/runs/{}/lines?limit=200", run["id"].as_str().unwrap());
    let (mut all, mut next) = (Vec::new(), String::new());
    loop {
        let some = api(stage, &format!("{path}{next}"), "manager").await.json();
        all.extend(some["data"].as_array().unwrap().iter().cloned());
        match some["next"].as_str() {
            Some(after) => next = format!("&after={after}"),
            None => return all,
        }
    }
}

fn standing(negative: u32, low: u32, healthy: u32, unpriced: u32) -> Value {
    json!({"negative": negative, "low": low, "healthy": healthy, "unpriced": unpriced})
}

#[tokio::test]
async fn a_rule_brings_every_ending_of_the_real_lists_to_12_percent_and_99_as_shown_before_and_after() {
    let stage = Stage::new().await;
    add(&stage, &json!({})).await;
    let run = preview(&stage, &json!({})).await;
    // Of 349 endings with a cost 346 have a price: 283 first years and 18 renewals are below cost, 267 more renewals earn
    // under 5 %; three have a cost and no price yet.
    let (register, renew) = (&run["margins"]["register"], &run["margins"]["renew"]);
    assert_eq!(register["before"]["negative"], 283);
    assert_eq!(register["before"]["unpriced"], 3);
    assert_eq!(
        (&renew["before"]["negative"], &renew["before"]["low"]),
        (&json!(18), &json!(267))
    );
    assert_eq!(register["after"], standing(0, 0, 349, 0));
    assert_eq!(renew["after"], standing(0, 0, 349, 0));
    // 222 endings more have prices and no cost, and no ending has a cost of a transfer or restore: named, not guessed.
    assert_eq!(run["skipped"], json!({"no_cost": 571 + 3}));

    let lines = lines(&stage, &run).await;
    assert_eq!(lines.len(), 2 * 349);
    for line in &lines {
        let on_price: Percent = line["margin_after"]["on_price"].as_str().unwrap().parse().unwrap();
        assert!(on_price >= Percent::whole(12), "{line}");
        assert_eq!(line["after"]["minor"].as_i64().unwrap() % 100, 99, "{line}");
        let steps = line["steps"].as_array().unwrap();
        assert_eq!(steps.last().unwrap()["amount"], line["after"], "{line}");
    }
    // .biz costs 13.50 and 0.18 for ICANN: 13.68 / 0.88 = 15.55, to the nearest .99 that leaves 12 %.
    let biz = lines.iter().find(|line| line["tld"] == "biz").unwrap();
    assert_eq!(
        (&biz["cost"]["minor"], &biz["after"]["minor"]),
        (&json!(1368), &json!(1599))
    );

    let applied = apply(&stage, &run).await;
    assert_eq!(applied.status.as_u16(), 200, "{}", applied.text());
    assert_eq!(applied.json()["state"], "applied");
    // Again is the same as once.
    assert_eq!(
        apply(&stage, &run).await.json()["applied_version"],
        applied.json()["applied_version"]
    );
    earns_12_percent(&stage).await;
    // The same rules make the same prices: nothing to change.
    let again = preview(&stage, &json!({})).await;
    assert_eq!(
        (&again["counts"]["changed"], &again["counts"]["unchanged"]),
        (&json!(0), &json!(2 * 349))
    );
}

/// The book as the database has it: 349 endings with cost and price, all with at least 12 % and .99.
async fn earns_12_percent(stage: &Stage) {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let book = Books::new().book(&ctx).await.unwrap();
    let report = report(&book, &ground(&ctx, &book).await, ctx.now());
    let mut compared = 0;
    for cell in report.rows.iter().flat_map(|row| [&row.register, &row.renew]) {
        let (Some(on_price), Some(_), Some(sale)) = (cell.on_price(), cell.cost(), cell.sale()) else {
            continue;
        };
        compared += 1;
        assert!(on_price >= Percent::whole(12) && sale % 100 == 99, "{cell:?}");
    }
    assert_eq!(compared, 2 * 349);
}

#[tokio::test]
async fn a_price_says_which_version_of_which_rule_made_it() {
    let stage = Stage::new().await;
    let first = add(&stage, &json!({"percent": "20"})).await;
    let own = format!("{PATH}/{}", first["id"].as_str().unwrap());
    let changed = put(&stage, &own, "\"1\"", &rule(&stage, &json!({"percent": "30"}))).await;
    assert_eq!(changed.json()["version"], 2, "{}", changed.text());
    let run = preview(&stage, &json!({"tlds": [".Com"]})).await;
    assert_eq!(run["rules"][0]["version"], 2);
    assert_eq!(lines(&stage, &run).await.len(), 2);
    assert_eq!(apply(&stage, &run).await.status.as_u16(), 200);
    let versions = api(&stage, "/api/v1/catalog/prices/com", "manager").await.json();
    assert!(versions.to_string().contains("Standard, v2"), "{versions}");
    let said = api(&stage, &format!("{own}/versions"), "manager").await.json();
    let percents: Vec<_> = said["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["terms"]["percent"])
        .collect();
    assert_eq!(percents, ["30", "20"]);
}

#[tokio::test]
async fn what_was_shown_is_applied_or_nothing() {
    let stage = Stage::new().await;
    add(&stage, &json!({})).await;
    let run = preview(&stage, &json!({})).await;
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let costs = ListRef::Registrar(stage.seeded.registrar.id);
    import(&ctx, &Books::new(), costs, "tld,operation,amount\ncom,register,14.00\n").await;
    let refused = apply(&stage, &run).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (409, "import_book_changed".to_owned())
    );
    let anew = preview(&stage, &json!({})).await;
    assert_eq!(apply(&stage, &anew).await.status.as_u16(), 200);
}

#[tokio::test]
async fn prices_made_from_a_cost_that_has_changed_by_time_alone_are_not_applied() {
    let stage = Stage::new().await;
    add(&stage, &json!({})).await;
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let costs = ListRef::Registrar(stage.seeded.registrar.id);
    let tomorrow = ctx.now().plus(jiff::SignedDuration::from_hours(24));
    let scheduled = format!("tld,operation,amount,effective_from\ncom,register,14.00,{tomorrow}\n");
    import(&ctx, &Books::new(), costs, &scheduled).await;
    let run = preview(&stage, &json!({})).await;
    stage.test.clock.advance(jiff::SignedDuration::from_hours(25));
    let refused = apply(&stage, &run).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (409, "price_rules_outdated".to_owned())
    );
    let anew = preview(&stage, &json!({})).await;
    assert_eq!(apply(&stage, &anew).await.status.as_u16(), 200);
}

#[tokio::test]
async fn the_first_rule_that_fits_makes_the_price_and_the_order_can_be_changed() {
    let stage = Stage::new().await;
    let group = post(
        &stage,
        "/api/v1/tld-groups",
        "manager",
        &json!({"name": "Two", "tlds": ["com", "net"]}),
    )
    .await;
    let group = &group.json()["id"];
    let all = add(&stage, &json!({"name": "All", "formula": "markup", "percent": "20", "fixed": {"minor": 100, "currency": "USD"}, "rounding": null})).await;
    let two = add(
        &stage,
        &json!({"name": "Two", "for_tlds": "group", "group": group, "percent": "50"}),
    )
    .await;
    let made_by = |tried: &Value| tried["lines"][0]["rule"]["name"].as_str().unwrap().to_owned();
    let com = tried(&stage, "com").await;
    assert_eq!(made_by(&com), "All");
    // 9.59 and 0.18 for ICANN, 20 % and 1.00 on top.
    assert_eq!(
        (&com["lines"][0]["cost"]["minor"], &com["lines"][0]["after"]["minor"]),
        (&json!(977), &json!(1272))
    );
    let order = |first: &Value, then: &Value| json!({"rules": [first["id"], then["id"]]});
    let moved = put(&stage, &format!("{PATH}/order"), "*", &order(&two, &all)).await;
    assert_eq!(moved.json()["data"][0]["terms"]["name"], "Two", "{}", moved.text());
    assert_eq!(made_by(&tried(&stage, "com").await), "Two");
    assert_eq!(made_by(&tried(&stage, "org").await), "All");
    let odd = put(&stage, &format!("{PATH}/order"), "*", &json!({"rules": [two["id"]]})).await;
    assert_eq!((odd.status.as_u16(), odd.code()), (409, "price_rules_moved".to_owned()));
    let off = post(
        &stage,
        &format!("{PATH}/{}/disable", two["id"].as_str().unwrap()),
        "manager",
        &json!({}),
    )
    .await;
    assert_eq!(
        (off.status.as_u16(), &off.json()["terms"]["enabled"]),
        (200, &json!(false))
    );
    assert_eq!(made_by(&tried(&stage, "com").await), "All");
}

/// A code an answer refuses with.
fn refused(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.code())
}

#[tokio::test]
async fn prices_converted_at_a_rate_that_has_moved_or_grown_old_are_not_applied() {
    let outdated = (409, "price_rules_outdated".to_owned());
    let stage = Stage::new().await;
    in_euro(&stage).await;
    quote(&stage, Currency::USD, "1.10").await;
    quote(&stage, Currency::INR, "104.00").await;
    add(&stage, &json!({"operations": ["register"]})).await;
    let only_euro = json!({"tlds": ["versicherung"]});
    // 80.00 euro are 88.00 dollars, and 88.00 / 0.88 ends in .99 at 100.99.
    let run = preview(&stage, &only_euro).await;
    assert_eq!(lines(&stage, &run).await[0]["after"]["minor"], 10_099);
    stage.test.clock.advance(jiff::SignedDuration::from_hours(1));
    // Another rate than the one that was used: it touches nothing here.
    quote(&stage, Currency::INR, "90.00").await;
    quote(&stage, Currency::USD, "1.20").await;
    assert_eq!(refused(&apply(&stage, &run).await), outdated);
    let shown = format!("/console/prices/rules/runs/{}", run["id"].as_str().unwrap());
    let page = submit(&stage, &shown, &format!("{shown}/apply"), &[]).await;
    assert_eq!(page.status.as_u16(), 409);
    assert!(page.text().contains("exchange rates have changed"), "{}", page.text());

    let anew = preview(&stage, &only_euro).await;
    assert_eq!(lines(&stage, &anew).await[0]["after"]["minor"], 10_999);
    stage.test.clock.advance(jiff::SignedDuration::from_hours(73));
    assert_eq!(refused(&apply(&stage, &anew).await), outdated);

    // The same figure said anew is the same rate, and one that nothing was converted at may move.
    quote(&stage, Currency::USD, "1.20").await;
    quote(&stage, Currency::INR, "95.00").await;
    assert_eq!(apply(&stage, &anew).await.status.as_u16(), 200);
    // Nor does a run in one currency ask for rates.
    let in_dollars = preview(&stage, &json!({"tlds": ["net"]})).await;
    quote(&stage, Currency::USD, "1.30").await;
    assert_eq!(apply(&stage, &in_dollars).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_rate_that_decides_who_asks_least_or_what_an_amount_on_top_is_worth_counts_too() {
    let outdated = (409, "price_rules_outdated".to_owned());
    let stage = Stage::new().await;
    let euro = in_euro(&stage).await;
    quote(&stage, Currency::USD, "20.00").await;
    let added = add(&stage, &json!({"operations": ["register"]})).await;
    let com = json!({"tlds": ["com"]});
    // The registrar in euro is too dear, so no price is made from a conversion: until the rate moves.
    let run = preview(&stage, &com).await;
    assert_ne!(lines(&stage, &run).await[0]["registrar"], euro.to_string());
    stage.test.clock.advance(jiff::SignedDuration::from_hours(1));
    quote(&stage, Currency::USD, "1.10").await;
    assert_eq!(refused(&apply(&stage, &run).await), outdated);

    let on_top = rule(
        &stage,
        &json!({"formula": "markup", "fixed": {"minor": 100, "currency": "EUR"}}),
    );
    let path = format!("{PATH}/{}", added["id"].as_str().unwrap());
    assert_eq!(put(&stage, &path, "\"1\"", &on_top).await.status.as_u16(), 200);
    let net = json!({"tlds": ["net"]});
    let run = preview(&stage, &net).await;
    stage.test.clock.advance(jiff::SignedDuration::from_hours(1));
    quote(&stage, Currency::USD, "1.15").await;
    assert_eq!(refused(&apply(&stage, &run).await), outdated);
}

#[tokio::test]
async fn an_amount_in_another_currency_stays_in_it_when_the_form_is_saved() {
    let stage = Stage::new().await;
    let added = add(
        &stage,
        &json!({"formula": "markup", "percent": "20", "fixed": {"minor": 1_500, "currency": "KWD"}}),
    )
    .await;
    let at = format!("/console/prices/rules/{}", added["id"].as_str().unwrap());
    let form = page(&stage, &at, "manager").await.text();
    assert!(form.contains("value=\"1.500\""), "{form}");
    assert!(form.contains("<option value=\"KWD\" selected>"), "{form}");
    let (list, fixed) = (stage.seeded.sales_list.id.to_string(), async || {
        let path = format!("{PATH}/{}", added["id"].as_str().unwrap());
        api(&stage, &path, "manager").await.json()["terms"]["fixed"].clone()
    });
    let save = async |version: &str, amount: &str, currency: &str| {
        let fields = [
            ("name", "Another name"),
            ("list", list.as_str()),
            ("op-renew", "on"),
            ("formula", "markup"),
            ("percent", "20"),
            ("fixed", amount),
            ("fixed_currency", currency),
            ("version", version),
        ];
        submit(&stage, &at, &at, &fields).await.status.as_u16()
    };
    assert_eq!(save("1", "1.500", "KWD").await, 303);
    assert_eq!(fixed().await, json!({"minor": 1_500, "currency": "KWD"}));
    assert_eq!(save("2", "2.25", "").await, 303);
    assert_eq!(fixed().await, json!({"minor": 225, "currency": "USD"}));
    assert_eq!(save("3", "2.25", "XX").await, 422);
    assert_eq!(save("3", "2.255", "EUR").await, 422);
    assert_eq!(fixed().await, json!({"minor": 225, "currency": "USD"}));
}

#[tokio::test]
async fn a_cost_that_cannot_be_converted_makes_no_price_and_says_so() {
    let stage = Stage::new().await;
    let euro = in_euro(&stage).await;
    add(&stage, &json!({"operations": ["register"]})).await;
    // .com: the dollar price counts, and the one that could not be compared is named.
    let com = tried(&stage, "com").await;
    assert_eq!(com["lines"][0]["not_compared"], json!([euro.to_string()]));
    assert_eq!(com["lines"][0]["cost"]["currency"], "USD");
    let only_euro = tried(&stage, "versicherung").await;
    assert_eq!(only_euro["lines"], json!([]));
    assert_eq!(only_euro["skipped"][0]["reason"], "rate_missing");
}

#[tokio::test]
async fn a_run_can_take_effect_later_but_not_before_now() {
    let stage = Stage::new().await;
    add(&stage, &json!({})).await;
    let now = stage.test.system(TestInstallation::tenant(1)).now();
    let later = now.plus(jiff::SignedDuration::from_hours(48));
    let run = preview(&stage, &json!({"tlds": ["com"], "effective_from": later.to_string()})).await;
    assert_eq!(apply(&stage, &run).await.status.as_u16(), 200);
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let book = Books::new().book(&ctx).await.unwrap();
    assert_eq!(book.next_change("com", now, true).map(|change| change.at), Some(later));
    let past = json!({"list": stage.seeded.sales_list.id.to_string(), "effective_from": now.minus(jiff::SignedDuration::from_hours(1)).to_string()});
    let refused = post(&stage, &format!("{PATH}/preview"), "manager", &past).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (422, "import_in_the_past".to_owned())
    );
}

#[tokio::test]
async fn rules_that_cannot_be_and_people_who_may_not_are_refused() {
    let stage = Stage::new().await;
    for (with, code) in [
        (json!({"percent": "100"}), "bad_margin"),
        (json!({"formula": "markup", "percent": "-1"}), "bad_markup"),
        (json!({"operations": []}), "operations_missing"),
        (json!({"years": [0]}), "bad_terms"),
        (
            json!({"rounding": {"every": 100, "ending": 100, "to": "up"}}),
            "bad_rounding",
        ),
        (json!({"for_tlds": "these", "tlds": ["nope.nope"]}), "tld_unknown"),
        (json!({"for_tlds": "group"}), "tld_group_missing"),
        (
            json!({"registrar": "reg_0193400000007000800000000000ffff"}),
            "rule_registrar_unknown",
        ),
        (
            json!({"list": "sal_0193400000007000800000000000ffff"}),
            "sales_list_unknown",
        ),
        (json!({"loss_leader": " "}), "reason_missing"),
        (json!({"fixed": {"minor": 1, "currency": "USD"}}), "fixed_with_margin"),
    ] {
        let refused = post(&stage, PATH, "manager", &rule(&stage, &with)).await;
        assert_eq!(refused.status.as_u16(), 422, "{with}: {}", refused.text());
        assert!(refused.text().contains(code), "{with}: {}", refused.text());
    }
    let sound = rule(&stage, &json!({}));
    for who in ["seller", "importer", "nobody"] {
        assert_eq!(post(&stage, PATH, who, &sound).await.status.as_u16(), 403, "{who}");
        assert_eq!(api(&stage, PATH, who).await.status.as_u16(), 403, "{who}");
        assert_eq!(
            page(&stage, "/console/prices/rules", who).await.status.as_u16(),
            403,
            "{who}"
        );
    }
    let none = json!({ "list": stage.seeded.sales_list.id.to_string() });
    let refused = post(&stage, &format!("{PATH}/preview"), "manager", &none).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (422, "no_price_rules".to_owned())
    );
    // A file's import is no run of rules.
    let file = format!("{PATH}/runs/{}", stage.seeded.sales.id);
    assert_eq!(api(&stage, &file, "manager").await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_loss_leader_may_fall_below_its_minimum_and_says_so() {
    let stage = Stage::new().await;
    let with = json!({"formula": "markup", "percent": "0", "rounding": {"every": 100, "ending": 50, "to": "nearest"}, "loss_leader": "Newcomers"});
    add(&stage, &with).await;
    // 9.77 to the nearest half dollar is 9.50, below cost.
    let com = tried(&stage, "com").await;
    let line = &com["lines"][0];
    assert_eq!(
        (&line["after"]["minor"], &line["below_minimum"]),
        (&json!(950), &json!(true))
    );
    assert_eq!(line["margin_after"]["class"], "negative");
}

#[tokio::test]
async fn the_pages_teach_keep_what_was_typed_show_the_report_and_apply_it() {
    let stage = Stage::new().await;
    let empty = page(&stage, "/console/prices/rules", "manager").await.text();
    assert!(
        empty.contains("No price rules yet") && empty.contains("Add this rule"),
        "{empty}"
    );
    let fields = [("name", "Mine"), ("list", "odd"), ("percent", "12")];
    let refused = submit(&stage, "/console/prices/rules/new", "/console/prices/rules", &fields).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text().contains("value=\"Mine\""), "{}", refused.text());
    let list = stage.seeded.sales_list.id.to_string();
    let fields = [
        ("name", "Mine"),
        ("list", list.as_str()),
        ("op-renew", "on"),
        ("formula", "markup"),
        ("percent", "20 %"),
        ("fixed", "1.00"),
        ("rounding", "step"),
        ("step", "5"),
        ("ending", "4.99"),
        ("for_tlds", "these"),
        ("tlds", "com, net"),
        ("enabled", "on"),
    ];
    let saved = submit(&stage, "/console/prices/rules/new", "/console/prices/rules", &fields).await;
    assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
    let starter = submit(&stage, "/console/prices/rules", "/console/prices/rules/starter", &[]).await;
    assert_eq!(starter.status.as_u16(), 303, "{}", starter.text());
    let rules = page(&stage, "/console/prices/rules?try=com", "manager").await.text();
    for words in [
        ".com .net: Renew",
        "20% and $1 on top of the lowest cost",
        "4.99 in every 5.00",
        "12% margin, .99 endings",
    ] {
        assert!(rules.contains(words), "{words}: {rules}");
    }
    let odd = page(&stage, "/console/prices/rules?try=nope.nope", "manager")
        .await
        .text();
    assert!(odd.contains("is not an ending"), "{odd}");

    let fields = [("list", list.as_str()), ("tlds", ""), ("effective_from", "")];
    let ran = submit(
        &stage,
        "/console/prices/rules/run",
        "/console/prices/rules/run",
        &fields,
    )
    .await;
    assert_eq!(ran.status.as_u16(), 303, "{}", ran.text());
    let at = ran.header("location").to_owned();
    let shown = page(&stage, &at, "manager").await.text();
    assert!(shown.contains("283 → 0") && shown.contains("Was below cost"), "{shown}");
    let skipped = page(&stage, &format!("{at}?show=skipped"), "manager").await.text();
    assert!(skipped.contains("Nobody you buy from has a cost for it"), "{skipped}");
    let csv = page(&stage, &format!("{at}/lines.csv?show=all"), "manager")
        .await
        .text();
    assert_eq!(csv.lines().count(), 1 + 2 * 349, "{}", csv.lines().next().unwrap());
    let applied = submit(&stage, &at, &format!("{at}/apply"), &[]).await;
    assert_eq!(applied.status.as_u16(), 303, "{}", applied.text());
    let shown = page(&stage, &at, "manager").await.text();
    assert!(shown.contains("These prices are in the book"), "{shown}");
    let id = api(&stage, PATH, "manager").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let form = page(&stage, &format!("/console/prices/rules/{id}"), "manager")
        .await
        .text();
    assert_eq!(hidden(&form, "version"), "1");
    assert!(form.contains("value=\"4.99\"") && form.contains("com net"), "{form}");
}
