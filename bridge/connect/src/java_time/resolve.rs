//! From calendar fields, as many as were given, to a moment: the lenient rules of Java's
//! `GregorianCalendar`.
//!
//! Of fields that contradict each other the one set last wins, in the groups that Java forms.
//! Values may lie outside of their ranges and then run over into the next field. Invariant:
//! arithmetic wraps as Java's does and never panics.

use super::days::{on_or_before, Calendar, Date, CUTOVER_DAY, CUTOVER_YEAR, EPOCH_DAY};

const DAY_MS: i64 = 86_400_000;

/// A field that can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Era,
    Year,
    Month,
    WeekOfYear,
    WeekOfMonth,
    Day,
    DayOfYear,
    Weekday,
    WeekdayInMonth,
    AmPm,
    Hour,
    HourOfDay,
    Minute,
    Second,
    Millisecond,
    Offset,
    WeekYear,
}

const COUNT: usize = 17;

/// Fields with the order in which they were given.
#[derive(Debug, Clone, Default)]
pub(super) struct CalendarFields {
    values: [i32; COUNT],
    /// 0 for a field that was not given.
    stamps: [u32; COUNT],
    next: u32,
}

impl CalendarFields {
    /// Sets a field.
    pub(super) fn set(&mut self, field: Field, value: i32) {
        self.next += 1;
        if let Some(slot) = self.values.get_mut(field as usize) {
            *slot = value;
        }
        if let Some(slot) = self.stamps.get_mut(field as usize) {
            *slot = self.next;
        }
    }

    /// Moves the year on, in whichever way it was given.
    pub(super) fn add_years(&mut self, years: i32) {
        for field in [Field::Year, Field::WeekYear] {
            if let Some(slot) = self.values.get_mut(field as usize) {
                *slot = slot.wrapping_add(years);
            }
        }
    }

    fn stamp(&self, field: Field) -> u32 {
        self.stamps.get(field as usize).copied().unwrap_or(0)
    }

    fn is_set(&self, field: Field) -> bool {
        self.stamp(field) > 0
    }

    fn value(&self, field: Field) -> i64 {
        self.values.get(field as usize).copied().map_or(0, i64::from)
    }

    /// The moment, in milliseconds since 1970.
    pub(super) fn resolve(&self) -> i64 {
        let by_week =
            self.is_set(Field::WeekYear) && self.stamp(Field::WeekYear) > self.stamp(Field::Year);
        let time = self.time_of_day();
        let (days, time) = (time.div_euclid(DAY_MS), time.rem_euclid(DAY_MS));
        let day = if by_week { days + self.day_by_week(days) } else { self.day(days) };
        (day - EPOCH_DAY)
            .wrapping_mul(DAY_MS)
            .wrapping_add(time)
            .wrapping_sub(self.value(Field::Offset))
    }

    fn time_of_day(&self) -> i64 {
        let both = |a: Field, b: Field| match (self.stamp(a), self.stamp(b)) {
            (0, _) | (_, 0) => 0,
            (a, b) => a.max(b),
        };
        let of_day = self.stamp(Field::HourOfDay);
        let hour = if of_day > 0 && of_day >= both(Field::Hour, Field::AmPm) {
            self.value(Field::HourOfDay)
        } else {
            self.value(Field::Hour) + 12 * self.value(Field::AmPm)
        };
        ((hour * 60 + self.value(Field::Minute)) * 60 + self.value(Field::Second)) * 1000
            + self.value(Field::Millisecond)
    }

    /// Week year, week and day of the week. The other fields say in which era the year counts.
    fn day_by_week(&self, days: i64) -> i64 {
        let mut week =
            if self.is_set(Field::WeekOfYear) { self.value(Field::WeekOfYear) } else { 1 };
        let mut weekday = if self.is_set(Field::Weekday) { self.value(Field::Weekday) } else { 1 };
        // Days outside of a week were given as ISO numbers, and move the week.
        if weekday >= 8 {
            weekday -= 1;
            week += weekday / 7;
            weekday = iso_weekday(weekday % 7 + 1);
        } else if weekday <= 0 {
            week -= (7 - weekday) / 7;
            weekday = iso_weekday((weekday - 1).rem_euclid(7) + 1);
        }
        let given = self.value(Field::WeekYear);
        let is_before_christ = self.day(days) < Calendar::Julian.month_start(1, 0);
        let first = week_start(if is_before_christ { 1 - given } else { given });
        first + (weekday - 1) + 7 * (week - 1)
    }

    /// The astronomical year of a year that may count backwards.
    fn before_christ(&self, year: i64) -> i64 {
        if self.is_set(Field::Era) && self.value(Field::Era) == 0 {
            1 - year
        } else {
            year
        }
    }

    /// Year and whatever gives the day in it.
    fn day(&self, days: i64) -> i64 {
        let year = if self.is_set(Field::Year) { self.value(Field::Year) } else { 1970 };
        let year = self.before_christ(year);
        let rule = self.date_rule();
        let gregorian = || days + self.day_in(Calendar::Gregorian, year, rule);
        let julian = || days + self.day_in(Calendar::Julian, year, rule);
        if year > CUTOVER_YEAR {
            let day = gregorian();
            if day >= CUTOVER_DAY {
                return day;
            }
        } else if year < CUTOVER_YEAR {
            // Even where months or days too many lead beyond the change.
            return julian();
        } else if matches!(rule, DateRule::DayOfYear | DateRule::WeekOfYear { .. }) {
            // The year of the change begins in the Julian calendar.
            return julian();
        }
        // A day that neither calendar has, the ten that were left out, is taken as Julian.
        if gregorian() >= CUTOVER_DAY {
            gregorian()
        } else {
            julian()
        }
    }

