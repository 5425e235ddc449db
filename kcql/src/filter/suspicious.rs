//! Legal filters that are probably not what was meant: MQTT takes almost any text for a filter, so
//! a list of filters, quotes or a wildcard of another system is one filter that matches nothing.

use core::fmt;

/// A likely mistake in a legal filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspiciousFilter {
    /// A list of filters in one text; the separator.
    List(char),
    /// Quotes around the whole; the quote.
    Quotes(char),
    /// White space at an end of the filter.
    OuterSpace,
    /// `*` as a level.
    Star,
}

impl SuspiciousFilter {
    /// The likely mistake in a filter, if a known one is found.
    pub fn of(filter: &str) -> Option<Self> {
        let quoted =
            |quote: char| filter.len() > 1 && filter.starts_with(quote) && filter.ends_with(quote);
        if let Some(separator) = [',', ';', '\n'].into_iter().find(|it| filter.contains(*it)) {
            return Some(Self::List(separator));
        }
        if let Some(quote) = ['"', '\'', '`'].into_iter().find(|it| quoted(*it)) {
            return Some(Self::Quotes(quote));
        }
        if filter.trim() != filter {
            return Some(Self::OuterSpace);
        }
        filter.split('/').any(|level| level == "*").then_some(Self::Star)
    }
}

/// What the broker makes of it.
impl fmt::Display for SuspiciousFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(separator) => write!(
                f,
                "this is one filter with {separator:?} in it, not a list: it matches only topics \
                 that have {separator:?} there"
            ),
            Self::Quotes(quote) => {
                write!(
                    f,
                    "{quote} is part of the filter: it matches only topics that begin with it"
                )
            }
            Self::OuterSpace => f.write_str(
                "the white space at its end is part of the filter: it matches only topics that \
                 have it",
            ),
            Self::Star => f.write_str("`*` is no wildcard in MQTT: it matches only itself"),
        }
    }
}

impl SuspiciousFilter {
    /// What to write instead.
    pub const fn help(self) -> &'static str {
        match self {
            Self::List(_) => "write one filter; `+` and `#` take several topics at once",
            Self::Quotes(_) => "remove the quotes",
            Self::OuterSpace => "remove it",
            Self::Star => "write `+` for one level, `#` at the end for all that follow",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_known_and_usual_filters_have_none() {
        for (filter, slip) in [
            ("home/a, home/b", SuspiciousFilter::List(',')),
            ("home/a;home/b", SuspiciousFilter::List(';')),
            ("\"home/a\"", SuspiciousFilter::Quotes('"')),
            ("'#'", SuspiciousFilter::Quotes('\'')),
            (" home/a", SuspiciousFilter::OuterSpace),
            ("home/*/b", SuspiciousFilter::Star),
        ] {
            assert_eq!(SuspiciousFilter::of(filter), Some(slip), "{filter}");
        }
        for filter in ["#", "+/a", "home/a b", "$share/g/a/#", "a*/b", "/", "\"", "it's", "a.b"] {
            assert_eq!(SuspiciousFilter::of(filter), None, "{filter}");
        }
    }
}
