//! Typed configuration: a TOML file, overridden by `ENTREPOT__SECTION__KEY`, unknown keys refused.

use std::fmt;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// What is wrong with the configuration, in a sentence that says where.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

/// A secret: written in place, or `{ file = "…" }`, or `{ env = "…" }`. Never printed.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum SecretText {
    /// In the file of this name.
    File {
        /// Path; white space around the secret is cut off.
        file: String,
    },
    /// In this environment variable.
    Env {
        /// Name of the variable.
        env: String,
    },
    /// Here.
    Plain(String),
}

impl SecretText {
    /// The secret.
    ///
    /// # Errors
    /// When its file or variable cannot be read.
    pub fn reveal(&self) -> Result<String, ConfigError> {
        match self {
            Self::Plain(text) => Ok(text.clone()),
            Self::File { file } => std::fs::read_to_string(file)
                .map(|text| text.trim().to_owned())
                .map_err(|error| ConfigError(format!("the secret in {file} cannot be read: {error}"))),
            Self::Env { env } => std::env::var(env)
                .map_err(|_| ConfigError(format!("the environment variable {env} that holds a secret is not set"))),
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl Serialize for SecretText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Plain(_) => serializer.serialize_str("(secret)"),
            Self::File { file } => serializer.collect_str(&format_args!("(secret in {file})")),
            Self::Env { env } => serializer.collect_str(&format_args!("(secret in ${env})")),
        }
    }
}

/// The prefix of environment variables that override keys.
const PREFIX: &str = "ENTREPOT__";

/// Reads `defaults` (the commented manual), then `file` if given, then the environment.
///
/// # Errors
/// When a text is no TOML, or a key is unknown or has a value it cannot have.
pub fn load<T: DeserializeOwned>(
    defaults: &str,
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<T, ConfigError> {
    let mut all = parse(defaults, "the built-in defaults")?;
    if let Some(path) = file {
        let shown = path.display();
        let text =
            std::fs::read_to_string(path).map_err(|error| ConfigError(format!("{shown} cannot be read: {error}")))?;
        merge(&mut all, parse(&text, &shown.to_string())?);
    }
    for (name, value) in environment {
        if let Some(path) = name.strip_prefix(PREFIX) {
            let keys: Vec<String> = path.split("__").map(str::to_lowercase).collect();
            merge(&mut all, nested(&keys, typed(&value)));
        }
    }
    all.try_into().map_err(|error| {
        ConfigError(format!(
            "the configuration is not right: {}",
            error.to_string().trim_end()
        ))
    })
}

fn parse(text: &str, source: &str) -> Result<Table, ConfigError> {
    text.parse()
        .map_err(|error| ConfigError(format!("{source} is not right: {error}")))
}

/// An environment variable's value: a number, a truth value, a table or list where it reads as one, else a text.
fn typed(text: &str) -> Value {
    let table: Result<Table, _> = format!("value = {text}").parse();
    table
        .ok()
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn nested(keys: &[String], value: Value) -> Table {
    let value = match keys {
        [] => return Table::new(),
        [_] => value,
        [_, rest @ ..] => Value::Table(nested(rest, value)),
    };
    Table::from_iter([(keys[0].clone(), value)])
}

fn merge(into: &mut Table, from: Table) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            // A secret's `{ file = … }` replaces another's `{ env = … }` whole; sections merge.
            (Some(Value::Table(old)), Value::Table(new)) if !is_secret(old) && !is_secret(&new) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn is_secret(table: &Table) -> bool {
    table.len() == 1 && (table.contains_key("file") || table.contains_key("env"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        server: Server,
    }

    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    struct Server {
        listen: String,
        workers: u16,
        key: SecretText,
    }

    const DEFAULTS: &str = "[server]\nlisten = \"127.0.0.1:8080\"\nworkers = 2\nkey = \"plain\"\n";

    fn load_with(environment: &[(&str, &str)]) -> Result<Sample, ConfigError> {
        load(
            DEFAULTS,
            None,
            environment
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn the_environment_overrides_the_defaults() {
        let sample = load_with(&[
            ("ENTREPOT__SERVER__WORKERS", "8"),
            ("ENTREPOT__SERVER__LISTEN", "0.0.0.0:80"),
            ("OTHER", "1"),
        ])
        .unwrap();
        assert_eq!(
            (sample.server.workers, sample.server.listen.as_str()),
            (8, "0.0.0.0:80")
        );
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = load_with(&[("ENTREPOT__SERVER__WROKERS", "8")]).unwrap_err();
        assert!(error.to_string().contains("wrokers"), "{error}");
    }

    #[test]
    fn a_secret_is_never_printed() {
        let sample = load_with(&[]).unwrap();
        assert!(!format!("{sample:?}").contains("plain"));
        assert_eq!(sample.server.key.reveal().unwrap(), "plain");
    }
}
