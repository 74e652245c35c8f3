//! Which event makes which notice: a table of names and JSON pointers, with no room's types in it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use platform::events::Event;
use platform::{Permission, Who};
use serde_json::{Map, Value};
use web::ui::Tone;

use super::model::{NewNotice, tone_key};

/// The app's tables of what follows from events.
pub trait Rules: Send + Sync + 'static {
    /// What is told in the console's bell.
    const NOTICES: &'static [NoticeRule];
}

/// Whom a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who has the permission.
    Permission(Permission),
    /// The user whose id stands at this JSON pointer of the payload.
    User(&'static str),
}

/// When an event is worth a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Always.
    Always,
    /// When this text stands at the pointer.
    Is(&'static str, &'static str),
    /// When true or false stands at the pointer.
    Flag(&'static str, bool),
    /// When a number above this one stands at the pointer.
    Above(&'static str, i64),
    /// When anything but null stands at the pointer.
    Present(&'static str),
}

impl When {
    fn holds(self, payload: &Value) -> bool {
        let at = |pointer| payload.pointer(pointer);
        match self {
            Self::Always => true,
            Self::Is(pointer, text) => at(pointer).and_then(Value::as_str) == Some(text),
            Self::Flag(pointer, flag) => at(pointer).and_then(Value::as_bool) == Some(flag),
            Self::Above(pointer, bound) => at(pointer).and_then(Value::as_i64).is_some_and(|number| number > bound),
            Self::Present(pointer) => at(pointer).is_some_and(|value| !value.is_null()),
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug)]
pub struct NoticeRule {
    /// Name of the event.
    pub event: &'static str,
    /// When it is worth a notice: both must hold.
    pub when: When,
    /// The second condition.
    pub and: When,
    /// Not when the product itself did it: the seed of a demo, a job, the command line.
    pub only_of_people: bool,
    /// Whom it is for.
    pub audience: Audience,
    /// Message key of its title; the arguments are the payload's scalar values and `subject`.
    pub title_key: &'static str,
    /// Where it leads; `{name}` stands for an argument.
    pub href: &'static str,
    /// How it is meant.
    pub tone: Tone,
}

/// Longest text of an argument, in characters.
const MAX_ARG: usize = 200;
/// How many arguments a title may have.
const MAX_ARGS: usize = 24;
/// What stands unencoded in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

impl NoticeRule {
    /// For everybody with a permission, each time the event happens.
    pub const fn new(
        event: &'static str,
        permission: Permission,
        title_key: &'static str,
        href: &'static str,
        tone: Tone,
    ) -> Self {
        Self {
            event,
            when: When::Always,
            and: When::Always,
            only_of_people: false,
            audience: Audience::Permission(permission),
            title_key,
            href,
            tone,
        }
    }

    /// Only when this holds.
    #[must_use]
    pub const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// And only when this holds too.
    #[must_use]
    pub const fn and(mut self, when: When) -> Self {
        self.and = when;
        self
    }

    /// Only when somebody did it, not the product itself.
    #[must_use]
    pub const fn only_of_people(mut self) -> Self {
        self.only_of_people = true;
        self
    }

    /// For the user whose id stands at this JSON pointer, instead of everybody with the permission.
    #[must_use]
    pub const fn to_user(mut self, pointer: &'static str) -> Self {
        self.audience = Audience::User(pointer);
        self
    }

    /// The notice an event makes, if it makes one.
    pub(super) fn notice(&self, event: &Event) -> Option<NewNotice> {
        let of_nobody = self.only_of_people && event.actor == Who::System.to_string();
        if of_nobody || !self.when.holds(&event.payload) || !self.and.holds(&event.payload) {
            return None;
        }
        let (audience_kind, audience) = match self.audience {
            Audience::Permission(permission) => ("permission", permission.0.to_owned()),
            Audience::User(pointer) => ("user", event.payload.pointer(pointer)?.as_str()?.to_owned()),
        };
        let args = args(event);
        Some(NewNotice {
            event: event.id,
            at: event.at,
            actor: event.actor.clone(),
            title_key: self.title_key.to_owned(),
            subject: event.subject.clone(),
            audience_kind: audience_kind.to_owned(),
            audience,
            href: href(self.href, &args),
            args,
            tone: tone_key(self.tone).to_owned(),
        })
    }
}

/// Scalar values of the payload, those one level down as `outer_inner`. Payloads hold no personal values, so neither do
/// notices.
fn args(event: &Event) -> Map<String, Value> {
    let mut args = Map::new();
    for (name, value) in event.payload.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner) => {
                let named = inner.iter().map(|(own, value)| (format!("{name}_{own}"), value));
                args.extend(named.filter_map(|(name, value)| Some((name, scalar(value)?))));
            }
            value => args.extend(scalar(value).map(|value| (name.clone(), value))),
        }
    }
    args = args.into_iter().take(MAX_ARGS).collect();
    args.insert("subject".into(), event.subject.as_str().into());
    args
}

