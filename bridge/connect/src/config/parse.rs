//! Parses one value by the rules and with the error texts of Kafka's `ConfigDef`.

use std::fmt;

use super::kind::Kind;
use super::mask::shown_value;
use super::numbers::{floating_number, whole_number};
use crate::config::Secret;
use crate::data::java_double;

/// A value of its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Parsed {
    /// BOOLEAN.
    Boolean(bool),
    /// STRING, trimmed.
    String(String),
    /// INT.
    Int(i32),
    /// SHORT.
    Short(i16),
    /// LONG.
    Long(i64),
    /// DOUBLE.
    Double(f64),
    /// LIST.
    List(Vec<String>),
    /// CLASS: a name, which callers resolve.
    Class(String),
    /// PASSWORD, not trimmed.
    Password(Secret),
}

impl Parsed {
    /// The form that REST shows: lists joined by a comma, passwords hidden.
    pub fn shown(&self) -> String {
        match self {
            Self::List(items) => items.join(","),
            other => other.to_string(),
        }
    }

    /// As a whole number, whatever its width.
    pub fn as_long(&self) -> Option<i64> {
        match self {
            Self::Int(n) => Some(i64::from(*n)),
            Self::Short(n) => Some(i64::from(*n)),
            Self::Long(n) => Some(*n),
            Self::Boolean(_)
            | Self::String(_)
            | Self::Double(_)
            | Self::List(_)
            | Self::Class(_)
            | Self::Password(_) => None,
        }
    }
}

impl fmt::Display for Parsed {
    /// As Java prints the object inside of an error message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(b) => write!(f, "{b}"),
            Self::String(text) | Self::Class(text) => f.write_str(text),
            Self::Int(n) => write!(f, "{n}"),
            Self::Short(n) => write!(f, "{n}"),
            Self::Long(n) => write!(f, "{n}"),
            Self::Double(n) => f.write_str(&java_double(*n)),
            Self::List(items) => write!(f, "[{}]", items.join(", ")),
            Self::Password(secret) => write!(f, "{secret}"),
        }
    }
}

/// An error about a value. The words are Kafka's, capital letter and full stop included, because
/// clients show and match them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not of its type, or not accepted by a check.
    #[error("Invalid value {value} for configuration {name}: {reason}")]
    Invalid {
        /// The key.
        name: String,
        /// The value as Java prints it.
        value: String,
        /// What is wrong.
        reason: String,
    },
    /// Not set, and there is no default.
    #[error("Missing required configuration \"{name}\" which has no default value.")]
    Missing {
        /// The key.
        name: String,
    },
    /// A complete text.
    #[error("{0}")]
    Other(String),
}

impl ConfigError {
    /// The usual form; the value of a key that looks like a secret is not repeated.
    pub fn invalid(name: &str, value: impl fmt::Display, reason: impl Into<String>) -> Self {
        let value = value.to_string();
        let value = shown_value(name, &value).to_owned();
        Self::Invalid { name: name.to_owned(), value, reason: reason.into() }
    }
}

/// `String.trim`: removes characters up to U+0020 at both ends.
pub fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// The items of a LIST. Only ASCII blanks around a comma are removed.
pub fn list_items(raw: &str) -> Vec<&str> {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r');
    match java_trim(raw) {
        "" => Vec::new(),
        trimmed => trimmed.split(',').map(|item| item.trim_matches(is_blank)).collect(),
    }
}

fn whole<N: TryFrom<i64>>(text: &str) -> Option<N> {
    whole_number(text)?.try_into().ok()
}

