//! The room's mails: what they say, and the jobs that send them.
//!
//! A job makes the link it sends, so its secret is in the mail alone, never in a row.

mod jobs;
mod letters;

pub use jobs::{NoticeNewSignIn, SendLink, SendWelcome};
pub(crate) use jobs::{QUEUE, handlers};
pub use letters::{Letter, Rendered, samples};
