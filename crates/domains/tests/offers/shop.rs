//! The storefront's pages, as a browser without script gets them.

use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

async fn get(stage: &Stage, path: &str) -> Answer {
    Ask::get(SHOP, path).send(&stage.router).await
}

/// A page of a visitor with a form in it, and what the form needs to be sent.
async fn form(stage: &Stage) -> (String, String) {
    let answer = get(stage, "/bulk").await;
    let text = answer.text();
    let token = text
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    (token.to_owned(), answer.cookies())
}

async fn post(stage: &Stage, fields: &[(&str, &str)], file: Option<&str>) -> Answer {
    let (token, cookies) = form(stage).await;
    let mut body = String::new();
    for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
        body.push_str(&format!(
            "--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    if let Some(content) = file {
        body.push_str(&format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"n.csv\"\r\nContent-Type: text/csv\r\n\r\n{content}\r\n"));
    }
    body.push_str("--x--\r\n");
    Ask::new(axum::http::Method::POST, SHOP, "/search")
        .header("content-type", "multipart/form-data; boundary=x")
        .header("cookie", &cookies)
        .header("origin", &format!("http://{SHOP}"))
        .body(body)
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn the_home_page_invites_to_search_and_shows_real_prices() {
    let stage = Stage::new().await;
    let answer = get(&stage, "/").await;
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(
        text.contains("action=\"/search\"") && text.contains("solsticetea"),
        "{text}"
    );
    assert!(text.contains(".com") && text.contains("$11.06"), "{text}");
}

#[tokio::test]
async fn one_word_is_looked_for_under_many_endings_each_in_its_own_place() {
    let stage = Stage::new().await;
    let answer = get(&stage, "/search?q=Solstice+Tea&years=1").await;
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains("<template shadowrootmode=\"open\">"), "{text}");
    for position in 0..24 {
        assert_eq!(
            text.matches(&format!("<slot name=\"r{position}\">")).count(),
            1,
            "place {position}"
        );
        assert_eq!(
            text.matches(&format!("slot=\"r{position}\"")).count(),
            1,
            "row {position}"
        );
    }
    assert!(text.contains("solsticetea<b>.com</b>"), "{text}");
    assert!(text.contains("value=\"Solstice Tea\""), "what was typed stays: {text}");
    assert!(text.contains("24 checked, 24 free"), "{text}");
    assert!(text.trim_end().ends_with("</html>"));
    assert!(!text.contains(" style="));
}

#[tokio::test]
async fn a_coming_page_may_be_compressed() {
    let stage = Stage::new().await;
    let answer = Ask::get(SHOP, "/search?q=tea")
        .header("accept-encoding", "gzip")
        .send(&stage.router)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-encoding")),
        (200, "gzip")
    );
    assert!(
        answer.body.len() > 500 && answer.body.len() < 6_000,
        "{} bytes",
        answer.body.len()
    );
}

#[tokio::test]
async fn a_whole_name_comes_first_and_large_then_its_neighbours() {
    let stage = Stage::new().await;
    let text = get(&stage, "/search?q=taken.org").await.text();
    assert!(text.contains("class=\"exact mt2\">taken<b>.org</b>"), "{text}");
    assert!(text.contains("exact match"));
    assert!(text.contains("taken<b>.com</b>"));
}

#[tokio::test]
async fn every_state_is_told_apart_and_renewal_stands_beside_each_price() {
    let stage = Stage::new().await;
    let text = get(
        &stage,
        "/search?q=free.org,taken.org,premium.org,my+name.org,unsure.org",
    )
    .await
    .text();
    for word in [
        "Available",
        "Taken",
        "Premium",
        "Not a name",
        "A name has no spaces",
        "Not known yet",
        "Try again",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("$6.86") && text.contains("then $10.72 a year"), "{text}");
    assert!(
        text.contains("/search?q=unsure.org&#38;years=1&#38;currency=USD\""),
        "{text}"
    );
}

