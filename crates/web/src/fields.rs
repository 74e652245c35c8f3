//! Typed values out of form fields and query strings.
//!
//! Browsers send text: an empty input is `None`, a ticked box is `on`, a list is a name sent several times. Reading
//! keeps the pairs as sent, so a page can show again what was typed.

use percent_encoding::percent_decode;
use serde::de::value::{Error as ReadError, MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// How many pairs one form or query may have.
pub(crate) const MAX_PAIRS: usize = 2_000;

/// Names and values as sent, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl Fields {
    /// Reads `application/x-www-form-urlencoded` text. Bytes that are not UTF-8 become the replacement character.
    /// `None` when there are more pairs than any of our forms has.
    pub(crate) fn parse(encoded: &[u8]) -> Option<Self> {
        let mut pairs = Vec::new();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if pairs.len() == MAX_PAIRS {
                return None;
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            pairs.push((decode(name), decode(value)));
        }
        Some(Self(pairs))
    }

    /// Adds a pair.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// The first value sent under `name`; the empty text when there was none.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// Every value sent under `name`.
    pub fn all<'f>(&'f self, name: &'f str) -> impl Iterator<Item = &'f str> {
        self.0
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All pairs, in the order sent.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Takes a field out, so that the typed form need not know it.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(key, _)| key == name)?;
        Some(self.0.remove(at).1)
    }

    /// As a typed value; on failure the field's name and what is wrong with it.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Result<T, BadField> {
        let mut grouped: Vec<(&str, Values<'_>)> = Vec::new();
        for (name, value) in self.pairs() {
            match grouped.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.0.push(value),
                None => grouped.push((name, Values(vec![value]))),
            }
        }
        let source = MapDeserializer::<_, ReadError>::new(grouped.into_iter());
        serde_path_to_error::deserialize(source).map_err(|error| BadField {
            name: error
                .path()
                .iter()
                .next()
                .map(ToString::to_string)
                .filter(|name| name != "?"),
            reason: error.into_inner().to_string(),
        })
    }
}

fn decode(encoded: &[u8]) -> String {
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

/// A field that could not be read as its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadField {
    pub(crate) name: Option<String>,
    pub(crate) reason: String,
}

/// The values sent under one name.
struct Values<'f>(Vec<&'f str>);

impl<'f> Values<'f> {
    fn only(&self) -> Result<&'f str, ReadError> {
        match self.0.as_slice() {
            [one] => Ok(one.trim()),
            _ => Err(ReadError::custom("sent more than once")),
        }
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for Values<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            let text = self.only()?;
            match text.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => Err(ReadError::invalid_value(serde::de::Unexpected::Str(text), &visitor)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_borrowed_str(self.0.first().copied().unwrap_or(""))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.0.last().copied().unwrap_or("") {
            "on" | "true" | "1" | "yes" => visitor.visit_bool(true),
            "" | "off" | "false" | "0" | "no" => visitor.visit_bool(false),
            other => Err(ReadError::invalid_value(
                serde::de::Unexpected::Str(other),
                &"true or false",
            )),
        }
    }

    parsed! {
        deserialize_i8 => visit_i8, deserialize_i16 => visit_i16, deserialize_i32 => visit_i32, deserialize_i64 => visit_i64,
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16, deserialize_u32 => visit_u32, deserialize_u64 => visit_u64,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        if self.0.iter().all(|value| value.trim().is_empty()) {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_seq(SeqDeserializer::new(
            self.0.into_iter().map(|value| Values(vec![value])),
        ))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_enum(self.only()?.into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Colour {
        Red,
        Blue,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        years: Option<u8>,
        #[serde(default)]
        active: bool,
        #[serde(default)]
        tags: Vec<String>,
        colour: Option<Colour>,
    }

    fn read(encoded: &str) -> Result<Sample, BadField> {
        Fields::parse(encoded.as_bytes()).unwrap().read()
    }

    #[test]
    fn text_numbers_boxes_lists_and_choices_are_read() {
        let sample = read("name=A%26B+%C3%A9&years=3&active=on&tags=x&tags=y&colour=blue").unwrap();
        let tags = vec!["x".to_owned(), "y".to_owned()];
        assert_eq!(
            sample,
            Sample {
                name: "A&B é".into(),
                years: Some(3),
                active: true,
                tags,
                colour: Some(Colour::Blue)
            }
        );
        assert_eq!(
            Colour::Red,
            Fields::parse(b"c=red")
                .unwrap()
                .read::<std::collections::BTreeMap<String, Colour>>()
                .unwrap()
                .remove("c")
                .unwrap()
        );
    }

    #[test]
    fn an_empty_input_is_nothing() {
        assert_eq!(read("name=x&years=&colour=").unwrap().years, None);
    }

    #[test]
    fn a_bad_value_names_its_field() {
        assert_eq!(read("name=x&years=many").unwrap_err().name.as_deref(), Some("years"));
        assert_eq!(read("name=x&name=y&years=2").map(|sample| sample.name), Ok("x".into()));
        assert!(read("name=x&other=1").unwrap_err().reason.contains("unknown field"));
        assert!(read("years=2").unwrap_err().reason.contains("missing field"));
    }
}
