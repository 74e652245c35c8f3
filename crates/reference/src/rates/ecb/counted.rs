//! Lines as an editor counts them. The reader's own count starts a line where the one before ended, which is one too early
//! after a carriage return with line feed, as browsers send and Windows writes, and after empty lines.

pub(super) struct Counted<'c> {
    content: &'c [u8],
    at: usize,
    line: u64,
}

impl<'c> Counted<'c> {
    pub(super) const fn of(content: &'c [u8]) -> Self {
        Self {
            content,
            at: 0,
            line: 1,
        }
    }

    /// The line of the first cell at or after this byte; bytes are asked for in ascending order.
    pub(super) fn starting_at(&mut self, byte: usize) -> u64 {
        while let Some(here) = self.content.get(self.at).copied() {
            if self.at >= byte && !matches!(here, b'\r' | b'\n') {
                break;
            }
            let followed = self.content.get(self.at + 1) == Some(&b'\n');
            self.line += u64::from(here == b'\n' || (here == b'\r' && !followed));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;

    #[test]
    fn a_line_is_counted_as_people_count_it_however_lines_end() {
        let now = "2027-03-05T12:00:00Z".parse().unwrap();
        for text in [
            "Date,USD\n2027-03-04,1\n2027-03-03,x\n",
            "Date,USD\n2027-03-04,1\n\n2027-03-03,x",
            "\n\nDate,USD\n2027-03-04,1\n\"2027-03-03\",x",
        ] {
            for ending in ["\n", "\r\n", "\r"] {
                let lines = read(text.replace('\n', ending).as_bytes(), now).unwrap();
                let wanted = u64::try_from(text.lines().count()).unwrap();
                assert_eq!(lines.findings[0].line, wanted, "{text:?} with {ending:?}");
            }
        }
    }
}
