//! The installation's own front: which companies answer here, and where a new one signs up.

use askama::Template;
use axum::Router;
use axum::http::Request;
use axum::http::header::HOST;
use axum::response::Response;
use axum::routing::get;
use identity::tenants::ops::TenantLine;
use web::messages::Words;
use web::page::Head;
use web::{App, OwnHost, Result};

/// Where the front answers inside; at the installation's own hosts `/` shows it.
const FRONT: &str = "/installation";

pub(crate) fn routes() -> Router<App> {
    Router::new().route(FRONT, get(front))
}

/// Shows the front at `/` of the installation's own hosts, where a tenant's host shows its storefront.
pub(crate) fn at_own_hosts(app: &App, router: Router) -> Router {
    let app = app.clone();
    let service = tower::util::MapRequest::new(router, move |mut request: Request<axum::body::Body>| {
        let host = request
            .headers()
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        if request.uri().path() == "/" && app.config().is_own_host(without_port(host)) {
            *request.uri_mut() = axum::http::Uri::from_static(FRONT);
        }
        request
    });
    Router::new().fallback_service(service)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[derive(Template)]
#[template(path = "pages/installation.html")]
struct FrontPage<'a> {
    w: &'a Words,
    tenants: Vec<Line>,
}

struct Line {
    name: String,
    trades: String,
    url: String,
    console: String,
}

async fn front(own: OwnHost) -> Result<Response> {
    // Who answers here is shown to people who try the product out only; an installation's tenants are its own affair.
    let lines = if own.app.config().demo {
        identity::tenants::ops::lines(own.app.platform()).await?
    } else {
        Vec::new()
    };
    let w = &own.words;
    let tenants = lines.into_iter().map(|tenant| line(w, &own, tenant)).collect();
    own.plain(&Head::new(w.t("installation-title")), &FrontPage { w, tenants })
}

fn line(w: &Words, own: &OwnHost, tenant: TenantLine) -> Line {
    let base = own.app.config().public_url.clone().unwrap_or_default();
    let url = base.replacen("://", &format!("://{}.", tenant.slug), 1);
    let sells = |trade: &str| tenant.trades.contains(trade);
    let trades = match (sells("domains"), sells("travel")) {
        (true, true) => w.t("installation-both"),
        (_, false) => w.t("installation-domains"),
        (false, true) => w.t("installation-travel"),
    };
    Line {
        name: tenant.name,
        trades,
        console: format!("{url}/console"),
        url,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_without_its_port() {
        assert_eq!(without_port("localhost:8080"), "localhost");
        assert_eq!(without_port("[::1]:8080"), "[::1]");
        assert_eq!(without_port("northwind.localhost"), "northwind.localhost");
    }
}
