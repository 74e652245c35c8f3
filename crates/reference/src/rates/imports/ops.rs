//! What can be done with a history: prepare, keep, apply, look at.

use std::collections::BTreeSet;

use kernel::{Change, Id, ImportId, Instant, Problem, ProblemKind, RateSheetId};
use platform::{Read, Result, Tx};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::super::books::{self, RateBooks};
use super::super::ecb::{self, Day, History};
use super::super::events::RateImportPreviewed;
use super::super::model::{RateSheet, Source};
use super::super::setting::{self, RatesSetting};
use super::super::store::{hold, known_instants, version_since};
use super::model::{ImportCounts, ImportState, RateImport};
use super::store::{self, A_DAY, Applied, Previewed};
use crate::permissions::RATES_EDIT;

/// The longest file: the bank's whole history is a quarter of it.
const LONGEST_FILE: usize = 12 * 1024 * 1024;
/// The longest text that is put back into the form to be mended.
const LONGEST_TYPED: usize = 64 * 1024;
/// Files one company may have read within a day: each is kept until it is applied or the day is over.
const MOST_A_DAY: i64 = 20;

/// A file somebody wants to import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRateImport {
    /// What the file is called, for people.
    pub file_name: String,
    /// The file: `eurofxref-hist.csv`.
    pub content: Vec<u8>,
}

/// A file read and compared, not yet kept; or kept, and read again.
#[derive(Clone, Debug)]
pub struct Preview {
    pub(super) import: RateImport,
    pub(super) content: Vec<u8>,
    history: History,
    known: BTreeSet<Instant>,
    /// Of the rates it was compared with.
    version: i64,
    /// By which it was compared.
    setting: RatesSetting,
}

impl Preview {
    /// The import, with its counts.
    pub fn import(&self) -> &RateImport {
        &self.import
    }

    /// What could not be read.
    pub(in crate::rates) fn findings(&self) -> &[ecb::Finding] {
        &self.history.findings
    }

    /// Its days, and whether each is known already.
    pub(in crate::rates) fn days(&self) -> impl DoubleEndedIterator<Item = (&Day, bool)> {
        let days = self.history.days.iter();
        days.map(|day| (day, self.known.contains(&day.quoted_at)))
    }

    /// Of the rates it was compared with.
    pub(super) const fn version(&self) -> i64 {
        self.version
    }

    /// By which it was compared.
    pub(super) const fn setting(&self) -> &RatesSetting {
        &self.setting
    }

    /// The same for the same file, compared with the same rates by the same setting: it then records the same sheets, and
    /// puts the same rates in force.
    pub fn digest(&self) -> String {
        let setting = &self.setting;
        let of = json!([
            self.version,
            self.import.content_hash,
            setting.jump_percent.millionths(),
            setting.oldest_hours,
        ]);
        hex::encode(Sha256::digest(of.to_string()))
    }

    fn count(&self) -> ImportCounts {
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let new = || self.days().filter(|(_, known)| !known);
        ImportCounts {
            added: small(new().count()),
            known: small(self.days().count() - new().count()),
            held: small(new().map(|(day, _)| day.held.len()).sum()),
            bad: self.history.bad,
        }
    }
}

/// Reads a file and compares it with what is known: a dry run. Bad lines are no error, they are what it finds.
///
/// # Errors
/// `ecb_unreadable`, `ecb_too_long`, `forbidden`, or the database.
pub async fn prepare(read: &Read, new: &NewRateImport) -> Result<Preview> {
    read.allow(RATES_EDIT)?;
    if new.content.len() > LONGEST_FILE {
        return Err(Problem::refused("ecb_too_large")
            .arg("limit_mb", LONGEST_FILE / 1024 / 1024)
            .field("/content", "ecb_too_large")
            .into());
    }
    let name: String = new
        .file_name
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(120)
        .collect();
    let import = RateImport {
        id: ImportId::from_uuid(Uuid::nil()),
        file_name: if name.is_empty() {
            "eurofxref-hist.csv".to_owned()
        } else {
            name
        },
        size_bytes: new.content.len() as u64,
        content_hash: hex::encode(Sha256::digest(&new.content)),
        state: ImportState::Previewed,
        counts: ImportCounts::default(),
        created_at: read.now(),
        created_by: read.actor().who.to_string(),
        applied_at: None,
        applied_by: None,
    };
    compared(read, import, new.content.clone()).await
}

async fn compared(read: &Read, import: RateImport, content: Vec<u8>) -> Result<Preview> {
    let setting = setting::get(read).await?;
    let lines = ecb::read(&content, read.now())?;
    // A file without a day that could be read is held against the present, which changes nothing.
    let (first, last) = lines.span().unwrap_or((read.now(), read.now()));
    let until = lines.known_until().unwrap_or(last);
    let book = books::between(read, first, until).await?;
    let known = known_instants(read, Source::Ecb, ecb::BASE, first, last).await?;
    let mut preview = Preview {
        import,
        content,
        history: lines.against(&book, setting.jump_percent),
        known,
        version: book.version,
        setting,
    };
    if preview.import.state != ImportState::Applied {
        let counts = preview.count();
        preview.import.state = if counts.bad > 0 {
            ImportState::Refused
        } else {
            ImportState::Previewed
        };
        preview.import.counts = counts;
    }
    Ok(preview)
}

