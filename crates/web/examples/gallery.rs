//! Serves the gallery and the frames on loopback, under the policy the product holds: `cargo run -p web --example gallery`.
//! `/`, `/public`, `/plain`, `/error/404`; `?lang=en-XA` stretches the words.

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{Html, Response};
use axum::routing::get;
use web::messages::{Messages, Words};
use web::page::{self, gallery::Gallery};
use web::ui::{Field, FormErrors, Icon, Tone};
use web::{ProblemView, assets, theme::Theme};

const NOW: i64 = 1_795_232_400_000_000;
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(
    ext = "html",
    source = "{{ errors }}<h1>Sign in</h1><form method=\"post\" novalidate class=\"stack g4\">{{ email }}{{ password }}{{ web::ui::submit(\"Sign in\") }}</form>"
)]
struct SignIn {
    errors: FormErrors,
    email: Field,
    password: Field,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<div class="band"><div class="wrap stack g4"><form class="bigsearch" role="search" action="/public">{{ Icon::Search.large() }}<label class="sr" for="q">Name to look for</label><input id="q" name="q" type="search" value="solsticetea" autocomplete="off"><button class="btn btn--primary btn--lg">Search</button></form><h1 class="sr">Results</h1></div></div>"#
)]
struct Search;

type Asked = Query<HashMap<String, String>>;

fn words(asked: &HashMap<String, String>) -> Words {
    let messages = Messages::new(&[]).expect("web's own words parse").with_pseudo();
    let words = messages
        .words(asked.get("lang").map_or("en-US", String::as_str))
        .region("en-IN");
    words.zone(jiff::tz::TimeZone::get("Asia/Kolkata").expect("a zone of the bundled database"))
}

fn tenant() -> page::Tenant {
    page::Tenant {
        name: "Northwind".into(),
        kind: "Reseller console".into(),
        slug: "northwind".into(),
        theme: Theme::default(),
        logo: None,
    }
}

fn shell(words: Words) -> page::Shell {
    let item = page::NavItem::new;
    page::Shell {
        words,
        path: "/console/components".into(),
        csrf: "token".into(),
        tenant: tenant(),
        places: vec![
            item("Open the storefront", "/public", Icon::Globe),
            item("Company and brand", "#", Icon::Building),
        ],
        user: page::User {
            name: "Amara Nair".into(),
            role: "Owner".into(),
            picture: None,
        },
        nav: vec![
            page::NavSection {
                title: String::new(),
                items: vec![
                    item("Today", "/", Icon::Home).keys("g h"),
                    item("Customers", "#", Icon::People),
                ],
            },
            page::NavSection {
                title: "Domains".into(),
                items: vec![
                    item("Orders", "#o", Icon::Cart),
                    item("Domains", "#d", Icon::Globe),
                    item("TLD prices", "/console/prices", Icon::Tag)
                        .keys("g p")
                        .count(283, Tone::Bad),
                    item("Gallery", "/console/components", Icon::Table).keys("g t"),
                ],
            },
            page::NavSection {
                title: "Operate".into(),
                items: vec![
                    item("Jobs", "/console/jobs", Icon::Layers)
                        .keys("g j")
                        .count(14, Tone::Bad),
                    item("Audit log", "#a", Icon::Shield),
                ],
            },
        ],
        foot: vec![item("Settings", "/console/settings", Icon::Gear)],
        quick: vec![
            item("Customer", "#", Icon::People).keys("c c"),
            item("Price change", "#", Icon::Tag).keys("c p"),
        ],
        notices: page::Notices {
            unread: 3,
            items: vec![
                item("14 renewals failed: registrar rate limit", "#", Icon::Warning),
                item(".io sells below cost", "#", Icon::Tag),
            ],
        },
        flash: Some(page::Flash {
            tone: Tone::Ok,
            text: "Prices imported".into(),
            undo: Some("/undo".into()),
        }),
        scheme: page::Scheme::System,
        keys: true,
    }
}

async fn console(Query(asked): Asked) -> Html<String> {
    let shell = shell(words(&asked));
    let head = page::Head::new("Component gallery").crumb("Settings", "/console/settings");
    Html(page::console(&shell, &head, &Gallery::new(&shell.words, NOW)).expect("the gallery renders"))
}

async fn public(Query(asked): Asked) -> Html<String> {
    let words = words(&asked);
    let shell = page::PublicShell {
        words,
        path: "/public".into(),
        csrf: String::new(),
        tenant: page::Tenant {
            theme: Theme::new(175, 100, 200),
            ..tenant()
        },
        nav: vec![
            page::Link::new("/public", "Search"),
            page::Link::new("/bulk", "Bulk"),
            page::Link::new("/prices", "Prices"),
        ],
        choices: Some(page::Choices {
            label: "INR · English".into(),
            links: vec![
                (page::Link::new("?c=INR", "₹ Indian rupee"), true),
                (page::Link::new("?c=USD", "$ US dollar"), false),
            ],
        }),
        customer: None,
        account: Vec::new(),
        cart: Some(("/cart".into(), 2)),
        imprint: "Northwind, an independent reseller. Kolkata, India".into(),
        legal: vec![
            page::Link::new("/prices", "All prices"),
            page::Link::new("/privacy", "Privacy"),
        ],
        flash: None,
        scheme: page::Scheme::System,
    };
    Html(page::public(&shell, &page::Head::new("Names"), &Search).expect("the page renders"))
}

async fn plain(Query(asked): Asked) -> Html<String> {
    let words = words(&asked);
    let errors = FormErrors::of(
        &words,
        &kernel::Problem::refused("invalid_fields").field("/email", "required"),
    );
    let email = Field::email("email", "E-mail")
        .error(errors.get("email"))
        .autocomplete("username");
    let body = SignIn {
        email,
        password: Field::password("password", "Password").autocomplete("current-password"),
        errors,
    };
    let shell = page::PlainShell::of(words, &tenant());
    Html(page::plain(&shell, &page::Head::new("Sign in").refused(), &body).expect("the page renders"))
}

async fn error(Path(status): Path<u16>, Query(asked): Asked) -> Html<String> {
    let words = words(&asked);
    let view = ProblemView {
        status,
        title: words.t(&format!("error-title-{status}")),
        detail: words.t("error-not_found"),
        fields: Vec::new(),
        trace_id: "0af7651916cd43dd8448eb211c80319c".into(),
        sign_in: (status == 401).then(|| "/plain".to_owned()),
        site: None,
        console: true,
    };
    Html(page::error_page(&words, &view))
}

async fn policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert("content-security-policy", POLICY.parse().expect("a header value"));
    response
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let pages = Router::new()
        .route("/", get(console))
        .route("/public", get(public))
        .route("/plain", get(plain))
        .route("/error/{status}", get(error));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8792").await?;
    println!("http://{}", listener.local_addr()?);
    axum::serve(listener, pages.merge(assets::router()).layer(from_fn(policy))).await
}
