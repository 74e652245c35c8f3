//! From an event to the bell, the page and the API, on whichever database the run is for.

mod notices;
mod support;
