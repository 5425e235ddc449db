//! Checks that a table attaches to a key, with Kafka's error texts.
//!
//! As in Kafka, a check gets null for a value that cannot be parsed.

use std::fmt;

use super::parse::{ConfigError, Parsed};
use super::suggest::nearest;
use crate::java_regex::{JavaRegex, PatternError};

/// A check of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validator {
    /// Accepts every value.
    Any,
    /// A number not below; null is refused.
    AtLeast(i64),
    /// A number not below, or null.
    AtLeastOrNull(i64),
    /// A number not below and not above; null is refused.
    Between(i64, i64),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// One of these words, which are in capitals, in any case.
    OneOfIgnoreCase(&'static [&'static str]),
    /// Not the empty text; null is fine.
    NonEmpty,
    /// Anything but null.
    NonNull,
    /// A list with at least one entry.
    NonEmptyList,
    /// The name of a connector: not empty, no control characters; null is fine.
    ConnectorName,
    /// A list without repetition; null is refused.
    UniqueAliases,
    /// Kafka's `ValidList`: no repetition, no empty items; an empty list only where it is allowed.
    ItemList {
        /// Whether the list may be empty.
        empty: bool,
    },
    /// A regular expression of Java.
    Regex,
    /// The same, and not the empty text.
    NonEmptyRegex,
    /// A rule that a plugin brings along.
    Rule(Rule),
}

/// A rule that a plugin brings along for a key of its own.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// A short description of valid values, which documents show; rules with the same description
    /// are equal.
    pub name: &'static str,
    /// Checks a value, null for none.
    pub check: fn(&str, Option<&Parsed>) -> Result<(), ConfigError>,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rule {}

impl fmt::Display for Validator {
    /// A short description of valid values; empty if every value is valid.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => Ok(()),
            Self::AtLeast(min) | Self::AtLeastOrNull(min) => write!(f, "at least {min}"),
            Self::Between(min, max) => write!(f, "{min} to {max}"),
            Self::OneOf(words) => write!(f, "one of {}", words.join(", ")),
            Self::OneOfIgnoreCase(words) => write!(f, "one of {}, in any case", words.join(", ")),
            Self::NonEmpty | Self::NonEmptyList => f.write_str("not empty"),
            Self::NonNull => f.write_str("not null"),
            Self::ConnectorName => f.write_str("not empty, without control characters"),
            Self::UniqueAliases | Self::ItemList { empty: true } => {
                f.write_str("without repetition")
            }
            Self::ItemList { empty: false } => f.write_str("not empty, without repetition"),
            Self::Regex => f.write_str("a Java regular expression"),
            Self::NonEmptyRegex => f.write_str("a Java regular expression, not empty"),
            Self::Rule(rule) => f.write_str(rule.name),
        }
    }
}

