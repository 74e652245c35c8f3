//! Which workers an embedded database has: each holds a lock on a file beside it, and the operating system lets go of
//! the lock however the process ends. So one that finds itself alone knows that whatever is still marked as running was
//! held by a process that is gone.

use std::fs::File;
use std::io;
use std::path::Path;

/// A worker's lock, held for as long as this lives.
pub(super) struct Presence(File);

impl Presence {
    /// Opens the file beside `database`, without a lock yet.
    pub(super) fn beside(database: &Path) -> io::Result<Self> {
        let mut name = database.as_os_str().to_owned();
        name.push(".workers");
        let file = File::options().create(true).truncate(false).write(true).open(name)?;
        Ok(Self(file))
    }

    /// Whether no other worker lives. If so, none comes to life before [`Presence::settle`].
    pub(super) fn is_alone(&self) -> bool {
        self.0.try_lock().is_ok()
    }

    /// Lives among others from now on. Waits for one that is still looking whether it is alone.
    pub(super) async fn settle(self) -> io::Result<Self> {
        let settled = tokio::task::spawn_blocking(move || {
            // Not every system turns one kind of lock into the other. Nothing is claimed yet, so a gap does no harm.
            self.0.unlock()?;
            self.0.lock_shared()?;
            Ok(self)
        });
        settled.await.map_err(io::Error::other)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_worker_is_alone_only_while_no_other_lives() {
        let folder = tempfile::tempdir().unwrap();
        let arrive = || Presence::beside(&folder.path().join("a.db")).unwrap();
        let first = arrive();
        assert!(first.is_alone());
        assert!(!arrive().is_alone(), "the first is still looking");
        let first = first.settle().await.unwrap();
        let second = arrive();
        assert!(!second.is_alone());
        let second = second.settle().await.unwrap();
        drop(first);
        assert!(!arrive().is_alone(), "the second lives on");
        drop(second);
        assert!(arrive().is_alone());
    }
}
