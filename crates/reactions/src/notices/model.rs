//! A notice.

use kernel::{EventId, Instant, NoticeId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use web::messages::{Value as Arg, Words};
use web::ui::{Icon, Tone};

/// What an event tells, before it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NewNotice {
    /// The event.
    pub event: EventId,
    /// When it happened.
    pub at: Instant,
    /// Who did it, as the event says. Notices still queued from before this was kept say nothing.
    #[serde(default)]
    pub actor: String,
    /// Message key of the title.
    pub title_key: String,
    /// The printed id of what it is about.
    pub subject: String,
    /// `permission` or `user`.
    pub audience_kind: String,
    /// The permission's name or the user's id.
    pub audience: String,
    /// Arguments of the title.
    pub args: Map<String, Value>,
    /// Where it leads.
    pub href: String,
    /// How it is meant.
    pub tone: String,
}

/// A line in the bell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// Message key of the title.
    pub title_key: String,
    /// Arguments of the title.
    pub args: Map<String, Value>,
    /// Where it leads.
    pub href: String,
    /// How it is meant.
    pub tone: Tone,
    /// How often it happened.
    pub times: i64,
    /// When it happened last.
    pub created_at: Instant,
}

/// A notice, and whether the person has read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The notice.
    pub notice: Notice,
    /// Whether it was read.
    pub read: bool,
}

/// What the bell shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unread {
    /// How many are unread.
    pub count: u64,
    /// The newest few of them.
    pub latest: Vec<Notice>,
}

impl Notice {
    /// The title in somebody's language.
    pub fn title(&self, words: &Words) -> String {
        let args: Vec<(&str, Arg<'_>)> = self
            .args
            .iter()
            .map(|(name, value)| (name.as_str(), arg(value)))
            .collect();
        words.args(&self.title_key, &args)
    }

    /// The drawing that goes with the tone.
    pub fn icon(&self) -> Icon {
        match self.tone {
            Tone::Ok => Icon::Check,
            Tone::Warn | Tone::Bad => Icon::Warning,
            Tone::None | Tone::Info | Tone::Brand => Icon::Info,
        }
    }
}

fn arg(value: &Value) -> Arg<'_> {
    match value {
        Value::Number(number) => Arg::from(number.as_i64().unwrap_or_default()),
        Value::String(text) => Arg::from(text.as_str()),
        other => Arg::from(other.to_string()),
    }
}

const TONES: [(Tone, &str); 6] = [
    (Tone::None, "none"),
    (Tone::Ok, "ok"),
    (Tone::Warn, "warn"),
    (Tone::Bad, "bad"),
    (Tone::Info, "info"),
    (Tone::Brand, "brand"),
];

/// A tone as the database and the API write it.
pub(crate) fn tone_key(tone: Tone) -> &'static str {
    TONES
        .iter()
        .find(|(known, _)| *known == tone)
        .map_or("none", |(_, key)| key)
}

pub(crate) fn tone_of(key: &str) -> Tone {
    TONES
        .iter()
        .find(|(_, known)| *known == key)
        .map_or(Tone::None, |(tone, _)| *tone)
}
