//! Days and calendar dates, with the change from the Julian to the Gregorian calendar in 1582 that
//! Java's `GregorianCalendar` has.
//!
//! Days count from the first of January of the year 1 (Gregorian), which is day 1. Years are
//! astronomical: 0 is 1 BC.

/// The first of January 1970.
pub(super) const EPOCH_DAY: i64 = 719_163;
/// The 15th of October 1582, the first Gregorian day.
pub(super) const CUTOVER_DAY: i64 = 577_736;
/// The year in which the calendar changes.
pub(super) const CUTOVER_YEAR: i64 = 1582;

/// One of the two calendars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calendar {
    Julian,
    Gregorian,
}

/// A day in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) calendar: Calendar,
    pub(super) year: i64,
    /// From 0.
    pub(super) month: i64,
    /// From 1.
    pub(super) day: i64,
}

impl Calendar {
    /// Whether the year has a 29th of February.
    pub(super) fn is_leap(self, year: i64) -> bool {
        match self {
            Self::Julian => year.rem_euclid(4) == 0,
            Self::Gregorian => {
                year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
            }
        }
    }

    /// The day on which a month (from 0) begins.
    pub(super) fn month_start(self, year: i64, month: i64) -> i64 {
        let years = year - 1;
        let before = match self {
            Self::Gregorian => {
                365 * years + years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400)
            }
            // The Julian first of January of the year 1 lies two days earlier.
            Self::Julian => 365 * years + years.div_euclid(4) - 2,
        };
        let february = match (month >= 2, self.is_leap(year)) {
            (false, _) => 0,
            (true, true) => -1,
            (true, false) => -2,
        };
        before + (367 * (month + 1) - 362).div_euclid(12) + february + 1
    }

    /// How many days a month (from 0) has.
    pub(super) fn month_length(self, year: i64, month: i64) -> i64 {
        match month {
            1 if self.is_leap(year) => 29,
            1 => 28,
            3 | 5 | 8 | 10 => 30,
            _ => 31,
        }
    }

    fn year_of(self, day: i64) -> i64 {
        // An estimate that is off by one at most, put right by asking.
        let (days, years) = match self {
            Self::Gregorian => (146_097, 400),
            Self::Julian => (1461, 4),
        };
        let mut year =
            (day - 1).div_euclid(days) * years + (day - 1).rem_euclid(days) * years / days + 1;
        while self.month_start(year, 0) > day {
            year -= 1;
        }
        while self.month_start(year + 1, 0) <= day {
            year += 1;
        }
        year
    }

    /// The date of a day.
    pub(super) fn date(self, day: i64) -> Date {
        let year = self.year_of(day);
        let month = (0..12).rev().find(|m| self.month_start(year, *m) <= day).unwrap_or(0);
        let day = day - self.month_start(year, month) + 1;
        Date { calendar: self, year, month, day }
    }
}

/// The date of a day in the calendar that was in force.
pub(super) fn date(day: i64) -> Date {
    if day >= CUTOVER_DAY { Calendar::Gregorian } else { Calendar::Julian }.date(day)
}

/// The first of January of a year in the calendar that was in force.
pub(super) fn year_start(year: i64) -> i64 {
    if year > CUTOVER_YEAR { Calendar::Gregorian } else { Calendar::Julian }.month_start(year, 0)
}

/// The last day not after `day` that is this day of the week (1 is Sunday).
pub(super) fn on_or_before(day: i64, weekday: i64) -> i64 {
    day - (day - (weekday - 1)).rem_euclid(7)
}

/// The day of the week, 1 is Sunday.
pub(super) fn weekday(day: i64) -> i64 {
    day.rem_euclid(7) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_that_are_known() {
        assert_eq!(Calendar::Gregorian.month_start(1970, 0), EPOCH_DAY);
        assert_eq!(Calendar::Gregorian.month_start(1582, 9) + 14, CUTOVER_DAY);
        assert_eq!(Calendar::Julian.month_start(1582, 9) + 4, CUTOVER_DAY);
        assert_eq!(weekday(EPOCH_DAY), 5);
    }

    proptest! {
        #[test]
        fn a_date_is_the_day_it_came_from(day in -1_000_000_000_i64..1_000_000_000) {
            for calendar in [Calendar::Julian, Calendar::Gregorian] {
                let date = calendar.date(day);
                prop_assert_eq!(calendar.month_start(date.year, date.month) + date.day - 1, day);
                prop_assert!(date.day >= 1 && date.day <= calendar.month_length(date.year, date.month));
            }
        }
    }
}
