//! A discount and what can happen to it.

use engines::pricing::discounts::{Entry, Terms};
use kernel::{Change, DiscountId, Instant, Problem};
use serde_json::json;

use super::draft::Judged;
use super::events::{DiscountAdded, DiscountChanged, DiscountEnded, DiscountRemoved};

/// What makes a discount a coupon.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Coupon {
    /// Its code, in capitals.
    pub code: String,
    /// How often it may be used in all; nothing: as often as anybody likes.
    pub max_uses: Option<i64>,
    /// How often by one customer.
    pub max_uses_each: Option<i64>,
}

/// A discount or coupon as one version says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Its id.
    pub id: DiscountId,
    /// Raised with every change.
    pub version: i64,
    /// As staff call it.
    pub name: String,
    /// Its code and limits, where it is a coupon.
    pub coupon: Option<Coupon>,
    /// For whom, for what, how much.
    pub terms: Terms,
    /// From when.
    pub from: Instant,
    /// Until when, that instant excluded; nothing: until it is ended.
    pub until: Option<Instant>,
    /// When this version was recorded.
    pub recorded_at: Instant,
    /// By whom: a printed id, or `system`.
    pub recorded_by: String,
    /// Since which version of the price book it counts; nothing where that was not noted yet.
    pub since_version: Option<i64>,
    /// When another version took its place.
    pub superseded_at: Option<Instant>,
    /// From which version of the price book on it no longer counts.
    pub superseded_version: Option<i64>,
}

/// Who records a version, when, and in which version of the price book it begins to count.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    pub(super) at: Instant,
    pub(super) by: String,
    pub(super) book_version: i64,
}

/// Whether a discount is over, in force or to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = DiscountStanding)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Over.
    Past,
    /// In force.
    Current,
    /// To come.
    Scheduled,
}

/// What a version may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// Of none: it is the first.
    New,
    /// Of one that has not begun.
    NotBegun,
    /// Of one that is not over.
    NotOver,
}

/// A version to be recorded in place of the one before.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) discount: Discount,
    pub(super) guard: Guard,
}

/// A discount that never began, taken back.
#[derive(Clone, Debug)]
pub(super) struct Removed {
    pub(super) discount: Discount,
    pub(super) book_version: i64,
}

impl Discount {
    /// A new one.
    pub(super) fn open(id: DiscountId, judged: Judged, new: Recording) -> Change<Recorded, DiscountAdded> {
        let discount = Self {
            id,
            version: 1,
            from: judged.from.unwrap_or(new.at),
            until: judged.until,
            name: judged.name,
            coupon: judged.coupon,
            terms: judged.terms,
            recorded_at: new.at,
            recorded_by: new.by,
            since_version: Some(new.book_version),
            superseded_at: None,
            superseded_version: None,
        };
        let fact = DiscountAdded {
            id,
            name: discount.name.clone(),
            coupon: discount.coupon.clone(),
            terms: discount.terms.clone(),
            effective_from: discount.from,
            effective_until: discount.until,
        };
        let guard = Guard::New;
        Change::new(Recorded { discount, guard }, fact)
    }

    /// Everything about one that has not begun anew; nothing when nothing differs.
    ///
    /// # Errors
    /// `discount_begun`.
    pub(super) fn edit(
        self,
        judged: Judged,
        new: Recording,
    ) -> Result<Option<Change<Recorded, DiscountChanged>>, Problem> {
        if self.standing(new.at) != Standing::Scheduled {
            return Err(Problem::conflict("discount_begun"));
        }
        let after = Self {
            version: self.version + 1,
            from: judged.from.unwrap_or(self.from),
            until: judged.until,
            name: judged.name,
            coupon: judged.coupon,
            terms: judged.terms,
            recorded_at: new.at,
            recorded_by: new.by,
            since_version: Some(new.book_version),
            ..self.clone()
        };
        let same = Self {
            version: self.version,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.clone(),
            since_version: self.since_version,
            ..after.clone()
        } == self;
        if same {
            return Ok(None);
        }
        let fact = DiscountChanged {
            id: self.id,
            name: after.name.clone(),
            coupon: after.coupon.clone(),
            terms: after.terms.clone(),
            effective_from: after.from,
            effective_until: after.until,
        };
        let before = self.before();
        let guard = Guard::NotBegun;
        Ok(Some(Change::from(before, Recorded { discount: after, guard }, fact)))
    }

