//! The smallest components: badges, counts, avatars, times, hidden fields, links.

use std::fmt::Display;

use super::{Html, Icon, Tone, escape};
use crate::messages::{AsCount, AsMoment, Words};

/// A state in a word, with a dot of its colour.
pub fn badge(tone: impl Into<Tone>, text: impl Display) -> Html {
    Html::trusted(format!(
        r#"<span class="{} dot">{}</span>"#,
        tone.into().class("badge"),
        escape(text)
    ))
}

/// A remark in a word, without a dot: "Premium", "HTTPS only".
pub fn tag(tone: impl Into<Tone>, text: impl Display) -> Html {
    Html::trusted(format!(
        r#"<span class="{}">{}</span>"#,
        tone.into().class("badge"),
        escape(text)
    ))
}

/// A small number beside a link.
pub fn count(number: impl AsCount, tone: impl Into<Tone>) -> Html {
    let class = match tone.into() {
        Tone::Bad | Tone::Warn => "count count--bad",
        Tone::Brand | Tone::Info => "count count--brand",
        Tone::None | Tone::Ok => "count",
    };
    Html::trusted(format!(r#"<span class="{class}">{}</span>"#, number.count()))
}

/// The initials of a person in a circle; the name itself must stand beside it.
pub fn avatar(name: impl Display) -> Html {
    initials("avatar", &name.to_string())
}

/// The same, large.
pub fn avatar_lg(name: impl Display) -> Html {
    initials("avatar avatar--lg", &name.to_string())
}

fn initials(class: &str, name: &str) -> Html {
    let mut letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = letters.next();
    let both: String = first
        .into_iter()
        .chain(letters.next_back())
        .flat_map(char::to_uppercase)
        .collect();
    let tint = name
        .bytes()
        .fold(0usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)))
        % 5
        + 1;
    Html::trusted(format!(
        r#"<span class="{class} ah{tint}" aria-hidden="true">{}</span>"#,
        escape(both)
    ))
}

/// How long ago, kept fresh by the script, with the full time as a tooltip.
pub fn ago(words: &Words, moment: impl AsMoment, now: impl AsMoment) -> Html {
    let (stamp, full, text) = (
        words.stamp(&moment),
        words.date_time_zoned(&moment),
        words.ago(&moment, now),
    );
    Html::trusted(format!(
        r#"<time datetime="{stamp}" title="{}" data-clock="ago">{}</time>"#,
        escape(full),
        escape(text)
    ))
}

/// Date and time in the tenant's zone, the zone in the tooltip.
pub fn when(words: &Words, moment: impl AsMoment) -> Html {
    let (stamp, full, text) = (
        words.stamp(&moment),
        words.date_time_zoned(&moment),
        words.date_time(&moment),
    );
    Html::trusted(format!(
        r#"<time datetime="{stamp}" title="{}">{}</time>"#,
        escape(full),
        escape(text)
    ))
}

/// A time element with a text of its own.
pub fn stamp(words: &Words, moment: impl AsMoment, text: impl Display) -> Html {
    Html::trusted(format!(
        r#"<time datetime="{}">{}</time>"#,
        words.stamp(moment),
        escape(text)
    ))
}

/// A hidden field.
pub fn hidden(name: impl Display, value: impl Display) -> Html {
    Html::trusted(format!(
        r#"<input type="hidden" name="{}" value="{}">"#,
        escape(name),
        escape(value)
    ))
}

/// The token that proves that a form came from a page of ours. Every form that posts carries it.
pub fn csrf(token: impl Display) -> Html {
    hidden(crate::page::CSRF_FIELD, token)
}

/// The primary button of a form.
pub fn submit(label: impl Display) -> Html {
    Html::trusted(format!(
        r#"<button class="btn btn--primary">{}</button>"#,
        escape(label)
    ))
}

/// A link. Only paths of ours, `https:`, `http:`, `mailto:` and `tel:` are followed; another address goes nowhere.
pub fn link(href: impl Display, label: impl Display) -> Html {
    Html::trusted(format!(
        r#"<a href="{}">{}</a>"#,
        escape(safe_href(&href.to_string())),
        escape(label)
    ))
}

/// An address that cannot run script.
pub(super) fn safe_href(href: &str) -> &str {
    let schemes = ["https:", "http:", "mailto:", "tel:"];
    let relative = href.starts_with(['/', '?', '#', '.']) || href.is_empty();
    if relative || schemes.iter().any(|scheme| href.starts_with(scheme)) {
        href
    } else {
        "#"
    }
}

impl Icon {
    /// The same drawing, large.
    #[must_use]
    pub fn large(self) -> Html {
        Html::trusted(self.to_string().replacen("class=\"ic\"", "class=\"ic ic--lg\"", 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_the_last_name() {
        assert!(avatar("amara devi nair").as_str().ends_with(">AN</span>"));
        assert!(avatar("ops@northwind.example").as_str().ends_with(">O</span>"));
        assert!(avatar("(??)").as_str().ends_with("></span>"));
    }

    #[test]
    fn a_script_address_goes_nowhere() {
        assert_eq!(link("javascript:alert(1)", "x").as_str(), r##"<a href="#">x</a>"##);
        assert_eq!(
            link("/console?a=1&b=2", "x").as_str(),
            r#"<a href="/console?a=1&amp;b=2">x</a>"#
        );
    }
}
