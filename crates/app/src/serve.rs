//! Runs the processes: HTTP, jobs, schedules, together or apart. SIGTERM stops them without cutting anything off.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use adapters::antivirus::PassThrough;
use adapters::captcha::{Local, Recaptcha, Site, Turnstile, local, recaptcha, turnstile};
use adapters::mail::{Security, Settings, Smtp};
use adapters::transport::Transport;
use async_trait::async_trait;
use axum::Router;
use axum_server::Handle;
use kernel::Clock;
use metrics_exporter_prometheus::PrometheusHandle;
use platform::clock::SystemClock;
use platform::db::{DatabaseUrl, Db, Migrator};
use platform::entropy::Entropy;
use platform::ports::{Captcha, Mail, MailOutcome, Mailer};
use platform::secrets::{MasterKey, Secrets};
use platform::{Platform, telemetry};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::{CookieSecurity, Pace, WebConfig};

use crate::cli::Failure;
use crate::config::{CaptchaKind, Config, Cookies, MailSecurity};
use crate::registrars::Endpoints;
use crate::wiring::{self, House, Outside, SystemTxt};

/// What this process does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roles {
    http: bool,
    /// `Some`: works these queues, all when empty.
    queues: Option<Vec<String>>,
    cron: bool,
}

impl Roles {
    pub(crate) fn serve(all: bool) -> Self {
        Self {
            http: true,
            queues: all.then(Vec::new),
            cron: all,
        }
    }

    pub(crate) fn work(queues: Vec<String>) -> Self {
        Self {
            queues: Some(queues),
            ..Self::default()
        }
    }

    pub(crate) fn tick() -> Self {
        Self {
            cron: true,
            ..Self::default()
        }
    }
}

/// How long an answer under way may take after a stop was asked for.
const LAST_ANSWERS: Duration = Duration::from_secs(20);

/// Runs until a signal asks to stop.
pub(crate) async fn run(config: Config, roles: Roles) -> Result<(), Failure> {
    let metrics = telemetry::measure()?;
    let platform = open(&config).await?;
    let outside = outside(&config, &platform)?;
    let web = web_config(&config, &platform, false)?;
    let house = wiring::build(platform, web, &config.server.public_url, &outside)?;
    let stop = stop_on_signal();
    let tls = tls(&config).await?;
    let listener = if roles.http {
        Some(bind(config.server.listen)?)
    } else {
        None
    };
    if let Some(listener) = &listener {
        tracing::info!(address = %listener.local_addr()?, "answering");
    }
    if !config.server.metrics_listen.is_empty() {
        let address: SocketAddr = config.server.metrics_listen.parse()?;
        serve_metrics(
            TcpListener::bind(address)
                .await
                .map_err(|error| busy(address, &error))?,
            metrics,
            &house,
        );
    }
    run_roles(house, roles, listener, tls, stop).await
}

/// Runs what `roles` says until `stop` turns true, then lets everything finish.
pub(crate) async fn run_roles(
    house: House,
    roles: Roles,
    listener: Option<std::net::TcpListener>,
    tls: Option<axum_server::tls_rustls::RustlsConfig>,
    stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let House {
        app,
        router,
        worker,
        relay,
        cron,
        platform,
        ..
    } = house;
    let mut tasks: JoinSet<Result<(), Failure>> = JoinSet::new();
    if let Some(listener) = listener {
        let stop = stop.clone();
        tasks.spawn(async move {
            serve_http(listener, tls, router, stop).await?;
            web::drain(&app).await;
            Ok(())
        });
    }
    if let Some(queues) = roles.queues {
        let worker = if queues.is_empty() {
            worker
        } else {
            worker.only(&queues)
        };
        let (jobs, events) = (stop.clone(), stop.clone());
        tasks.spawn(async move { Ok(worker.run(jobs).await?) });
        tasks.spawn(async move {
            relay.run(events).await;
            Ok(())
        });
    }
    if roles.cron {
        let stop = stop.clone();
        tasks.spawn(async move {
            cron.run(stop).await;
            Ok(())
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    platform.db().close().await;
    Ok(())
}

async fn serve_http(
    listener: std::net::TcpListener,
    tls: Option<axum_server::tls_rustls::RustlsConfig>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) -> Result<(), Failure> {
    let handle = Handle::new();
    let stopping = handle.clone();
    tokio::spawn(async move {
        // An error means that nobody can ask any more, which is a reason to stop too.
        drop(stop.wait_for(|stop| *stop).await);
        stopping.graceful_shutdown(Some(LAST_ANSWERS));
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(tls) => {
            axum_server::from_tcp_rustls(listener, tls)?
                .handle(handle)
                .serve(service)
                .await?
        }
        None => axum_server::from_tcp(listener)?.handle(handle).serve(service).await?,
    }
    Ok(())
}

/// Shows metrics at their own address.
pub(crate) fn serve_metrics(listener: TcpListener, metrics: PrometheusHandle, house: &House) {
    let platform = house.platform.clone();
    tokio::spawn(async move {
        loop {
            match platform::jobs::admin::depths(&platform).await {
                Ok(depths) => {
                    for (queue, state, jobs) in depths {
                        metrics::gauge!("entrepot_jobs", "queue" => queue, "state" => state).set(jobs as f64);
                    }
                }
                Err(error) => tracing::warn!(%error, "the depth of the queues is not known"),
            }
            tokio::time::sleep(Duration::from_secs(15)).await;
        }
    });
    let router = web::metrics_router(move || {
        metrics.run_upkeep();
        metrics.render()
    });
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "metrics are no longer shown");
        }
    });
}

