//! The three forms of dates and times in texts, as `SimpleDateFormat` in UTC reads and prints
//! them.
//!
//! Reading is lenient: month 13 is the next January. Which form is meant follows from the length.

use super::super::calendar::{day_of_date, DateTime};
use super::super::{logical, with_ascii_digits, SchemaAndValue, Value};

const MILLIS_OF_DAY: i64 = 86_400_000;

/// Reads a text that has the length of one of the forms.
pub(super) fn parse(text: &str) -> Option<SchemaAndValue> {
    let text = text.replace("\\:", ":");
    let text = with_ascii_digits(&text);
    let mut scanner = Scanner(&text);
    let (schema, millis) = match text.encode_utf16().take(25).count() {
        10 => (logical::date(), scanner.date()?.checked_mul(MILLIS_OF_DAY)?),
        13 => (logical::time(), scanner.time()?),
        24 => {
            let day = scanner.date()?;
            scanner.literal('T')?;
            (logical::timestamp(), day.checked_mul(MILLIS_OF_DAY)?.checked_add(scanner.time()?)?)
        }
        _ => return None,
    };
    Some(SchemaAndValue { schema: Some(schema.into()), value: Value::Date(millis) })
}

struct Scanner<'a>(&'a str);

impl Scanner<'_> {
    /// `yyyy-MM-dd` in days since 1970.
    fn date(&mut self) -> Option<i64> {
        let year = self.number()?;
        self.literal('-')?;
        let month = self.number()?;
        self.literal('-')?;
        day_of_date(year, month, self.number()?)
    }

    /// `HH:mm:ss.SSS'Z'` in milliseconds.
    fn time(&mut self) -> Option<i64> {
        let mut millis = 0;
        for (unit, behind) in [(3_600_000, ':'), (60_000, ':'), (1000, '.'), (1, 'Z')] {
            millis += self.number()? * unit;
            self.literal(behind)?;
        }
        Some(millis)
    }

    /// A number with an optional minus, blanks in front.
    fn number(&mut self) -> Option<i64> {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let (negative, digits) = match rest.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, rest),
        };
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (number, rest) = digits.split_at(end);
        self.0 = rest;
        // No text is longer than 24 characters, so 64 bits may be too few only here.
        let number: i64 = number.parse().ok().filter(|number| *number < 1_000_000_000_000)?;
        Some(if negative { -number } else { number })
    }

    fn literal(&mut self, c: char) -> Option<()> {
        self.0 = self.0.strip_prefix(c)?;
        Some(())
    }
}

/// A date as text: within the first day of 1970, and before it, its time; at midnight its day;
/// else both.
pub(super) fn print(millis: i64) -> String {
    let at = DateTime::of_millis(millis);
    let date = format!("{:04}-{:02}-{:02}", at.year_of_era(), at.month, at.day);
    let time = format!("{:02}:{:02}:{:02}.{:03}Z", at.hour, at.minute, at.second, at.millis);
    if millis < MILLIS_OF_DAY {
        time
    } else if millis % MILLIS_OF_DAY == 0 {
        date
    } else {
        format!("{date}T{time}")
    }
}
