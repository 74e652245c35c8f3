//! The adapter: hands messages to an SMTP server over kept connections.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use kernel::Clock;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use platform::ports::{Mail, MailOutcome, Mailer};
use tokio::runtime::Handle;

use super::compose::{Composed, compose};
use crate::Unfit;

/// How the connection is kept private.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Plain at first, TLS before anything is said (port 587). A server without it gets nothing.
    StartTls,
    /// TLS from the first byte (port 465).
    ImplicitTls,
    /// None: for a server of this machine only.
    None,
}

/// Which server, and how to reach it.
#[derive(Clone)]
pub struct Settings {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
    /// User name and password.
    pub credentials: Option<(String, String)>,
    /// What we call ourselves; the machine's name when none is given.
    pub hello_name: Option<String>,
    /// Longest wait for one mail to be handed over, in milliseconds.
    pub timeout_ms: u32,
    /// Most connections kept open.
    pub connections: u32,
}

impl Settings {
    /// A server of this machine, without TLS.
    pub fn loopback(address: std::net::SocketAddr) -> Self {
        Self {
            host: address.ip().to_string(),
            port: address.port(),
            security: Security::None,
            credentials: None,
            hello_name: Some("localhost".to_owned()),
            timeout_ms: 10_000,
            connections: 4,
        }
    }
}

/// The adapter.
pub struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    timeout: Duration,
    pool: Arc<Mutex<Option<Arc<Pool>>>>,
    clock: Arc<dyn Clock>,
}

/// The connections. They are made at the first mail and dropped inside their runtime, because lettre's pool spawns
/// tasks at both ends and panics where there is no runtime.
struct Pool {
    transport: Option<AsyncSmtpTransport<Tokio1Executor>>,
    runtime: Handle,
}

impl Drop for Pool {
    fn drop(&mut self) {
        let _inside = self.runtime.enter();
        self.transport.take();
    }
}

impl Smtp {
    /// Checks the settings; makes no connection.
    pub fn try_new(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        let tls = tls(&settings)?;
        let timeout = Duration::from_millis(u64::from(settings.timeout_ms.max(1)));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(timeout))
            .pool_config(
                PoolConfig::new()
                    .max_size(settings.connections.max(1))
                    .idle_timeout(Duration::from_secs(30)),
            );
        if let Some((user, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        if let Some(name) = settings.hello_name {
            builder = builder.hello_name(ClientId::Domain(name));
        }
        Ok(Self {
            builder,
            timeout,
            pool: Arc::default(),
            clock,
        })
    }

    fn pool(&self) -> Arc<Pool> {
        let make = || {
            Arc::new(Pool {
                transport: Some(self.builder.clone().build()),
                runtime: Handle::current(),
            })
        };
        lock(&self.pool).get_or_insert_with(make).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tls(settings: &Settings) -> Result<Tls, Unfit> {
    let parameters = || {
        TlsParameters::new(settings.host.clone())
            .map_err(|error| Unfit(format!("mail: TLS to {} cannot be set up: {error}", settings.host)))
    };
    match settings.security {
        Security::StartTls => parameters().map(Tls::Required),
        Security::ImplicitTls => parameters().map(Tls::Wrapper),
        Security::None if is_loopback(&settings.host) => Ok(Tls::None),
        Security::None => Err(Unfit(format!(
            "mail: {} is another machine; choose security = \"start_tls\" or \"implicit_tls\"",
            settings.host
        ))),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> MailOutcome {
        let Composed { envelope, bytes } = match compose(mail, self.clock.now()) {
            Ok(composed) => composed,
            Err(unsendable) => return MailOutcome::Refused(unsendable.to_string()),
        };
        let (pool, kept, timeout) = (self.pool(), self.pool.clone(), self.timeout);
        // In a task of its own: a caller that stops waiting must not leave a half-spoken connection in the pool.
        let sent = tokio::spawn(async move {
            let transport = pool
                .transport
                .as_ref()
                .expect("the transport is taken only when the pool is dropped");
            // lettre waits for ever for a reply. A connection given up may still speak, and its late words would answer
            // the next mail: the whole pool goes.
            let sent = tokio::time::timeout(timeout, transport.send_raw(&envelope, &bytes)).await;
            if sent.is_err() {
                lock(&kept).take_if(|current| Arc::ptr_eq(current, &pool));
            }
            sent
        });
        match sent.await {
            Ok(Ok(Ok(response))) => MailOutcome::Accepted(words(&response.message().collect::<Vec<_>>().join(" "))),
            Ok(Ok(Err(error))) => outcome(&error),
            Ok(Err(_)) => MailOutcome::Later(format!("no answer within {} ms", timeout.as_millis())),
            Err(broken) => MailOutcome::Later(format!("the task that sent it ended: {broken}")),
        }
    }
}

fn outcome(error: &smtp::Error) -> MailOutcome {
    let said = words(&error.to_string());
    // 530, 534, 535 and 538 refuse us and not the message: it keeps until a person has put the credentials right.
    let about_us = error
        .status()
        .is_some_and(|code| matches!(code.to_string().as_str(), "530" | "534" | "535" | "538"));
    if (error.is_permanent() && !about_us) || (error.is_client() && said.contains("SMTPUTF8")) {
        MailOutcome::Refused(said)
    } else {
        MailOutcome::Later(said)
    }
}

/// The server's words, fit for one line of a page or a log.
fn words(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(300)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::HandClock;

    #[test]
    fn mail_leaves_the_machine_only_over_tls() {
        let mut settings = Settings::loopback("127.0.0.1:25".parse().unwrap());
        settings.host = "mail.example.net".to_owned();
        let outcome = Smtp::try_new(settings, Arc::new(HandClock::default()));
        assert!(outcome.is_err_and(|unfit| unfit.0.contains("another machine")));
    }

    #[test]
    fn the_adapter_may_be_made_and_dropped_where_there_is_no_runtime() {
        let settings = Settings::loopback("127.0.0.1:25".parse().unwrap());
        drop(Smtp::try_new(settings, Arc::new(HandClock::default())));
    }

    #[test]
    fn the_adapter_may_outlive_the_runtime_it_was_used_in() {
        let settings = Settings::loopback("127.0.0.1:1".parse().unwrap());
        let smtp = Smtp::try_new(settings, Arc::new(HandClock::default())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let outcome = runtime.block_on(smtp.send(&super::super::compose::tests::sample()));
        assert!(matches!(outcome, MailOutcome::Later(_)), "{outcome:?}");
        drop(runtime);
        drop(smtp);
    }
}