/// Turns true at SIGTERM or Ctrl-C.
pub(crate) fn stop_on_signal() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        #[cfg(unix)]
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => signal.recv().await.map_or((), |()| ()),
                Err(_) => std::future::pending().await,
            }
        };
        #[cfg(not(unix))]
        let terminate = std::future::pending::<()>();
        tokio::select! {
            _ = interrupt => {}
            () = terminate => {}
        }
        tracing::info!("stopping; what runs may finish");
        stop.send_replace(true);
        // Keeps the channel open, so that nobody mistakes its end for a second signal.
        std::future::pending::<()>().await;
    });
    stopped
}

/// Takes the address.
pub(crate) fn bind(address: SocketAddr) -> Result<std::net::TcpListener, Failure> {
    let listener = std::net::TcpListener::bind(address).map_err(|error| busy(address, &error))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

fn busy(address: SocketAddr, error: &std::io::Error) -> Failure {
    if error.kind() == std::io::ErrorKind::AddrInUse {
        return format!("{address} is taken by another program; stop it, or name another address with --listen").into();
    }
    format!("cannot answer at {address}: {error}").into()
}

/// Opens the database and brings it to this program's schema: an older embedded one is backed up and migrated, an older
/// PostgreSQL one waits for `migrate up`, a newer one is refused.
pub(crate) async fn open(config: &Config) -> Result<Platform, Failure> {
    let platform = connect(config).await?;
    let (db, migrator) = (platform.db(), Migrator::new(wiring::migrations()));
    refuse_newer(db, &migrator).await?;
    let status = migrator.status(db).await?;
    let missing = status.iter().filter(|step| !step.applied).count();
    if missing == 0 {
        return Ok(platform);
    }
    let is_new = missing == status.len();
    if !is_new && !db.is_embedded() {
        return Err(format!("the database lacks {missing} migrations; run `entrepot migrate up` first").into());
    }
    if !is_new {
        let copy = backup_name(&config.data.folder, &platform);
        db.backup(&copy).await?;
        tracing::info!(copy = %copy.display(), "backed up before the upgrade");
    }
    migrator.up(db).await?;
    Ok(platform)
}

pub(crate) async fn refuse_newer(db: &Db, migrator: &Migrator) -> Result<(), Failure> {
    let unknown = migrator.unknown(db).await?;
    match unknown.first() {
        None => Ok(()),
        Some(first) => Err(format!(
            "the database was written by a newer version (it has {first}, which this program does not know); \
             install that version, or restore a backup of before"
        )
        .into()),
    }
}

fn backup_name(folder: &Path, platform: &Platform) -> std::path::PathBuf {
    let at = platform.now().timestamp().strftime("%Y%m%d-%H%M%S").to_string();
    folder.join(format!("entrepot-before-upgrade-{at}.db"))
}

/// Opens the database as it is.
pub(crate) async fn connect(config: &Config) -> Result<Platform, Failure> {
    let url: DatabaseUrl = config.database.url.reveal()?.parse()?;
    if let Some(folder) = url.file().as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::create_dir_all(&config.data.folder)?;
    let entropy = Entropy::from_system();
    let secrets = secrets(config, &entropy)?;
    let db = Db::open(&url).await?;
    Ok(Platform::new(db, Arc::new(SystemClock), entropy, secrets))
}

fn secrets(config: &Config, entropy: &Entropy) -> Result<Secrets, Failure> {
    let given = config.secrets.key.reveal()?;
    let text = if given.is_empty() {
        generated_key(&config.data.folder, entropy)?
    } else {
        given
    };
    let current = MasterKey::parse(config.secrets.number, &text)?;
    let older = config.secrets.older_keys.iter().map(|(number, key)| {
        let number = number
            .parse()
            .map_err(|_| format!("secrets.older_keys: {number} is no number from 1 to 255"))?;
        Ok(MasterKey::parse(number, &key.reveal()?)?)
    });
    Ok(Secrets::new(current, older.collect::<Result<_, Failure>>()?))
}

/// The key in the data folder, made at the first start; readable by its owner only.
fn generated_key(folder: &Path, entropy: &Entropy) -> Result<String, Failure> {
    let file = folder.join("secrets.key");
    if let Ok(text) = std::fs::read_to_string(&file) {
        return Ok(text);
    }
    let text = hex::encode(entropy.bytes::<32>());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    std::io::Write::write_all(&mut options.open(&file)?, text.as_bytes())?;
    Ok(text)
}

/// The real outside, as the configuration names it.
fn outside(config: &Config, platform: &Platform) -> Result<Outside, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = Transport::network()?;
    Ok(Outside {
        mailer: mailer(config, &clock)?,
        mail_from: config.mail.from.clone(),
        captcha: captcha(config, platform, &transport, &clock)?,
        scanner: Arc::new(PassThrough),
        txt_records: Arc::new(SystemTxt),
        registrars: Endpoints {
            godaddy_url: config.registrars.godaddy_url.clone(),
            godaddy_calls_per_minute: config.registrars.godaddy_calls_per_minute,
            transport,
        },
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

pub(crate) fn web_config(config: &Config, platform: &Platform, demo: bool) -> Result<WebConfig, Failure> {
    let mut web = WebConfig::new(platform.secrets().derive("web.csrf"));
    web.public_url = Some(config.server.public_url.trim_end_matches('/').to_owned());
    web.trusted_proxies = config.trusted_proxies()?;
    web.https = has_tls(config);
    web.cookies = match config.server.cookies {
        Cookies::WherePossible => CookieSecurity::WherePossible,
        Cookies::Always => CookieSecurity::Always,
    };
    web.demo = demo;
    let limits = &config.limits;
    web.limits.caller = Pace {
        per_minute: limits.caller_per_minute,
        burst: limits.caller_burst,
    };
    web.limits.visitor = Pace {
        per_minute: limits.visitor_per_minute,
        burst: limits.visitor_burst,
    };
    web.limits.wrong_credentials = Pace {
        per_minute: limits.guesses_per_minute,
        burst: limits.guesses_burst,
    };
    if !config.server.operator_token_sha256.is_empty() {
        let mut hash = [0; 32];
        hex::decode_to_slice(&config.server.operator_token_sha256, &mut hash)
            .map_err(|_| "server.operator_token_sha256 must be 64 hexadecimal digits")?;
        web.operator_token_sha256 = Some(hash);
    }
    Ok(web)
}

fn has_tls(config: &Config) -> bool {
    !config.server.tls_certificate.as_os_str().is_empty() && !config.server.tls_key.as_os_str().is_empty()
}

async fn tls(config: &Config) -> Result<Option<axum_server::tls_rustls::RustlsConfig>, Failure> {
    if !has_tls(config) {
        return Ok(None);
    }
    let (certificate, key) = (&config.server.tls_certificate, &config.server.tls_key);
    let tls = axum_server::tls_rustls::RustlsConfig::from_pem_file(certificate, key).await;
    let tls = tls.map_err(|error| {
        format!(
            "{} and {} are no usable certificate and key: {error}",
            certificate.display(),
            key.display()
        )
    })?;
    Ok(Some(tls))
}
