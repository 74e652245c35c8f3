//! The console's pages: what stands, what waits, and forms that keep what was typed.

use kernel::Currency::{EUR, INR, JPY, USD};

use crate::stage::{Stage, quoted};

const BOARD: &str = "/console/rates";

#[tokio::test]
async fn an_empty_board_teaches_the_ways_in_and_shows_them_only_to_those_who_may() {
    let stage = Stage::new().await;
    let shown = stage.stage.page("manager", BOARD).await.text();
    for way in ["/console/rates/import", "/console/rates/new", "/console/settings/rates"] {
        assert!(shown.contains(&format!("href=\"{way}\"")), "{way}");
    }
    let shown = stage.stage.page("seller", BOARD).await.text();
    assert!(shown.contains("No exchange rates yet") && !shown.contains("/console/rates/new"));
    assert_eq!(stage.stage.page("nobody", BOARD).await.status.as_u16(), 403);
    for page in [
        "/console/rates/new",
        "/console/rates/import",
        "/console/rates/imports",
        "/console/settings/rates",
    ] {
        assert_eq!(stage.stage.page("seller", page).await.status.as_u16(), 403, "{page}");
    }
}

#[tokio::test]
async fn a_rate_typed_in_stands_on_the_board_and_a_refused_one_keeps_what_was_typed() {
    let stage = Stage::new().await;
    let form = "/console/rates/new";
    let fields = |rate| [("base", "EUR"), ("quote", "USD"), ("rate", rate), ("date", "")];
    let refused = stage.stage.post("manager", form, form, &fields("1,08.45")).await;
    assert_eq!(refused.status.as_u16(), 422);
    let text = refused.text();
    assert!(
        text.contains("value=\"1,08.45\"") && text.contains("Write a number above zero"),
        "{text}"
    );
    let same = [("base", "EUR"), ("quote", "EUR"), ("rate", "1"), ("date", "2027-03-02")];
    let text = stage.stage.post("manager", form, form, &same).await.text();
    assert!(
        text.contains("always one") && text.contains("never from a time to come"),
        "{text}"
    );
    let review = stage.stage.post("manager", form, form, &fields("1.0845")).await;
    assert_eq!(review.status.as_u16(), 200, "{}", review.text());
    let text = review.text();
    assert!(text.contains("EUR → USD") && text.contains("1.0845"), "{text}");
    let digest = testkit::hidden(&text, "publish");
    let back = [&fields("1.0845")[..], &[("back", "1")]].concat();
    let text = stage.stage.post("manager", form, form, &back).await.text();
    assert!(text.contains("value=\"1.0845\"") && text.contains("Review"), "{text}");
    // Somebody else says something meanwhile: what was looked at is no more.
    stage.says(USD, "2027-02-28T00:00:00Z", &[(INR, "83.4125")]).await;
    let agreed = [&fields("1.0845")[..], &[("publish", digest.as_str())]].concat();
    let moved = stage.stage.post("manager", form, form, &agreed).await;
    assert_eq!(moved.status.as_u16(), 409);
    let digest = testkit::hidden(&moved.text(), "publish");
    let agreed = [&fields("1.0845")[..], &[("publish", digest.as_str())]].concat();
    let saved = stage.stage.post("manager", form, form, &agreed).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, BOARD));
    let board = stage.stage.page("seller", &format!("{BOARD}?base=EUR")).await.text();
    assert!(board.contains("1.0845") && board.contains("As quoted"), "{board}");
    let csv = stage.stage.page("seller", "/console/rates.csv?base=USD").await.text();
    assert!(
        csv.contains("USD,EUR,0.922083909636,2027-03-01T12:00:00Z,false,1"),
        "{csv}"
    );
}

