//! The installation's configuration; `config.default.toml` is its manual.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use catalog::TldPricing;
use ipnet::IpNet;
use platform::config::{ConfigError, SecretText};
use serde::{Deserialize, Deserializer, Serialize};

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
    /// How tenants price endings that have not chosen for themselves.
    #[serde(deserialize_with = "known_keys")]
    pub tld_pricing: TldPricing,
    /// Where exchange rates come from.
    pub exchange_rates: ExchangeRates,
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
    /// Names a tenant may have sent to registrars, a second on average.
    pub registrar_names_per_second: u32,
    /// Names that may be sent at once.
    pub registrar_names_burst: u32,
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

/// Reads the section as everywhere else: unknown keys are refused. What is kept in the database is read more kindly.
fn known_keys<'de, D: Deserializer<'de>>(section: D) -> Result<TldPricing, D::Error> {
    use serde::de::Error;
    let section = serde_json::Value::deserialize(section)?;
    let known = serde_json::to_value(TldPricing::default()).map_err(D::Error::custom)?;
    let keys = section.as_object().into_iter().flat_map(serde_json::Map::keys);
    if let Some(key) = keys.into_iter().find(|key| known.get(key).is_none()) {
        return Err(D::Error::custom(format_args!(
            "unknown key `{key}` in section tld_pricing"
        )));
    }
    serde_json::from_value(section).map_err(D::Error::custom)
}

/// `[exchange_rates]`
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExchangeRates {
    /// Base URL of exchangerate-api.com.
    pub url: String,
    /// The installation's key; empty for no feed.
    pub key: SecretText,
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

    /// Where metrics are shown, if anywhere.
    ///
    /// # Errors
    /// When it is no address.
    pub fn metrics_listen(&self) -> Result<Option<SocketAddr>, String> {
        let text = &self.server.metrics_listen;
        if text.is_empty() {
            return Ok(None);
        }
        let address = text.parse();
        address
            .map(Some)
            .map_err(|_| format!("server.metrics_listen: {text} is no address such as 127.0.0.1:9464"))
    }

    /// Certificate chain and private key, when we speak https ourselves.
    ///
    /// # Errors
    /// When only one of the two is set: it would be answered in the clear instead.
    pub fn tls(&self) -> Result<Option<(&Path, &Path)>, String> {
        let (certificate, key) = (&*self.server.tls_certificate, &*self.server.tls_key);
        match (certificate.as_os_str().is_empty(), key.as_os_str().is_empty()) {
            (true, true) => Ok(None),
            (false, false) => Ok(Some((certificate, key))),
            _ => Err("server.tls_certificate and server.tls_key: set both or none".to_owned()),
        }
    }

    /// Hash of the operator's token, if there is an operator.
    ///
    /// # Errors
    /// When it is no SHA-256.
    pub fn operator_token_sha256(&self) -> Result<Option<[u8; 32]>, String> {
        let text = &self.server.operator_token_sha256;
        if text.is_empty() {
            return Ok(None);
        }
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)
            .map_err(|_| "server.operator_token_sha256 must be 64 hexadecimal digits".to_owned())?;
        Ok(Some(hash))
    }

    /// Everything that can be said of it without looking at the outside.
    ///
    /// # Errors
    /// What is not right, and where.
    pub fn check(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.trusted_proxies()?;
        self.metrics_listen()?;
        self.tls()?;
        self.operator_token_sha256()?;
        let url = &self.server.public_url;
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            return Err(format!("server.public_url: {url} must begin with https:// (or http://, for trials)").into());
        }
        self.database.url.reveal()?.parse::<platform::db::DatabaseUrl>()?;
        if let Err(problem) = self.tld_pricing.clone().checked() {
            let keys: Vec<_> = problem
                .fields
                .iter()
                .map(|field| field.pointer.trim_start_matches('/'))
                .collect();
            return Err(format!("tld_pricing: out of range: {}", keys.join(", ")).into());
        }
        let secrets = [
            &self.secrets.key,
            &self.mail.password,
            &self.captcha.secret,
            &self.exchange_rates.key,
        ];
        for secret in secrets {
            secret.reveal()?;
        }
        Ok(())
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
        Config::defaults().check().expect("the defaults are right");
    }

    #[test]
    fn tenants_that_have_not_chosen_get_what_the_section_says_and_a_key_that_is_none_is_refused() {
        assert_eq!(Config::defaults().tld_pricing, TldPricing::default());
        let load = |name: &str, value: &str| {
            platform::config::load::<Config>(DEFAULTS, None, [(name.to_owned(), value.to_owned())])
        };
        let config = load("ENTREPOT__TLD_PRICING__MAX_SCHEDULE_DAYS", "30").unwrap();
        assert_eq!(config.tld_pricing.max_schedule_days, 30);
        let told = load("ENTREPOT__TLD_PRICING__MAX_DAYS", "30").unwrap_err().to_string();
        assert!(told.contains("max_days"), "{told}");
    }

    #[test]
    fn half_of_a_pair_and_what_is_no_address_are_refused_by_name() {
        type Spoil = fn(&mut Config);
        let spoilt: [(Spoil, &str); 6] = [
            (
                |config| config.tld_pricing.max_schedule_days = 0,
                "tld_pricing: out of range: max_schedule_days",
            ),
            (
                |config| config.server.tls_key = "key.pem".into(),
                "server.tls_certificate",
            ),
            (
                |config| config.server.metrics_listen = "9464".into(),
                "server.metrics_listen",
            ),
            (
                |config| config.server.operator_token_sha256 = "ab".into(),
                "server.operator_token_sha256",
            ),
            (
                |config| config.server.trusted_proxies = vec!["proxy".into()],
                "server.trusted_proxies",
            ),
            (
                |config| config.server.public_url = "example.com".into(),
                "server.public_url",
            ),
        ];
        for (spoil, name) in spoilt {
            let mut config = Config::defaults();
            spoil(&mut config);
            let told = config.check().expect_err(name).to_string();
            assert!(told.contains(name), "{told}");
        }
    }
}
