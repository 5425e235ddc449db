//! Java's `SimpleDateFormat` in UTC and the locale en_US: formatting, and lenient parsing.
//!
//! Milliseconds since 1970 go in and out; the calendar is Java's, which changes from Julian to
//! Gregorian in 1582. Knows no clock: the caller says which moment is now, since the meaning of a
//! two-digit year depends on it. Zones that a text names have the distance from UTC that they have
//! today.

mod days;
mod fields;
mod format;
mod names;
mod number;
mod parse;
mod pattern;
mod resolve;
#[cfg(test)]
mod tests;

pub use number::digit as decimal_digit;
pub use pattern::DatePatternError;

use parse::Century;
use pattern::Part;

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct JavaDateFormat {
    pattern: String,
    parts: Vec<Part>,
    century: Century,
}

/// A text that does not fit the pattern: Java's `ParseException`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Unparseable date: \"{0}\"")]
pub struct UnparseableDate(pub String);

impl JavaDateFormat {
    /// `new SimpleDateFormat(pattern)` at the moment `now_ms`.
    pub fn new(pattern: &str, now_ms: i64) -> Result<Self, DatePatternError> {
        let parts = pattern::parts(pattern)?;
        let (start, year) = resolve::years_before(now_ms, 80);
        Ok(Self { pattern: pattern.to_owned(), parts, century: Century { start, year } })
    }

    /// The pattern as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// `format(new Date(ms))`.
    pub fn format(&self, ms: i64) -> String {
        format::format(&self.parts, ms)
    }

    /// `parse(text).getTime()`.
    pub fn parse(&self, text: &str) -> Result<i64, UnparseableDate> {
        parse::parse(&self.parts, text, self.century)
            .ok_or_else(|| UnparseableDate(text.to_owned()))
    }
}
