//! Dates and times in words: in the zone of the words, the zone named where a clock time stands alone.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{AsMoment, Words};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Words {
    /// 21 Nov 2026
    #[must_use]
    pub fn date(&self, moment: impl AsMoment) -> String {
        self.civil(self.local(moment.micros()).date())
    }

    /// Nov 2026, for the axis of a chart.
    #[must_use]
    pub fn month(&self, moment: impl AsMoment) -> String {
        let date = self.local(moment.micros()).date();
        self.t2(
            "time-month-year",
            "month",
            self.t(month_key(date)),
            "year",
            date.year().to_string(),
        )
    }

    /// 21 Nov 2026, 09:10
    #[must_use]
    pub fn date_time(&self, moment: impl AsMoment) -> String {
        let local = self.local(moment.micros());
        format!(
            "{}, {:02}:{:02}",
            self.civil(local.date()),
            local.hour(),
            local.minute()
        )
    }

    /// 21 Nov 2026, 09:10 Asia/Kolkata
    #[must_use]
    pub fn date_time_zoned(&self, moment: impl AsMoment) -> String {
        format!("{} {}", self.date_time(moment), self.zone_name())
    }

    /// 09:10 Asia/Kolkata
    #[must_use]
    pub fn time_zoned(&self, moment: impl AsMoment) -> String {
        let local = self.local(moment.micros());
        format!("{:02}:{:02} {}", local.hour(), local.minute(), self.zone_name())
    }

    /// A business date given as `2026-11-21`, in words; what does not parse is returned as it is.
    #[must_use]
    pub fn day(&self, date: impl ToString) -> String {
        let text = date.to_string();
        text.parse::<Date>().map_or(text, |date| self.civil(date))
    }

    /// How long ago, or how soon: "8 min ago", "in 3 h"; beyond a day the date.
    #[must_use]
    pub fn ago(&self, moment: impl AsMoment, now: impl AsMoment) -> String {
        let seconds = now.micros().saturating_sub(moment.micros()) / 1_000_000;
        match (seconds < 0, seconds.saturating_abs()) {
            (_, 0..MINUTE) => self.t("time-now"),
            (false, size @ MINUTE..HOUR) => self.t1("time-minutes-ago", "n", size / MINUTE),
            (true, size @ MINUTE..HOUR) => self.t1("time-in-minutes", "n", size / MINUTE),
            (false, size @ HOUR..DAY) => self.t1("time-hours-ago", "n", size / HOUR),
            (true, size @ HOUR..DAY) => self.t1("time-in-hours", "n", size / HOUR),
            _ => self.date(moment),
        }
    }

    /// The moment as RFC 3339 in the zone, for `datetime` attributes.
    #[must_use]
    pub fn stamp(&self, moment: impl AsMoment) -> String {
        self.local(moment.micros()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    fn civil(&self, date: Date) -> String {
        let month = self.t(month_key(date));
        let year = date.year().to_string();
        self.t3("time-date", "day", date.day().to_string(), "month", month, "year", year)
    }

    fn local(&self, micros: i64) -> jiff::Zoned {
        let edge = if micros < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_microsecond(micros)
            .unwrap_or(edge)
            .to_zoned(self.zone.clone())
    }
}

fn month_key(date: Date) -> &'static str {
    let index = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    MONTHS.get(index).copied().unwrap_or_default()
}

const MONTHS: [&str; 12] = [
    super::key("time-month-1"),
    super::key("time-month-2"),
    super::key("time-month-3"),
    super::key("time-month-4"),
    super::key("time-month-5"),
    super::key("time-month-6"),
    super::key("time-month-7"),
    super::key("time-month-8"),
    super::key("time-month-9"),
    super::key("time-month-10"),
    super::key("time-month-11"),
    super::key("time-month-12"),
];

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::messages::Messages;

    const MORNING: i64 = 1_795_232_400_000_000; // 2026-11-21T03:40:00Z

    fn words() -> Words {
        Messages::new(&[]).unwrap().words("en-US")
    }

    fn kolkata() -> Words {
        words().zone(TimeZone::get("Asia/Kolkata").unwrap()).region("en-IN")
    }

    #[test]
    fn clocks_stand_in_the_zone_and_name_it() {
        assert_eq!(kolkata().time_zoned(MORNING), "09:10 Asia/Kolkata");
        assert_eq!(kolkata().date_time(MORNING), "21 Nov 2026, 09:10");
        assert_eq!(words().date_time_zoned(MORNING), "21 Nov 2026, 03:40 UTC");
        assert_eq!(kolkata().stamp(MORNING), "2026-11-21T09:10:00+05:30");
        assert_eq!(words().day("2027-01-01"), "1 Jan 2027");
    }

    #[test]
    fn short_distances_are_relative_and_long_ones_are_dates() {
        let w = words();
        let ago = |seconds: i64| w.ago(MORNING, MORNING + seconds * 1_000_000);
        assert_eq!(ago(10), "just now");
        assert_eq!(ago(8 * 60 + 59), "8 min ago");
        assert_eq!(ago(3 * 3600), "3 h ago");
        assert_eq!(ago(-90 * 60), "in 1 h");
        assert_eq!(ago(30 * 3600), "21 Nov 2026");
    }
}