impl Validator {
    /// Checks `value`, null for none.
    pub fn check(self, name: &str, value: Option<&Parsed>) -> Result<(), ConfigError> {
        let refuse = |reason: String| match value {
            Some(value) => Err(ConfigError::invalid(name, value, reason)),
            None => Err(ConfigError::invalid(name, "null", reason)),
        };
        let text = match value {
            Some(Parsed::String(text)) => Some(text.as_str()),
            _ => None,
        };
        match self {
            Self::AtLeastOrNull(_) if value.is_none() => Ok(()),
            Self::AtLeast(min) | Self::AtLeastOrNull(min) => {
                match value.and_then(Parsed::as_long) {
                    None => refuse("Value must be non-null".to_owned()),
                    Some(n) if n < min => refuse(format!("Value must be at least {min}")),
                    Some(_) => Ok(()),
                }
            }
            Self::Between(min, max) => match value.and_then(Parsed::as_long) {
                None => refuse("Value must be non-null".to_owned()),
                Some(n) if n < min => refuse(format!("Value must be at least {min}")),
                Some(n) if n > max => refuse(format!("Value must be no more than {max}")),
                Some(_) => Ok(()),
            },
            Self::OneOf(words) => match text {
                Some(text) if words.contains(&text) => Ok(()),
                _ => refuse(format!("String must be one of: {}", words.join(", "))),
            },
            Self::OneOfIgnoreCase(words) => match text {
                Some(text) if words.iter().any(|word| word.eq_ignore_ascii_case(text)) => Ok(()),
                _ => refuse(format!(
                    "String must be one of (case insensitive): {}",
                    words.join(", ")
                )),
            },
            Self::NonEmpty if text == Some("") => refuse("String must be non-empty".to_owned()),
            Self::NonNull | Self::UniqueAliases if value.is_none() => {
                refuse("entry must be non null".to_owned())
            }
            Self::Any | Self::NonEmpty | Self::NonNull => Ok(()),
            Self::ConnectorName => match text {
                None => Ok(()),
                Some("") => refuse("String may not be empty".to_owned()),
                Some(text) => check_control_characters(text).or_else(refuse),
            },
            Self::UniqueAliases => match value {
                Some(Parsed::List(items))
                    if items
                        .iter()
                        .enumerate()
                        .any(|(i, item)| items.iter().take(i).any(|x| x == item)) =>
                {
                    refuse("Duplicate alias provided.".to_owned())
                }
                _ => Ok(()),
            },
            Self::ItemList { empty } => check_items(name, value, empty),
            Self::NonEmptyList => match value {
                Some(Parsed::List(items)) if !items.is_empty() => Ok(()),
                _ => refuse("Empty list".to_owned()),
            },
            Self::NonEmptyRegex if text == Some("") => {
                refuse("String must be non-empty".to_owned())
            }
            Self::Regex | Self::NonEmptyRegex => match text.map(JavaRegex::new) {
                None => refuse(
                    "Invalid regex: Cannot invoke \"String.isEmpty()\" because \"this.pattern\" is \
                     null"
                        .to_owned(),
                ),
                Some(Err(error @ PatternError::Syntax { .. })) => {
                    refuse(format!("Invalid regex: {error}"))
                }
                Some(Err(error @ PatternError::Unsupported { .. })) => refuse(error.to_string()),
                Some(Ok(_)) => Ok(()),
            },
            Self::Rule(rule) => (rule.check)(name, value),
        }
    }

