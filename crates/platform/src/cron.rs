//! Schedules: every tick may try, a unique row per run decides. A missed run is made up for once.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use kernel::{Instant, TenantId};
use sea_orm::{ConnectionTrait, Statement, Value};
use tokio::sync::watch;

use crate::db::Wall;
use crate::jobs::{self, JobSpec};
use crate::{Platform, Result};

/// When a schedule is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Once a day at this time, UTC.
    DailyUtc {
        /// 0 to 23.
        hour: i8,
        /// 0 to 59.
        minute: i8,
    },
    /// Whenever the clock passes a multiple of this many seconds since 1970.
    EverySeconds(u32),
}

impl Schedule {
    /// The latest moment at or before `now` at which it was due.
    pub fn last_due(self, now: Instant) -> Instant {
        match self {
            Self::EverySeconds(seconds) => {
                let step = i64::from(seconds.max(1)) * 1_000_000;
                Instant::from_micros(now.micros().div_euclid(step) * step)
            }
            Self::DailyUtc { hour, minute } => {
                let today = now.timestamp().to_zoned(TimeZone::UTC);
                let time = Time::new(hour, minute, 0, 0).unwrap_or(Time::midnight());
                let due = today.date().to_datetime(time).to_zoned(TimeZone::UTC);
                let due = due.map_or(now, |due| Instant::from_timestamp(due.timestamp()));
                if due > now {
                    due.minus(SignedDuration::from_hours(24))
                } else {
                    due
                }
            }
        }
    }
}

/// A schedule and the job it starts. The job belongs to the installation; work for all tenants fans out from it.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its name; a run is kept under it.
    pub name: &'static str,
    /// When.
    pub schedule: Schedule,
    /// The job of the run that was due then.
    pub job: fn(due: Instant) -> Result<JobSpec>,
}

/// Whose jobs belong to no tenant.
pub const INSTALLATION: TenantId = TenantId::NONE;

/// Starts what is due.
#[derive(Clone)]
pub struct Cron {
    platform: Platform,
    entries: Vec<Entry>,
}

impl Cron {
    /// These schedules.
    pub fn new(platform: Platform, entries: Vec<Entry>) -> Self {
        Self { platform, entries }
    }

    /// Ticks until `stop` turns true.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut settled = BTreeMap::new();
        while !*stop.borrow() {
            if let Err(error) = self.tick_after(&mut settled).await {
                tracing::error!(?error, "schedules could not be looked at");
            }
            tokio::select! {
                () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Enqueues the job of every schedule whose last due moment has not run yet; how many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tick(&self) -> Result<usize> {
        self.tick_after(&mut BTreeMap::new()).await
    }

    /// The same; `settled` are the runs, by schedule, that are known to have been started, for which the database need
    /// not be asked again.
    async fn tick_after(&self, settled: &mut BTreeMap<&'static str, Instant>) -> Result<usize> {
        let mut started = 0;
        for entry in &self.entries {
            let due = entry.schedule.last_due(self.platform.now());
            if settled.get(entry.name) == Some(&due) {
                continue;
            }
            if !self.has_run(entry, due).await? {
                started += usize::from(self.start(entry, due).await?);
            }
            settled.insert(entry.name, due);
        }
        Ok(started)
    }

    async fn has_run(&self, entry: &Entry, due: Instant) -> Result<bool> {
        let db = self.platform.db();
        let sql = "SELECT 1 FROM cron_run WHERE schedule = $1 AND due = $2";
        let transaction = db.begin_read(Wall::None).await?;
        let found = transaction
            .query_one_raw(Statement::from_sql_and_values(
                db.kind(),
                sql,
                [entry.name.into(), due.micros().into()],
            ))
            .await;
        transaction.rollback().await?;
        Ok(found?.is_some())
    }

    async fn start(&self, entry: &Entry, due: Instant) -> Result<bool> {
        let spec = (entry.job)(due)?;
        let writing = self.platform.db().begin_write(Wall::None).await?;
        let backend = writing.transaction.get_database_backend();
        let run = async |sql: &str, values: Vec<Value>| {
            writing
                .transaction
                .execute_raw(Statement::from_sql_and_values(backend, sql, values))
                .await
        };
        let outcome = async {
            let sql = "INSERT INTO cron_run (schedule, due, ran_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            let values = vec![
                entry.name.into(),
                due.micros().into(),
                self.platform.now().micros().into(),
            ];
            if run(sql, values).await?.rows_affected() == 0 {
                return Ok(false);
            }
            let row = jobs::row(&self.platform, INSTALLATION, spec, None, self.platform.new_trace());
            run(jobs::INSERT, row).await?;
            Ok(true)
        }
        .await;
        let started = writing.ending.finish(writing.transaction, outcome).await?;
        self.platform.0.jobs_wake.notify_waiters();
        Ok(started)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_schedule_was_last_due_today_or_yesterday() {
        let two = Schedule::DailyUtc { hour: 2, minute: 0 };
        let last = |now: &str| two.last_due(now.parse().unwrap()).to_string();
        assert_eq!(last("2026-11-21T02:00:00Z"), "2026-11-21T02:00:00Z");
        assert_eq!(last("2026-11-21T01:59:59Z"), "2026-11-20T02:00:00Z");
    }
}
