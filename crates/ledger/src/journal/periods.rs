//! The periods that turnover is kept for.

use jiff::civil::Date;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    Day,
    Month,
    Year,
}

impl Grain {
    pub(crate) const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// Its stable name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The period a day is in: `2027-03-15`, `2027-03`, `2027`.
    pub(crate) fn period(self, day: Date) -> String {
        let mut text = day.to_string();
        text.truncate(match self {
            Self::Day => 10,
            Self::Month => 7,
            Self::Year => 4,
        });
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_in_a_month_and_a_year() {
        let day = "2027-03-15".parse().unwrap();
        assert_eq!(
            Grain::ALL.map(|grain| grain.period(day)),
            ["2027-03-15", "2027-03", "2027"]
        );
    }
}
