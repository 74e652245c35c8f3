//! The order of a list and the place where a page of it ended.

use kernel::Problem;
use platform::{Owned, Select};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, LikeExpr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::ListAsk;

use crate::fold;

/// What lists of this room can be sorted by.
const SORTS: [&str; 2] = ["name", "created_at"];

/// The order of a list: newest first unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// By name rather than by age.
    pub(crate) by_name: bool,
    /// The largest first.
    pub(crate) descending: bool,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            by_name: false,
            descending: true,
        }
    }
}

/// The keys of the last row of a page, and the order they hold in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    by_name: bool,
    descending: bool,
    name_key: String,
    created_at: i64,
    id: Uuid,
}

/// What one page of a list is asked for.
#[derive(Clone, Debug)]
pub struct Page {
    pub(crate) order: Order,
    pub(crate) after: Option<Place>,
    pub(crate) rows: u64,
}

impl Page {
    /// The page a request asks for.
    ///
    /// # Errors
    /// An unknown field to sort by, or a cursor of another list or order.
    pub fn of(ask: &ListAsk) -> Result<Self, Problem> {
        let order = ask.sort(&SORTS)?.map_or_else(Order::default, |sort| Order {
            by_name: sort.key == SORTS[0],
            descending: sort.descending,
        });
        let after: Option<Place> = ask.after()?;
        let other_order = |place: &Place| (place.by_name, place.descending) != (order.by_name, order.descending);
        if after.as_ref().is_some_and(other_order) {
            return Err(
                Problem::new(kernel::ProblemKind::Unreadable, "cursor_invalid").field("/after", "cursor_invalid")
            );
        }
        Ok(Self {
            order,
            after,
            rows: ask.fetch(),
        })
    }

    /// The first rows in the default order.
    pub fn first(rows: u64) -> Self {
        Self {
            order: Order::default(),
            after: None,
            rows,
        }
    }

    /// The place of a row in this order.
    pub(crate) fn place(&self, name: &str, created_at: i64, id: Uuid) -> Place {
        Place {
            by_name: self.order.by_name,
            descending: self.order.descending,
            name_key: fold::fold(name),
            created_at,
            id,
        }
    }

    /// The same list from a place on.
    pub(crate) fn from(&self, place: Place) -> Self {
        Self {
            after: Some(place),
            ..self.clone()
        }
    }

    /// Puts order, place and bound on a query.
    pub(crate) fn on<E: Owned>(&self, select: Select<E>, name: E::Column, age: E::Column, id: E::Column) -> Select<E> {
        let first = if self.order.by_name { name } else { age };
        let select = match &self.after {
            None => select,
            Some(place) => {
                let value = if self.order.by_name {
                    sea_orm::Value::from(place.name_key.clone())
                } else {
                    place.created_at.into()
                };
                let beyond = |column: E::Column, value: sea_orm::Value| {
                    if self.order.descending {
                        column.lt(value)
                    } else {
                        column.gt(value)
                    }
                };
                let tie = Condition::all()
                    .add(first.eq(value.clone()))
                    .add(beyond(id, place.id.into()));
                select.filter(Condition::any().add(beyond(first, value)).add(tie))
            }
        };
        let select = if self.order.descending {
            select.order_by_desc(first).order_by_desc(id)
        } else {
            select.order_by_asc(first).order_by_asc(id)
        };
        select.limit(self.rows)
    }
}

/// Keeps rows whose search key has every word.
pub(crate) fn matching<E: Owned>(mut select: Select<E>, search: Option<&str>, key: E::Column) -> Select<E> {
    for word in fold::words(search.unwrap_or_default()) {
        select = select.filter(key.like(LikeExpr::new(fold::pattern(word)).escape('\\')));
    }
    select
}
