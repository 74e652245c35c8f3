#![doc = include_str!("../README.md")]

use platform::jobs::QueueLimits;
use web::{Erase, Module, PersonalData};

pub mod notices;

pub use notices::{Audience, NoticeRule, Rules, When};

/// The room's words in American English.
const EN_US: &str = include_str!("../messages/en-US.ftl");

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261121_070_reactions_notices"),
    platform::migration!("20261127_071_reactions_notice_actor"),
];

/// What the room brings to the house, reacting by the tables of `R`.
pub fn module<R: Rules>() -> Module {
    Module {
        api: notices::http::api(),
        pages: notices::pages::pages(),
        jobs: vec![notices::handler()],
        queues: vec![QueueLimits {
            name: notices::QUEUE,
            concurrency: 2,
            per_minute: None,
        }],
        subscribers: vec![notices::subscriber::<R>()],
        migrations: MIGRATIONS.to_vec(),
        messages: vec![("en-US", EN_US)],
        personal_data: vec![PersonalData {
            table: "notice_reads",
            columns: &["user_id"],
            erase: Erase::Delete,
        }],
        ..Module::new("reactions")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_used_is_defined_and_templates_keep_to_the_content_security_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), &[("en-US", EN_US)]);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
