//! The transforms of a connector in their order, each with its predicate: made once from the
//! config, then run per record without looking anything up by name.

use std::fmt;
use std::sync::Arc;

use super::class::{build_transform, resolve_transform, ClassError, Form, TransformClass};
use super::predicate::{build_predicate, resolve_predicate, PredicateClass};
use super::{Needs, Predicate, TopicRoute, Transform};
use crate::config::{nearest, with_prefix, ConfigError, ConfigMap};
use crate::data::{ConnectError, Record};

/// All transforms of a connector.
#[derive(Debug, Default)]
pub struct Chain {
    stages: Vec<Stage>,
}

#[derive(Debug)]
struct Stage {
    alias: Arc<str>,
    class: Arc<str>,
    transform: Box<dyn Transform>,
    condition: Option<Condition>,
}

#[derive(Debug)]
struct Condition {
    predicate: Box<dyn Predicate>,
    negate: bool,
}

/// A transform could not do its work: stage TRANSFORMATION in Connect's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransformFailure {
    /// Which transform, by its alias in the config.
    pub alias: Arc<str>,
    /// Its class.
    pub class: Arc<str>,
    /// What Java would have thrown.
    pub error: ConnectError,
}

impl fmt::Display for TransformFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "transform '{}' ({}): {}", self.alias, self.class, self.error)
    }
}

impl std::error::Error for TransformFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// One thing that is wrong with the settings of transforms and predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainProblem {
    /// The key to blame.
    pub key: String,
    /// What is wrong, in Java's words where Java has any.
    pub message: String,
    /// What might be meant instead.
    pub hint: Option<String>,
}

/// All that is wrong with the settings of transforms and predicates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainConfigError {
    /// At least one.
    pub problems: Vec<ChainProblem>,
}

impl fmt::Display for ChainConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{}", if i == 0 { "" } else { "\n" }, problem.message)?;
            if let Some(hint) = &problem.hint {
                write!(f, " ({hint})")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ChainConfigError {}

impl Chain {
    /// Makes the chain of a connector's config. `now_ms` is the present time, which two-digit
    /// years in patterns depend on.
    pub fn from_config(config: &ConfigMap, now_ms: i64) -> Result<Self, ChainConfigError> {
        let mut builder = Builder { config, now_ms, problems: Vec::new() };
        let stages = builder.stages();
        if builder.problems.is_empty() {
            return Ok(Self { stages });
        }
        Err(ChainConfigError { problems: builder.problems })
    }

    /// Whether there is no transform.
    pub fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// What all of them together look at or change.
    pub fn needs(&self) -> Needs {
        self.stages.iter().fold(Needs::NOTHING, |needs, stage| {
            let condition = stage.condition.as_ref().map(|it| it.predicate.needs());
            needs.and(stage.transform.needs()).and(condition.unwrap_or_default())
        })
    }

    /// Whether all they do is to make one topic from another.
    pub fn is_topic_only(&self) -> bool {
        self.stages.iter().all(|stage| stage.route().is_some())
    }

    /// The topic that records of `topic` go to, if [`Self::is_topic_only`] holds.
    pub fn route(&self, topic: &Arc<str>) -> Option<Result<Arc<str>, TransformFailure>> {
        let mut topic = Arc::clone(topic);
        for stage in &self.stages {
            match stage.route()?.route(&topic) {
                Ok(next) => topic = next,
                Err(error) => return Some(Err(stage.failure(error))),
            }
        }
        Some(Ok(topic))
    }

    /// Runs a record through; nothing comes out if a transform drops it.
    pub fn apply(&self, mut record: Record) -> Result<Option<Record>, TransformFailure> {
        for stage in &self.stages {
            match stage.apply(record).map_err(|error| stage.failure(error))? {
                Some(next) => record = next,
                None => return Ok(None),
            }
        }
        Ok(Some(record))
    }
}

impl Stage {
    fn apply(&self, record: Record) -> Result<Option<Record>, ConnectError> {
        if let Some(condition) = &self.condition {
            if condition.predicate.test(&record)? == condition.negate {
                return Ok(Some(record));
            }
        }
        self.transform.apply(record)
    }

    fn route(&self) -> Option<&dyn TopicRoute> {
        if self.condition.is_some() {
            return None;
        }
        self.transform.topic_only()
    }

    fn failure(&self, error: ConnectError) -> TransformFailure {
        TransformFailure { alias: Arc::clone(&self.alias), class: Arc::clone(&self.class), error }
    }
}

/// Reads the config and collects what is wrong with it.
struct Builder<'c> {
    config: &'c ConfigMap,
    now_ms: i64,
    problems: Vec<ChainProblem>,
}