    /// Which fields give the day.
    fn date_rule(&self) -> DateRule {
        let stamp = |field| self.stamp(field);
        let weekday = stamp(Field::Weekday);
        let with_weekday = |field| match (stamp(field), weekday) {
            (0, _) | (_, 0) => 0,
            (a, b) => a.max(b),
        };
        let (of_month, in_month, of_year) =
            (stamp(Field::WeekOfMonth), stamp(Field::WeekdayInMonth), stamp(Field::WeekOfYear));
        let mut day = stamp(Field::Day);
        let mut by_week_of_month = with_weekday(Field::WeekOfMonth);
        let mut by_weekday_in_month = with_weekday(Field::WeekdayInMonth);
        let by_day_of_year = stamp(Field::DayOfYear);
        let by_week_of_year = with_weekday(Field::WeekOfYear);
        let mut best = day
            .max(by_week_of_month)
            .max(by_weekday_in_month)
            .max(by_day_of_year)
            .max(by_week_of_year);
        if best == 0 {
            // No combination is complete: a week alone, or a day of the week alone.
            by_week_of_month = of_month;
            by_weekday_in_month = in_month.max(weekday);
            best = by_week_of_month.max(by_weekday_in_month).max(of_year);
            if best == 0 {
                day = stamp(Field::Month);
                best = day;
            }
        }
        let has_weekday = weekday > 0;
        if best == day {
            return DateRule::Day;
        }
        if best == by_week_of_month && of_month >= of_year
            || best == by_weekday_in_month && in_month >= of_year
        {
            let week_first = if by_week_of_month == by_weekday_in_month {
                of_month >= in_month
            } else {
                best == by_week_of_month
            };
            return if week_first {
                DateRule::WeekOfMonth { has_weekday }
            } else {
                DateRule::WeekdayInMonth { has_weekday, has_number: in_month > 0 }
            };
        }
        if best == by_day_of_year {
            return DateRule::DayOfYear;
        }
        DateRule::WeekOfYear { has_weekday }
    }

    fn day_in(&self, calendar: Calendar, year: i64, rule: DateRule) -> i64 {
        let weekday = self.value(Field::Weekday);
        match rule {
            DateRule::DayOfYear => calendar.month_start(year, 0) + self.value(Field::DayOfYear) - 1,
            DateRule::WeekOfYear { has_weekday } => {
                let mut first = on_or_before(calendar.month_start(year, 0), 1);
                if has_weekday && weekday != 1 {
                    first = on_or_before(first + 6, weekday);
                }
                first + 7 * (self.value(Field::WeekOfYear) - 1)
            }
            DateRule::Day | DateRule::WeekOfMonth { .. } | DateRule::WeekdayInMonth { .. } => {
                let given = self.value(Field::Month);
                let (year, month) = (year + given.div_euclid(12), given.rem_euclid(12));
                let start = calendar.month_start(year, month);
                match rule {
                    DateRule::WeekOfMonth { has_weekday } => {
                        let mut first = on_or_before(start, 1);
                        if has_weekday {
                            first = on_or_before(first + 6, weekday);
                        }
                        first + 7 * (self.value(Field::WeekOfMonth) - 1)
                    }
                    DateRule::WeekdayInMonth { has_weekday, has_number } => {
                        let weekday = if has_weekday { weekday } else { 1 };
                        let number = if has_number { self.value(Field::WeekdayInMonth) } else { 1 };
                        let last = if number >= 0 {
                            7 * number
                        } else {
                            calendar.month_length(year, month) + 7 * (number + 1)
                        };
                        on_or_before(start + last - 1, weekday)
                    }
                    DateRule::Day | DateRule::DayOfYear | DateRule::WeekOfYear { .. }
                        if !self.is_set(Field::Day) =>
                    {
                        start
                    }
                    DateRule::Day | DateRule::DayOfYear | DateRule::WeekOfYear { .. } => {
                        start + self.value(Field::Day) - 1
                    }
                }
            }
        }
    }
}

/// Which fields determine the day of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateRule {
    Day,
    WeekOfMonth { has_weekday: bool },
    WeekdayInMonth { has_weekday: bool, has_number: bool },
    DayOfYear,
    WeekOfYear { has_weekday: bool },
}

/// The Sunday that begins the first week of a year.
fn week_start(year: i64) -> i64 {
    let calendar = if year > CUTOVER_YEAR { Calendar::Gregorian } else { Calendar::Julian };
    on_or_before(calendar.month_start(year, 0), 1)
}

/// From an ISO number (Monday is 1) to Java's (Sunday is 1); anything else stays.
pub(super) fn iso_weekday(iso: i64) -> i64 {
    match iso {
        7 => 1,
        1..=6 => iso + 1,
        other => other,
    }
}

/// Milliseconds of the same day and time `years` earlier, and the year of it.
pub(super) fn years_before(ms: i64, years: i64) -> (i64, i64) {
    let date = super::days::date(ms.div_euclid(DAY_MS) + EPOCH_DAY);
    let Date { calendar, month, day, .. } = date;
    let year = date.year - years;
    let day = day.min(calendar.month_length(year, month));
    let start = calendar.month_start(year, month);
    ((start + day - 1 - EPOCH_DAY) * DAY_MS + ms.rem_euclid(DAY_MS), year)
}