/// Reads `raw` as a `kind`.
pub fn parse_value(name: &str, raw: &str, kind: Kind) -> Result<Parsed, ConfigError> {
    let trimmed = java_trim(raw);
    let number =
        || ConfigError::invalid(name, raw, format!("Not a number of type {}", kind.name()));
    Ok(match kind {
        Kind::Boolean if trimmed.eq_ignore_ascii_case("true") => Parsed::Boolean(true),
        Kind::Boolean if trimmed.eq_ignore_ascii_case("false") => Parsed::Boolean(false),
        Kind::Boolean => {
            let reason = "Expected value to be either true or false";
            return Err(ConfigError::invalid(name, raw, reason));
        }
        Kind::String => Parsed::String(trimmed.to_owned()),
        Kind::Class => Parsed::Class(trimmed.to_owned()),
        Kind::Password => Parsed::Password(Secret::new(raw)),
        Kind::Int => Parsed::Int(whole(trimmed).ok_or_else(number)?),
        Kind::Short => Parsed::Short(whole(trimmed).ok_or_else(number)?),
        Kind::Long => Parsed::Long(whole(trimmed).ok_or_else(number)?),
        Kind::Double => Parsed::Double(floating_number(trimmed).ok_or_else(number)?),
        Kind::List => Parsed::List(list_items(raw).into_iter().map(str::to_owned).collect()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(kind: Kind, raw: &str) -> String {
        parse_value("k", raw, kind).unwrap_err().to_string()
    }

    #[test]
    fn everything_but_a_password_is_trimmed() {
        assert_eq!(parse_value("k", " 7\t", Kind::Int), Ok(Parsed::Int(7)));
        assert_eq!(parse_value("k", " a b ", Kind::String), Ok(Parsed::String("a b".into())));
        assert_eq!(parse_value("k", " TRUE ", Kind::Boolean), Ok(Parsed::Boolean(true)));
        let Ok(Parsed::Password(secret)) = parse_value("k", " p ", Kind::Password) else {
            panic!()
        };
        assert_eq!(secret.expose(), " p ");
    }

    #[test]
    fn lists_split_at_commas_and_keep_empty_items() {
        let list = |raw| match parse_value("k", raw, Kind::List) {
            Ok(Parsed::List(items)) => items,
            other => panic!("{other:?}"),
        };
        assert_eq!(list("a , b,c"), ["a", "b", "c"]);
        assert_eq!(list("a,,b,"), ["a", "", "b", ""]);
        assert!(list("  ").is_empty());
        assert_eq!(list(","), ["", ""]);
        assert_eq!(list("a\u{a0}\t,\u{2003}b\u{1},c"), ["a\u{a0}", "\u{2003}b\u{1}", "c"]);
    }

    #[test]
    fn kafkas_words_show_the_value_as_written() {
        assert_eq!(
            error(Kind::Int, " abc"),
            "Invalid value  abc for configuration k: Not a number of type INT"
        );
        assert_eq!(
            error(Kind::Short, "40000"),
            "Invalid value 40000 for configuration k: Not a number of type SHORT"
        );
        assert_eq!(
            error(Kind::Boolean, "yes"),
            "Invalid value yes for configuration k: Expected value to be either true or false"
        );
    }

    #[test]
    fn int_takes_javas_range_and_sign() {
        assert_eq!(parse_value("k", "+5", Kind::Int), Ok(Parsed::Int(5)));
        assert_eq!(parse_value("k", "2147483647", Kind::Int), Ok(Parsed::Int(i32::MAX)));
        assert!(parse_value("k", "2147483648", Kind::Int).is_err());
        assert!(parse_value("k", "1.0", Kind::Int).is_err());
    }

    #[test]
    fn doubles_are_printed_as_java_prints_them() {
        let shown = |raw| parse_value("k", raw, Kind::Double).map(|value| value.shown());
        assert_eq!(shown(" 8 "), Ok("8.0".to_owned()));
        assert_eq!(shown("1e400"), Ok("Infinity".to_owned()));
        assert_eq!(shown("-1e-400"), Ok("-0.0".to_owned()));
        assert_eq!(shown("NaN"), Ok("NaN".to_owned()));
        assert_eq!(
            error(Kind::Double, "1_0"),
            "Invalid value 1_0 for configuration k: Not a number of type DOUBLE"
        );
    }

    #[test]
    fn a_password_is_shown_hidden() {
        let value = parse_value("k", "geheim", Kind::Password).unwrap();
        assert_eq!(
            (value.shown(), format!("{value:?}")),
            ("[hidden]".into(), "Password([hidden])".into())
        );
    }
}