#[tokio::test]
async fn a_rate_typed_in_for_today_stands_at_once_and_an_older_one_says_what_stands() {
    let stage = Stage::new().await;
    stage.says(USD, "2027-03-01T06:00:00Z", &[(INR, "83.4")]).await;
    let form = "/console/rates/new";
    let told = async |date: &str| {
        let fields = [("base", "USD"), ("quote", "INR"), ("rate", "84.1"), ("date", date)];
        let review = stage.stage.post("manager", form, form, &fields).await.text();
        let digest = testkit::hidden(&review, "publish");
        let agreed = [&fields[..], &[("publish", digest.as_str())]].concat();
        let saved = stage.stage.post("manager", form, form, &agreed).await;
        assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
        let cookies = format!("{}; {}", testkit::console_cookie("manager"), saved.cookies());
        let ask = web::testing::Ask::get(testkit::NORTH, BOARD).header("cookie", &cookies);
        stage.stage.send(ask).await.text()
    };
    let past = [
        ("base", "USD"),
        ("quote", "INR"),
        ("rate", "84.1"),
        ("date", "2027-02-28"),
    ];
    let review = stage.stage.post("manager", form, form, &past).await.text();
    assert!(
        review.contains("84.1000 is recorded, but a newer rate counts."),
        "{review}"
    );
    let older = told("2027-02-28").await;
    assert!(older.contains("Recorded: 1 USD was worth 84.1000 INR then."), "{older}");
    assert!(
        older.contains("A newer rate stands since") && older.contains(": 83.4000 INR."),
        "{older}"
    );
    let today = told("2027-03-01").await;
    assert!(
        today.contains("Recorded: 1 USD is worth 84.1000 INR.") && !today.contains("A newer rate"),
        "{today}"
    );
    let answer = stage.get("seller", "/convert?amount_minor=100&from=USD&to=INR").await;
    assert_eq!(answer.json()["rate"], "84.1");
}

#[tokio::test]
async fn what_a_source_lied_about_stands_on_the_board_until_a_person_decides() {
    let stage = Stage::new().await;
    stage
        .says(USD, "2027-02-28T00:00:00Z", &[(EUR, "0.8"), (INR, "83.4125")])
        .await;
    stage
        .feed
        .says(quoted("2027-03-01T00:00:00Z", &[(INR, "834.125"), (JPY, "151")]));
    let fetched = stage.stage.post("manager", BOARD, "/console/rates/fetch", &[]).await;
    assert_eq!(fetched.status.as_u16(), 303, "{}", fetched.text());
    let board = stage.stage.page("manager", BOARD).await.text();
    assert!(board.contains("834.125") && board.contains("900.0%"), "{board}");
    let action = board
        .split("action=\"")
        .find(|part| part.starts_with("/console/rates/held/"))
        .unwrap();
    let action = action.split('"').next().unwrap();
    assert_eq!(
        stage.stage.post("seller", BOARD, action, &[]).await.status.as_u16(),
        403
    );
    let review = stage.stage.post("manager", BOARD, action, &[]).await.text();
    assert!(review.contains("USD → INR") && review.contains("83.4125"), "{review}");
    let digest = testkit::hidden(&review, "publish");
    let agreed = [("publish", digest.as_str())];
    assert_eq!(
        stage
            .stage
            .post("manager", BOARD, action, &agreed)
            .await
            .status
            .as_u16(),
        303
    );
    let board = stage.stage.page("manager", BOARD).await.text();
    assert!(
        !board.contains("/console/rates/held/") && board.contains("834.125"),
        "{board}"
    );
    let pair = stage.stage.page("seller", "/console/rates/pairs/INR/USD").await;
    assert_eq!(pair.status.as_u16(), 200);
    assert!(pair.text().contains("1 USD = 834.125 INR"), "{}", pair.text());
    assert_eq!(
        stage
            .stage
            .page("seller", "/console/rates/pairs/INR/KWD")
            .await
            .status
            .as_u16(),
        404
    );
}

