//! Plans from filters instead of KCQL: every message of some filters goes to one topic unchanged.
//!
//! For connectors whose configuration names filters and a topic and has no KCQL. The statements
//! have the equivalent KCQL text, for display.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::target::is_legal_topic;
use super::{Column, Columns, Plan, StatementPlan, Subscription, Target};
use crate::filter::FilterError;
use crate::model::WriteMode;
use crate::options::Matching;
use crate::span::Span;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterPlanError {
    /// Kafka takes no such topic.
    #[error("Kafka does not accept topic '{0}'")]
    Topic(String),
    /// MQTT takes no such filter.
    #[error("'{filter}' is no MQTT filter: {error}")]
    Filter {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        error: FilterError,
    },
}

impl Plan {
    /// A plan that takes the messages of all `filters` to the Kafka topic `target`. A message that
    /// several filters match is taken once.
    pub fn from_filters<'a>(
        target: &str,
        filters: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, FilterPlanError> {
        if !is_legal_topic(target) {
            return Err(FilterPlanError::Topic(target.into()));
        }
        let statement = |filter: &str| {
            let subscription = Subscription::parse(filter)
                .map_err(|error| FilterPlanError::Filter { filter: filter.into(), error })?;
            let text = format!("INSERT INTO `{target}` SELECT * FROM `{filter}`");
            let span = Span::new(0, text.len());
            let everything = Column { path: Vec::new(), star: true, alias: None, span };
            Ok(StatementPlan {
                text,
                span,
                write_mode: Some(WriteMode::Insert),
                target: Target::Literal(target.into()),
                subscription,
                regex: None,
                converter: None,
                with_keys: None,
                key_delimiter: None,
                columns: Columns { selected: [everything].into(), ignored: Vec::new() },
                properties: Vec::new(),
                ignored: Vec::new(),
                pattern: None,
                converter_span: Span::at(0),
            })
        };
        let statements: Result<Vec<_>, _> = filters.into_iter().map(statement).collect();
        Ok(Self::new(statements?, Matching::FirstInOrder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compile, CompileOptions, Router};

    #[test]
    fn it_is_the_plan_of_the_same_in_kcql() {
        let plan = Plan::from_filters("mqtt", ["a/#", "$share/g/b/+"]).unwrap();
        let text = "INSERT INTO `mqtt` SELECT * FROM `a/#`; \
                    INSERT INTO `mqtt` SELECT * FROM `$share/g/b/+`";
        let read = compile(text, &CompileOptions::default()).plan.unwrap();
        for (ours, read) in plan.statements().iter().zip(read.statements()) {
            assert_eq!(ours.text, read.text);
            assert_eq!(ours.target, read.target);
            assert_eq!(ours.subscription, read.subscription);
            assert!(ours.columns.is_everything() && !ours.decodes());
        }
        assert_eq!(plan.statements().len(), 2);
        let (ours, read) = (Router::new(&plan), Router::new(&read));
        for topic in ["a", "a/x/y", "b/x", "b", "$SYS/a"] {
            assert_eq!(ours.route(topic), read.route(topic), "{topic}");
        }
    }

    #[test]
    fn what_is_illegal_is_refused() {
        let words = |target: &str, filter: &str| {
            alloc::string::ToString::to_string(&Plan::from_filters(target, [filter]).unwrap_err())
        };
        assert_eq!(words("a b", "x"), "Kafka does not accept topic 'a b'");
        assert_eq!(
            words("t", "a/#/b"),
            "'a/#/b' is no MQTT filter: `#` must be the last level of a filter"
        );
        assert!(words("t", "").ends_with("a filter must have at least one character"));
    }
}
