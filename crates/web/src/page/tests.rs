//! The frames, rendered whole: their promises hold in every shell, scheme and language.

use askama::Template;

use super::gallery::Gallery;
use super::*;
use crate::messages::{Messages, PSEUDO};
use crate::problem::ProblemView;
use crate::ui::Icon;

const NOW: i64 = 1_795_232_400_000_000;
const EVIL: &str = "</title><script>alert(1)</script>";

#[derive(Template)]
#[template(ext = "html", source = "<h1>{{ title }}</h1>")]
struct Body<'a> {
    title: &'a str,
}

fn tenant() -> Tenant {
    Tenant {
        name: "Northwind".into(),
        kind: "Domain reseller".into(),
        slug: "northwind".into(),
        theme: Theme::new(175, 100, 200),
        logo: None,
    }
}

pub(crate) fn shell(words: Words) -> Shell {
    let place = |label: &str, href: &str, icon| NavItem::new(label, href, icon);
    Shell {
        words,
        path: "/console/prices".into(),
        csrf: "token".into(),
        tenant: tenant(),
        places: vec![place("Open the storefront", "/", Icon::Globe)],
        user: User {
            name: "Amara Nair".into(),
            role: "Owner".into(),
            picture: None,
        },
        nav: vec![
            NavSection {
                title: String::new(),
                items: vec![place("Today", "/console", Icon::Home).keys("g h")],
            },
            NavSection {
                title: "Domains".into(),
                items: vec![
                    place("TLD prices", "/console/prices", Icon::Tag)
                        .keys("g p")
                        .count(283, Tone::Bad),
                ],
            },
        ],
        foot: vec![place("Users", "/console/users", Icon::People)],
        quick: vec![place("Price change", "/console/prices/new", Icon::Tag).keys("c p")],
        notices: Notices {
            unread: 3,
            items: vec![place("14 renewals failed", "/console/jobs", Icon::Warning)],
        },
        flash: Some(Flash::done("Saved")),
        scheme: Scheme::Dark,
        keys: true,
    }
}

fn public_shell(words: Words) -> PublicShell {
    PublicShell {
        words,
        path: "/".into(),
        csrf: String::new(),
        tenant: tenant(),
        nav: vec![Link::new("/", "Search"), Link::new("/bulk", "Bulk")],
        choices: Some(Choices {
            label: "INR".into(),
            links: vec![(Link::new("?currency=INR", "Rupee"), true)],
        }),
        customer: None,
        account: Vec::new(),
        cart: Some(("/cart".into(), 2)),
        imprint: "Northwind, Kolkata".into(),
        legal: vec![Link::new("/privacy", "Privacy")],
        flash: None,
        scheme: Scheme::System,
    }
}

fn words() -> Words {
    Messages::new(&[]).unwrap().words("en-US")
}

/// Every kind of page, by name.
fn pages(words: &Words) -> Vec<(&'static str, String)> {
    let view = |status: u16| ProblemView {
        status,
        title: words.t(&format!("error-title-{status}")),
        detail: EVIL.into(),
        fields: vec![EVIL.into()],
        trace_id: "0af7651916cd43dd8448eb211c80319c".into(),
        sign_in: (status == 401).then(|| "/sign-in?next=%2F".to_owned()),
        site: None,
        console: true,
    };
    let body = Body { title: EVIL };
    let head = Head::new(EVIL).crumb(EVIL, "/console").describe(EVIL);
    let mut pages = vec![
        ("console", console(&shell(words.clone()), &head, &body).unwrap()),
        (
            "gallery",
            console(&shell(words.clone()), &Head::new("Gallery"), &Gallery::new(words, NOW)).unwrap(),
        ),
        ("public", public(&public_shell(words.clone()), &head, &body).unwrap()),
        (
            "plain",
            plain(&PlainShell::of(words.clone(), &tenant()), &head, &body).unwrap(),
        ),
    ];
    pages.extend(
        [400, 401, 403, 404, 409, 413, 422, 429, 500, 503].map(|status| ("error", error_page(words, &view(status)))),
    );
    pages
}

