//! Reading CSV row by row with a place for every cell. Comma, semicolon or tab: the first row decides.

use std::ops::ControlFlow;

use csv::{ReaderBuilder, StringRecord};

use super::sheet::{MOST_BYTES, MOST_CELL_BYTES, MOST_COLUMNS, Place, Reason, Sheet};

/// One row, its cells found by the column's name.
pub(crate) struct Row<'a> {
    /// The line it starts in.
    pub line: u32,
    columns: &'a [String],
    cells: &'a StringRecord,
}

impl<'a> Row<'a> {
    /// The cell of a column with its place; empty where the file has no such column.
    pub(crate) fn cell(&self, name: &'static str) -> (Place<'a>, &'a str) {
        let index = self.columns.iter().position(|column| column == name);
        let column = index.map_or(0, |index| index as u32 + 1);
        (
            Place {
                line: self.line,
                column,
                field: name,
            },
            index.and_then(|index| self.cells.get(index)).unwrap_or_default().trim(),
        )
    }
}

/// The text of a file, or why it is none.
pub(crate) fn text<'a>(bytes: &'a [u8], sheet: &mut Sheet) -> Option<&'a str> {
    if bytes.len() > MOST_BYTES {
        sheet.refuse(Place::FILE, "", Reason::FileTooLarge);
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(fault) => {
            let before = &bytes[..fault.valid_up_to()];
            let line = before.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
            sheet.refuse(
                Place {
                    line,
                    column: 0,
                    field: "",
                },
                "",
                Reason::NotUtf8,
            );
            None
        }
    }
}

/// Calls `read` for every row, `most` at most. `needed` columns must all be there.
pub(crate) fn each_row(
    bytes: &[u8],
    needed: &[&'static str],
    most: usize,
    mut read: impl FnMut(&mut Sheet, &Row<'_>),
) -> Sheet {
    let mut sheet = Sheet::default();
    let Some(text) = text(bytes, &mut sheet) else {
        return sheet;
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let Some(columns) = header(&mut reader, &mut record, needed, &mut sheet) else {
        return sheet;
    };
    let mut lines = Lines::of(text);
    loop {
        match next(&mut reader, &mut record, (columns.len(), most), &mut lines, &mut sheet) {
            ControlFlow::Break(()) => break,
            ControlFlow::Continue(None) => {}
            ControlFlow::Continue(Some(line)) => read(
                &mut sheet,
                &Row {
                    line,
                    columns: &columns,
                    cells: &record,
                },
            ),
        }
    }
    if sheet.rows == 0 && sheet.bad == 0 {
        sheet.refuse(Place::FILE, "", Reason::NoRows);
    }
    sheet
}

fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    *[b',', b';', b'\t']
        .iter()
        .max_by_key(|mark| (first.bytes().filter(|b| b == *mark).count(), **mark == b','))
        .unwrap_or(&b',')
}

type Reader<'a> = csv::Reader<&'a [u8]>;

/// Lines as an editor counts them. The reader's own count starts a row where the one before ended, which is a line too
/// early after a carriage return with line feed or a blank line.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    /// The line of the first cell at or after this byte; bytes are asked for in ascending order.
    fn starting_at(&mut self, byte: usize) -> u32 {
        while let Some(here) = self
            .text
            .get(self.at)
            .copied()
            .filter(|here| self.at < byte || matches!(here, b'\r' | b'\n'))
        {
            let ends_line = here == b'\n' || (here == b'\r' && self.text.get(self.at + 1) != Some(&b'\n'));
            self.line += u32::from(ends_line);
            self.at += 1;
        }
        self.line
    }
}

/// The names of the columns: lower case, all needed ones there, none twice.
fn header(
    reader: &mut Reader<'_>,
    record: &mut StringRecord,
    needed: &[&'static str],
    sheet: &mut Sheet,
) -> Option<Vec<String>> {
    if !matches!(reader.read_record(record), Ok(true)) {
        sheet.refuse(Place::FILE, "", Reason::NoRows);
        return None;
    }
    if record.len() > MOST_COLUMNS {
        sheet.refuse(
            Place {
                line: 1,
                column: MOST_COLUMNS as u32 + 1,
                field: "",
            },
            "",
            Reason::TooManyColumns,
        );
        return None;
    }
    let columns: Vec<String> = record.iter().map(|name| name.trim().to_lowercase()).collect();
    for (index, name) in columns.iter().enumerate() {
        if columns[..index].contains(name) {
            sheet.refuse(
                Place {
                    line: 1,
                    column: index as u32 + 1,
                    field: name,
                },
                name,
                Reason::RepeatedColumn,
            );
        }
    }
    for name in needed {
        if !columns.iter().any(|column| column == name) {
            sheet.refuse(
                Place {
                    line: 1,
                    column: 0,
                    field: name,
                },
                "",
                Reason::MissingColumn,
            );
        }
    }
    (sheet.bad == 0).then_some(columns)
}

/// Reads the next row into `record`, which must be of this width and not one too many: its line when it can be used, nothing when it was refused, a break at the end.
fn next(
    reader: &mut Reader<'_>,
    record: &mut StringRecord,
    (width, most): (usize, usize),
    lines: &mut Lines<'_>,
    sheet: &mut Sheet,
) -> ControlFlow<(), Option<u32>> {
    match reader.read_record(record) {
        Ok(false) => return ControlFlow::Break(()),
        Ok(true) => {}
        Err(_) => {
            sheet.refuse(
                Place {
                    line: reader.position().line() as u32,
                    column: 0,
                    field: "",
                },
                "",
                Reason::NotCsv,
            );
            return ControlFlow::Break(());
        }
    }
    let line = lines.starting_at(record.position().map_or(0, |position| position.byte() as usize));
    sheet.rows += 1;
    if sheet.rows as usize > most {
        sheet.refuse(
            Place {
                line,
                column: 0,
                field: "",
            },
            "",
            Reason::TooManyRows,
        );
        return ControlFlow::Break(());
    }
    if let Some((index, cell)) = record.iter().enumerate().find(|(_, cell)| cell.len() > MOST_CELL_BYTES) {
        sheet.refuse(
            Place {
                line,
                column: index as u32 + 1,
                field: "",
            },
            cell,
            Reason::CellTooLong,
        );
        return ControlFlow::Continue(None);
    }
    if record.len() != width {
        let reason = if record.len() > MOST_COLUMNS {
            Reason::TooManyColumns
        } else {
            Reason::RaggedRow
        };
        sheet.refuse(
            Place {
                line,
                column: record.len() as u32,
                field: "",
            },
            &record.len().to_string(),
            reason,
        );
        return ControlFlow::Continue(None);
    }
    ControlFlow::Continue(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_the_line_an_editor_shows_however_lines_end() {
        for (text, expected) in [
            ("a,b\n1,2\n3,4\n", vec![2, 3]),
            ("a,b\r\n1,2\r\n3,4\r\n", vec![2, 3]),
            ("a,b\r1,2\r3,4\r", vec![2, 3]),
            ("\u{feff}a,b\r\n\r\n1,2\r\n\r\n\r\n3,4", vec![3, 6]),
            ("a,b\n1,\"two\nlines\"\n3,4\n", vec![2, 4]),
        ] {
            let mut lines = Vec::new();
            each_row(text.as_bytes(), &["a"], 10, |_, row| lines.push(row.line));
            assert_eq!(lines, expected, "{text:?}");
        }
    }
}
