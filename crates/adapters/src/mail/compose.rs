//! A message as bytes: headers, a text part and an HTML part.
//!
//! The same `Mail` at the same moment gives the same bytes: the `Message-ID` is our id and the boundary is made of the
//! content. No value of a mail can start a header of its own: control characters are refused, not cleaned, because a
//! subject with a line break is either a mistake or an attack.

use std::time::{Duration, SystemTime};

use kernel::Instant;
use lettre::address::{Address, Envelope};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart, SinglePart};
use platform::ports::{self, Mail};
use sha2::{Digest as _, Sha256};

/// A message and who gets it.
#[derive(Debug)]
pub(super) struct Composed {
    pub(super) envelope: Envelope,
    pub(super) bytes: Vec<u8>,
}

/// Why a mail can never be sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsendable {
    #[error("{0} holds a line break or another control character")]
    ControlCharacter(&'static str),
    #[error("{0} is no mail address")]
    Address(&'static str),
    #[error("the id cannot be part of a Message-ID")]
    Id,
    #[error("the message cannot be built: {0}")]
    Build(String),
}

/// Most characters of a subject or a name; beyond it lies nothing a reader would see.
const LONGEST_LINE: usize = 500;

/// Builds the message.
pub(super) fn compose(mail: &Mail, now: Instant) -> Result<Composed, Unsendable> {
    let from = mailbox(&mail.from, "the sender")?;
    let to = mailbox(&mail.to, "the recipient")?;
    let subject = one_line(&mail.subject, "the subject")?;
    let id = message_id(&mail.id, from.email.domain())?;
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.email.clone()])
        .map_err(|error| Unsendable::Build(error.to_string()))?;
    let parts = MultiPart::alternative()
        .boundary(boundary(mail))
        .singlepart(SinglePart::plain(mail.text.clone()))
        .singlepart(SinglePart::html(mail.html.clone()));
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .date(moment(now))
        .message_id(Some(id))
        // Auto-replies to a message no person wrote would go to nobody (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ))
        .envelope(envelope.clone())
        .multipart(parts)
        .map_err(|error| Unsendable::Build(error.to_string()))?;
    Ok(Composed {
        envelope,
        bytes: message.formatted(),
    })
}

fn mailbox(mailbox: &ports::Mailbox, what: &'static str) -> Result<Mailbox, Unsendable> {
    let name = one_line(&mailbox.name, what)?;
    let address = one_line(&mailbox.address, what)?;
    let (user, domain) = address.rsplit_once('@').ok_or(Unsendable::Address(what))?;
    // Servers that do not speak SMTPUTF8 take a domain in its ASCII form.
    let domain = idna::domain_to_ascii(domain).map_err(|_| Unsendable::Address(what))?;
    let address = Address::new(user, domain).map_err(|_| Unsendable::Address(what))?;
    Ok(Mailbox::new((!name.is_empty()).then(|| name.to_owned()), address))
}

fn one_line<'a>(text: &'a str, what: &'static str) -> Result<&'a str, Unsendable> {
    // Line and paragraph separators are no control characters, and some readers break lines at them.
    if text
        .chars()
        .any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'))
    {
        return Err(Unsendable::ControlCharacter(what));
    }
    let text = text.trim();
    Ok(text
        .char_indices()
        .nth(LONGEST_LINE)
        .map_or(text, |(end, _)| &text[..end]))
}

fn message_id(id: &str, domain: &str) -> Result<String, Unsendable> {
    let fits = |text: &str| {
        !text.is_empty()
            && text.len() <= 200
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_+".contains(&byte))
    };
    if fits(id) {
        Ok(format!("<{id}@{domain}>"))
    } else {
        Err(Unsendable::Id)
    }
}

/// Cannot occur in the parts: it would have to hold the hash of itself.
fn boundary(mail: &Mail) -> String {
    let hash = Sha256::new()
        .chain_update(&mail.id)
        .chain_update(&mail.text)
        .chain_update(&mail.html)
        .finalize();
    hash.iter()
        .take(16)
        .fold("=_".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

fn moment(now: Instant) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(now.micros()).unwrap_or(0))
}

#[cfg(test)]
pub(super) mod tests {
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    use super::*;

