//! The books and what can happen to them.

use jiff::civil::Date;
use kernel::{Change, Currency, Instant, Problem};
use serde_json::json;

use super::events::{BooksClosed, BooksOpened, BooksReopened};

/// Longest reason somebody gives, in characters.
pub(crate) const MAX_REASON: usize = 500;

/// Before it there is nothing to post, and other programs cannot read days of a year zero.
const FIRST_YEAR: i16 = 1970;

/// A company's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books {
    /// What all entries are worth something in. Never changes: every worth would be another.
    pub functional: Currency,
    /// The last day nothing is posted on any more.
    pub closed_until: Option<Date>,
    /// Raised with every closing.
    pub version: i64,
    /// Since when there are any.
    pub opened_at: Instant,
}

impl Books {
    /// New books.
    pub(super) fn open(functional: Currency, now: Instant) -> Change<Self, BooksOpened> {
        let books = Self {
            functional,
            closed_until: None,
            version: 1,
            opened_at: now,
        };
        Change::new(books, BooksOpened { functional })
    }

    /// Nothing more is posted up to a day.
    ///
    /// # Errors
    /// `books_closed_further`, or `books_close_future` for a day that is not over.
    pub(super) fn close(&self, until: Date, today: Date) -> Result<Change<Self, BooksClosed>, Problem> {
        if until >= today {
            return Err(Problem::refused("invalid_fields").field("/until", "books_close_future"));
        }
        if let Some(closed) = self.closed_until.filter(|closed| *closed >= until) {
            return Err(Problem::conflict("books_closed_further").arg("day", closed));
        }
        Ok(Change::from(
            json!({ "closed_until": self.closed_until }),
            self.closed(Some(until)),
            BooksClosed { until },
        ))
    }

    /// Days after `until` take postings again; all of them where there is none.
    ///
    /// # Errors
    /// `books_not_closed` where they take them already; `invalid_fields` without a reason.
    pub(super) fn reopen(&self, until: Option<Date>, reason: &str) -> Result<Change<Self, BooksReopened>, Problem> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Problem::refused("invalid_fields").field("/reason", "required"));
        }
        if reason.chars().count() > MAX_REASON {
            return Err(Problem::refused("invalid_fields").field("/reason", "note_too_long"));
        }
        if self.closed_until <= until {
            return Err(Problem::conflict("books_not_closed"));
        }
        let reopened = BooksReopened {
            until,
            reason: reason.to_owned(),
        };
        Ok(Change::from(
            json!({ "closed_until": self.closed_until }),
            self.closed(until),
            reopened,
        ))
    }

    fn closed(&self, until: Option<Date>) -> Self {
        Self {
            closed_until: until,
            version: self.version + 1,
            ..self.clone()
        }
    }

    /// Refuses a posting on a day that is closed, or long before there were books like these.
    ///
    /// # Errors
    /// `period_closed`, `day_out_of_range`.
    pub fn takes(&self, day: Date) -> Result<(), Problem> {
        if day.year() < FIRST_YEAR {
            return Err(Problem::refused("day_out_of_range").arg("day", day));
        }
        match self.closed_until {
            Some(closed) if day <= closed => {
                Err(Problem::conflict("period_closed").arg("day", day).arg("until", closed))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn books(closed_until: Option<&str>) -> Books {
        Books {
            functional: Currency::USD,
            closed_until: closed_until.map(day),
            version: 1,
            opened_at: Instant::EPOCH,
        }
    }

    #[test]
    fn books_close_forward_to_days_that_are_over_and_reopen_with_a_reason() {
        let today = day("2027-03-10");
        let closed = books(None).close(day("2027-02-28"), today).unwrap().after;
        assert_eq!(closed.takes(day("2027-02-28")).unwrap_err().code, "period_closed");
        assert!(closed.takes(day("2027-03-01")).is_ok());
        let code = |until: &str| closed.close(day(until), today).unwrap_err().code;
        assert_eq!(code("2027-01-31"), "books_closed_further");
        assert_eq!(code("2027-03-10"), "invalid_fields");
        assert_eq!(
            closed.reopen(Some(day("2027-02-28")), "late bill").unwrap_err().code,
            "books_not_closed"
        );
        assert_eq!(closed.reopen(None, " ").unwrap_err().code, "invalid_fields");
        let open = closed.reopen(Some(day("2027-01-31")), "late bill").unwrap().after;
        assert!(open.takes(day("2027-02-01")).is_ok() && open.takes(day("2027-01-31")).is_err());
        assert_eq!(open.version, 3);
    }
}