#[test]
fn no_page_carries_inline_style_script_or_handler() {
    for (name, html) in pages(&words()) {
        assert!(!html.contains("style=") && !html.contains("<style"), "{name}");
        assert_eq!(html.matches("<script").count(), 1, "{name}: only the one module");
        assert!(html.contains(r#"<script type="module" src="/a/ui-"#), "{name}");
        assert!(!html.contains("onclick") && !html.contains("onerror"), "{name}");
    }
}

#[test]
fn hostile_text_stays_text_in_every_frame() {
    for (name, html) in pages(&words()) {
        assert!(!html.contains("<script>alert"), "{name}");
    }
}

#[test]
fn every_page_has_one_heading_one_main_and_a_way_past_the_menu() {
    for (name, html) in pages(&words()) {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        assert!(
            html.contains(r##"<a class="skip" href="#main">"##) && html.contains(r#"id="main""#),
            "{name}"
        );
    }
}

#[test]
fn ids_are_given_once() {
    for (name, html) in pages(&words()) {
        let mut ids: Vec<&str> = html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        ids.sort_unstable();
        let doubles: Vec<&str> = ids
            .windows(2)
            .filter(|pair| pair[0] == pair[1])
            .map(|pair| pair[0])
            .collect();
        assert_eq!(doubles, Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn every_page_renders_in_the_stretched_language_with_no_key_missing() {
    let messages = Messages::new(&[]).unwrap().with_pseudo();
    for (name, html) in pages(&messages.words(PSEUDO)) {
        assert!(html.contains(r#"lang="en-XA""#) && !html.contains('⟨'), "{name}");
        assert!(
            !html.contains(">Skip to content<"),
            "{name}: a text that does not pass through the message files"
        );
    }
    assert_eq!(messages.missing(), Vec::<String>::new());
}

#[test]
fn a_refused_form_says_so_in_the_title() {
    let html = console(
        &shell(words()),
        &Head::new("Schedule a price").refused(),
        &Body { title: "x" },
    )
    .unwrap();
    assert!(
        html.contains("<title>Error: Schedule a price · Northwind console</title>"),
        "{html}"
    );
}

#[test]
fn the_current_place_and_the_colours_are_marked() {
    let html = console(&shell(words()), &Head::new("Prices"), &Body { title: "x" }).unwrap();
    assert!(
        html.contains(r#"<a href="/console/prices" aria-current="page" data-keys="g p">"#),
        "{html}"
    );
    assert!(html.contains(r#"href="/theme/northwind-175.100.200.css""#) && html.contains(r#"data-theme="dark""#));
    assert!(html.contains("3 unread notices") && html.contains(r#"<span class="count count--bad">283</span>"#));
}

#[test]
fn settings_are_one_place_of_the_menu_and_each_one_of_the_palette() {
    let page = |path: &str| {
        let shell = Shell {
            path: path.into(),
            ..shell(words())
        };
        console(&shell, &Head::new("x"), &Body { title: "x" }).unwrap()
    };
    let html = page("/console/users/usr_1");
    assert!(
        html.contains(r#"<a href="/console/settings" aria-current="true">"#),
        "{html}"
    );
    assert_eq!(html.matches(r#"href="/console/users""#).count(), 1, "{html}");
    assert!(page("/console/settings").contains(r#"<a href="/console/settings" aria-current="page">"#));
    assert!(!page("/console/prices").contains(r#"href="/console/settings" aria-current"#));
}

#[test]
fn a_keys_list_has_the_frames_own_and_those_of_the_menu() {
    let shell = shell(words());
    let html = KeysBody::new(&shell.words, shell.quick.iter()).to_string();
    assert!(
        html.contains("Price change") && html.contains("<kbd class=\"kbd\">?</kbd>"),
        "{html}"
    );
}

#[test]
fn the_frame_of_a_console_page_stays_small() {
    let html = console(&shell(words()), &Head::new("Prices"), &Body { title: "x" }).unwrap();
    assert!(html.len() < 16 * 1024, "{}", html.len());
}
