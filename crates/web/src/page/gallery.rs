//! The gallery: every component once, in its awkward states, with made-up content. For those who write pages; its own
//! texts are content of the example and stay in English.

use askama::Template;

use crate::charts::{Bars, Change, Group, Histogram, Steps as StepChart, bars, histogram, steps};
use crate::messages::{AsMoment, Words};
use crate::ui::{
    self, Alert, Chips, Empty, Field, FormErrors, Html, Icon, ListQuery, Mark, Pager, Progress, SearchBox, Steps, Tabs,
    Tile, Timeline, Tone, Trend, Views,
};

const DAY: i64 = 86_400_000_000;
const LONG: &str =
    "Grußbüro für außergewöhnlich lange Firmennamen, Donaudampfschifffahrtselektrizitätenhauptbetriebswerk & Söhne";

/// The body of the gallery, for the console's shell.
#[derive(Template)]
#[template(path = "page/gallery.html")]
pub struct Gallery<'a> {
    w: &'a Words,
    now: i64,
    errors: FormErrors,
    broken: Vec<Field>,
    fields: Vec<Field>,
    empty: Empty,
    list: ListQuery,
    views: Views,
    search: SearchBox,
    chips: Chips,
    pager: Pager,
    rows: Vec<Row>,
    tabs: Tabs,
    steps: Steps,
    tiles: Html,
    timeline: Timeline,
    progress: Progress,
    alerts: Vec<Alert>,
    price: Html,
    sales: Html,
    margins: Html,
}

struct Row {
    id: u32,
    name: &'static str,
    registrar: &'static str,
    minor: i64,
    cost: i64,
    tone: Tone,
    margin: i64,
    synced: i64,
}

impl<'a> Gallery<'a> {
    /// The gallery at a moment.
    pub fn new(w: &'a Words, now: impl AsMoment) -> Self {
        let now = now.micros();
        let list = ListQuery::new("/console/components")
            .param("q", "")
            .param("sort", "-price");
        Self {
            w,
            now,
            errors: FormErrors::from_lines(w, wrong()),
            broken: broken(),
            fields: fields(),
            empty: Empty::new(
                Icon::Table,
                "No rate lists yet",
                "Rate lists turn supplier contracts into prices by season. With one loaded, quotes cost themselves.",
            )
            .primary("#empty", "Import CSV")
            .button("#empty", "Enter by hand")
            .link("#empty", "Sample file"),
            views: Views::new("Saved views")
                .view(list.with("view", ""), "All", Some(512), true)
                .view(list.with("view", "loss"), "Below cost", Some(1), false)
                .view(list.with("view", "low"), "Under 5%", Some(6), false)
                .view(list.with("view", "stale"), "Stale", Some(2), false),
            search: SearchBox::new(&list, "Filter endings").swap("#gallery-table"),
            chips: Chips::new()
                .set("Status: Failed", list.href())
                .set("Owner: me", list.href())
                .add("Filter", list.href()),
            pager: Pager::new(w, 1, 5, 512)
                .next(list.with("after", "abc"))
                .note("Sale over cost, margin on sale"),
            list,
            rows: rows(now),
            tabs: Tabs::new("Domain")
                .tab("#tabs", "Overview", None, true)
                .tab("#tabs", "DNS", Some(4), false)
                .tab("#tabs", "Contacts", None, false)
                .tab("#tabs", "Transfer out", None, false)
                .tab("#tabs", "History", None, false),
            steps: Steps::new("Checkout").done("Cart", "#tabs").now("Owner").later("Pay"),
            tiles: tiles(w),
            timeline: timeline(w, now),
            progress: Progress::new("p-import", 312, 512, "312 of 512, about 1 min left"),
            alerts: alerts(),
            price: price(w, now),
            sales: sales(w),
            margins: margins(w),
        }
    }
}

fn wrong() -> Vec<(String, String)> {
    let line = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    vec![
        line("from", "Start date must be after today, 21 Nov 2026"),
        line("price", "Price must be a number, such as 1,179 or 1179.50"),
    ]
}

fn broken() -> Vec<Field> {
    let errors = wrong();
    vec![
        Field::date("from", "Starts on")
            .value("2026-11-01")
            .error(Some(errors[0].1.clone())),
        Field::money("price", "Register", "₹")
            .value("11.79.00")
            .hint("Per year, before tax")
            .error(Some(errors[1].1.clone())),
    ]
}

fn fields() -> Vec<Field> {
    let zones = [
        ("Asia/Kolkata", "Asia/Kolkata, +05:30"),
        ("Europe/Berlin", "Europe/Berlin, +01:00"),
    ];
    vec![
        Field::text("company", "Company")
            .value(LONG)
            .required()
            .autocomplete("organization"),
        Field::email("email", "E-mail")
            .value("amara@northwind.example")
            .autocomplete("email"),
        Field::password("password", "Password")
            .hint("At least 12 characters")
            .autocomplete("new-password"),
        Field::money("deposit", "Deposit", "₹")
            .value("1,01,760")
            .hint("30% of the total"),
        Field::money("markup", "Markup", "%").value("14"),
        Field::select("zone", "Time zone", &zones).value("Europe/Berlin"),
        Field::file("file", "Price list")
            .accept(".csv")
            .hint("CSV, at most 20 MB"),
        Field::textarea("note", "Note")
            .value("First line\nSecond line")
            .hint("Markdown is shown as text"),
        Field::choices(
            "pace",
            "Renewals",
            &[("auto", "Renew by themselves"), ("ask", "Ask first")],
        )
        .value("ask")
        .hint("Holds from the next one"),
        Field::check("terms", "The terms were read").checked(true),
        Field::switch("wallet", "Auto-renew from wallet").checked(true),
        Field::text("locked", "Locked")
            .value("Cannot be changed")
            .attr("readonly", ""),
    ]
}

