//! What customers and suppliers have in common: a name, ways to reach them, an address, notes.

pub(crate) mod pages;

use kernel::{Id, Personal};
use serde_json::json;

use crate::fold::fold;
use crate::values::{self, Faults};
use crate::views;

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

    /// What stands in a CSV behind the name, from the e-mail address to the country.
    pub(crate) fn csv(&self) -> impl Iterator<Item = String> {
        let fields = self.fields().into_iter();
        fields
            .filter(|(name, _)| !["name", "notes"].contains(name))
            .map(|(_, value)| value.unwrap_or_default().to_owned())
    }

    /// Which fields differ.
    pub(crate) fn differing(&self, other: &Self) -> Vec<&'static str> {
        let pairs = self.fields().into_iter().zip(other.fields());
        pairs
            .filter(|(one, two)| one != two)
            .map(|((name, _), _)| name)
            .collect()
    }

    /// What identifies a person or their home: sealed wherever it is told, under the key of the one it belongs to.
    pub(crate) fn personal(&self, of: impl Id) -> Option<Personal> {
        Some(Personal {
            person: of.uuid(),
            values: json!({
                "name": self.name, "email": self.email, "phone": self.phone, "tax_id": self.tax_id, "street": self.street,
                "city": self.city, "postal_code": self.postal_code,
            }),
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

    /// A realistic party for samples.
    pub(crate) fn sample() -> Self {
        Self {
            name: "Asha Nair".into(),
            email: Some("asha@example.in".into()),
            phone: Some("+91 22 4000 1234".into()),
            tax_id: None,
            street: Some("14 Marine Drive".into()),
            city: Some("Mumbai".into()),
            region: Some("Maharashtra".into()),
            postal_code: Some("400 020".into()),
            country: Some("IN".into()),
            notes: None,
        }
    }

    /// The address in one line; `None` when nothing of it is known.
    pub(crate) fn address(&self) -> Option<String> {
        let parts = [&self.street, &self.city, &self.region, &self.postal_code, &self.country];
        views::joined(parts.map(Option::as_deref))
    }
}
