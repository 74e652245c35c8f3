//! What is about to be done with a discount: judged, with what it touches and a digest, so that what is published is what
//! was looked at, or nothing.

use std::collections::BTreeSet;

use engines::pricing::discounts::{DiscountBook, Tlds, Whom};
use kernel::{DiscountId, Id, Instant, Problem};
use platform::{Error, Read, Result, Tx};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::draft::DiscountDraft;
use super::model::{Discount, Recording};
use super::{ops, store};
use crate::exposures::{Asking, Exposure, Scope};
use crate::permissions::PRICES_EDIT;
use crate::price_books::{self, Book, Books};
use crate::values::based_on;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Add one.
    Add(DiscountDraft),
    /// Say everything anew about one that has not begun.
    Change(DiscountId, DiscountDraft),
    /// The same, and have it begin at once.
    BringForward(DiscountId, DiscountDraft),
    /// End one that is in force, now or at an instant.
    End(DiscountId, Option<Instant>),
    /// Take back one that has not begun.
    Remove(DiscountId),
}

/// What it would do.
#[derive(Clone, Debug)]
pub struct DiscountPreview {
    /// The version of the book it was made on.
    pub book_version: i64,
    /// What publishing asks for.
    pub digest: String,
    /// The discount as it would be; of one that is taken back, as it is.
    pub discount: Discount,
    /// What it touches; nothing where it is a coupon, which touches nobody until somebody enters it.
    pub exposures: Vec<Exposure>,
}

/// A deed judged against the discounts there are.
struct Proposal {
    before: Option<Discount>,
    after: Option<Discount>,
    book_version: i64,
    digest: String,
}

/// What a deed would do and touch. `book` is what prices are asked of, `shown` the version of the discount that a form was
/// made of.
///
/// # Errors
/// As doing it.
pub(crate) async fn preview(
    read: &Read,
    asking: &Asking,
    book: &Book,
    deed: &Deed,
    shown: Option<i64>,
) -> Result<DiscountPreview> {
    read.allow(PRICES_EDIT)?;
    let proposal = propose(read, deed, shown).await?;
    let exposures = match scope(&proposal, read.now()) {
        Some(scope) => {
            let after = discounts(read, &proposal).await?;
            asking.discounts(read, book, &after, scope).await?
        }
        None => Vec::new(),
    };
    let Proposal {
        before,
        after,
        book_version,
        digest,
    } = proposal;
    Ok(DiscountPreview {
        book_version,
        digest,
        discount: after.or(before).ok_or_else(Problem::not_found)?,
        exposures,
    })
}

/// Does exactly what a preview showed, or refuses because discounts or prices have changed since. `shown` is the version
/// of the discount that the form was made of.
///
/// # Errors
/// `preview_outdated`, and as each of [`ops::add`], [`ops::change`], [`ops::end`] and [`ops::remove`].
pub async fn publish(tx: &mut Tx, books: &Books, deed: &Deed, shown: Option<i64>, digest: &str) -> Result<Discount> {
    tx.allow(PRICES_EDIT)?;
    // The book is held, so that what is looked at now is what the deed is done to.
    price_books::next_version(tx).await?;
    let proposal = propose(tx, deed, shown).await?;
    if proposal.digest != digest {
        return Err(Problem::conflict("preview_outdated").into());
    }
    carry_out(tx, books, deed, shown).await
}

/// Does it, whatever it touches.
///
/// # Errors
/// As each of [`ops::add`], [`ops::change`], [`ops::end`] and [`ops::remove`].
pub(super) async fn carry_out(tx: &mut Tx, books: &Books, deed: &Deed, shown: Option<i64>) -> Result<Discount> {
    match deed {
        Deed::Add(draft) => ops::add(tx, books, draft).await,
        Deed::Change(id, draft) => ops::change(tx, books, *id, shown, draft).await,
        Deed::BringForward(id, draft) => {
            let draft = at_once(draft, tx.now());
            ops::change(tx, books, *id, shown, &draft).await
        }
        Deed::End(id, at) => ops::end(tx, books, *id, shown, *at).await,
        Deed::Remove(id) => ops::remove(tx, books, *id, shown).await,
    }
}

/// A draft that begins now: one that says nothing would begin when it was to.
fn at_once(draft: &DiscountDraft, now: Instant) -> DiscountDraft {
    DiscountDraft {
        from: Some(now),
        ..draft.clone()
    }
}

