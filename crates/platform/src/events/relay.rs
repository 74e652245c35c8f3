//! The relay: hands stored events to subscribers in the order of their positions.
//!
//! A subscriber is a pure function from an event to jobs. Its cursor and its jobs commit together, so every event reaches
//! every subscriber exactly once; what the jobs do, they do at least once.

use std::collections::BTreeMap;
use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement, Value};
use tokio::sync::watch;
use uuid::Uuid;

use kernel::{EventId, Id, Instant, TenantId};

use super::Event;
use crate::db::Wall;
use crate::jobs::{self, JobSpec};
use crate::{Platform, Result, TraceId};

/// Who wants to hear of events. `react` is pure: it only says which jobs follow.
#[derive(Clone, Copy)]
pub struct Subscriber {
    /// Its name; the cursor is kept under it.
    pub name: &'static str,
    /// Which jobs follow from an event.
    pub react: fn(&Event) -> Vec<JobSpec>,
}

/// Events handed over in one transaction.
const AT_ONCE: u64 = 200;
/// How often events of other processes are looked for, which cannot wake us.
const POLL: Duration = Duration::from_millis(500);
/// The same on an embedded database, to which only commands at a terminal write beside this process.
const POLL_EMBEDDED: Duration = Duration::from_secs(2);

/// Hands events to subscribers.
#[derive(Clone)]
pub struct Relay {
    platform: Platform,
    subscribers: Vec<Subscriber>,
}

#[derive(FromQueryResult)]
struct Row {
    tenant_id: Uuid,
    id: Uuid,
    position: i64,
    name: String,
    version: i32,
    subject: String,
    actor: String,
    cause: Option<Uuid>,
    trace_id: String,
    at: i64,
    payload: String,
}

/// How far events are numbered, and how far one subscriber has read; without subscriber when none has read yet.
#[derive(FromQueryResult)]
struct Cursor {
    last: i64,
    subscriber: Option<String>,
    position: Option<i64>,
}

impl Relay {
    /// A relay for these subscribers.
    pub fn new(platform: Platform, subscribers: Vec<Subscriber>) -> Self {
        Self { platform, subscribers }
    }

    /// Relays until `stop` turns true. Several processes may; the cursors decide.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let wake = std::sync::Arc::clone(&self.platform.0.events_wake);
        let poll = if self.platform.db().is_embedded() {
            POLL_EMBEDDED
        } else {
            POLL
        };
        while !*stop.borrow() {
            let woken = wake.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            match self.run_once().await {
                Ok(0) => {}
                Ok(_) => continue,
                Err(error) => tracing::error!(?error, "events could not be relayed"),
            }
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(poll) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Hands over what is there; how many events (counted once per subscriber).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_once(&self) -> Result<usize> {
        self.platform.db().number_saved_rows().await?;
        let (last, cursors) = self.progress().await?;
        let mut handed_over = 0;
        for subscriber in &self.subscribers {
            let cursor = cursors.get(subscriber.name).copied().unwrap_or(0);
            if cursor < last {
                handed_over += self.hand_over(subscriber, cursor).await?;
            }
        }
        Ok(handed_over)
    }

    async fn hand_over(&self, subscriber: &Subscriber, cursor: i64) -> Result<usize> {
        let events = self.events_after(cursor).await?;
        let Some(last) = events.last().map(|event| event.position) else {
            return Ok(0);
        };
        let writing = self.platform.db().begin_write(Wall::None).await?;
        let outcome = self
            .commit_reactions(&writing.transaction, subscriber, &events, cursor, last)
            .await;
        writing.ending.finish(writing.transaction, outcome).await?;
        self.platform.0.jobs_wake.notify_waiters();
        Ok(events.len())
    }

    /// How far events are numbered, and how far each subscriber has read. This is what an idle relay asks again and
    /// again, so it is one question for all subscribers.
    async fn progress(&self) -> Result<(i64, BTreeMap<String, i64>)> {
        let db = self.platform.db();
        let sql = "SELECT last, subscriber, position FROM event_head LEFT JOIN event_cursor ON TRUE";
        let transaction = db.begin_read(Wall::None).await?;
        let rows = Cursor::find_by_statement(Statement::from_string(db.kind(), sql))
            .all(&transaction)
            .await;
        transaction.rollback().await?;
        let rows = rows?;
        let last = rows.first().map_or(0, |row| row.last);
        let cursors = rows.into_iter().filter_map(|row| row.subscriber.zip(row.position));
        Ok((last, cursors.collect()))
    }

    async fn events_after(&self, position: i64) -> Result<Vec<Event>> {
        let db = self.platform.db();
        let sql = format!(
            "SELECT tenant_id, id, position, name, version, subject, actor, cause, trace_id, at, payload FROM event \
             WHERE position > $1 ORDER BY position LIMIT {AT_ONCE}"
        );
        let transaction = db.begin_read(Wall::None).await?;
        let rows = Row::find_by_statement(Statement::from_sql_and_values(db.kind(), sql, [position.into()]))
            .all(&transaction)
            .await;
        transaction.rollback().await?;
        rows?.into_iter().map(Row::event).collect()
    }

    async fn commit_reactions(
        &self,
        on: &DatabaseTransaction,
        subscriber: &Subscriber,
        events: &[Event],
        from: i64,
        to: i64,
    ) -> Result<()> {
        let backend = on.get_database_backend();
        let run = async |sql: &str, values: Vec<Value>| {
            on.execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await
        };
        run(
            "INSERT INTO event_cursor (subscriber, position) VALUES ($1, 0) ON CONFLICT DO NOTHING",
            vec![subscriber.name.into()],
        )
        .await?;
        let advance = "UPDATE event_cursor SET position = $1 WHERE subscriber = $2 AND position = $3";
        let advanced = run(advance, vec![to.into(), subscriber.name.into(), from.into()]).await?;
        if advanced.rows_affected() == 0 {
            // Another process was quicker: these events are handed over already.
            return Ok(());
        }
        for event in events {
            for spec in (subscriber.react)(event) {
                let trace = event.trace_id.parse().unwrap_or(TraceId::from_bytes([0; 16]));
                run(
                    jobs::INSERT,
                    jobs::row(&self.platform, event.tenant, spec, Some(event.id), trace),
                )
                .await?;
            }
        }
        Ok(())
    }
}

impl Row {
    fn event(self) -> Result<Event> {
        Ok(Event {
            id: EventId::from_uuid(self.id),
            position: self.position,
            tenant: TenantId::from_uuid(self.tenant_id),
            name: self.name,
            version: u16::try_from(self.version).unwrap_or(u16::MAX),
            subject: self.subject,
            actor: self.actor,
            cause: self.cause.map(EventId::from_uuid),
            trace_id: self.trace_id,
            at: Instant::from_micros(self.at),
            payload: serde_json::from_str(&self.payload)?,
        })
    }
}
