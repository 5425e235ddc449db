//! Explains each code: why it matters, what upstream does, an example that is wrong, the same put
//! right. `kcql rule` and `docs/rules` are generated from this table. Invariant: the wrong example
//! gives the code and the right one does not (a test reads both).

mod table;

use crate::diagnostic::Code;
use crate::inspect::CheckOptions;
use crate::options::{Matching, Mode};
use crate::Connector;
pub use table::RULES;

/// By which settings the examples of a rule are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleSettings {
    /// For the MQTT source.
    Source,
    /// For the MQTT source, all matching statements getting a message.
    SourceAll,
    /// For the MQTT source, by upstream's rules.
    Upstream,
    /// For no connector.
    Language,
    /// For a sink that writes to S3.
    S3Sink,
}

/// One rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its code.
    pub code: Code,
    /// How the examples are read.
    pub settings: ExampleSettings,
    /// Why it matters.
    pub cause: &'static str,
    /// What Stream Reactor does.
    pub upstream: &'static str,
    /// An example that gives the code; none where no short text does.
    pub wrong: Option<&'static str>,
    /// The same, put right.
    pub right: &'static str,
}

impl Rule {
    /// The rule of a code.
    pub fn of(code: Code) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.code == code)
    }
}

impl ExampleSettings {
    /// The same for `check`.
    pub fn options(self) -> CheckOptions {
        CheckOptions {
            mode: if self == Self::Upstream { Mode::Compat } else { Mode::Strict },
            matching: if self == Self::SourceAll { Matching::All } else { Matching::FirstInOrder },
            connector: match self {
                Self::Language => None,
                Self::S3Sink => Some(Connector::S3Sink),
                _ => Some(Connector::MqttSource),
            },
            ..CheckOptions::default()
        }
    }

    /// A phrase for documents; none for the default settings.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::Source => None,
            Self::SourceAll => {
                Some("read for the MQTT source, all matching statements getting a message")
            }
            Self::Upstream => Some("read by the rules of Stream Reactor's parser (--compat)"),
            Self::Language => Some("read for no connector"),
            Self::S3Sink => Some("read for s3-sink"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;

    #[test]
    fn every_code_has_a_rule_and_every_rule_its_examples() {
        for &code in Code::ALL {
            let rule = Rule::of(code).unwrap_or_else(|| panic!("{code} has no rule"));
            let codes = |text: &str| {
                let found = check(text, &rule.settings.options());
                found.into_iter().map(|found| found.code).collect::<alloc::vec::Vec<_>>()
            };
            if let Some(wrong) = rule.wrong {
                assert!(codes(wrong).contains(&code), "{code}: {wrong} gives {:?}", codes(wrong));
            }
            assert!(!codes(rule.right).contains(&code), "{code}: {}", rule.right);
        }
        for rule in RULES {
            assert!(rule.upstream.contains("Stream Reactor"), "{}", rule.code);
            assert!(!rule.cause.is_empty() && rule.cause != rule.upstream, "{}", rule.code);
        }
        assert_eq!(RULES.len(), Code::ALL.len());
    }
}
