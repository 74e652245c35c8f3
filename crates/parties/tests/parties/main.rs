//! Customers, suppliers, groups and contacts through operations, API and pages, on whichever database the run is for.

mod api;
mod ops;
mod pages;
mod support;
