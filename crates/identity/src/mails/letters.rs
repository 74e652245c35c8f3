//! What our mails say: subject, text and HTML side by side, made from one letter.

use askama::Template;
use web::messages::Words;

use crate::links::Purpose;

/// A mail's words before they are set as text and as HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// The paragraphs before the button.
    pub paragraphs: Vec<String>,
    /// What the button says and where it leads.
    pub button: Option<(String, String)>,
    /// The small print after it.
    pub footnotes: Vec<String>,
    /// Whose mail it is.
    pub company: String,
}

/// A mail ready to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mails/letter.html")]
struct Html<'a> {
    letter: &'a Letter,
    language: &'a str,
}

#[derive(Template)]
#[template(path = "mails/letter.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

impl Letter {
    /// Sets the letter as text and as HTML.
    ///
    /// # Errors
    /// Never in practice: the templates have no failing parts.
    pub fn render(&self, language: &str) -> platform::Result<Rendered> {
        let html = Html { letter: self, language }
            .render()
            .map_err(platform::Error::internal)?;
        let text = Text { letter: self }.render().map_err(platform::Error::internal)?;
        Ok(Rendered {
            subject: one_line(&self.subject),
            text,
            html,
        })
    }

    /// What brings a link: why it was sent, how long it is good. Nothing for a purpose that is never mailed.
    pub fn link(w: &Words, purpose: Purpose, company: &str, name: &str, url: &str) -> Option<Self> {
        let (key, minutes_each) = match purpose {
            Purpose::Verify => ("identity-mail-verify", 60),
            Purpose::Reset => ("identity-mail-reset", 1),
            Purpose::Invite => ("identity-mail-invite", 60),
            Purpose::ChangeEmail => ("identity-mail-change-email", 60),
            Purpose::SecondFactor => return None,
        };
        let lifetime = purpose.lifetime().as_mins() / minutes_each;
        let say = |part: &str| {
            w.t3(
                &format!("{key}-{part}"),
                "company",
                company,
                "name",
                name,
                "lifetime",
                lifetime.to_string(),
            )
        };
        Some(Self {
            subject: say("subject"),
            paragraphs: vec![w.t1("identity-mail-greeting", "name", name), say("body")],
            button: Some((say("button"), url.to_owned())),
            footnotes: vec![say("footnote")],
            company: company.to_owned(),
        })
    }

    /// The address is proved: welcome.
    pub fn welcome(w: &Words, company: &str, name: &str, url: &str) -> Self {
        Self {
            subject: w.t1("identity-mail-welcome-subject", "company", company),
            paragraphs: vec![
                w.t1("identity-mail-greeting", "name", name),
                w.t1("identity-mail-welcome-body", "company", company),
            ],
            button: Some((w.t1("identity-mail-welcome-button", "company", company), url.to_owned())),
            footnotes: Vec::new(),
            company: company.to_owned(),
        }
    }

    /// Somebody signed in from a device not seen before.
    pub fn new_sign_in(w: &Words, company: &str, name: &str, agent: &str, network: &str, at: &str, url: &str) -> Self {
        Self {
            subject: w.t1("identity-mail-new-sign-in-subject", "company", company),
            paragraphs: vec![
                w.t1("identity-mail-greeting", "name", name),
                w.t3(
                    "identity-mail-new-sign-in-body",
                    "agent",
                    agent,
                    "network",
                    network,
                    "at",
                    at,
                ),
            ],
            button: Some((w.t("identity-mail-new-sign-in-button"), url.to_owned())),
            footnotes: vec![w.t("identity-mail-new-sign-in-footnote")],
            company: company.to_owned(),
        }
    }
}

/// Header fields are one line, whatever a tenant calls itself.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every mail with values as in life, for the test that renders all of them and for the gallery.
pub fn samples(w: &Words) -> Vec<(&'static str, Letter)> {
    let (company, name) = ("Northwind Names", "Priya Sharma");
    let url = |path: &str| format!("https://northwind.example{path}/Yk3x");
    let link = |purpose, path| Letter::link(w, purpose, company, name, &url(path)).expect("it is mailed");
    vec![
        ("identity.verify", link(Purpose::Verify, "/verify")),
        ("identity.welcome", Letter::welcome(w, company, name, &url(""))),
        ("identity.reset", link(Purpose::Reset, "/reset")),
        ("identity.invite", link(Purpose::Invite, "/invite")),
        ("identity.change_email", link(Purpose::ChangeEmail, "/change-email")),
        (
            "identity.new_sign_in",
            Letter::new_sign_in(
                w,
                company,
                name,
                "Firefox, Linux",
                "203.0.113.0/24",
                "21 Nov 2026, 09:10",
                &url("/console/profile"),
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_renders_with_its_link_in_both_parts() {
        let messages = web::messages::Messages::new(&[("en-US", crate::EN_US)]).unwrap();
        for (name, letter) in samples(&messages.words("en-US")) {
            let url = letter.button.clone().unwrap().1;
            let rendered = letter.render("en-US").unwrap();
            assert!(rendered.text.contains(&url) && rendered.html.contains(&url), "{name}");
            assert!(
                !rendered.subject.is_empty() && !rendered.subject.contains("identity-"),
                "{name}: {}",
                rendered.subject
            );
        }
        assert_eq!(messages.missing(), Vec::<String>::new());
    }

    #[test]
    fn nothing_a_person_is_called_breaks_out_of_a_mail() {
        let messages = web::messages::Messages::new(&[("en-US", crate::EN_US)]).unwrap();
        let w = messages.words("en-US");
        let rendered = Letter::welcome(
            &w,
            "Evil\r\nBcc: x@example.com",
            "<script>alert(1)</script>",
            "https://a.example",
        )
        .render("en-US")
        .unwrap();
        assert!(!rendered.subject.contains(['\r', '\n']));
        assert!(!rendered.html.contains("<script>"));
    }
}