/// A text of bounded length, a whole number, or yes and no.
fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::String(text) => Some(text.chars().take(MAX_ARG).collect::<String>().into()),
        Value::Bool(flag) => Some(if *flag { "yes" } else { "no" }.into()),
        Value::Number(number) if number.is_i64() => Some(value.clone()),
        _ => None,
    }
}

/// The address with the arguments in their places; one that is missing leaves nothing behind.
fn href(template: &str, args: &Map<String, Value>) -> String {
    let mut href = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        href.push_str(before);
        let Some((name, behind)) = after.split_once('}') else {
            return href;
        };
        match args.get(name) {
            Some(Value::String(text)) => href.extend(utf8_percent_encode(text, PATH)),
            Some(value) => href.push_str(&value.to_string()),
            None => {}
        }
        rest = behind;
    }
    href.push_str(rest);
    web::local_path(&href).to_owned()
}

#[cfg(test)]
mod tests {
    use kernel::{EventId, Instant, TenantId};
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const READ: Permission = Permission("catalog.prices.read");
    const RULE: NoticeRule = NoticeRule::new(
        "catalog.prices.imported",
        READ,
        "catalog-notice-imported",
        "/console/prices/imports/{subject}?negative={negative}",
        Tone::Warn,
    );

    fn event(payload: Value) -> Event {
        Event {
            id: EventId::NONE,
            position: 1,
            tenant: TenantId::NONE,
            name: "catalog.prices.imported".into(),
            version: 1,
            subject: "imp_1".into(),
            actor: "system".into(),
            cause: None,
            trace_id: String::new(),
            at: Instant::from_micros(1),
            payload,
        }
    }

    #[test]
    fn a_rule_fills_title_and_address_from_the_payload() {
        let notice = RULE
            .notice(&event(
                json!({ "negative": 283, "rows": [1], "ok": true, "counts": { "added": 12 } }),
            ))
            .unwrap();
        assert_eq!(notice.href, "/console/prices/imports/imp_1?negative=283");
        assert_eq!(
            Value::from(notice.args),
            json!({ "negative": 283, "ok": "yes", "counts_added": 12, "subject": "imp_1" })
        );
        assert_eq!(
            (notice.audience_kind.as_str(), notice.audience.as_str()),
            ("permission", READ.0)
        );
    }

    #[test]
    fn a_condition_decides_whether_an_event_is_worth_a_notice() {
        let payload =
            json!({ "negative": 0, "kind": "customer", "known_device": false, "user": "usr_1", "none": null });
        let holds = |when| RULE.when(when).notice(&event(payload.clone())).is_some();
        assert!(!holds(When::Above("/negative", 0)) && holds(When::Above("/negative", -1)));
        assert!(holds(When::Is("/kind", "customer")) && !holds(When::Is("/kind", "staff")));
        assert!(holds(When::Flag("/known_device", false)) && !holds(When::Flag("/known_device", true)));
        let both = RULE.when(When::Is("/kind", "customer")).and(When::Present("/none"));
        assert!(both.notice(&event(payload.clone())).is_none());
        assert!(holds(When::Present("/user")) && !holds(When::Present("/none")) && !holds(When::Present("/gone")));
    }

    #[test]
    fn what_the_product_itself_did_is_worth_a_notice_unless_the_rule_says_otherwise() {
        let (by_system, mut by_ann) = (event(json!({})), event(json!({})));
        by_ann.actor = "usr_1".into();
        assert_eq!(RULE.notice(&by_ann).unwrap().actor, "usr_1");
        assert!(RULE.notice(&by_system).is_some() && RULE.only_of_people().notice(&by_system).is_none());
        assert!(RULE.only_of_people().notice(&by_ann).is_some());
    }

    #[test]
    fn a_notice_for_one_user_needs_to_know_whom() {
        let to_user = RULE.to_user("/user");
        let notice = to_user.notice(&event(json!({ "user": "usr_1" }))).unwrap();
        assert_eq!(
            (notice.audience_kind.as_str(), notice.audience.as_str()),
            ("user", "usr_1")
        );
        assert!(to_user.notice(&event(json!({}))).is_none());
    }

    proptest! {
        #[test]
        fn no_payload_leads_to_another_host(subject in any::<String>()) {
            let mut event = event(json!({}));
            event.subject = subject;
            for template in ["/console/{subject}", "{subject}", "/{subject}", "/console/x?y={subject}"] {
                let notice = NoticeRule { href: template, ..RULE }.notice(&event).unwrap();
                prop_assert_eq!(web::local_path(&notice.href), notice.href.as_str());
                prop_assert!(!notice.href.contains(['"', '<', '>', '#', ' ']));
            }
        }
    }
}
