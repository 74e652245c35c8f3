//! The installation's configuration; `config.default.toml` is its manual.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ipnet::IpNet;
use platform::config::{ConfigError, SecretText};
use serde::{Deserialize, Serialize};

/// Every key with its default and what it means.
pub const DEFAULTS: &str = include_str!("../../../config.default.toml");

/// All of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// HTTP.
    pub server: Server,
    /// How fast one caller may ask.
    pub limits: Limits,
    /// The database.
    pub database: Database,
    /// Files.
    pub data: Data,
    /// Keys of what is sealed at rest.
    pub secrets: Secrets,
    /// The mail server.
    pub mail: Mail,
    /// Where registrars' APIs answer.
    pub registrars: Registrars,
    /// Proof of a human.
    pub captcha: Captcha,
    /// Logs.
    pub logs: Logs,
}

/// `[server]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where we answer.
    pub listen: SocketAddr,
    /// Base URL of the installation's own site.
    pub public_url: String,
    /// Who is believed about the client's address.
    pub trusted_proxies: Vec<String>,
    /// Certificate chain, PEM.
    pub tls_certificate: PathBuf,
    /// Private key, PEM.
    pub tls_key: PathBuf,
    /// How cookies are kept.
    pub cookies: Cookies,
    /// Where metrics are shown; empty for nowhere.
    pub metrics_listen: String,
    /// Hash of the operator's token; empty for no operator.
    pub operator_token_sha256: String,
}

/// `[limits]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests a minute of an API key or a signed-in user.
    pub caller_per_minute: u32,
    /// What may come at once.
    pub caller_burst: u32,
    /// Requests a minute of everybody behind one address who is not signed in.
    pub visitor_per_minute: u32,
    /// What may come at once.
    pub visitor_burst: u32,
    /// Wrong keys and tokens a minute from one address.
    pub guesses_per_minute: u32,
    /// What may come at once.
    pub guesses_burst: u32,
}

/// How cookies are kept.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cookies {
    /// Secure over https and on localhost.
    WherePossible,
    /// Never without.
    Always,
}

/// `[database]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// May hold a password, so it is never printed.
    pub url: SecretText,
}

/// `[data]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// Uploads, backups, the generated key.
    pub folder: PathBuf,
}

/// `[secrets]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// Master key; empty for the file in the data folder.
    pub key: SecretText,
    /// Its number.
    pub number: u8,
    /// Keys of before, by number.
    pub older_keys: BTreeMap<String, SecretText>,
}

/// `[mail]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Empty for none yet.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is secured.
    pub security: MailSecurity,
    /// Empty for none.
    pub user: String,
    /// Its password.
    pub password: SecretText,
    /// Sender's address.
    pub from: String,
}

/// How the connection to the mail server is secured.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MailSecurity {
    /// Upgraded before anything is said.
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all; this machine only.
    None,
}

/// `[registrars]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Registrars {
    /// Base URL of GoDaddy's API.
    pub godaddy_url: String,
    /// Availability calls a minute per account.
    pub godaddy_calls_per_minute: u32,
}

/// `[captcha]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Captcha {
    /// Whose.
    pub kind: CaptchaKind,
    /// Public key of the site.
    pub site_key: String,
    /// Our secret.
    pub secret: SecretText,
    /// Hosts that serve forms.
    pub hostnames: Vec<String>,
}

/// Whose proof of a human.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CaptchaKind {
    /// Our own, without a puzzle.
    Local,
    /// Cloudflare's.
    Turnstile,
    /// Google's.
    Recaptcha,
}

/// `[logs]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Logs {
    /// For a person or a machine.
    pub format: LogFormat,
    /// As `RUST_LOG`.
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For a person.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// Defaults, then `file` (or `entrepot.toml` here, when there is one), then the environment.
    ///
    /// # Errors
    /// A sentence that says what is wrong and where.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let here = Path::new("entrepot.toml");
        let file = file.or_else(|| here.exists().then_some(here));
        platform::config::load(DEFAULTS, file, std::env::vars())
    }

    /// The defaults alone.
    ///
    /// # Panics
    /// Never: a test reads them.
    pub fn defaults() -> Self {
        platform::config::load(DEFAULTS, None, []).expect("the built-in defaults are right; a test reads them")
    }

    /// The networks that proxies are believed from.
    ///
    /// # Errors
    /// Which entry is neither an address nor a network.
    pub fn trusted_proxies(&self) -> Result<Vec<IpNet>, String> {
        let read = |text: &String| {
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
                .map_err(|_| format!("server.trusted_proxies: {text} is neither an address nor a network"))
        };
        self.server.trusted_proxies.iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_read_and_print_without_secrets() {
        let printed = format!("{:?}", Config::defaults());
        assert!(printed.contains("127.0.0.1:8080"), "{printed}");
        assert!(!printed.contains("sqlite://"), "{printed}");
    }
}
