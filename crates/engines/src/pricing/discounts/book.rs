//! The discount book: who may have what, by instant.

use std::collections::BTreeMap;

use kernel::{DiscountId, Instant, Money, Percent, Timeline};

use super::terms::{Off, Terms, Whom, coupon_code};

/// From one instant on a discount has these terms, as the database keeps it: append-only, replaced by being superseded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which discount.
    pub discount: DiscountId,
    /// Its code, for a coupon; the same in all of a coupon's entries.
    pub code: Option<Box<str>>,
    /// From when on.
    pub effective_from: Instant,
    /// What it is; nothing: it has ended.
    pub terms: Option<Terms>,
    /// Since when we know it.
    pub recorded_at: Instant,
    /// Since when we know better.
    pub superseded_at: Option<Instant>,
}

/// An entry that cannot be part of a book.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("discount {discount}: {fault}")]
pub struct BadDiscount {
    /// Which discount.
    pub discount: DiscountId,
    /// What is wrong with it.
    pub fault: DiscountFault,
}

/// What can be wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiscountFault {
    /// Not above 0 % and at most 100 %.
    #[error("a discount is above 0 % and at most 100 %")]
    Percent,
    /// Not above zero.
    #[error("a discount is more than nothing")]
    Amount,
    /// It is for no operation or no TLD.
    #[error("a discount is for something")]
    ForNothing,
    /// Not as [`coupon_code`] keeps it.
    #[error("not the code of a coupon")]
    Code,
}

impl Entry {
    /// Whether it can be part of a book.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), BadDiscount> {
        let code = self
            .code
            .as_ref()
            .filter(|code| coupon_code(code).as_ref() != Some(code));
        let fault = match (code, self.terms.as_ref().and_then(fault)) {
            (Some(_), _) => DiscountFault::Code,
            (None, Some(fault)) => fault,
            (None, None) => return Ok(()),
        };
        Err(BadDiscount {
            discount: self.discount,
            fault,
        })
    }

    fn known_at(&self, known_at: Instant) -> bool {
        self.recorded_at <= known_at && self.superseded_at.is_none_or(|superseded| known_at < superseded)
    }
}

fn fault(terms: &Terms) -> Option<DiscountFault> {
    let nothing = matches!(&terms.tlds, super::Tlds::These(tlds) if tlds.is_empty()) || terms.operations.is_empty();
    match terms.off {
        Off::Percent(percent) if percent <= Percent::ZERO || percent > Percent::WHOLE => Some(DiscountFault::Percent),
        Off::Amount(Money { minor: ..=0, .. }) => Some(DiscountFault::Amount),
        _ => nothing.then_some(DiscountFault::ForNothing),
    }
}

/// One discount over time.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) id: DiscountId,
    pub(super) code: Option<Box<str>>,
    pub(super) terms: Timeline<Option<Terms>>,
}

impl Kept {
    /// Its terms at a moment, and since when they hold.
    pub(super) fn standing(&self, at: Instant) -> Option<(Instant, &Terms)> {
        let (since, terms) = self.terms.begun_by(at)?;
        Some((since, terms.as_ref()?))
    }
}

/// All discounts and coupons of one tenant as known at one moment. It answers for any instant, past or scheduled.
#[derive(Clone, Debug)]
pub struct DiscountBook {
    /// By id.
    kept: Vec<Kept>,
    /// The places in `kept` of discounts without a code, by whom they are or will be for; ascending.
    by_whom: BTreeMap<Whom, Vec<usize>>,
    /// Coupons by code, then by place.
    codes: Vec<(Box<str>, usize)>,
    known_at: Instant,
}

static NONE: DiscountBook = DiscountBook {
    kept: Vec::new(),
    by_whom: BTreeMap::new(),
    codes: Vec::new(),
    known_at: Instant::EPOCH,
};

impl DiscountBook {
    /// The book of a tenant without discounts.
    pub fn none() -> &'static Self {
        &NONE
    }

    /// The book as it was known at `known_at`: entries recorded by then and not yet superseded. Of two such entries of one
    /// discount with the same beginning, the one recorded later holds.
    ///
    /// # Errors
    /// The first entry that cannot be part of a book.
    pub fn as_known_at(entries: impl IntoIterator<Item = Entry>, known_at: Instant) -> Result<Self, BadDiscount> {
        let mut entries: Vec<Entry> = entries.into_iter().filter(|entry| entry.known_at(known_at)).collect();
        entries.iter().try_for_each(Entry::check)?;
        entries.sort_by_key(|entry| (entry.discount, entry.recorded_at));
        let mut kept: Vec<Kept> = Vec::new();
        for entry in entries {
            if kept.last().is_none_or(|last| last.id != entry.discount) {
                kept.push(Kept {
                    id: entry.discount,
                    code: entry.code,
                    terms: Timeline::new(),
                });
            }
            let last = kept.last_mut().expect("one was just pushed if there was none");
            last.terms.set_from(entry.effective_from, entry.terms);
        }
        Ok(Self::of(kept, known_at))
    }

    fn of(kept: Vec<Kept>, known_at: Instant) -> Self {
        let mut by_whom: BTreeMap<Whom, Vec<usize>> = BTreeMap::new();
        let mut codes = Vec::new();
        for (at, discount) in kept.iter().enumerate() {
            if let Some(code) = &discount.code {
                codes.push((code.clone(), at));
                continue;
            }
            for terms in discount.terms.transitions().filter_map(|(_, terms)| terms.as_ref()) {
                let places = by_whom.entry(terms.whom).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        codes.sort_unstable();
        Self {
            kept,
            by_whom,
            codes,
            known_at,
        }
    }

    /// The moment whose knowledge this book holds.
    pub const fn known_at(&self) -> Instant {
        self.known_at
    }

    /// How many discounts and coupons it holds, past and future ones too.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// It holds nothing.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// The terms of a discount or coupon at a moment, and since when they hold.
    pub fn standing(&self, discount: DiscountId, at: Instant) -> Option<(Instant, &Terms)> {
        let place = self.kept.binary_search_by_key(&discount, |kept| kept.id).ok()?;
        self.kept[place].standing(at)
    }

    /// The coupon with a code that is in force at a moment, whatever the code's case.
    pub fn coupon(&self, code: &str, at: Instant) -> Option<(DiscountId, &Terms)> {
        let in_force = |kept: &Kept| kept.standing(at).is_some();
        let kept = self.with_code(code).find(|kept| in_force(kept))?;
        Some((kept.id, kept.standing(at)?.1))
    }

    /// Discounts without a code that are, were or will be for somebody, by id.
    pub(super) fn of_whom(&self, whom: Whom) -> impl Iterator<Item = &Kept> {
        let places = self.by_whom.get(&whom).into_iter().flatten();
        places.map(|at| &self.kept[*at])
    }

    /// Coupons of a code, by id: there may be another when one has ended.
    pub(super) fn with_code<'b, 'c>(&'b self, code: &'c str) -> impl Iterator<Item = &'b Kept> + use<'b, 'c> {
        let code = code.trim();
        let typed = move || code.bytes().map(|byte| byte.to_ascii_uppercase());
        let first = self.codes.partition_point(|(kept, _)| kept.bytes().lt(typed()));
        let same = self.codes[first..]
            .iter()
            .take_while(move |(kept, _)| kept.bytes().eq(typed()));
        same.map(|(_, at)| &self.kept[*at])
    }
}