#[tokio::test]
async fn complete_rows_can_be_sorted_by_price() {
    let stage = Stage::new().await;
    let text = get(&stage, "/search?q=a.com,b.org,taken.net,c.xyz&sort=price")
        .await
        .text();
    let place = |name: &str| text.find(name).unwrap_or_else(|| panic!("{name} is missing: {text}"));
    assert!(
        place("c<b>.xyz") < place("b<b>.org") && place("b<b>.org") < place("a<b>.com"),
        "{text}"
    );
    assert!(place("a<b>.com") < place("taken<b>.net"));
    assert!(!text.contains("shadowrootmode"));
}

#[tokio::test]
async fn a_list_and_a_file_are_checked_together_and_stay_in_the_box() {
    let stage = Stage::new().await;
    let answer = post(
        &stage,
        &[("names", "a.com\r\nbad name.com"), ("years", "2")],
        Some("domain,x\nfrom-file.org,1\n"),
    )
    .await;
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    assert!(text.contains("a.com\nbad name.com\nfrom-file.org</textarea>"), "{text}");
    assert!(
        text.contains("from-file<b>.org</b>") && text.contains("A name has no spaces"),
        "{text}"
    );
    assert!(text.contains("for 2 years"), "{text}");
}

#[tokio::test]
async fn too_many_names_are_refused_with_all_of_them_kept() {
    let stage = Stage::new().await;
    let names: Vec<String> = (0..501).map(|number| format!("n{number}.com")).collect();
    let answer = post(&stage, &[("names", &names.join("\n"))], None).await;
    let text = answer.text();
    assert_eq!(answer.status, 422, "{text}");
    assert!(
        text.contains("n500.com</textarea>") && text.contains("err-sum"),
        "{text}"
    );
    let nothing = post(&stage, &[("names", " \n ")], None).await;
    assert_eq!(nothing.status, 422);
}

#[tokio::test]
async fn hostile_text_is_shown_as_text() {
    let stage = Stage::new().await;
    let text = get(&stage, "/search?q=%3Cscript%3Ealert(1)%3C/script%3E.com")
        .await
        .text();
    assert!(!text.contains("<script>alert"), "{text}");
    let text = get(&stage, "/search?q=%3C!--rows--%3E,a.com").await.text();
    assert!(
        text.contains("a<b>.com</b>") && text.trim_end().ends_with("</html>"),
        "{text}"
    );
}

#[tokio::test]
async fn the_price_list_can_be_searched_and_taken_as_csv() {
    let stage = Stage::new().await;
    let text = get(&stage, "/prices?q=.xyz").await.text();
    assert!(
        text.contains(".xyz") && text.contains("$11.82") && !text.contains(">.com<"),
        "{text}"
    );
    let csv = get(&stage, "/prices.csv?q=xyz&currency=USD").await;
    assert_eq!(
        csv.text().lines().next(),
        Some("ending,register,renew,transfer,currency,tax")
    );
    assert!(csv.text().contains("xyz,1.01,11.82,"), "{}", csv.text());
    assert!(csv.text().contains(",USD,before tax"), "{}", csv.text());
}

#[tokio::test]
async fn beyond_the_budget_pages_say_so_clearly_and_keep_what_was_typed() {
    let stage = Stage::new().await;
    for round in 0..2 {
        let names: Vec<String> = (0..500).map(|number| format!("r{round}n{number}.com")).collect();
        assert_eq!(post(&stage, &[("names", &names.join("\n"))], None).await.status, 200);
    }
    for path in [
        "/search?q=Solstice+Tea&years=2",
        "/search?q=Solstice+Tea&years=2&sort=price",
    ] {
        let answer = get(&stage, path).await;
        let text = answer.text();
        assert_eq!(
            (answer.status.as_u16(), answer.header("retry-after")),
            (429, "1"),
            "{text}"
        );
        assert!(text.contains("Try again in one second"), "{text}");
        assert!(
            text.contains("value=\"Solstice Tea\"") && text.contains("value=\"2\" selected"),
            "{text}"
        );
    }
    let answer = post(&stage, &[("names", "a.com\nb.com")], None).await;
    let text = answer.text();
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (429, "1"),
        "{text}"
    );
    assert!(
        text.contains("a.com\nb.com</textarea>") && text.contains("Too many names at once"),
        "{text}"
    );
}
