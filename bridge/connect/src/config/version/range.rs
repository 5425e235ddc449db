//! Ranges of versions in Maven's grammar: `[1,2)`, `(,1],[2,)`, `[1.5]`.
//!
//! A text without brackets is one version, as Kafka Connect reads it. Invariant: ranges are in
//! ascending order and do not overlap, or the text is refused with Maven's words.

use std::cmp::Ordering;
use std::fmt;

use super::order::compare;

/// Where a range ends; none for no end.
type Bound = Option<String>;

/// One pair of brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Interval {
    lower: Bound,
    upper: Bound,
    with_lower: bool,
    with_upper: bool,
}

/// A parsed requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRange(Vec<Interval>);

impl VersionRange {
    /// Parses a text; none for `latest`, which the only available version always satisfies.
    pub(super) fn parse(text: &str) -> Result<Option<Self>, String> {
        if text == "latest" {
            return Ok(None);
        }
        let text = text.trim();
        let spec = if text.starts_with(['[', '(']) { text.to_owned() } else { format!("[{text}]") };
        let mut intervals: Vec<Interval> = Vec::new();
        let mut rest = spec.as_str();
        while rest.starts_with(['[', '(']) {
            let (one, behind) = rest
                .find([')', ']'])
                .and_then(|end| rest.split_at_checked(end + 1))
                .ok_or_else(|| format!("Unbounded range: {spec}"))?;
            let next = Interval::parse(one)?;
            let last_end = intervals.last().and_then(|last| last.upper.as_deref());
            if let Some(end) = last_end {
                if next.lower.as_deref().is_none_or(|lower| compare(lower, end).is_lt()) {
                    return Err(format!("Ranges overlap: {spec}"));
                }
            }
            intervals.push(next);
            rest = behind.trim();
            rest = rest.strip_prefix(',').map_or(rest, str::trim);
        }
        if rest.is_empty() {
            return Ok(Some(Self(intervals)));
        }
        Err(format!("Only fully-qualified sets allowed in multiple set scenario: {spec}"))
    }

    /// Whether the version lies in one of the intervals.
    pub(super) fn contains(&self, version: &str) -> bool {
        self.0.iter().any(|interval| interval.contains(version))
    }
}

impl Interval {
    fn parse(text: &str) -> Result<Self, String> {
        let (with_lower, with_upper) = (text.starts_with('['), text.ends_with(']'));
        let opened = text.strip_prefix(['[', '(']).unwrap_or(text);
        let inner = opened.strip_suffix([']', ')']).unwrap_or(opened).trim();
        let Some((lower, upper)) = inner.split_once(',') else {
            if !with_lower || !with_upper {
                return Err(format!("Single version must be surrounded by []: {text}"));
            }
            let bound = Some(inner.to_owned());
            return Ok(Self { lower: bound.clone(), upper: bound, with_lower, with_upper });
        };
        let bound = |text: &str| Some(text.trim().to_owned()).filter(|bound| !bound.is_empty());
        let (lower, upper) = (bound(lower), bound(upper));
        if let (Some(lower), Some(upper)) = (&lower, &upper) {
            match compare(upper, lower) {
                Ordering::Greater => {}
                Ordering::Equal if with_lower && with_upper => {}
                Ordering::Equal | Ordering::Less => {
                    return Err(format!("Range defies version ordering: {text}"));
                }
            }
        }
        Ok(Self { lower, upper, with_lower, with_upper })
    }

    fn contains(&self, version: &str) -> bool {
        let above = self.lower.as_deref().is_none_or(|lower| match compare(version, lower) {
            Ordering::Greater => true,
            Ordering::Equal => self.with_lower,
            Ordering::Less => false,
        });
        let below = self.upper.as_deref().is_none_or(|upper| match compare(version, upper) {
            Ordering::Less => true,
            Ordering::Equal => self.with_upper,
            Ordering::Greater => false,
        });
        above && below
    }
}

impl fmt::Display for VersionRange {
    /// As Maven prints it, in the words of errors.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, interval) in self.0.iter().enumerate() {
            let bound = |bound: &Bound| bound.clone().unwrap_or_default();
            write!(
                f,
                "{}{}{},{}{}",
                if place > 0 { "," } else { "" },
                if interval.with_lower { '[' } else { '(' },
                bound(&interval.lower),
                bound(&interval.upper),
                if interval.with_upper { ']' } else { ')' }
            )?;
        }
        Ok(())
    }
}
