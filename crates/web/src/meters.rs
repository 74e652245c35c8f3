//! Counts and durations of requests, by route. Handles are looked up once per route and kept: the hot path pays one
//! hash of a short text.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use axum::http::{Method, StatusCode};
use metrics::{Counter, Gauge, Histogram};

/// Every route's meters.
pub(crate) struct Meters {
    routes: ArcSwap<HashMap<&'static str, Arc<RouteMeters>>>,
    in_flight: std::sync::OnceLock<Gauge>,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            routes: ArcSwap::default(),
            in_flight: std::sync::OnceLock::new(),
        }
    }
}

/// One route's meters: a counter for each class of status, one histogram.
struct RouteMeters {
    by_method: [MethodMeters; METHODS.len()],
}

struct MethodMeters {
    classes: [Counter; CLASSES.len()],
    seconds: Histogram,
}

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "other"];
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

impl Meters {
    /// Counts a finished request.
    pub(crate) fn record(&self, route: &str, method: &Method, status: StatusCode, seconds: f64) {
        let meters = self.route(route);
        let meters = &meters.by_method[method_index(method)];
        meters.classes[class_index(status)].increment(1);
        meters.seconds.record(seconds);
    }

    /// Counts a request as being answered until the guard goes.
    pub(crate) fn enter(&self) -> InFlight {
        let gauge = self
            .in_flight
            .get_or_init(|| metrics::gauge!("entrepot_http_in_flight"))
            .clone();
        gauge.increment(1.0);
        InFlight(gauge)
    }

    fn route(&self, route: &str) -> Arc<RouteMeters> {
        if let Some(meters) = self.routes.load().get(route) {
            return Arc::clone(meters);
        }
        // Routes are the templates of our own router, so there are only so many; each is kept for ever.
        let name: &'static str = Box::leak(route.to_owned().into_boxed_str());
        let meters = Arc::new(RouteMeters::new(name));
        self.routes.rcu(|all| {
            let mut all = HashMap::clone(all);
            all.entry(name).or_insert_with(|| Arc::clone(&meters));
            all
        });
        meters
    }
}

impl RouteMeters {
    fn new(route: &'static str) -> Self {
        let by_method = METHODS.map(|method| MethodMeters {
            classes: CLASSES.map(|class| metrics::counter!("entrepot_http_requests_total", "route" => route, "method" => method, "status" => class)),
            seconds: metrics::histogram!("entrepot_http_seconds", "route" => route, "method" => method),
        });
        Self { by_method }
    }
}

fn method_index(method: &Method) -> usize {
    METHODS
        .iter()
        .position(|name| *name == method.as_str())
        .unwrap_or(METHODS.len() - 1)
}

fn class_index(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1
}

/// A request being answered.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_is_registered_once() {
        let meters = Meters::default();
        for _ in 0..3 {
            meters.record("/api/v1/x/{id}", &Method::GET, StatusCode::OK, 0.001);
        }
        meters.record("/", &Method::HEAD, StatusCode::NOT_FOUND, 0.001);
        assert_eq!(meters.routes.load().len(), 2);
        assert_eq!(
            (class_index(StatusCode::OK), class_index(StatusCode::BAD_GATEWAY)),
            (1, 4)
        );
    }
}
