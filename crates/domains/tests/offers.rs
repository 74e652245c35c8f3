//! Offers from the request to the row: real lists in a real database, registrars doubled behind their port.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set should stop")]

mod offers {
    mod api;
    mod best_registrar;
    mod checks;
    mod effective;
    mod endings;
    mod exposed;
    mod locks;
    mod one;
    mod portfolio;
    mod reach;
    mod shop;
    pub(crate) mod stage;
    mod storefront;
}
