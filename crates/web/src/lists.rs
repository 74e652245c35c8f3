//! Lists: bounded, sorted, read on from a cursor that says where the last page ended.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Problem, ProblemKind};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::body::{read_query, too_many_fields};
use crate::error::{Error, Result};
use crate::fields::Fields;

const MAX_LIMIT: u32 = 200;
const DEFAULT_LIMIT: u32 = 50;
const MAX_CURSOR: usize = 512;
/// Longest name of a field to sort by.
const MAX_SORT: usize = 64;
const MAX_SEARCH: usize = 200;

/// What every list can be asked: `?limit=50&after=CURSOR&sort=-created_at&q=…`. Filters are a `Query` beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAsk {
    /// How many at most; 50 if not said.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(max_length = 512)]
    after: Option<String>,
    /// A field to sort by; with `-` before it, the largest first.
    #[param(max_length = 64, example = "-created_at")]
    sort: Option<String>,
    /// Only what contains this text.
    #[param(max_length = 200)]
    q: Option<String>,
}

/// By which field, in which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// One of the fields the list offers.
    pub key: &'static str,
    /// The largest first.
    pub descending: bool,
}

impl ListAsk {
    /// How many at most.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_LIMIT)
    }

    /// How many rows to fetch: one more than the limit tells whether there is another page.
    pub fn fetch(&self) -> u64 {
        u64::from(self.limit()) + 1
    }

    /// The text searched for, without the space around it; `None` when there is none.
    pub fn search(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Where the page before ended: what [`Listed::page`]'s cursor function returned for its last row.
    ///
    /// # Errors
    /// `cursor_invalid` when it is none of ours, or of a list with other keys.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(text) = self.after.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| bad_parameter("/after", "cursor_invalid"))?;
        serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|_| bad_parameter("/after", "cursor_invalid"))
    }

    /// The order asked for, one of `offered`; `None` when none was asked.
    ///
    /// # Errors
    /// `sort_unknown` for any other field.
    pub fn sort(&self, offered: &[&'static str]) -> Result<Option<Sort>, Problem> {
        let Some(text) = self.sort.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
        match offered.iter().find(|key| **key == name) {
            Some(key) => Ok(Some(Sort { key, descending })),
            None => Err(bad_parameter("/sort", "sort_unknown").arg("offered", offered.join(", "))),
        }
    }

    fn checked(self) -> Result<Self, Problem> {
        if !(1..=MAX_LIMIT).contains(&self.limit()) {
            return Err(bad_parameter("/limit", "limit_out_of_range").arg("max", MAX_LIMIT));
        }
        if self.after.as_ref().is_some_and(|text| text.len() > MAX_CURSOR) {
            return Err(bad_parameter("/after", "cursor_invalid"));
        }
        if self.sort.as_ref().is_some_and(|text| text.len() > MAX_SORT) {
            return Err(bad_parameter("/sort", "sort_unknown").arg("offered", "none so long"));
        }
        if self.q.as_ref().is_some_and(|text| text.chars().count() > MAX_SEARCH) {
            return Err(bad_parameter("/q", "search_too_long").arg("max", MAX_SEARCH));
        }
        Ok(self)
    }
}

/// A 400 for one parameter of the address.
fn bad_parameter(pointer: &'static str, code: &'static str) -> Problem {
    Problem::new(ProblemKind::Unreadable, code).field(pointer, code)
}

impl<S: Send + Sync> FromRequestParts<S> for ListAsk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let fields = Fields::parse(parts.uri.query().unwrap_or("").as_bytes()).ok_or_else(too_many_fields)?;
        Ok(read_query::<Self>(&fields)?.checked()?)
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Listed<T> {
    /// The things themselves.
    pub data: Vec<T>,
    /// The `after` of the next page; null at the end.
    pub next: Option<String>,
}

impl<T> Listed<T> {
    /// A page of the rows fetched (see [`ListAsk::fetch`]); `cursor` gives the keys the list is sorted by.
    pub fn page<K: Serialize>(mut rows: Vec<T>, ask: &ListAsk, cursor: impl Fn(&T) -> K) -> Self {
        let limit = usize::try_from(ask.limit()).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more {
            rows.last().map(|row| encode(&cursor(row)))
        } else {
            None
        };
        Self { data: rows, next }
    }

    /// A list that is whole: bounded by its nature.
    pub fn whole(rows: Vec<T>) -> Self {
        Self { data: rows, next: None }
    }

    /// The same page of other things.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Listed<U> {
        Listed {
            data: self.data.into_iter().map(each).collect(),
            next: self.next,
        }
    }
}

fn encode<K: Serialize>(keys: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(keys).expect("sort keys are numbers, texts and ids"))
}

/// Marks an answer as a list, which the edge can turn into CSV.
#[derive(Clone, Copy)]
pub(crate) struct IsList;

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self).into_response();
        response.extensions_mut().insert(IsList);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(query: &str) -> Result<ListAsk> {
        Ok(read_query::<ListAsk>(&Fields::parse(query.as_bytes()).unwrap())?.checked()?)
    }

    #[test]
    fn a_list_reads_on_where_the_page_before_ended() {
        let first = ask("limit=2&other=1").unwrap();
        let page = Listed::page(vec![(1, "a"), (2, "b"), (3, "c")], &first, |row| {
            (row.0, row.1.to_owned())
        });
        assert_eq!(page.data.len(), 2);
        let second = ask(&format!("limit=2&after={}", page.next.unwrap())).unwrap();
        assert_eq!(second.after::<(i64, String)>().unwrap(), Some((2, "b".into())));
        assert_eq!(Listed::page(vec![3], &second, |row| *row).next, None);
    }

    #[test]
    fn bounds_are_kept() {
        assert_eq!(ask("").unwrap().limit(), 50);
        assert_eq!(ask("limit=200").unwrap().fetch(), 201);
        for bad in ["limit=0", "limit=201", "limit=x", "limit=-1"] {
            assert_eq!(ask(bad).unwrap_err().status().as_u16(), 400, "{bad}");
        }
        assert!(ask(&format!("after={}", "A".repeat(513))).is_err());
        assert!(ask(&format!("q={}", "é".repeat(201))).is_err());
    }

    #[test]
    fn only_offered_orders_are_taken() {
        let offered = ["name", "created_at"];
        let sort = ask("sort=-created_at").unwrap().sort(&offered).unwrap();
        assert_eq!(
            sort,
            Some(Sort {
                key: "created_at",
                descending: true
            })
        );
        assert_eq!(ask("sort=").unwrap().sort(&offered), Ok(None));
        assert_eq!(
            ask("sort=password").unwrap().sort(&offered).unwrap_err().code,
            "sort_unknown"
        );
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let text = encode(&("x", 1));
        assert!(ask(&format!("after={text}")).unwrap().after::<(i64, i64)>().is_err());
        assert!(ask("after=%7B%7D").unwrap().after::<i64>().is_err());
    }
}