#[tokio::test]
async fn a_history_is_read_shown_and_recorded_in_the_console() {
    let stage = Stage::new().await;
    let shown = stage.stage.page("manager", "/console/rates/import").await;
    let csrf = testkit::hidden(&shown.text(), "csrf");
    let send = async |pasted: &str| {
        let part = |name: &str, value: &str| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!("{}{}--b--\r\n", part("csrf", &csrf), part("pasted", pasted));
        let cookies = format!("{}; {}", testkit::console_cookie("manager"), shown.cookies());
        let ask = web::testing::Ask::new(axum::http::Method::POST, testkit::NORTH, "/console/rates/import")
            .header("cookie", &cookies)
            .header("content-type", "multipart/form-data; boundary=b")
            .header("origin", "http://northwind.localhost")
            .body(body);
        stage.stage.send(ask).await
    };
    let refused = send("tld,price\ncom,1").await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    assert!(refused.text().contains("tld,price\ncom,1") && refused.text().contains("begins with a column named Date"));
    let nothing = send(" ").await;
    assert_eq!(nothing.status.as_u16(), 422);
    assert!(
        nothing.text().contains("Choose the file, or paste its lines."),
        "{}",
        nothing.text()
    );
    // Lines that cannot be read are named as people count them, and are there to be mended.
    let bad = send("Date,USD\r\n2027-02-26,1.0831\r\n2027-02-25,1;0802\r\n").await;
    let text = stage.stage.page("manager", bad.header("location")).await.text();
    assert!(
        text.contains("Line 3</th>") && text.contains("1;0802") && !text.contains("name=\"publish\""),
        "{text}"
    );
    let mend = text
        .split("href=\"")
        .find(|part| part.starts_with("/console/rates/import?of="))
        .unwrap();
    let mend = mend.split('"').next().unwrap();
    let text = stage.stage.page("manager", mend).await.text();
    assert!(text.contains("2027-02-25,1;0802"), "{text}");
    let other = testkit::console_cookie("stranger");
    let ask = web::testing::Ask::get(testkit::SAFFRON, mend).header("cookie", &other);
    assert_eq!(stage.stage.send(ask).await.status.as_u16(), 404, "another tenant's");
    let read = send("Date,USD\n2027-02-26,1.0831\n2027-02-25,1.0802\n").await;
    assert_eq!(read.status.as_u16(), 303, "{}", read.text());
    let place = read.header("location").to_owned();
    let one = stage.stage.page("manager", &place).await.text();
    assert!(one.contains("Record 2 days"), "{one}");
    assert!(one.contains("EUR → USD") && one.contains("leafandlark.com"), "{one}");
    let apply = format!("{place}/apply");
    let unseen = stage.stage.post("manager", &place, &apply, &[]).await;
    assert_eq!(unseen.status.as_u16(), 409, "nobody has looked");
    // Somebody else says something meanwhile: the file is still there, with what it does now.
    stage.says(EUR, "2027-02-28T00:00:00Z", &[(USD, "1.09")]).await;
    let digest = testkit::hidden(&one, "publish");
    let moved = stage
        .stage
        .post("manager", &place, &apply, &[("publish", &digest)])
        .await;
    let text = moved.text();
    assert_eq!(moved.status.as_u16(), 409, "{text}");
    assert!(
        text.contains("Other rates were recorded since you looked") && text.contains("Record 2 days"),
        "{text}"
    );
    assert!(
        text.contains("None changes") && !text.contains("leafandlark.com"),
        "{text}"
    );
    let digest = testkit::hidden(&text, "publish");
    let applied = stage
        .stage
        .post("manager", &place, &apply, &[("publish", &digest)])
        .await;
    assert_eq!((applied.status.as_u16(), applied.header("location")), (303, BOARD));
    let again = stage.stage.post("manager", BOARD, &apply, &[]).await;
    assert_eq!(again.header("location"), place, "it has been applied");
    assert!(
        stage
            .stage
            .page("manager", "/console/rates/imports")
            .await
            .text()
            .contains("2 added, 0 known")
    );
}

#[tokio::test]
async fn the_settings_are_told_beside_their_fields_and_saved() {
    let stage = Stage::new().await;
    let page = "/console/settings/rates";
    let shown = stage.stage.page("manager", page).await.text();
    let version = testkit::hidden(&shown, "version");
    let fields = |hours| {
        [
            ("version", version.as_str()),
            ("fetch", "on"),
            ("base", "EUR"),
            ("oldest_hours", hours),
            ("jump_percent", "12.5"),
        ]
    };
    let refused = stage.stage.post("manager", page, page, &fields("soon")).await;
    assert_eq!(refused.status.as_u16(), 422);
    assert!(refused.text().contains("value=\"soon\""));
    assert_eq!(
        stage
            .stage
            .post("manager", page, page, &fields("48"))
            .await
            .status
            .as_u16(),
        303
    );
    let stale = stage.stage.post("manager", page, page, &fields("24")).await;
    assert_eq!(stale.status.as_u16(), 409, "somebody saved meanwhile");
    let kept = stage.get("seller", "/settings").await.json();
    assert_eq!(kept["oldest_hours"], 48);
}