impl Builder<'_> {
    fn problem(
        &mut self,
        key: impl Into<String>,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        self.problems.push(ChainProblem { key: key.into(), message: message.into(), hint });
    }

    /// Aliases of a list, of which none may repeat.
    fn aliases(&mut self, key: &str) -> Vec<String> {
        let text = self.config.get(key).map_or("", String::as_str);
        let text = text.trim_matches(|c: char| c <= ' ');
        if text.is_empty() {
            return Vec::new();
        }
        let all: Vec<String> = text.split(',').map(|alias| alias.trim().to_owned()).collect();
        if all.iter().enumerate().any(|(i, alias)| all.iter().take(i).any(|other| other == alias)) {
            let value = format!("[{}]", all.join(", "));
            let error = ConfigError::invalid(key, value, "Duplicate alias provided.");
            self.problem(key, error.to_string(), None);
            return Vec::new();
        }
        all
    }

    fn stages(&mut self) -> Vec<Stage> {
        let predicates = self.aliases("predicates");
        for alias in &predicates {
            // Every predicate is checked, used or not.
            self.predicate(alias);
        }
        let transforms = self.aliases("transforms");
        transforms.iter().filter_map(|alias| self.stage(alias, &predicates)).collect()
    }

    fn stage(&mut self, alias: &str, predicates: &[String]) -> Option<Stage> {
        let (class, form) = self.transform_class(alias)?;
        let prefix = format!("transforms.{alias}.");
        let settings = with_prefix(self.config, &prefix);
        let built = build_transform(class, form, &settings, self.now_ms)
            .and_then(|transform| transform.verify().map(|()| transform));
        let transform = match built {
            Ok(transform) => Some(transform),
            Err(error) => {
                let keys: Vec<String> =
                    class.def().keys().map(|key| key.name.to_string()).collect();
                let (key, message) = blamed(&prefix, &keys, &error.message);
                self.problem(key, message, Some(format!("in the transform '{alias}'")));
                None
            }
        };
        let condition = self.condition(alias, predicates)?;
        let full = self.config.get(&format!("{prefix}type")).map_or("", |class| class.trim());
        Some(Stage { alias: alias.into(), class: full.into(), transform: transform?, condition })
    }

    fn transform_class(&mut self, alias: &str) -> Option<(&'static TransformClass, Form)> {
        let key = format!("transforms.{alias}.type");
        let name = self.class_name(&key)?;
        match resolve_transform(&name) {
            Ok(found) => Some(found),
            Err(error) => {
                let names: Vec<String> =
                    super::TRANSFORMS.iter().flat_map(TransformClass::full_names).collect();
                self.class_problem(&key, &name, &error, &names);
                None
            }
        }
    }

    fn class_name(&mut self, key: &str) -> Option<String> {
        let found = self.config.get(key).map(|name| java_trim(name).to_owned());
        if found.is_none() {
            let error = ConfigError::Missing { name: key.to_owned() };
            self.problem(key, error.to_string(), None);
        }
        found
    }

    fn class_problem(&mut self, key: &str, name: &str, error: &ClassError, names: &[String]) {
        let message = match error {
            ClassError::Unknown { .. } => {
                ConfigError::invalid(key, name, error.to_string()).to_string()
            }
            ClassError::NotA { .. } | ClassError::Abstract { .. } => error.to_string(),
        };
        let hint = match error {
            ClassError::Unknown { .. } => nearest(name, names.iter().map(String::as_str))
                .map(|near| format!("did you mean {near}?")),
            ClassError::NotA { .. } | ClassError::Abstract { .. } => None,
        };
        self.problem(key, message, hint);
    }

    fn predicate_class(&mut self, alias: &str) -> Option<&'static PredicateClass> {
        let key = format!("predicates.{alias}.type");
        let name = self.class_name(&key)?;
        match resolve_predicate(&name) {
            Ok(class) => Some(class),
            Err(error) => {
                let names: Vec<String> =
                    super::PREDICATES.iter().map(|class| class.name.to_owned()).collect();
                self.class_problem(&key, &name, &error, &names);
                None
            }
        }
    }

    fn predicate(&mut self, alias: &str) -> Option<Box<dyn Predicate>> {
        let class = self.predicate_class(alias)?;
        let prefix = format!("predicates.{alias}.");
        match build_predicate(class, &with_prefix(self.config, &prefix)) {
            Ok(predicate) => Some(predicate),
            Err(error) => {
                let keys: Vec<String> =
                    class.def().keys().map(|key| key.name.to_string()).collect();
                let (key, message) = blamed(&prefix, &keys, &error.message);
                self.problem(key, message, Some(format!("in the predicate '{alias}'")));
                None
            }
        }
    }

    /// The outer option is none where the settings are wrong.
    #[expect(clippy::option_option, reason = "wrong settings, or none")]
    fn condition(&mut self, alias: &str, predicates: &[String]) -> Option<Option<Condition>> {
        let negate_key = format!("transforms.{alias}.negate");
        let predicate_key = format!("transforms.{alias}.predicate");
        let negate = match self.config.get(&negate_key) {
            None => false,
            Some(text) if text.trim().eq_ignore_ascii_case("true") => true,
            Some(text) if text.trim().eq_ignore_ascii_case("false") => false,
            Some(text) => {
                let reason = "Expected value to be either true or false";
                let error = ConfigError::invalid(&negate_key, text, reason);
                self.problem(&negate_key, error.to_string(), None);
                return None;
            }
        };
        let name = self.config.get(&predicate_key).map_or("", |name| name.trim()).to_owned();
        if name.is_empty() {
            if !self.config.contains_key(&negate_key) {
                return Some(None);
            }
            self.problem(
                format!("transforms.{alias}.type"),
                format!(
                    "Config '{negate_key}' was provided but there is no config '{predicate_key}' \
                     defining a predicate to be negated."
                ),
                None,
            );
            return None;
        }
        if !predicates.contains(&name) {
            let hint = nearest(&name, predicates.iter().map(String::as_str))
                .map(|near| format!("did you mean {near}?"));
            let reason = "there is no such alias in 'predicates'";
            let error = ConfigError::invalid(&predicate_key, &name, reason);
            self.problem(&predicate_key, error.to_string(), hint);
            return None;
        }
        let before = self.problems.len();
        let predicate = self.predicate(&name);
        // What is wrong with the predicate has been said where it is defined.
        self.problems.truncate(before);
        predicate.map(|predicate| Some(Condition { predicate, negate }))
    }
}

