//! What tells how things stand: alerts, empty states, tiles, steps, timelines, progress.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::small::safe_href;
use super::{Html, Icon, Tone};
use crate::charts;
use crate::messages::{AsCount, AsMoment, Words};

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

#[derive(Clone, Debug)]
struct Step {
    text: String,
    href: String,
    done: bool,
    now: bool,
}

/// The steps of something that takes several pages.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<ol class="steps" aria-label="{{ label }}">{% for step in steps %}<li{% if step.done %} class="done"{% endif %}{% if step.now %} aria-current="step"{% endif %}>{% if step.href.is_empty() %}<span class="row row--nowrap g2">{% else %}<a href="{{ step.href }}">{% endif %}<i>{% if step.done %}{{ Icon::Check }}{% else %}{{ loop.index }}{% endif %}</i>{{ step.text }}{% if step.href.is_empty() %}</span>{% else %}</a>{% endif %}</li>{% endfor %}</ol>"#
)]
pub struct Steps {
    label: String,
    steps: Vec<Step>,
}

impl HtmlSafe for Steps {}

impl Steps {
    /// None yet, with a name for those who hear the page.
    pub fn new(label: impl Display) -> Self {
        Self {
            label: label.to_string(),
            steps: Vec::new(),
        }
    }

    fn step(mut self, text: &impl Display, href: &str, done: bool, now: bool) -> Self {
        self.steps.push(Step {
            text: text.to_string(),
            href: href.to_owned(),
            done,
            now,
        });
        self
    }

    /// A step that is done and can be gone back to; an empty address means it cannot.
    #[must_use]
    pub fn done(self, text: impl Display, href: impl Display) -> Self {
        let href = href.to_string();
        self.step(&text, safe_href(&href), true, false)
    }

    /// The step on this page.
    #[must_use]
    pub fn now(self, text: impl Display) -> Self {
        self.step(&text, "", false, true)
    }

    /// A step still to come.
    #[must_use]
    pub fn later(self, text: impl Display) -> Self {
        self.step(&text, "", false, false)
    }
}

/// How an entry of a timeline stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Over.
    Past,
    /// In force.
    Now,
    /// Scheduled.
    Next,
    /// Went well.
    Ok,
    /// Wants a look.
    Warn,
    /// Went wrong.
    Bad,
}

impl Mark {
    const fn class(self) -> &'static str {
        match self {
            Self::Past => "",
            Self::Now => "is-now",
            Self::Next => "is-next",
            Self::Ok => "is-ok",
            Self::Warn => "is-warn",
            Self::Bad => "is-bad",
        }
    }
}

#[derive(Clone, Debug)]
struct Entry {
    mark: Mark,
    title: String,
    badge: Option<Html>,
    text: String,
    time: Option<Html>,
}

/// What happened, or will, newest first.
#[derive(Clone, Debug, Default, Template)]
#[template(
    ext = "html",
    source = r#"<ol class="tl">{% for entry in entries %}<li{% if !entry.mark.class().is_empty() %} class="{{ entry.mark.class() }}"{% endif %}>{% if let Some(badge) = entry.badge %}<div class="row row--between"><b>{{ entry.title }}</b>{{ badge }}</div>{% else %}<b>{{ entry.title }}</b> {% endif %}<span class="soft">{{ entry.text }}</span>{% if let Some(time) = entry.time %}<br>{{ time }}{% endif %}</li>{% endfor %}</ol>"#
)]
pub struct Timeline {
    entries: Vec<Entry>,
}

impl HtmlSafe for Timeline {}

impl Timeline {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With an entry, and its time if it has one of its own.
    #[must_use]
    pub fn item<M: AsMoment>(
        mut self,
        mark: Mark,
        title: impl Display,
        text: impl Display,
        at: Option<(M, &Words)>,
    ) -> Self {
        let time = at.map(|(moment, words)| super::when(words, moment));
        self.entries.push(Entry {
            mark,
            title: title.to_string(),
            badge: None,
            text: text.to_string(),
            time,
        });
        self
    }

    /// With a badge beside the last entry's title.
    #[must_use]
    pub fn badge(mut self, tone: impl Into<Tone>, text: impl Display) -> Self {
        if let Some(last) = self.entries.last_mut() {
            last.badge = Some(super::badge(tone, text));
        }
        self
    }
}

/// How far long work has come. The element carries an id, so that a patch can replace it.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<div class="stack g1" id="{{ id }}"><div class="row row--between sm"><span>{{ text }}</span><span class="muted tnum">{{ percent }}%</span></div><progress class="prog" max="{{ total }}" value="{{ done }}" aria-label="{{ text }}"></progress></div>"#
)]
pub struct Progress {
    id: String,
    text: String,
    done: i64,
    total: i64,
    percent: i64,
}

impl HtmlSafe for Progress {}

impl Progress {
    /// So many of so many, said in words: "312 of 512, about 1 min left".
    pub fn new(id: impl Display, done: impl AsCount, total: impl AsCount, text: impl Display) -> Self {
        let total = total.count().max(1);
        let done = done.count().clamp(0, total);
        Self {
            id: id.to_string(),
            text: text.to_string(),
            done,
            total,
            percent: done.saturating_mul(100) / total,
        }
    }
}
