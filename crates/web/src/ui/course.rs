//! How things run: steps to go, what happened and will, how far long work has come.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::small::safe_href;
use super::{Html, Icon, Tone};
use crate::messages::{AsCount, AsMoment, Words};

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
