//! Proof of a human on public forms: adapters of the port `platform::ports::Captcha`.
//!
//! [`local`] asks no service and is the default. [`turnstile`] and [`recaptcha`] ask theirs and fail closed: no clear
//! answer is no pass.

pub mod local;
pub mod recaptcha;
pub mod simulator;
mod siteverify;
pub mod turnstile;

#[cfg(test)]
mod contract;

pub use local::Local;
pub use recaptcha::Recaptcha;
pub use siteverify::Site;
pub use turnstile::Turnstile;
