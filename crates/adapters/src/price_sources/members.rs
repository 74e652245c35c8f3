//! JSON as it was sent: members in order with repeated names kept, numbers with the very digits that were written.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Most members of one object that are kept.
const MOST: usize = 100_000;

/// An object's members, their values still text.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    /// Reads an object; nothing when the text is none. PHP writes an empty map as `[]`.
    pub(super) fn of(value: &'a RawValue) -> Option<Self> {
        match value.get().trim() {
            "[]" | "null" => Some(Self(Vec::new())),
            text => serde_json::from_str(text).ok(),
        }
    }

    /// The first member of a name.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| *value)
    }

    /// A member's text; empty when there is none or it is null.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).map(text).unwrap_or_default()
    }
}

/// What a value says: a string without its quotes, a number as it was written, nothing for null.
pub(super) fn text(value: &RawValue) -> String {
    match value.get() {
        "null" => String::new(),
        raw => serde_json::from_str::<String>(raw).unwrap_or_else(|_| raw.to_owned()),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    if members.len() < MOST {
                        members.push(member);
                    }
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect).map(Members)
    }
}
