//! Cells as the changes that made them: where each stands, who made it and who changed it last.

use std::collections::{BTreeMap, HashMap};

use kernel::{Id, Instant, PriceChangeId, PriceId};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Marked;
use crate::imports::ListRef;
use crate::price_books::{Cell, CellKey};

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Takes effect later; can still be edited and cancelled.
    Future,
    /// A price of it is in force.
    Current,
    /// Others have followed.
    Past,
    /// Was taken back before it took effect.
    Cancelled,
}

/// A change of prices: everything of one list and ending that begins together.
#[derive(Clone, Debug)]
pub struct PriceChange {
    /// Its id.
    pub id: PriceChangeId,
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending.
    pub ending: String,
    /// From when.
    pub effective_from: Instant,
    /// Until when its promotional prices hold, where that was said.
    pub until: Option<Instant>,
    /// Where it stands.
    pub state: ChangeState,
    /// Its prices; of a cancelled one, those it last had.
    pub prices: Vec<Cell>,
    /// Name of the promotion.
    pub promotion: Option<String>,
    /// When it was first made.
    pub created_at: Instant,
    /// By whom: a printed id, or `system`.
    pub created_by: String,
    /// When it was last edited or cancelled.
    pub changed_at: Instant,
    /// By whom.
    pub changed_by: String,
    /// Every cell of it that counts, ends of promotions too.
    pub(crate) live: Vec<PriceId>,
}

impl PriceChange {
    /// A remark for staff.
    pub fn note(&self) -> Option<&str> {
        self.prices.first()?.note.as_deref()
    }

    /// Moves with every edit: what the newest of its cells is called.
    pub fn version(&self) -> i64 {
        let newest = self.live.iter().max().map_or(0, |id| id.uuid().as_u128());
        // Without a sign, as tags are.
        i64::try_from(newest & 0x7fff_ffff_ffff_ffff).unwrap_or(i64::MAX)
    }
}

/// The change that cells of an import are of: those of a list and ending at an instant.
fn derived(key: &CellKey, at: Instant) -> PriceChangeId {
    let hash = Sha256::new()
        .chain_update(key.list.as_bytes())
        .chain_update(at.micros().to_be_bytes())
        .chain_update(&key.ending)
        .finalize();
    let first = hash.first_chunk().expect("a SHA-256 has 32 bytes");
    PriceChangeId::from_uuid(Uuid::from_bytes(*first))
}

/// Cells as changes, the latest first. Superseded cells must be among them, or nobody knows who began.
pub(crate) fn changes(cells: &[Marked], now: Instant) -> Vec<PriceChange> {
    let mut begun: HashMap<&CellKey, Instant> = HashMap::new();
    let counts = |marked: &&Marked| marked.cell.superseded_at.is_none();
    for Marked { cell, .. } in cells
        .iter()
        .filter(counts)
        .filter(|marked| marked.cell.effective_from <= now)
    {
        let latest = begun.entry(&cell.key).or_insert(cell.effective_from);
        *latest = (*latest).max(cell.effective_from);
    }
    let mut groups: BTreeMap<PriceChangeId, Vec<&Marked>> = BTreeMap::new();
    for marked in cells {
        let own = marked
            .change
            .unwrap_or_else(|| derived(&marked.cell.key, marked.cell.effective_from));
        groups.entry(own).or_default().push(marked);
    }
    let in_force = |cell: &Cell| begun.get(&cell.key) == Some(&cell.effective_from);
    let mut changes: Vec<PriceChange> = groups
        .into_iter()
        .filter_map(|(id, cells)| change(id, &cells, now, &in_force))
        .collect();
    changes.sort_by(|one, other| {
        (other.effective_from, other.created_at, other.id).cmp(&(one.effective_from, one.created_at, one.id))
    });
    changes
}

fn change(id: PriceChangeId, cells: &[&Marked], now: Instant, in_force: &dyn Fn(&Cell) -> bool) -> Option<PriceChange> {
    let live: Vec<&&Marked> = cells
        .iter()
        .filter(|marked| marked.cell.superseded_at.is_none())
        .collect();
    let newest = cells.iter().map(|marked| marked.cell.recorded_at).max()?;
    let shown: Vec<&&Marked> = if live.is_empty() {
        cells
            .iter()
            .filter(|marked| marked.cell.recorded_at == newest)
            .collect()
    } else {
        live.clone()
    };
    let from = shown.iter().map(|marked| marked.cell.effective_from).min()?;
    let end = shown
        .iter()
        .map(|marked| marked.cell.effective_from)
        .max()
        .filter(|end| *end > from);
    let mut prices: Vec<Cell> = shown
        .iter()
        .filter(|marked| marked.cell.effective_from == from)
        .map(|marked| marked.cell.clone())
        .collect();
    prices.sort_by(|one, other| one.key.cmp(&other.key));
    let first = cells
        .iter()
        .min_by_key(|marked| (marked.cell.recorded_at, marked.cell.id))?;
    let last = cells
        .iter()
        .max_by_key(|marked| (marked.cell.recorded_at, marked.cell.id))?;
    let (changed_at, changed_by) = match last.cell.superseded_at.filter(|_| live.is_empty()) {
        Some(at) => (at, last.superseded_by.clone().unwrap_or_default()),
        None => (last.cell.recorded_at, last.cell.recorded_by.clone()),
    };
    let state = match () {
        () if live.is_empty() => ChangeState::Cancelled,
        () if from > now => ChangeState::Future,
        () if prices.iter().any(in_force) => ChangeState::Current,
        () => ChangeState::Past,
    };
    let key = &first.cell.key;
    Some(PriceChange {
        id,
        list: ListRef::of(key.side, key.list),
        ending: key.ending.clone(),
        effective_from: from,
        until: end,
        state,
        prices,
        promotion: shown.iter().find_map(|marked| marked.promotion.clone()),
        created_at: first.cell.recorded_at,
        created_by: first.cell.recorded_by.clone(),
        changed_at,
        changed_by,
        live: live.iter().map(|marked| marked.cell.id).collect(),
    })
}