    pub(in crate::mail) fn sample() -> Mail {
        Mail {
            id: "eml_018f2b6a".to_owned(),
            from: ports::Mailbox {
                name: "Northwind Domains".to_owned(),
                address: "hello@northwind.example".to_owned(),
            },
            to: ports::Mailbox {
                name: "Ana Müller".to_owned(),
                address: "ana@kunde.example".to_owned(),
            },
            subject: "Ihr Angebot für müller.example".to_owned(),
            text: "Grüße\n.\nEnde\n".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
        }
    }

    fn now() -> Instant {
        "2026-11-21T09:00:00Z".parse().unwrap()
    }

    fn parsed(mail: &Mail) -> mail_parser::Message<'static> {
        let composed = compose(mail, now()).unwrap();
        MessageParser::default().parse(&composed.bytes).unwrap().into_owned()
    }

    #[test]
    fn a_message_reads_back_as_it_was_meant() {
        let message = parsed(&sample());
        assert_eq!(message.message_id(), Some("eml_018f2b6a@northwind.example"));
        assert_eq!(message.subject(), Some("Ihr Angebot für müller.example"));
        assert_eq!(message.to().unwrap().first().unwrap().name(), Some("Ana Müller"));
        assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), "Grüße\n.\nEnde\n");
        assert_eq!(message.body_html(0).unwrap(), "<p>Grüße</p>");
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-11-21T09:00:00Z");
    }

    #[test]
    fn the_same_mail_at_the_same_moment_gives_the_same_bytes() {
        assert_eq!(
            compose(&sample(), now()).unwrap().bytes,
            compose(&sample(), now()).unwrap().bytes
        );
    }

    #[test]
    fn a_line_break_in_a_header_is_refused() {
        for text in [
            "a\r\nBcc: x@y.example",
            "a\nb",
            "a\rb",
            "a\0b",
            "a\u{2028}b",
            "a\u{85}b",
        ] {
            let mut mail = sample();
            mail.subject = text.to_owned();
            assert_eq!(
                compose(&mail, now()).unwrap_err(),
                Unsendable::ControlCharacter("the subject"),
                "{text:?}"
            );
            let mut mail = sample();
            mail.to.name = text.to_owned();
            assert_eq!(
                compose(&mail, now()).unwrap_err(),
                Unsendable::ControlCharacter("the recipient"),
                "{text:?}"
            );
        }
        let mut mail = sample();
        mail.id = "a>\r\nBcc: x@y.example".to_owned();
        assert_eq!(compose(&mail, now()).unwrap_err(), Unsendable::Id);
    }

    #[test]
    fn what_is_no_address_is_refused_and_a_foreign_domain_becomes_ascii() {
        for address in [
            "",
            "ana",
            "@kunde.example",
            "ana@",
            "ana@kunde.example, eve@evil.example",
            "<ana@kunde.example>",
        ] {
            let mut mail = sample();
            mail.to.address = address.to_owned();
            assert_eq!(
                compose(&mail, now()).unwrap_err(),
                Unsendable::Address("the recipient"),
                "{address:?}"
            );
        }
        let mut mail = sample();
        mail.to.address = "ana@müller.example".to_owned();
        assert_eq!(
            compose(&mail, now()).unwrap().envelope.to()[0].to_string(),
            "ana@xn--mller-kva.example"
        );
    }

    proptest! {
        /// Whatever the fields hold, a message has the headers we gave it and one recipient, or there is no message.
        #[test]
        fn no_field_can_add_a_header_or_a_recipient(
            subject in "\\PC*|.*|[a-z\r\n:@<>,; ]{0,80}",
            name in "\\PC*|[a-z\r\n:@<>,;\" ]{0,60}",
            user in "[a-z\r\n:@<>,;\" ]{1,20}",
        ) {
            let mut mail = sample();
            mail.subject = subject;
            mail.to = ports::Mailbox { name, address: format!("{user}@kunde.example") };
            if let Ok(composed) = compose(&mail, now()) {
                prop_assert_eq!(composed.envelope.to().len(), 1);
                let message = MessageParser::default().parse(&composed.bytes).unwrap();
                let mut names: Vec<_> = message.headers_raw().map(|(name, _)| name.to_ascii_lowercase()).collect();
                names.sort();
                prop_assert_eq!(names, ["auto-submitted", "content-type", "date", "from", "message-id", "mime-version", "subject", "to"]);
                prop_assert_eq!(message.all_to().count(), 1);
            }
        }
    }
}
