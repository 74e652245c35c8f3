//! The real outside, as the configuration names it: mail server, proof of a human, registrars.

use std::sync::Arc;

use adapters::antivirus::PassThrough;
use adapters::captcha::{Local, Recaptcha, Site, Turnstile, local, recaptcha, turnstile};
use adapters::fx::exchangerate_api::{Account, ExchangerateApi};
use adapters::mail::{Security, Settings, Smtp};
use adapters::transport::Transport;
use async_trait::async_trait;
use kernel::Clock;
use platform::Platform;
use platform::clock::SystemClock;
use platform::ports::{Captcha, Mail, MailOutcome, Mailer};
use reference::rates::ports::{NoFeed, RateFeed};

use crate::cli::Failure;
use crate::config::{CaptchaKind, Config, MailSecurity};
use crate::registrars::Endpoints;
use crate::wiring::{Outside, SystemTxt};

/// All of it.
pub(crate) fn outside(config: &Config, platform: &Platform) -> Result<Outside, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Transport::network()?;
    Ok(Outside {
        mailer: mailer(config, &clock)?,
        mail_from: config.mail.from.clone(),
        captcha: captcha(config, platform, &transport, &clock)?,
        scanner: Arc::new(PassThrough),
        txt_records: Arc::new(SystemTxt),
        rate_feed: rate_feed(config, &transport, &clock)?,
        registrars: Endpoints {
            godaddy_url: config.registrars.godaddy_url.clone(),
            godaddy_calls_per_minute: config.registrars.godaddy_calls_per_minute,
            transport,
        },
        price_sources: Transport::public()?,
        mailbox: None,
        clock,
    })
}

fn mailer(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Mailer>, Failure> {
    let mail = &config.mail;
    if mail.host.is_empty() {
        return Ok(Arc::new(NoMailServer));
    }
    let security = match mail.security {
        MailSecurity::Starttls => Security::StartTls,
        MailSecurity::Tls => Security::ImplicitTls,
        MailSecurity::None => Security::None,
    };
    let password = mail.password.reveal()?;
    let settings = Settings {
        host: mail.host.clone(),
        port: mail.port,
        security,
        credentials: (!mail.user.is_empty()).then(|| (mail.user.clone(), password)),
        hello_name: None,
        timeout_ms: 30_000,
        connections: 4,
    };
    Ok(Arc::new(Smtp::try_new(settings, Arc::clone(clock))?))
}

/// Stands in while no mail server is configured: mail waits.
struct NoMailServer;

#[async_trait]
impl Mailer for NoMailServer {
    async fn send(&self, _mail: &Mail) -> MailOutcome {
        MailOutcome::Later("no mail server is configured: set mail.host".to_owned())
    }
}

/// Today's exchange rates, where a key says that somebody subscribed to them.
fn rate_feed(config: &Config, transport: &Transport, clock: &Arc<dyn Clock>) -> Result<Arc<dyn RateFeed>, Failure> {
    let key = config.exchange_rates.key.reveal()?;
    if key.is_empty() {
        return Ok(Arc::new(NoFeed));
    }
    let account = Account {
        base_url: config.exchange_rates.url.clone(),
        key,
    };
    Ok(Arc::new(ExchangerateApi::try_new(
        account,
        transport.clone(),
        Arc::clone(clock),
    )?))
}

fn captcha(
    config: &Config,
    platform: &Platform,
    transport: &Transport,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Captcha>, Failure> {
    let site = |base_url: &str| -> Result<Site, Failure> {
        Ok(Site {
            base_url: base_url.to_owned(),
            site_key: config.captcha.site_key.clone(),
            secret: config.captcha.secret.reveal()?,
            hostnames: config.captcha.hostnames.clone(),
            test_mode: false,
        })
    };
    Ok(match config.captcha.kind {
        CaptchaKind::Local => {
            let key = platform.secrets().derive("captcha.local");
            Arc::new(Local::new(&key, local::Ages::default(), Arc::clone(clock)))
        }
        CaptchaKind::Turnstile => Arc::new(Turnstile::try_new(site(turnstile::BASE_URL)?, transport.clone())?),
        CaptchaKind::Recaptcha => Arc::new(Recaptcha::try_new(site(recaptcha::BASE_URL)?, transport.clone())?),
    })
}
