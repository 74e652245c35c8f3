//! Lists as CSV (RFC 4180): for `.csv` pages by hand, for the API made from the JSON of any list.
//!
//! A cell that a spreadsheet would run as a formula is quoted with an apostrophe.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::download::Download;

/// A table on its way out.
pub struct Csv {
    name: String,
    text: String,
}

impl Csv {
    /// A table with this file name and these column heads.
    pub fn new(name: impl Into<String>, head: &[&str]) -> Self {
        Self {
            name: name.into(),
            text: String::new(),
        }
        .row(head)
    }

    /// Adds a row.
    #[must_use]
    pub fn row<I>(mut self, cells: I) -> Self
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        write_row(&mut self.text, cells);
        self
    }

    /// Adds rows.
    #[must_use]
    pub fn rows<R>(self, rows: impl IntoIterator<Item = R>) -> Self
    where
        R: IntoIterator,
        R::Item: AsRef<str>,
    {
        rows.into_iter().fold(self, Csv::row)
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        Download::attachment(self.name, "text/csv; charset=utf-8", self.text).into_response()
    }
}

fn write_row<I>(text: &mut String, cells: I)
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        write_cell(text, cell.as_ref());
    }
    text.push_str("\r\n");
}

fn write_cell(text: &mut String, cell: &str) {
    let formula = is_formula(cell);
    if !formula && !cell.contains([',', '"', '\r', '\n']) {
        text.push_str(cell);
        return;
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

/// Whether a spreadsheet might run the cell. Plain negative numbers are numbers, not formulas.
fn is_formula(cell: &str) -> bool {
    match cell.as_bytes().first() {
        Some(b'-' | b'+') => !is_number(&cell[1..]),
        Some(b'=' | b'@' | b'\t' | b'\r' | b'\0') => true,
        _ => false,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.matches('.').count() <= 1
}

/// A list's JSON (`{"data": [{…}, …]}`) as CSV: one column per field in the order of the first row that has it, nested
/// objects as `field.inner`, arrays as their JSON. Answers `None` when the text is no list.
pub(crate) fn from_list_json(json: &[u8]) -> Option<(String, Option<String>)> {
    let Node::Object(fields) = serde_json::from_slice(json).ok()? else {
        return None;
    };
    let mut rows = None;
    let mut next = None;
    for (name, node) in fields {
        match (name.as_str(), node) {
            ("data", Node::Array(items)) => rows = Some(items),
            ("next", Node::Text(cursor)) => next = Some(cursor),
            _ => {}
        }
    }
    Some((table(rows?), next))
}

fn table(items: Vec<Node>) -> String {
    let rows: Vec<Vec<(String, String)>> = items.into_iter().map(|item| flat("", item)).collect();
    let mut head: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !head.contains(&name.as_str()) {
            head.push(name);
        }
    }
    let mut text = String::new();
    if !head.is_empty() {
        write_row(&mut text, &head);
    }
    for row in &rows {
        let cell = |name: &&str| {
            row.iter()
                .find(|(known, _)| known == name)
                .map_or("", |(_, value)| value.as_str())
        };
        write_row(&mut text, head.iter().map(cell));
    }
    text
}

fn flat(prefix: &str, node: Node) -> Vec<(String, String)> {
    match node {
        Node::Object(fields) => fields
            .into_iter()
            .flat_map(|(name, value)| {
                flat(
                    &if prefix.is_empty() {
                        name
                    } else {
                        format!("{prefix}.{name}")
                    },
                    value,
                )
            })
            .collect(),
        other => vec![(prefix.to_owned(), other.text())],
    }
}

/// JSON whose fields keep their order.
enum Node {
    Null,
    Text(String),
    Plain(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) | Self::Plain(text) => text.clone(),
            Self::Array(items) => items.iter().map(Self::text).collect::<Vec<_>>().join("; "),
            Self::Object(fields) => fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.text()))
                .collect::<Vec<_>>()
                .join(", "),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Node;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Plain(value.to_string()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Plain(value.to_string()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(Node::Plain(value.to_string()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Plain(value.to_string()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Text(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Node::Array(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Node::Object(fields))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// Whether the caller asks for CSV rather than JSON.
pub(crate) fn asked_for(accept: Option<&header::HeaderValue>) -> bool {
    accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|text| text.trim_start().starts_with("text/csv"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formula_cells_are_quoted_and_numbers_are_not() {
        let csv = Csv::new("x.csv", &["a", "b"])
            .row(["=1+1", "-12.50"])
            .row(["@x", "a\"b,c"])
            .row(["-1+2", "\tx"]);
        assert_eq!(
            csv.as_str(),
            "a,b\r\n\"'=1+1\",-12.50\r\n\"'@x\",\"a\"\"b,c\"\r\n\"'-1+2\",\"'\tx\"\r\n"
        );
    }

    #[test]
    fn a_list_becomes_a_table_with_its_fields_in_order() {
        let json = br#"{"data":[{"name":"b","price":{"minor":129900,"currency":"INR"},"tags":["x","y"]},{"name":"a","price":null}],"next":"abc"}"#;
        let (text, next) = from_list_json(json).unwrap();
        assert_eq!(
            text,
            "name,price.minor,price.currency,tags,price\r\nb,129900,INR,x; y,\r\na,,,,\r\n"
        );
        assert_eq!(next.as_deref(), Some("abc"));
    }

    proptest! {
        #[test]
        fn no_cell_starts_as_a_formula(cell in "[=+@\\-\t\r\0a\"',0-9.]{0,12}") {
            let mut text = String::new();
            write_cell(&mut text, &cell);
            let inner = text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
            let read = inner.map_or(text.clone(), |inner| inner.replace("\"\"", "\""));
            prop_assert!(!is_formula(&read), "{read:?}");
        }
    }
}
