//! Lists of customers and suppliers: what they ask for, their order, and the place where a page of one ended.

use kernel::{Id, Problem};
use platform::{Read, Result, Select};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::{Condition, LikeExpr, SimpleExpr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use web::ListAsk;

use crate::fold;
use crate::record::store::{Column, Rows};
use crate::record::{Of, State};

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
    pub fn of(ask: &ListAsk) -> std::result::Result<Self, Problem> {
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

    /// The place of a record in this order.
    pub(crate) fn place<D: Many>(&self, record: &Of<D>) -> Place {
        Place {
            by_name: self.order.by_name,
            descending: self.order.descending,
            name_key: fold::fold(record.details.name()),
            created_at: record.created_at.micros(),
            id: record.id.uuid(),
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
    fn on<D: Many>(&self, select: Select<D::Entity>) -> Select<D::Entity> {
        let first = if self.order.by_name { D::NAME_KEY } else { D::CREATED_AT };
        let select = match &self.after {
            None => select,
            Some(place) => {
                let value = if self.order.by_name {
                    sea_orm::Value::from(place.name_key.clone())
                } else {
                    place.created_at.into()
                };
                let beyond = |column: Column<D>, value: sea_orm::Value| {
                    if self.order.descending {
                        column.lt(value)
                    } else {
                        column.gt(value)
                    }
                };
                let tie = Condition::all()
                    .add(first.eq(value.clone()))
                    .add(beyond(D::ID, place.id.into()));
                select.filter(Condition::any().add(beyond(first, value)).add(tie))
            }
        };
        let select = if self.order.descending {
            select.order_by_desc(first).order_by_desc(D::ID)
        } else {
            select.order_by_asc(first).order_by_asc(D::ID)
        };
        select.limit(self.rows)
    }
}

/// Which customers or suppliers a list asks for.
#[derive(Clone, Debug)]
pub struct Filter<C> {
    /// One state; both when none.
    pub state: Option<State>,
    /// One price level of customers, one kind of suppliers.
    pub class: Option<C>,
    /// Words that all occur in name, company or website, address, phone or tax id.
    pub search: Option<String>,
}

impl<C> Default for Filter<C> {
    fn default() -> Self {
        Self {
            state: None,
            class: None,
            search: None,
        }
    }
}

/// Records of which a tenant has many: their lists are read page by page, narrowed and searched.
pub(crate) trait Many: Rows {
    /// What their lists can be narrowed to.
    type Class: Copy + Send + Sync + 'static;

    const NAME_KEY: Column<Self>;
    const SEARCH_KEY: Column<Self>;
    const STATE: Column<Self>;
    const CREATED_AT: Column<Self>;

    fn name(&self) -> &str;

    /// Whether a row is of a class.
    fn of_class(class: Self::Class) -> SimpleExpr;
}

/// A page of them.
pub(crate) async fn list<D: Many>(read: &Read, filter: &Filter<D::Class>, page: &Page) -> Result<Vec<Of<D>>> {
    read.allow(D::READ)?;
    let rows = page.on::<D>(filtered::<D>(read, filter)).all(read).await?;
    rows.into_iter().map(D::record).collect()
}

/// How many there are.
pub(crate) async fn count<D: Many>(read: &Read, filter: &Filter<D::Class>) -> Result<u64> {
    read.allow(D::READ)?;
    filtered::<D>(read, filter).count(read).await
}

/// Those of a class and state whose search key has every word.
fn filtered<D: Many>(read: &Read, filter: &Filter<D::Class>) -> Select<D::Entity> {
    let mut select = read
        .select::<D::Entity>()
        .filter_if(filter.state.map(|state| D::STATE.eq(state.key())))
        .filter_if(filter.class.map(D::of_class));
    for word in fold::words(filter.search.as_deref().unwrap_or_default()) {
        select = select.filter(D::SEARCH_KEY.like(LikeExpr::new(fold::pattern(word)).escape('\\')));
    }
    select
}
