//! A moment taken apart into calendar fields (UTC, weeks from Sunday, as in the locale en_US).

use super::days::{date, on_or_before, weekday, year_start, Calendar, CUTOVER_YEAR, EPOCH_DAY};

const DAY_MS: i64 = 86_400_000;

/// What a pattern can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fields {
    /// Whether after the year 0.
    pub(super) ad: bool,
    pub(super) year: i64,
    pub(super) week_year: i64,
    /// From 0.
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) day_of_year: i64,
    /// 1 is Sunday.
    pub(super) weekday: i64,
    pub(super) weekday_in_month: i64,
    pub(super) week_of_year: i64,
    pub(super) week_of_month: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) millisecond: i64,
}

impl Fields {
    /// Of milliseconds since 1970.
    pub(super) fn of(ms: i64) -> Self {
        let day_number = ms.div_euclid(DAY_MS) + EPOCH_DAY;
        let in_day = ms.rem_euclid(DAY_MS);
        let date = date(day_number);
        let january = year_start(date.year);
        // October 1582 counts from its Julian beginning.
        let month_start = if date.year == CUTOVER_YEAR && date.month == 9 {
            Calendar::Julian.month_start(date.year, date.month)
        } else {
            day_number - date.day + 1
        };
        let week_of_year = week_of_year(day_number, january, date.year);
        let week_year = match (date.month, week_of_year) {
            _ if date.year <= 0 => week_year_before_christ(day_number, january, date.year),
            (0, 52..) => date.year - 1,
            (1.., 1) => date.year + 1,
            _ => date.year,
        };
        Self {
            ad: date.year > 0,
            year: if date.year > 0 { date.year } else { 1 - date.year },
            week_year,
            month: date.month,
            day: date.day,
            day_of_year: day_number - january + 1,
            weekday: weekday(day_number),
            weekday_in_month: (day_number - month_start) / 7 + 1,
            week_of_year,
            week_of_month: week(day_number, month_start),
            hour: in_day / 3_600_000,
            minute: in_day / 60_000 % 60,
            second: in_day / 1000 % 60,
            millisecond: in_day % 1000,
        }
    }
}

/// Java asks where the weeks of the next year begin, and takes that year's number for one before
/// Christ again: after year -10 (11 BC) it looks at year 10.
fn week_year_before_christ(day: i64, january: i64, year: i64) -> i64 {
    let days_left = year_start(year + 1) - day;
    let elsewhere = year_start(-year);
    // Days of the first week that lie in the old year, were that the year that follows.
    let shared = elsewhere - on_or_before(elsewhere, 1);
    if day > january && days_left <= shared {
        year + 1
    } else {
        year
    }
}

/// The number of the week in a period, whose first day is in week 1.
fn week(day: i64, start: i64) -> i64 {
    (day - on_or_before(start, 1)) / 7 + 1
}

/// The same for a year, whose last days may belong to the first week of the next one.
fn week_of_year(day: i64, january: i64, year: i64) -> i64 {
    if day >= on_or_before(year_start(year + 1), 1) {
        1
    } else {
        week(day, january)
    }
}