async fn propose(read: &Read, deed: &Deed, shown: Option<i64>) -> Result<Proposal> {
    let now = read.now();
    let recording = Recording {
        at: now,
        by: read.actor().who.to_string(),
        book_version: price_books::store::version(read).await? + 1,
    };
    let had = match deed {
        // Ids rise, so a new one is behind all there are, which decides between two that save the same.
        Deed::Add(draft) => {
            let id = DiscountId::from_uuid(Uuid::max());
            let change = Discount::open(id, ops::judged(read, id, draft, None).await?, recording);
            return proposal(read, deed, None, Some(change.after.discount)).await;
        }
        Deed::Change(id, _) | Deed::BringForward(id, _) | Deed::End(id, _) | Deed::Remove(id) => {
            store::by_id(read, *id).await?.ok_or_else(Problem::not_found)?
        }
    };
    based_on(shown, had.version)?;
    let after = match deed {
        Deed::Change(_, draft) => Some(edited(read, &had, draft, recording).await?),
        Deed::BringForward(_, draft) => Some(edited(read, &had, &at_once(draft, now), recording).await?),
        Deed::End(_, at) => Some(had.clone().end(*at, recording)?.after.discount),
        Deed::Remove(_) | Deed::Add(_) => {
            let _judged = had.clone().remove(recording)?;
            None
        }
    };
    proposal(read, deed, Some(had), after).await
}

async fn edited(read: &Read, had: &Discount, draft: &DiscountDraft, recording: Recording) -> Result<Discount> {
    let judged = ops::judged(read, had.id, draft, Some(had.from)).await?;
    if had.coupon.is_some() != judged.coupon.is_some() {
        return Err(Problem::not_found().into());
    }
    let change = had.clone().edit(judged, recording)?;
    Ok(change.map_or_else(|| had.clone(), |change| change.after.discount))
}

async fn proposal(read: &Read, deed: &Deed, before: Option<Discount>, after: Option<Discount>) -> Result<Proposal> {
    let book_version = price_books::store::version(read).await?;
    Ok(Proposal {
        digest: digest(deed, before.as_ref(), after.as_ref(), book_version),
        before,
        after,
        book_version,
    })
}

/// The same for the same deed on the same discounts. What begins or ends at once has no instant in it.
fn digest(deed: &Deed, before: Option<&Discount>, after: Option<&Discount>, book_version: i64) -> String {
    let (name, from, until) = match deed {
        Deed::Add(draft) => ("add", draft.from, draft.until),
        Deed::Change(_, draft) => ("change", draft.from, draft.until),
        Deed::BringForward(_, draft) => ("bring_forward", None, draft.until),
        Deed::End(_, at) => ("end", None, *at),
        Deed::Remove(_) => ("remove", None, None),
    };
    let had = before.map(|discount| (discount.id.to_string(), discount.version));
    let said = after.map(|discount| json!([discount.name, discount.coupon, discount.terms]));
    let told = json!([book_version, name, had, from, until, said]);
    hex::encode(Sha256::digest(told.to_string()))
}

/// What it can touch; nothing where it is a coupon.
fn scope(proposal: &Proposal, now: Instant) -> Option<Scope> {
    let both = || proposal.before.iter().chain(&proposal.after);
    if both().any(|discount| discount.coupon.is_some()) {
        return None;
    }
    let first = both().next()?.terms.whom;
    let same = both().all(|discount| discount.terms.whom == first);
    let of = |discount: &Discount| match &discount.terms.tlds {
        Tlds::All => None,
        Tlds::These(tlds) => Some(tlds.iter().map(|tld| (**tld).to_owned()).collect::<Vec<_>>()),
    };
    let endings: Option<Vec<Vec<String>>> = both().map(of).collect();
    Some(Scope {
        endings: endings.map(|endings| endings.into_iter().flatten().collect::<BTreeSet<_>>()),
        whom: if same { first } else { Whom::Everybody },
        currencies: None,
        from: both().map(|discount| discount.from).min().unwrap_or(now).max(now),
    })
}

/// All discounts with the deed done.
async fn discounts(read: &Read, proposal: &Proposal) -> Result<DiscountBook> {
    let own = proposal.before.as_ref().map(|discount| discount.id);
    let others = store::standing(read).await?.into_iter();
    let others = others.filter(|discount| Some(discount.id) != own);
    let all: Vec<Discount> = others.chain(proposal.after.clone()).collect();
    let known_at = all
        .iter()
        .map(|discount| discount.recorded_at)
        .max()
        .unwrap_or_else(|| read.now());
    DiscountBook::as_known_at(all.iter().flat_map(Discount::entries), known_at.max(read.now())).map_err(Error::internal)
}