    /// Ends one that is in force, now or later.
    ///
    /// # Errors
    /// `discount_not_begun`, `discount_over`, `end_in_the_past`, `ends_before`.
    pub(super) fn end(self, at: Option<Instant>, new: Recording) -> Result<Change<Recorded, DiscountEnded>, Problem> {
        match self.standing(new.at) {
            Standing::Scheduled => return Err(Problem::conflict("discount_not_begun")),
            Standing::Past => return Err(Problem::conflict("discount_over")),
            Standing::Current => {}
        }
        let at = at.unwrap_or(new.at);
        // One that began this very instant would have been for no time at all.
        if at < new.at || at <= self.from {
            return Err(Problem::refused("end_in_the_past").field("/at", "end_in_the_past"));
        }
        // Ending is never prolonging.
        if self.until.is_some_and(|until| at >= until) {
            return Err(Problem::refused("ends_before").field("/at", "ends_before"));
        }
        let fact = DiscountEnded {
            id: self.id,
            name: self.name.clone(),
            effective_until: at,
        };
        let before = self.before();
        let discount = Self {
            version: self.version + 1,
            until: Some(at),
            recorded_at: new.at,
            recorded_by: new.by,
            since_version: Some(new.book_version),
            ..self
        };
        let guard = Guard::NotOver;
        Ok(Change::from(before, Recorded { discount, guard }, fact))
    }

    /// Takes back one that has not begun.
    ///
    /// # Errors
    /// `discount_begun`.
    pub(super) fn remove(self, new: Recording) -> Result<Change<Removed, DiscountRemoved>, Problem> {
        if self.standing(new.at) != Standing::Scheduled {
            return Err(Problem::conflict("discount_begun"));
        }
        let fact = DiscountRemoved {
            id: self.id,
            name: self.name.clone(),
        };
        let removed = Removed {
            book_version: new.book_version,
            discount: self,
        };
        Ok(Change::from(removed.discount.before(), removed, fact))
    }

    fn before(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "coupon": self.coupon,
            "terms": self.terms,
            "effective_from": self.from,
            "effective_until": self.until,
        })
    }

    /// How it stands at a moment.
    pub fn standing(&self, now: Instant) -> Standing {
        if self.until.is_some_and(|until| until <= now) {
            Standing::Past
        } else if self.from <= now {
            Standing::Current
        } else {
            Standing::Scheduled
        }
    }

    /// Whether this version counts in a version of the price book; `known_at` is what that book calls its knowledge, for what
    /// was recorded before versions were noted.
    pub(super) fn counts_in(&self, book_version: i64, known_at: Instant) -> bool {
        let begun = self
            .since_version
            .map_or(self.recorded_at <= known_at, |since| since <= book_version);
        let ceased = match self.superseded_version {
            Some(version) => version <= book_version,
            None => self.superseded_at.is_some_and(|at| at <= known_at),
        };
        begun && !ceased
    }

    /// As the engine takes it: where it begins, and where it ends.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry> {
        let code: Option<Box<str>> = self.coupon.as_ref().map(|coupon| coupon.code.as_str().into());
        let (discount, recorded_at, superseded_at) = (self.id, self.recorded_at, self.superseded_at);
        let entry = move |effective_from, terms| Entry {
            discount,
            code: code.clone(),
            effective_from,
            terms,
            recorded_at,
            superseded_at,
        };
        let begins = entry(self.from, Some(self.terms.clone()));
        let ends = self.until.map(|until| entry(until, None));
        std::iter::once(begins).chain(ends)
    }
}