/// Keeps a prepared import, so that it can be looked at and applied. Previews nobody applied within a day make room.
///
/// # Errors
/// `rate_imports_too_many`, `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, preview: &Preview) -> Result<RateImport> {
    tx.allow(RATES_EDIT)?;
    hold(&mut tx.bookkeeping("nothing is written: of many who import at once each is counted")).await?;
    if store::read_since(tx, tx.now().minus(A_DAY)).await? >= MOST_A_DAY {
        let problem = Problem::new(ProblemKind::TooMany, "rate_imports_too_many");
        return Err(problem.arg("max", MOST_A_DAY).into());
    }
    let import = RateImport {
        id: tx.new_id(),
        ..preview.import.clone()
    };
    let fact = RateImportPreviewed {
        id: import.id,
        content_hash: import.content_hash.clone(),
        added: import.counts.added,
        known: import.counts.known,
        bad: import.counts.bad,
    };
    let previewed = Previewed {
        import,
        content: preview.content.clone(),
    };
    Ok(tx.save(Change::new(previewed, fact)).await?.import)
}

/// A kept import, its file read again and compared with what is known now.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: ImportId) -> Result<(RateImport, Option<Preview>)> {
    read.allow(RATES_EDIT)?;
    let (import, content) = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    match content {
        Some(content) => {
            let preview = compared(read, import, content).await?;
            Ok((preview.import.clone(), Some(preview)))
        }
        None => Ok((import, None)),
    }
}

/// The lines of a kept import, to be mended where they were typed; nothing of one that is applied, or longer than people type.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(in crate::rates) async fn lines(read: &Read, id: ImportId) -> Result<Option<String>> {
    read.allow(RATES_EDIT)?;
    let (_, content) = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    let short = content.filter(|content| content.len() <= LONGEST_TYPED);
    Ok(short.and_then(|content| String::from_utf8(content).ok()))
}

/// Records an import's days, each as a sheet, all or none: exactly what the preview with the digest `shown` showed, or
/// nothing because other rates have been recorded since. Days that were known stay as they are. One that somebody else has
/// applied meanwhile answers with what was done.
///
/// # Errors
/// `rate_import_bad`, `rates_preview_outdated`, `forbidden`, or the database.
pub async fn apply(tx: &mut Tx, books: &RateBooks, preview: &Preview, shown: &str) -> Result<RateImport> {
    tx.allow(RATES_EDIT)?;
    hold(&mut tx.bookkeeping("nothing is written: of two imports at once the second sees the first")).await?;
    let (version, _) = version_since(tx).await?;
    let is_as_shown = version == preview.version && preview.digest() == shown;
    if !is_as_shown && preview.import.state == ImportState::Previewed {
        return match store::by_id(tx, preview.import.id).await? {
            Some((done, _)) if done.state == ImportState::Applied => Ok(done),
            _ => Err(Problem::conflict("rates_preview_outdated").into()),
        };
    }
    let (now, by) = (tx.now(), tx.actor().who.to_string());
    let new = preview.days().filter(|(_, known)| !known);
    let sheets: Vec<RateSheet> = new.map(|(day, _)| sheet(tx.new_id(), day, now, &by)).collect();
    let Change { after, fact, before } = preview.import.clone().apply(&sheets, now, by)?;
    let mut applied = Applied { import: after, sheets };
    applied.import.counts.added = u32::try_from(applied.sheets.len()).unwrap_or(u32::MAX);
    let applied = tx
        .save(Change {
            after: applied,
            fact,
            before,
        })
        .await?;
    books.stale_after_commit(tx);
    Ok(applied.import)
}

fn sheet(id: RateSheetId, day: &Day, now: Instant, by: &str) -> RateSheet {
    RateSheet {
        id,
        source: Source::Ecb,
        base: ecb::BASE,
        quoted_at: day.quoted_at,
        rates: day.rates.clone(),
        held: day.held.clone(),
        recorded_at: now,
        recorded_by: by.to_owned(),
    }
}

/// Reads, keeps and applies a file in one go: seeds and the command line.
///
/// # Errors
/// As [`prepare`] and [`apply`].
pub async fn import_now(tx: &mut Tx, books: &RateBooks, new: &NewRateImport) -> Result<RateImport> {
    let mut preview = prepare(tx, new).await?;
    preview.import = keep(tx, &preview).await?;
    apply(tx, books, &preview, &preview.digest()).await
}

/// Imports older than a place in the list, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, after: Option<(i64, Uuid)>, most: u64) -> Result<Vec<RateImport>> {
    read.allow(RATES_EDIT)?;
    store::before(read, after, most).await
}