fn rows(now: i64) -> Vec<Row> {
    let row = |id, name, registrar, minor, cost, tone, margin, minutes: i64| Row {
        id,
        name,
        registrar,
        minor,
        cost,
        tone,
        margin,
        synced: now - minutes * 60_000_000,
    };
    vec![
        row(1, ".com", "Registrar A", 109_900, 90_670, Tone::Ok, 175_000, 11),
        row(2, ".io", "Registrar A", 389_900, 397_800, Tone::Bad, -20_260, 11),
        row(3, ".ai", "Registrar A", 649_900, 618_800, Tone::Warn, 47_900, 4),
        row(4, ".in", "Registrar B", 59_900, 48_900, Tone::Ok, 183_600, 0),
        row(
            5,
            ".xn--11b4c3d.verylongending",
            LONG,
            5_990_000_000,
            4_890_000_000,
            Tone::Ok,
            183_600,
            26 * 60,
        ),
    ]
}

fn tiles(w: &Words) -> Html {
    ui::tiles([
        Tile::new("Wallet float", w.money(81_240_000, 2, "INR"))
            .delta(Trend::Up, "3.1%")
            .spark(&[3, 4, 4, 5, 5, 6, 6, 7], Tone::None, "Rising"),
        Tile::new("Expiring, 30 days", w.number(148))
            .delta(Trend::Down, "61% on auto-renew")
            .spark(&[9, 7, 7, 5, 7, 5, 3, 3], Tone::Bad, "Falling"),
        Tile::new("Median first reply", "1 h 12 m")
            .delta(Trend::Up, "97% inside SLA")
            .spark(&[3, 4, 6, 7, 9], Tone::Ok, "Rising")
            .href("#tiles"),
        Tile::new("Nothing measured yet", "–").delta(Trend::Flat, "since today"),
    ])
}

fn timeline(w: &Words, now: i64) -> Timeline {
    Timeline::new()
        .item(
            Mark::Next,
            "₹1,179 from 1 Jan 2027",
            "Renew ₹1,249. Follows the cost.",
            Some((now - 90 * 60_000_000, w)),
        )
        .badge(Tone::Ok, "17.7%")
        .item(
            Mark::Now,
            "₹1,099 since 1 Aug 2026",
            "In force and locked.",
            None::<(i64, &Words)>,
        )
        .badge(Tone::Ok, "17.5%")
        .item(
            Mark::Bad,
            "Sync failed",
            "HTTP 429, 3 of 3 attempts.",
            Some((now - DAY, w)),
        )
        .item(
            Mark::Past,
            "₹1,049 from 1 Apr",
            "Ended 31 Jul 2026.",
            None::<(i64, &Words)>,
        )
}

fn alerts() -> Vec<Alert> {
    vec![
        ui::alert(
            Tone::Bad,
            ".io sells below cost",
            "Cost went to $45.00 on 18 Nov. Registration at ₹3,899 loses ₹79 a name.",
        )
        .action("#alerts", "Fix price"),
        ui::alert(
            Tone::Warn,
            "14 renewals stopped at the registrar’s rate limit",
            "First name expires in 6 days; safe to retry now.",
        ),
        ui::alert(
            Tone::Info,
            "17.7% on registration, 22.4% on renewal",
            "Names already paid for keep their price.",
        ),
        ui::alert(
            Tone::Ok,
            "346 prices imported",
            "283 of them sell below cost in the first year.",
        ),
        ui::alert(Tone::Brand, "Have a list?", LONG),
    ]
}

fn price(w: &Words, now: i64) -> Html {
    let at = |days: i64, value: i64| Change {
        at: now + days * DAY,
        value,
    };
    let sale = [at(-400, 99_900), at(-235, 104_900), at(-112, 109_900), at(41, 117_900)];
    let cost = [at(-400, 84_500), at(-160, 86_200), at(-70, 90_700), at(41, 97_000)];
    let (label, date) = (|value: i64| w.money(value, 2, "INR"), |at: i64| w.month(at));
    steps(&StepChart {
        title: ".com registration: ₹1,099 over a cost of ₹907 today, ₹1,179 over ₹970 from January",
        sale: &sale,
        cost: &cost,
        span: (now - 325 * DAY, now + 225 * DAY),
        now,
        today: "Today",
        label: &label,
        date: &date,
    })
}

fn sales(w: &Words) -> Html {
    let weeks = [
        (182, 410),
        (190, 352),
        (176, 388),
        (201, 446),
        (214, 402),
        (208, 471),
        (222, 520),
        (219, 512),
        (240, 566),
        (236, 548),
        (244, 610),
        (262, 655),
    ];
    let group = |(index, (names, trips)): (usize, &(i64, i64))| Group {
        label: format!("W{}", 36 + index),
        title: format!("Week {}: names ₹{names},000, trips ₹{trips},000", 36 + index),
        values: vec![*trips * 1000, *names * 1000],
    };
    let groups: Vec<Group> = weeks.iter().enumerate().map(group).collect();
    bars(&Bars {
        title: "Net sales rose in nine of twelve weeks",
        groups: &groups,
        label: &|value| w.number(value),
    })
}

fn margins(w: &Words) -> Html {
    let range = |label: &str, number: i64| (label.to_owned(), format!("{number} endings around {label}"), number);
    let ranges = [
        range("−40", 41),
        range("−20", 122),
        range("0", 120),
        range("10", 33),
        range("20", 21),
        range("30", 9),
    ];
    histogram(&Histogram {
        title: "283 of 346 endings sell below cost",
        ranges: &ranges,
        below_zero: 3,
        label: &|value| w.number(value),
    })
}
