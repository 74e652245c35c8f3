//! What customers and suppliers have in common: a name, ways to reach them, an address, notes, a state.

use kernel::Problem;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::fold::fold;
use crate::values::{self, Faults};

/// Whether somebody is traded with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PartyState)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Traded with.
    #[default]
    Active,
    /// Kept for what refers to it; offered nowhere.
    Archived,
}

impl State {
    /// As the database keeps it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Archived]
            .into_iter()
            .find(|state| state.key() == text)
    }
}

/// What somebody typed about a customer or supplier; empty text for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartyDraft {
    /// The name they are known by.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// Tax id: GSTIN, VAT number, EIN.
    pub tax_id: String,
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// State or province.
    pub region: String,
    /// Postal code.
    pub postal_code: String,
    /// Country, two letters.
    pub country: String,
    /// For the staff only.
    pub notes: String,
}

/// The same, judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// The name they are known by.
    pub name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Tax id.
    pub tax_id: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country, two letters.
    pub country: Option<String>,
    /// For the staff only.
    pub notes: Option<String>,
}

impl Party {
    /// Judges a draft; what is wrong is noted in `faults`.
    pub(crate) fn read(draft: &PartyDraft, faults: &mut Faults) -> Self {
        Self {
            name: faults.required("name", &draft.name, values::MAX_NAME),
            email: faults.email("email", &draft.email),
            phone: faults.phone("phone", &draft.phone),
            tax_id: faults.tax_id("tax_id", &draft.tax_id),
            street: faults.line("street", &draft.street, values::MAX_STREET),
            city: faults.line("city", &draft.city, values::MAX_CITY),
            region: faults.line("region", &draft.region, values::MAX_CITY),
            postal_code: faults.postal_code("postal_code", &draft.postal_code),
            country: faults.country("country", &draft.country),
            notes: faults.area("notes", &draft.notes, values::MAX_NOTES),
        }
    }

    /// All fields by name, as a form shows them.
    pub(crate) fn fields(&self) -> [(&'static str, Option<&str>); 10] {
        [
            ("name", Some(self.name.as_str())),
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("tax_id", self.tax_id.as_deref()),
            ("street", self.street.as_deref()),
            ("city", self.city.as_deref()),
            ("region", self.region.as_deref()),
            ("postal_code", self.postal_code.as_deref()),
            ("country", self.country.as_deref()),
            ("notes", self.notes.as_deref()),
        ]
    }

    /// Which fields differ.
    pub(crate) fn differing(&self, other: &Self) -> Vec<&'static str> {
        let pairs = self.fields().into_iter().zip(other.fields());
        pairs
            .filter(|(one, two)| one != two)
            .map(|((name, _), _)| name)
            .collect()
    }

    /// What identifies a person or their home: sealed wherever it is told.
    pub(crate) fn personal(&self) -> Value {
        json!({
            "name": self.name, "email": self.email, "phone": self.phone, "tax_id": self.tax_id, "street": self.street,
            "city": self.city, "postal_code": self.postal_code,
        })
    }

    /// What a search looks through.
    pub(crate) fn search_key(&self, more: Option<&str>) -> String {
        let digits = self
            .phone
            .as_deref()
            .map(|phone| phone.chars().filter(char::is_ascii_digit).collect::<String>());
        let parts = [
            Some(self.name.as_str()),
            more,
            self.email.as_deref(),
            digits.as_deref(),
            self.tax_id.as_deref(),
            self.city.as_deref(),
            self.country.as_deref(),
        ];
        fold(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }

    /// The address in one line.
    pub(crate) fn address(&self) -> String {
        let parts = [&self.street, &self.city, &self.region, &self.postal_code, &self.country];
        parts
            .into_iter()
            .filter_map(Option::as_deref)
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// As a draft again, to be changed.
    pub fn draft(&self) -> PartyDraft {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        PartyDraft {
            name: self.name.clone(),
            email: text(&self.email),
            phone: text(&self.phone),
            tax_id: text(&self.tax_id),
            street: text(&self.street),
            city: text(&self.city),
            region: text(&self.region),
            postal_code: text(&self.postal_code),
            country: text(&self.country),
            notes: text(&self.notes),
        }
    }
}

/// Refuses when the thing has another version than the one a change is based on.
pub(crate) fn based_on(expected: Option<i64>, version: i64) -> Result<(), Problem> {
    if expected.is_some_and(|expected| expected != version) {
        return Err(stale());
    }
    Ok(())
}

/// Somebody was quicker.
pub(crate) fn stale() -> Problem {
    Problem::new(kernel::ProblemKind::Stale, "stale")
}
