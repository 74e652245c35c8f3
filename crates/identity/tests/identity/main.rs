//! identity as the world sees it: over HTTP, on a real database.

mod support;

mod sign_in;
