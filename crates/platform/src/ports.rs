//! What platform needs of the outside, and nobody's trade: mail, file scanning, proof of a human.
//! Adapters implement these; nothing here may be called inside a transaction.

use std::ops::Deref;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A finished message, ready to hand to a mail server.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mail {
    /// Our id of the message; becomes the `Message-ID`, so that a second delivery can be told from a second message.
    pub id: String,
    /// Shown name and address of the sender.
    pub from: Mailbox,
    /// Who gets it.
    pub to: Mailbox,
    /// Subject, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

/// A name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The shown name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

/// How handing over a message ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailOutcome {
    /// The server has taken responsibility; its own words kept.
    Accepted(String),
    /// The server refused this message for good (5xx): sending it again is no use.
    Refused(String),
    /// A refusal for now (4xx) or no connection: does not count as an attempt.
    Later(String),
}

/// Hands mail to a server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands over one message.
    async fn send(&self, mail: &Mail) -> MailOutcome;
}

/// What a scan of a file found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing found; the file may leave quarantine.
    Clean,
    /// Found something; the name of it.
    Infected(String),
}

/// Looks for malware. Uploads stay in quarantine until it says clean: see [`Scanned`].
#[async_trait]
pub trait Scanner: Send + Sync {
    /// Scans a file's content. An error means "not scanned": the file stays in quarantine.
    async fn scan(&self, content: &[u8]) -> Result<Verdict, String>;
}

/// The content of a file that a scanner called clean.
///
/// There is no other way to make one. Whatever reads or keeps what a person sent asks for this type, and so cannot be
/// handed a file that is still in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned(Vec<u8>);

/// Why a file stays in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quarantined {
    /// The scanner found something; the name of it.
    Infected(String),
    /// The scanner could not look; why.
    NotScanned(String),
}

impl Scanned {
    /// Has `scanner` look at `content`.
    ///
    /// # Errors
    /// When it finds something, or cannot look.
    pub async fn by(scanner: &dyn Scanner, content: Vec<u8>) -> Result<Self, Quarantined> {
        match scanner.scan(&content).await {
            Ok(Verdict::Clean) => Ok(Self(content)),
            Ok(Verdict::Infected(finding)) => Err(Quarantined::Infected(finding)),
            Err(reason) => Err(Quarantined::NotScanned(reason)),
        }
    }

    /// The bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for Scanned {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// How a proof of a human was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Humanity {
    /// Passed.
    Human,
    /// Failed, spent or missing.
    NotShown,
    /// The judge could not be reached; forms fail closed and say so.
    Unknown,
}

/// What a public form shows so that a person can prove to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptchaWidget {
    /// Name of the form field that carries the token.
    pub field: &'static str,
    /// How the token gets into that field.
    pub token: CaptchaToken,
    /// Public key of the site; empty for a check of our own.
    pub site_key: String,
    /// Script to load from the provider; none for a check of our own.
    pub script: Option<String>,
    /// What the page's content security policy must allow for it: directive and source.
    pub sources: &'static [(&'static str, &'static str)],
}

/// How the token of a [`CaptchaWidget`] gets into its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptchaToken {
    /// It stands there from the start ([`Captcha::issue`]), in a text field hidden by style: a person never sees it, and
    /// a program that fills every field overwrites it.
    Issued,
    /// The provider's script draws a widget into the element of this class and adds the field to the form.
    Drawn(&'static str),
    /// The page asks the provider's script for one when the form is sent.
    Asked,
}

/// Proof that a public form was sent by a person.
#[async_trait]
pub trait Captcha: Send + Sync {
    /// What the form shows; nothing when the check needs no widget.
    fn widget(&self) -> Option<CaptchaWidget>;
    /// The token a form for `action` carries from the start, when this check is [`CaptchaToken::Issued`]. A new one each
    /// time a page is shown.
    fn issue(&self, _action: &str) -> Option<String> {
        None
    }
    /// Judges the token a form sent for `action` from `remote_ip`.
    async fn verify(&self, token: &str, action: &str, remote_ip: Option<std::net::IpAddr>) -> Humanity;
}