fn java_trim(text: &str) -> &str {
    text.trim_matches(|c: char| c <= ' ')
}

/// The key that a message speaks of, and the message with the key's full name in it where Java has
/// it too: for what is missing or no value of its type, but not for what a check refuses.
fn blamed(prefix: &str, keys: &[String], message: &str) -> (String, String) {
    let missing = |key: &str| format!("Missing required configuration \"{key}\"");
    for key in keys {
        let full = format!("{prefix}{key}");
        if message.starts_with(&missing(key)) {
            return (full.clone(), message.replacen(&missing(key), &missing(&full), 1));
        }
        if message.starts_with(&format!("Invalid {key}: ")) {
            return (full, message.to_owned());
        }
        let typed = format!(" for configuration {key}: ");
        if message.contains(&typed) {
            let is_of_type = message.contains("Not a number of type")
                || message.contains("Expected value to be either true or false");
            if is_of_type {
                let replaced = format!(" for configuration {full}: ");
                return (full, message.replacen(&typed, &replaced, 1));
            }
            return (full, message.to_owned());
        }
        if message.contains(&format!("'{key}'")) {
            return (full, message.to_owned());
        }
    }
    (format!("{prefix}type"), message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{config, map, record, NOW};
    use super::*;
    use crate::data::{SchemaAndValue, Value};

    const T: &str = "org.apache.kafka.connect.transforms";

    fn problems(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let error = Chain::from_config(&config(pairs), NOW).unwrap_err();
        error.problems.into_iter().map(|it| (it.key, it.message)).collect()
    }

    fn one(pairs: &[(&str, &str)]) -> (String, String) {
        let mut all = problems(pairs);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn of(key: &str, message: &str) -> (String, String) {
        (key.to_owned(), message.to_owned())
    }

    #[test]
    fn transforms_run_in_order_and_a_predicate_decides() {
        let chain = Chain::from_config(
            &config(&[
                ("transforms", "route, drop ,insert"),
                ("transforms.route.type", "RegexRouter"),
                ("transforms.route.regex", "t(.*)"),
                ("transforms.route.replacement", "x$1"),
                ("transforms.drop.type", &format!("{T}.Filter")),
                ("transforms.drop.predicate", "gone"),
                ("transforms.insert.type", &format!("{T}.InsertField$Value")),
                ("transforms.insert.topic.field", "topic"),
                ("transforms.insert.predicate", "mine"),
                ("transforms.insert.negate", "false"),
                ("predicates", "gone,mine"),
                ("predicates.gone.type", "RecordIsTombstone"),
                ("predicates.mine.type", &format!("{T}.predicates.TopicNameMatches")),
                ("predicates.mine.pattern", "x"),
            ]),
            NOW,
        )
        .unwrap();
        let out = chain.apply(record(map([("a", Value::Int32(1))]))).unwrap().unwrap();
        assert_eq!(&*out.topic, "x");
        assert_eq!(out.value, map([("a", Value::Int32(1)), ("topic", "x".into())]));
        assert_eq!(chain.apply(record(SchemaAndValue::NULL)), Ok(None));
        assert_eq!(chain.needs(), Needs { key: false, value: true, headers: false });
        assert!(!chain.is_topic_only());
    }

    #[test]
    fn negate_turns_the_predicate_around() {
        let chain = Chain::from_config(
            &config(&[
                ("transforms", "drop"),
                ("transforms.drop.type", "Filter"),
                ("transforms.drop.predicate", "p"),
                ("transforms.drop.negate", "TRUE"),
                ("predicates", "p"),
                ("predicates.p.type", "RecordIsTombstone"),
            ]),
            NOW,
        )
        .unwrap();
        assert!(chain.apply(record(SchemaAndValue::NULL)).unwrap().is_some());
        assert!(chain.apply(record(map([]))).unwrap().is_none());
    }

    #[test]
    fn routers_alone_need_only_the_topic() {
        let chain = Chain::from_config(
            &config(&[
                ("transforms", "a,b"),
                ("transforms.a.type", "RegexRouter"),
                ("transforms.a.regex", "(.*)"),
                ("transforms.a.replacement", "$1-a"),
                ("transforms.b.type", &format!("{T}.RegexRouter")),
                ("transforms.b.regex", "(x+x+)+y"),
                ("transforms.b.replacement", "$1"),
            ]),
            NOW,
        )
        .unwrap();
        assert!(chain.is_topic_only());
        assert_eq!(chain.needs(), Needs::NOTHING);
        assert_eq!(chain.route(&"t".into()).unwrap().unwrap().as_ref(), "t-a");
        let failure = chain.route(&"x".repeat(40).into()).unwrap().unwrap_err();
        assert_eq!(
            failure.to_string(),
            "transform 'b' (org.apache.kafka.connect.transforms.RegexRouter): the regular \
             expression '(x+x+)+y' takes too many steps on this text"
        );
        assert_eq!(failure.error.class, ConnectError::DATA);
    }

    #[test]
    fn wrong_classes_get_connects_words() {
        let with = |class: &str| one(&[("transforms", "a"), ("transforms.a.type", class)]);
        assert_eq!(
            with(&format!("{T}.Cast")),
            of(
                "transforms.a.type",
                "This class is abstract and cannot be created. Did you mean \
                 org.apache.kafka.connect.transforms.Cast$Key, \
                 org.apache.kafka.connect.transforms.Cast$Value?"
            )
        );
        assert_eq!(
            with("Cast$Value"),
            of(
                "transforms.a.type",
                "Invalid value Cast$Value for configuration transforms.a.type: Class Cast$Value \
                 could not be found."
            )
        );
        assert_eq!(
            with(&format!("{T}.predicates.HasHeaderKey")),
            of(
                "transforms.a.type",
                "Class class org.apache.kafka.connect.transforms.predicates.HasHeaderKey does not \
                 implement the Transformation interface"
            )
        );
        assert_eq!(
            one(&[("predicates", "p"), ("predicates.p.type", &format!("{T}.Filter"))]),
            of(
                "predicates.p.type",
                "Class class org.apache.kafka.connect.transforms.Filter does not implement the \
                 Predicate interface"
            )
        );
        assert_eq!(
            one(&[("transforms", "a")]),
            of(
                "transforms.a.type",
                "Missing required configuration \"transforms.a.type\" which has no default value."
            )
        );
        let error = Chain::from_config(
            &config(&[("transforms", "a"), ("transforms.a.type", &format!("{T}.Filtre"))]),
            NOW,
        )
        .unwrap_err();
        assert!(error.to_string().ends_with(
            "could not be found. (did you mean org.apache.kafka.connect.transforms.Filter?)"
        ));
    }

    #[test]
    fn wrong_settings_get_connects_words_and_the_key_to_blame() {
        let with = |class: &str, pairs: &[(&str, &str)]| {
            let class = format!("{T}.{class}");
            let mut all = vec![("transforms", "a"), ("transforms.a.type", class.as_str())];
            all.extend(pairs);
            one(&all)
        };
        assert_eq!(
            with("RegexRouter", &[("transforms.a.regex", "x")]),
            of(
                "transforms.a.replacement",
                "Missing required configuration \"transforms.a.replacement\" which has no default \
                 value."
            )
        );
        assert_eq!(
            with(
                "RegexRouter",
                &[("transforms.a.regex", "("), ("transforms.a.replacement", "x")]
            ),
            of(
                "transforms.a.regex",
                "Invalid value ( for configuration regex: Invalid regex: Unclosed group near index \
                 1\n("
            )
        );
        assert_eq!(
            with("SetSchemaMetadata$Value", &[("transforms.a.schema.version", "x")]),
            of(
                "transforms.a.schema.version",
                "Invalid value x for configuration transforms.a.schema.version: Not a number of \
                 type INT"
            )
        );
        assert_eq!(
            with("DropHeaders", &[("transforms.a.headers", "")]),
            of(
                "transforms.a.headers",
                "Configuration 'headers' must not be empty. Valid values include: any non-empty \
                 value"
            )
        );
        assert_eq!(
            with("RegexRouter", &[("transforms.a.regex", "a"), ("transforms.a.replacement", "$1")]),
            of("transforms.a.replacement", "Invalid replacement: No group 1")
        );
        assert_eq!(
            with("TimestampRouter", &[("transforms.a.timestamp.format", "b")]),
            of(
                "transforms.a.timestamp.format",
                "Invalid pattern for configuration timestamp.format: Illegal pattern character 'b'"
            )
        );
        assert_eq!(
            with("InsertField$Value", &[]),
            of("transforms.a.type", "No field insertion configured")
        );
    }

    #[test]
    fn predicates_must_be_there() {
        let filter = format!("{T}.Filter");
        let with = |pairs: &[(&str, &str)]| {
            let mut all = vec![("transforms", "a"), ("transforms.a.type", filter.as_str())];
            all.extend(pairs);
            one(&all)
        };
        assert_eq!(
            with(&[("transforms.a.negate", "true")]),
            of(
                "transforms.a.type",
                "Config 'transforms.a.negate' was provided but there is no config \
                 'transforms.a.predicate' defining a predicate to be negated."
            )
        );
        assert_eq!(
            with(&[("transforms.a.predicate", "p")]),
            of(
                "transforms.a.predicate",
                "Invalid value p for configuration transforms.a.predicate: there is no such alias \
                 in 'predicates'"
            )
        );
        assert_eq!(
            with(&[
                ("transforms.a.predicate", "p"),
                ("predicates", "p"),
                ("predicates.p.type", "HasHeaderKey"),
            ]),
            of(
                "predicates.p.name",
                "Missing required configuration \"predicates.p.name\" which has no default value."
            )
        );
        assert_eq!(
            one(&[("transforms", "a,a")]),
            of(
                "transforms",
                "Invalid value [a, a] for configuration transforms: Duplicate alias provided."
            )
        );
    }

    #[test]
    fn every_class_is_found_by_its_full_name() {
        for class in &super::super::TRANSFORMS {
            for name in class.full_names() {
                assert_eq!(resolve_transform(&name).unwrap().0.name, class.name);
            }
        }
        assert!(Chain::from_config(&ConfigMap::new(), NOW).unwrap().is_empty());
    }
}
