//! What tells how things stand: alerts, empty states, tiles.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::small::safe_href;
use super::{Html, Icon, Tone};
use crate::charts;

/// A message in the page, with at most one thing to do about it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="{{ tone.class("alert") }}" role="{% if tone == Tone::Bad %}alert{% else %}status{% endif %}">{{ tone.icon() }}<div class="grow"><b>{{ title }}</b>{{ text }}</div>{% if let Some((href, label)) = action %}<a class="btn btn--sm" href="{{ href }}">{{ label }}</a>{% endif %}</div>"#
)]
pub struct Alert {
    tone: Tone,
    title: String,
    text: String,
    action: Option<(String, String)>,
}

impl HtmlSafe for Alert {}

impl Alert {
    /// With a title alone.
    pub fn new(tone: impl Into<Tone>, title: impl Display) -> Self {
        Self {
            tone: tone.into(),
            title: title.to_string(),
            text: String::new(),
            action: None,
        }
    }

    /// With a sentence below the title.
    #[must_use]
    pub fn text(mut self, text: impl Display) -> Self {
        self.text = text.to_string();
        self
    }

    /// With a link to what can be done.
    #[must_use]
    pub fn action(mut self, href: impl Display, label: impl Display) -> Self {
        self.action = Some((safe_href(&href.to_string()).to_owned(), label.to_string()));
        self
    }
}

/// A message of a title and a sentence.
pub fn alert(tone: impl Into<Tone>, title: impl Display, text: impl Display) -> Alert {
    Alert::new(tone, title).text(text)
}

/// What will stand here, why nothing does yet, and the quickest ways in.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="empty"><span class="art">{{ icon }}</span><h3>{{ title }}</h3><p>{{ text }}</p>{% if !ways.is_empty() %}<div class="row">{% for (href, label, class) in ways %}<a class="{{ class }}" href="{{ href }}">{{ label }}</a>{% endfor %}</div>{% endif %}</div>"#
)]
pub struct Empty {
    icon: Icon,
    title: String,
    text: String,
    ways: Vec<(String, String, &'static str)>,
}

impl HtmlSafe for Empty {}

impl Empty {
    /// With a title and an explanation.
    pub fn new(icon: impl Into<Icon>, title: impl Display, text: impl Display) -> Self {
        Self {
            icon: icon.into(),
            title: title.to_string(),
            text: text.to_string(),
            ways: Vec::new(),
        }
    }

    fn way(mut self, href: &impl Display, label: &impl Display, class: &'static str) -> Self {
        self.ways
            .push((safe_href(&href.to_string()).to_owned(), label.to_string(), class));
        self
    }

    /// With the way most will take.
    #[must_use]
    pub fn primary(self, href: impl Display, label: impl Display) -> Self {
        self.way(&href, &label, "btn btn--primary")
    }

    /// With another way.
    #[must_use]
    pub fn button(self, href: impl Display, label: impl Display) -> Self {
        self.way(&href, &label, "btn")
    }

    /// With a quiet link: a sample file, the manual.
    #[must_use]
    pub fn link(self, href: impl Display, label: impl Display) -> Self {
        self.way(&href, &label, "sm")
    }
}

/// Which way a number went; whether that is good is the sign's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Up, and good.
    Up,
    /// Down, and bad.
    Down,
    /// Neither.
    Flat,
}

/// A number with its name, its change and a drawing of how it came there.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"{% if href.is_empty() %}<div class="tile"><span class="eyebrow">{{ label }}</span>{% else %}<div class="tile"><a class="eyebrow" href="{{ href }}">{{ label }}</a>{% endif %}<span class="v">{{ value }}</span>{% if let Some((class, text)) = delta %}<span class="{{ class }}">{{ text }}</span>{% endif %}{{ spark }}</div>"#
)]
pub struct Tile {
    label: String,
    value: String,
    href: String,
    delta: Option<(&'static str, String)>,
    spark: Html,
}

impl HtmlSafe for Tile {}

impl Tile {
    /// With a name and a number.
    pub fn new(label: impl Display, value: impl Display) -> Self {
        Self {
            label: label.to_string(),
            value: value.to_string(),
            href: String::new(),
            delta: None,
            spark: Html::default(),
        }
    }

    /// With the change since the time before.
    #[must_use]
    pub fn delta(mut self, trend: Trend, text: impl Display) -> Self {
        self.delta = Some(match trend {
            Trend::Up => ("delta up", format!("▲ {text}")),
            Trend::Down => ("delta down", format!("▼ {text}")),
            Trend::Flat => ("delta", text.to_string()),
        });
        self
    }

    /// With a drawing of the values and what it shows in words.
    #[must_use]
    pub fn spark(mut self, values: &[i64], tone: impl Into<Tone>, title: impl Display) -> Self {
        self.spark = charts::sparkline(values, tone.into(), &title.to_string());
        self
    }

    /// Leads to what it counts.
    #[must_use]
    pub fn href(mut self, href: impl Display) -> Self {
        safe_href(&href.to_string()).clone_into(&mut self.href);
        self
    }
}

/// Tiles side by side.
pub fn tiles(tiles: impl IntoIterator<Item = Tile>) -> Html {
    let inner = Html::join(tiles.into_iter().map(|tile| Html::of(&tile)));
    Html::trusted(format!(r#"<div class="tiles">{inner}</div>"#))
}
