//! A sales list and what can happen to it.

use kernel::{Change, Currency, Instant, Problem, SalesListId};
use serde_json::json;

use super::events::{SalesListAdded, SalesListChanged};
use crate::values::{self, Faults};

/// A list of sales prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesList {
    /// Its id.
    pub id: SalesListId,
    /// Short name for files and addresses. Never changes.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// The currency of prices that name none, and of the storefront where the list is the standard one.
    pub currency: Currency,
    /// The list of the storefront and of everybody without a list of their own.
    pub standard: bool,
    /// Raised with every change.
    pub version: i64,
    /// Since when we have it.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// What it takes to add a sales list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSalesList {
    /// Short name: letters, digits and hyphens.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// The currency of prices that name none.
    pub currency: Currency,
    /// Whether it is the storefront's. A tenant's first list is, whatever this says.
    pub standard: bool,
}

/// Everything about a sales list that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SalesListEdit {
    /// As people call it.
    pub name: String,
    /// The currency of prices that name none; one the list has prices in, unless it has none at all.
    pub currency: Currency,
    /// Whether it is the storefront's.
    pub standard: bool,
}

impl SalesList {
    /// A new list, empty.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(id: SalesListId, new: NewSalesList, now: Instant) -> Result<Change<Self, SalesListAdded>, Problem> {
        let mut faults = Faults::default();
        let slug = faults.need("/slug", "bad_slug", values::slug(&new.slug));
        let name = faults.need("/name", "bad_name", values::line(&new.name));
        faults.done()?;
        let NewSalesList { currency, standard, .. } = new;
        let fact = SalesListAdded {
            id,
            slug: slug.clone(),
            name: name.clone(),
            currency,
            standard,
        };
        let list = Self {
            id,
            slug,
            name,
            currency,
            standard,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        Ok(Change::new(list, fact))
    }

    /// Described anew; nothing when nothing differs.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(self, edit: &SalesListEdit, now: Instant) -> Result<Option<Change<Self, SalesListChanged>>, Problem> {
        let mut faults = Faults::default();
        let name = faults.need("/name", "bad_name", values::line(&edit.name));
        faults.done()?;
        let SalesListEdit { currency, standard, .. } = *edit;
        if (&name, currency, standard) == (&self.name, self.currency, self.standard) {
            return Ok(None);
        }
        Ok(Some(self.become_of(name, currency, standard, now)))
    }

    /// Another list becomes the standard one.
    pub fn step_down(self, now: Instant) -> Change<Self, SalesListChanged> {
        let (name, currency) = (self.name.clone(), self.currency);
        self.become_of(name, currency, false, now)
    }

    fn become_of(
        self,
        name: String,
        currency: Currency,
        standard: bool,
        now: Instant,
    ) -> Change<Self, SalesListChanged> {
        let before = json!({ "name": self.name, "currency": self.currency, "standard": self.standard });
        let fact = SalesListChanged {
            id: self.id,
            name: name.clone(),
            currency,
            standard,
        };
        let after = Self {
            name,
            currency,
            standard,
            version: self.version + 1,
            updated_at: now,
            ..self
        };
        Change::from(before, after, fact)
    }
}
