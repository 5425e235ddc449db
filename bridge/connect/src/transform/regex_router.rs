//! `RegexRouter`, and Confluent's `TopicRegexRouter`, which is the same: another topic, if a
//! regular expression matches the whole of it.

use std::sync::Arc;

use super::{Needs, TopicRoute, Transform};
use crate::config::{ConfigDef, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{ConnectError, Record};
use crate::java_regex::{JavaRegex, MatchError, Replacement};

#[derive(Debug)]
struct RegexRouter {
    regex: JavaRegex,
    replacement: Replacement,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new(
            "regex",
            Kind::String,
            "A regular expression of Java that the whole topic must match.",
        )
        .check(Validator::Regex)
        .importance(Importance::High),
        ConfigKey::new(
            "replacement",
            Kind::String,
            "What takes the place of the first match; `$1` is what the first group matched.",
        )
        .importance(Importance::High),
    ])
}

pub(super) fn build(config: &ParsedConfig) -> Result<Box<dyn Transform>, ConnectError> {
    let regex = JavaRegex::new(config.string("regex").unwrap_or_default())
        .map_err(|error| ConnectError::config(error.to_string()))?;
    let replacement = Replacement::new(config.string("replacement").unwrap_or_default(), &regex);
    Ok(Box::new(RegexRouter { regex, replacement }))
}

/// What Java would throw.
pub(super) fn match_error(error: &MatchError) -> ConnectError {
    let class = match error {
        MatchError::Replacement(_) => "java.lang.IllegalArgumentException",
        MatchError::NoGroup(_) => "java.lang.IndexOutOfBoundsException",
        MatchError::TooManySteps(_) => ConnectError::DATA,
    };
    ConnectError::of(class, error.to_string())
}

impl TopicRoute for RegexRouter {
    fn route(&self, topic: &Arc<str>) -> Result<Arc<str>, ConnectError> {
        if !self.regex.matches(topic).map_err(|error| match_error(&error))? {
            return Ok(Arc::clone(topic));
        }
        let routed = self.regex.replace_first(topic, &self.replacement);
        Ok(routed.map_err(|error| match_error(&error))?.into())
    }
}

impl Transform for RegexRouter {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        record.topic = self.route(&record.topic)?;
        Ok(Some(record))
    }

    fn needs(&self) -> Needs {
        Needs::NOTHING
    }

    fn verify(&self) -> Result<(), ConnectError> {
        self.replacement.error().map_or(Ok(()), |error| {
            Err(ConnectError::config(format!("Invalid replacement: {error}")))
        })
    }

    fn topic_only(&self) -> Option<&dyn TopicRoute> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, record, transform};
    use super::*;

    fn routed(class: &str, regex: &str, replacement: &str) -> Result<String, ConnectError> {
        let router = transform(class, &[("regex", regex), ("replacement", replacement)]);
        let record = Record { topic: "tele/temp".into(), ..record(map([])) };
        Ok(router.apply(record)?.unwrap().topic.to_string())
    }

    #[test]
    fn the_whole_topic_must_match_but_the_first_match_is_replaced() {
        let apache = "RegexRouter";
        assert_eq!(routed(apache, "tele/(.*)", "x-$1"), Ok("x-temp".into()));
        assert_eq!(routed(apache, "tele", "x"), Ok("tele/temp".into()));
        assert_eq!(routed(apache, "t|tele/temp", "x"), Ok("xele/temp".into()));
        assert_eq!(routed(apache, "(?<a>\\w+)/(?!y)\\w++", "${a}"), Ok("tele".into()));
        for class in [
            "io.confluent.connect.transforms.TopicRegexRouter",
            "io.confluent.connect.cloud.transforms.TopicRegexRouter",
        ] {
            assert_eq!(routed(class, "tele/(.*)", "x-$1"), Ok("x-temp".into()));
        }
    }

    #[test]
    fn a_wrong_replacement_fails_when_something_matches() {
        let error = routed("RegexRouter", ".*", "$1").unwrap_err();
        assert_eq!(error.to_java_string(), "java.lang.IndexOutOfBoundsException: No group 1");
        assert_eq!(routed("RegexRouter", "x", "$1"), Ok("tele/temp".into()));
    }
}
