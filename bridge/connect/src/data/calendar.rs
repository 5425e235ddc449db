//! Days and times of day in UTC, as Java's `GregorianCalendar` counts them.
//!
//! Before 15 October 1582 that is the Julian calendar. Years before the year 1 are 0, -1, …;
//! callers that print a year of an era turn them around.

const MILLIS_OF_DAY: i64 = 86_400_000;
/// Days from 1970 to 15 October 1582, where the Gregorian calendar begins.
const FIRST_GREGORIAN_DAY: i64 = -141_427;

/// A point in time, broken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime {
    /// The year, 0 for 1 BC.
    pub year: i64,
    /// From 1.
    pub month: u32,
    /// From 1.
    pub day: u32,
    /// From 0.
    pub hour: u32,
    /// From 0.
    pub minute: u32,
    /// From 0.
    pub second: u32,
    /// From 0.
    pub millis: u32,
    /// Days since Sunday.
    pub weekday: u32,
}

fn small(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

impl DateTime {
    /// What the calendar shows `millis` milliseconds after 1970.
    pub fn of_millis(millis: i64) -> Self {
        let days = millis.div_euclid(MILLIS_OF_DAY);
        let time = millis.rem_euclid(MILLIS_OF_DAY);
        let (year, month, day) = date_of_day(days);
        Self {
            year,
            month,
            day,
            hour: small(time / 3_600_000),
            minute: small(time / 60_000 % 60),
            second: small(time / 1000 % 60),
            millis: small(time % 1000),
            weekday: small((days + 4).rem_euclid(7)),
        }
    }

    /// The year as Java prints it: of its era, without the era.
    pub fn year_of_era(&self) -> i64 {
        if self.year > 0 {
            self.year
        } else {
            1 - self.year
        }
    }
}

/// Year, month and day of a day counted from 1970. Years are counted from March, so that the day
/// that comes and goes is the last one.
fn date_of_day(days: i64) -> (i64, u32, u32) {
    let from_march_0 = if days >= FIRST_GREGORIAN_DAY { days + 719_468 } else { days + 719_470 };
    let (year, day_of_year) = if days >= FIRST_GREGORIAN_DAY {
        let era = from_march_0.div_euclid(146_097);
        let day_of_era = from_march_0.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        (era * 400 + year_of_era, day_of_year)
    } else {
        let era = from_march_0.div_euclid(1461);
        let day_of_era = from_march_0.rem_euclid(1461);
        let year_of_era = (day_of_era - day_of_era / 1460) / 365;
        (era * 4 + year_of_era, day_of_era - 365 * year_of_era)
    };
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (year, month) = if month_from_march < 10 {
        (year, month_from_march + 3)
    } else {
        (year + 1, month_from_march - 9)
    };
    (year, small(month), small(day))
}

/// Days from 1970 to a date; none where the numbers are out of all bounds. Months and days may lie
/// outside of their ranges, as lenient calendars allow.
pub fn day_of_date(year: i64, month: i64, day: i64) -> Option<i64> {
    const BOUND: i64 = 400_000_000_000;
    if [year, month, day].iter().any(|number| number.abs() > BOUND) {
        return None;
    }
    let year = year + (month - 1).div_euclid(12);
    let month = (month - 1).rem_euclid(12) + 1;
    let (march_year, march_month) =
        if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_month = (153 * march_month + 2) / 5;
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let gregorian = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100
        + before_month
        + (day - 1)
        - 719_468;
    if gregorian >= FIRST_GREGORIAN_DAY {
        return Some(gregorian);
    }
    let julian = march_year * 365 + march_year.div_euclid(4) + before_month + (day - 1) - 719_470;
    // The ten days that were left out count on from 4 October.
    Some(julian)
}

/// `java.util.Date.toString`.
pub fn java_date(millis: i64) -> String {
    const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let at = DateTime::of_millis(millis);
    let pick = |names: &[&'static str], index: u32| {
        usize::try_from(index).ok().and_then(|index| names.get(index).copied()).unwrap_or_default()
    };
    format!(
        "{} {} {:02} {:02}:{:02}:{:02} UTC {}",
        pick(&WEEKDAYS, at.weekday),
        pick(&MONTHS, at.month.wrapping_sub(1)),
        at.day,
        at.hour,
        at.minute,
        at.second,
        at.year_of_era()
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn javas_dates() {
        for (millis, text) in [
            (0, "Thu Jan 01 00:00:00 UTC 1970"),
            (-62_135_683_200_000, "Sun Jan 02 00:00:00 UTC 1"),
            (253_402_300_800_000, "Sat Jan 01 00:00:00 UTC 10000"),
            (-12_219_292_800_001, "Thu Oct 04 23:59:59 UTC 1582"),
            (-12_219_292_800_000, "Fri Oct 15 00:00:00 UTC 1582"),
            (i64::MAX, "Sun Aug 17 07:12:55 UTC 292278994"),
            (i64::MIN, "Sun Dec 02 16:47:04 UTC 292269055"),
            (-62_236_339_200_001, "Wed Oct 24 23:59:59 UTC 4"),
        ] {
            assert_eq!(java_date(millis), text, "{millis}");
        }
    }

    proptest! {
        #[test]
        fn a_day_reads_back(days in -400_000_000_i64..400_000_000) {
            let (year, month, day) = date_of_day(days);
            prop_assert_eq!(day_of_date(year, month.into(), day.into()), Some(days));
        }

        #[test]
        fn days_follow_each_other(days in -1_000_000_i64..1_000_000) {
            let (today, tomorrow) = (date_of_day(days), date_of_day(days + 1));
            let next = today.2 + 1 == tomorrow.2 && (today.0, today.1) == (tomorrow.0, tomorrow.1);
            let turn = tomorrow.2 == 1 && today.2 >= 28;
            prop_assert!(next || turn || days + 1 == FIRST_GREGORIAN_DAY, "{today:?} {tomorrow:?}");
        }
    }
}