    /// A sentence on what to write instead of `written`, which is refused.
    pub fn hint(self, written: &str) -> Option<String> {
        match self {
            Self::OneOf(words) | Self::OneOfIgnoreCase(words) => {
                let written = written.to_lowercase();
                let is_near =
                    |word: &str| nearest(&written, [word.to_lowercase().as_str()]).is_some();
                let meant = words.iter().find(|word| is_near(word))?;
                Some(format!("Did you mean {meant}?"))
            }
            Self::Regex | Self::NonEmptyRegex => Some(
                "Where one of ( ) [ { . * + ? ^ $ | is to stand for itself, write a backslash \
                 before it."
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// Kafka's rules and words for a list.
fn check_items(name: &str, value: Option<&Parsed>, empty: bool) -> Result<(), ConfigError> {
    let refuse = |text: &str| Err(ConfigError::Other(format!("Configuration '{name}' {text}")));
    match value {
        Some(Parsed::List(items)) if items.is_empty() && !empty => {
            refuse("must not be empty. Valid values include: any non-empty value")
        }
        Some(Parsed::List(items))
            if items
                .iter()
                .enumerate()
                .any(|(i, item)| items.iter().take(i).any(|x| x == item)) =>
        {
            refuse("values must not be duplicated.")
        }
        Some(Parsed::List(items)) if items.iter().any(String::is_empty) => {
            refuse("values must not be empty.")
        }
        Some(_) => Ok(()),
        None => refuse("values must not be null."),
    }
}

fn check_control_characters(text: &str) -> Result<(), String> {
    let found: Vec<String> =
        text.chars().filter(|c| c.is_control()).map(|c| u32::from(c).to_string()).collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(format!(
        "String may not contain control sequences but had the following ASCII chars: {}",
        found.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(validator: Validator, value: Option<&Parsed>) -> String {
        validator.check("k", value).unwrap_err().to_string()
    }

    fn string(text: &str) -> Parsed {
        Parsed::String(text.into())
    }

    #[test]
    fn ranges_refuse_null_and_what_lies_outside() {
        let range = Validator::Between(0, 2);
        assert_eq!(
            refused(range, None),
            "Invalid value null for configuration k: Value must be non-null"
        );
        assert_eq!(
            refused(range, Some(&Parsed::Int(-1))),
            "Invalid value -1 for configuration k: Value must be at least 0"
        );
        assert_eq!(
            refused(range, Some(&Parsed::Int(3))),
            "Invalid value 3 for configuration k: Value must be no more than 2"
        );
        assert_eq!(range.check("k", Some(&Parsed::Int(2))), Ok(()));
        assert_eq!(Validator::AtLeastOrNull(0).check("k", None), Ok(()));
    }

    #[test]
    fn words() {
        assert_eq!(
            refused(Validator::OneOf(&["none", "all"]), Some(&string("ALL"))),
            "Invalid value ALL for configuration k: String must be one of: none, all"
        );
        let any_case = Validator::OneOfIgnoreCase(&["REQUIRED", "REQUESTED"]);
        assert_eq!(any_case.check("k", Some(&string("Required"))), Ok(()));
        assert_eq!(
            refused(any_case, Some(&string("x"))),
            "Invalid value x for configuration k: String must be one of (case insensitive): \
             REQUIRED, REQUESTED"
        );
    }

    #[test]
    fn null_and_empty_lists() {
        let null = "Invalid value null for configuration k: ";
        assert_eq!(refused(Validator::NonNull, None), format!("{null}entry must be non null"));
        assert_eq!(
            refused(Validator::UniqueAliases, None),
            format!("{null}entry must be non null")
        );
        let empty = Parsed::List(Vec::new());
        assert_eq!(
            refused(Validator::NonEmptyList, Some(&empty)),
            "Invalid value [] for configuration k: Empty list"
        );
        assert_eq!(
            Validator::NonEmptyList.check("k", Some(&Parsed::List(vec!["a".into()]))),
            Ok(())
        );
    }

    #[test]
    fn a_key_may_have_a_rule_of_its_own() {
        let own = Validator::Rule(Rule {
            name: "even",
            check: |name, value| match value.and_then(Parsed::as_long) {
                Some(n) if n % 2 == 0 => Ok(()),
                _ => Err(ConfigError::invalid(name, "3", "must be even")),
            },
        });
        assert_eq!(own.check("k", Some(&Parsed::Int(4))), Ok(()));
        assert_eq!(
            refused(own, Some(&Parsed::Int(3))),
            "Invalid value 3 for configuration k: must be even"
        );
        assert_eq!(own.to_string(), "even");
    }

    #[test]
    fn names() {
        assert_eq!(Validator::ConnectorName.check("k", None), Ok(()));
        assert_eq!(Validator::ConnectorName.check("k", Some(&string("a/b ü"))), Ok(()));
        assert_eq!(
            refused(Validator::ConnectorName, Some(&string(""))),
            "Invalid value  for configuration k: String may not be empty"
        );
        assert!(refused(Validator::ConnectorName, Some(&string("a\tb\u{85}")))
            .ends_with("had the following ASCII chars: 9, 133"));
        assert_eq!(
            refused(Validator::NonEmpty, Some(&string(""))),
            "Invalid value  for configuration k: String must be non-empty"
        );
    }

    #[test]
    fn lists_of_items() {
        let list = |items: &[&str]| Parsed::List(items.iter().map(|x| (*x).to_owned()).collect());
        let some = Validator::ItemList { empty: false };
        assert_eq!(refused(some, None), "Configuration 'k' values must not be null.");
        assert_eq!(
            refused(some, Some(&list(&[]))),
            "Configuration 'k' must not be empty. Valid values include: any non-empty value"
        );
        assert_eq!(
            refused(some, Some(&list(&["a", ""]))),
            "Configuration 'k' values must not be empty."
        );
        assert_eq!(
            refused(some, Some(&list(&["a", "a"]))),
            "Configuration 'k' values must not be duplicated."
        );
        assert_eq!(Validator::ItemList { empty: true }.check("k", Some(&list(&[]))), Ok(()));
        assert_eq!(
            refused(Validator::NonEmptyList, Some(&list(&[]))),
            "Invalid value [] for configuration k: Empty list"
        );
    }

    #[test]
    fn regular_expressions_are_javas() {
        assert_eq!(
            refused(Validator::Regex, Some(&string("("))),
            "Invalid value ( for configuration k: Invalid regex: Unclosed group near index 1\n("
        );
        assert_eq!(
            refused(Validator::NonEmptyRegex, Some(&string(""))),
            "Invalid value  for configuration k: String must be non-empty"
        );
        assert_eq!(Validator::Regex.check("k", Some(&string("a++(?=b)"))), Ok(()));
        assert_eq!(
            refused(Validator::NonNull, None),
            "Invalid value null for configuration k: entry must be non null"
        );
    }

    #[test]
    fn aliases_must_not_repeat() {
        let list = Parsed::List(vec!["a".into(), "b".into(), "a".into()]);
        assert_eq!(
            refused(Validator::UniqueAliases, Some(&list)),
            "Invalid value [a, b, a] for configuration k: Duplicate alias provided."
        );
    }
}
