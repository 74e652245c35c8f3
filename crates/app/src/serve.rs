//! Runs the processes: HTTP, jobs, schedules, together or apart. SIGTERM stops them without cutting anything off.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use metrics_exporter_prometheus::PrometheusHandle;
use platform::{Platform, telemetry};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::{CookieSecurity, Pace, WebConfig};

use crate::cli::Failure;
use crate::config::{Config, Cookies};
use crate::database;
use crate::outside::outside;
use crate::wiring::{self, House};

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

    /// # Errors
    /// When a queue is named that there is not: nobody would notice that its jobs wait.
    fn check_queues(&self, house: &House) -> Result<(), Failure> {
        let known: Vec<_> = house.worker.queues().collect();
        let unknown = self
            .queues
            .iter()
            .flatten()
            .find(|name| !known.contains(&name.as_str()));
        match unknown {
            Some(unknown) => Err(format!("there is no queue {unknown}; there are {}", known.join(", ")).into()),
            None => Ok(()),
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
    // Addresses first: a second program on a taken one must leave the database alone.
    let stop = stop_on_signal();
    let tls = tls(&config).await?;
    let listener = if roles.http {
        Some(bind(config.server.listen, "another address as server.listen")?)
    } else {
        None
    };
    let metrics_listener = match config.metrics_listen()? {
        Some(address) => Some(bind(address, "another address as server.metrics_listen, or none")?),
        None => None,
    };
    let _hold = database::hold(&config)?;
    let metrics = telemetry::measure()?;
    let platform = database::open(&config).await?;
    let outside = outside(&config, &platform)?;
    let web = web_config(&config, &platform, false)?;
    let house = wiring::build(platform, web, &config.server.public_url, &outside)?;
    roles.check_queues(&house)?;
    if let Some(listener) = &listener {
        tracing::info!(address = %listener.local_addr()?, "answering");
    }
    if let Some(listener) = metrics_listener {
        serve_metrics(TcpListener::from_std(listener)?, metrics, &house);
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

/// Takes the address; when it is taken, the refusal says to name `instead`.
pub(crate) fn bind(address: SocketAddr, instead: &str) -> Result<std::net::TcpListener, Failure> {
    let listener = std::net::TcpListener::bind(address).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AddrInUse {
            format!("{address} is taken by another program; stop it, or name {instead}")
        } else {
            format!("cannot answer at {address}: {error}")
        }
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

pub(crate) fn web_config(config: &Config, platform: &Platform, demo: bool) -> Result<WebConfig, Failure> {
    let mut web = WebConfig::new(platform.secrets().derive("web.csrf"));
    web.public_url = Some(config.server.public_url.trim_end_matches('/').to_owned());
    web.trusted_proxies = config.trusted_proxies()?;
    web.https = config.tls()?.is_some();
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
    web.limits.registrar_names_per_second = limits.registrar_names_per_second;
    web.limits.registrar_names_burst = limits.registrar_names_burst;
    web.operator_token_sha256 = config.operator_token_sha256()?;
    Ok(web)
}

async fn tls(config: &Config) -> Result<Option<axum_server::tls_rustls::RustlsConfig>, Failure> {
    let Some((certificate, key)) = config.tls()? else {
        return Ok(None);
    };
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
