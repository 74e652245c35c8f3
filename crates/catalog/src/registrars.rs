//! Registrar accounts: who we buy names from. An account has a cost list (cells of the price book under its id), says
//! which endings it sells, and names the kind of adapter that talks to it. Where that adapter's provider answers is the
//! app's affair; what it signs with is typed in once, sealed before it is stored, and never shown again.

mod credentials;
mod entity;
mod events;
mod http;
mod model;
mod ops;
mod pages;
mod store;

pub use credentials::Credentials;
pub use events::{RegistrarAdded, RegistrarChanged, RegistrarPaused, RegistrarResumed};
pub use model::{AdapterKind, NewRegistrar, Registrar, RegistrarEdit, Sells, State};
pub use ops::{MAX_REGISTRARS, add, by_id, by_slug, change, credentials, list, pause, resume};

pub(crate) use http::api;
pub(crate) use ops::all;
pub(crate) use pages::pages;
