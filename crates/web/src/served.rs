//! Which paths and methods a router serves: for the list of routes and for tests that must not forget a page.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;

use crate::app::App;
use crate::module::Module;
use crate::page;

/// Every page of the rooms and of the house itself: path and method, sorted.
pub fn page_routes(modules: &[Module]) -> BTreeSet<(String, &'static str)> {
    let mut all = served(&page::house::routes());
    all.extend(modules.iter().flat_map(|module| served(&module.pages)));
    all
}

/// Path and method of every route of a router, sorted.
///
/// axum tells neither, except in the text it prints of a router for debugging; this reads that text, and the test below
/// fails when it looks different.
pub fn served(router: &Router<App>) -> BTreeSet<(String, &'static str)> {
    let text = format!("{router:?}");
    let own = text.split("fallback_router: ").next().unwrap_or_default();
    let (routes, paths) = own
        .split_once("node: Node { paths: {")
        .expect("axum prints a router as the test below says");
    let paths: BTreeMap<&str, &str> = entries(paths)
        .filter_map(|(id, path)| Some((id, path.split('"').nth(1)?)))
        .collect();
    let mut all = BTreeSet::new();
    for (id, methods) in entries(routes) {
        let Some(path) = paths.get(id) else { continue };
        for (field, method) in [("get: ", "GET"), ("post: ", "POST")] {
            let answers = methods
                .split_once(field)
                .is_some_and(|(_, rest)| !rest.starts_with("None"));
            if answers {
                all.insert(((*path).to_owned(), method));
            }
        }
    }
    all
}

/// `RouteId(1): a, RouteId(2): b` as pairs of the number and what follows it.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("RouteId(")
        .skip(1)
        .filter_map(|entry| entry.split_once("): "))
}

#[cfg(test)]
mod tests {
    use axum::routing::{get, post};

    use super::*;

    #[test]
    fn every_path_and_method_of_a_router_is_told() {
        let other = Router::new().route("/c/{id}/x", post(|| async {}));
        let router: Router<App> = Router::new()
            .route("/", get(|| async {}))
            .route("/a.csv", get(|| async {}).post(|| async {}))
            .merge(other.layer(axum::Extension(1)));
        let told = served(&router);
        let expected = [
            ("/", "GET"),
            ("/a.csv", "GET"),
            ("/a.csv", "POST"),
            ("/c/{id}/x", "POST"),
        ];
        assert_eq!(told, expected.map(|(path, method)| (path.to_owned(), method)).into());
    }
}
