//! Checks target, source and columns.

use alloc::format;
use alloc::string::String;

use connect::config::{is_topic_name_char, topic_name_error, TopicNameError};

use super::Checker;
use crate::ast::Name;
use crate::diagnostic::{shown, Code};
use crate::plan::{Columns, Pattern, Subscription, Target};
use crate::span::Span;

impl Checker<'_, '_> {
    /// The form without a target.
    pub(super) fn missing_target(&mut self, statement: Span) {
        self.report(Code::MissingTarget, statement, |d| {
            d.message("there is no target")
                .cause("a SELECT alone says what to read and not which Kafka topic to write")
                .help("begin with INSERT INTO and the Kafka topic")
                .guess(Span::at(statement.start), "INSERT INTO kafka_topic ");
        });
    }

    /// `$` or a name that Kafka takes.
    pub(super) fn target(&mut self, name: &Name) -> Option<Target> {
        if name.value == "$" {
            return Some(Target::FromTopic(self.dialect.slash_rule()));
        }
        let error = match topic_name_error(&name.value) {
            None => return Some(Target::Literal(name.value.clone())),
            Some(_) if name.faulty => return None,
            Some(error) => error,
        };
        if let Some(at) = name.value.find('$') {
            self.report(Code::DollarInTarget, name.locate(Span::new(at, at + 1)), |d| {
                d.message(format!("`$` is literal in {}", shown(&name.value)))
                    .cause(
                        "up to release 11.7.2 only a target that is `$` and nothing else stands for \
                         the MQTT topic; later releases put the topic there",
                    )
                    .help("write `$` alone, or name the Kafka topic");
            });
        }
        let place = match error {
            TopicNameError::Char { at, len } => name.locate(Span::new(at, at + len)),
            TopicNameError::Empty | TopicNameError::Dots | TopicNameError::TooLong { .. } => {
                name.span
            }
        };
        self.report(Code::IllegalTarget, place, |d| {
            d.message(format!("target illegal in Kafka: {}", shown(&name.value)));
            match error {
                TopicNameError::Char { at, .. } => {
                    let c = name.value.get(at..).and_then(|rest| rest.chars().next());
                    d.cause(format!(
                        "{} is not allowed in the name of a topic; letters, digits, `.`, `_` and `-` are",
                        shown(&c.map(String::from).unwrap_or_default())
                    ));
                }
                other => {
                    d.cause(format!("{other}"));
                }
            }
            if name.value.contains('$') {
                d.help("`$` stands for the MQTT topic only when it is the whole target");
            } else if let TopicNameError::Char { .. } = error {
                let legal = legal_name(&name.value);
                if topic_name_error(&legal).is_none() {
                    d.help("replace what Kafka does not take").guess(name.span, legal);
                }
            } else {
                d.help("choose another name");
            }
        });
        None
    }

    /// A legal filter, with or without a share group.
    pub(super) fn source(&mut self, name: &Name) -> Option<Subscription> {
        let error = match Subscription::parse(&name.value) {
            Ok(subscription) => {
                self.suspicious_filter(name, subscription.filter.as_str());
                return Some(subscription);
            }
            Err(_) if name.faulty => return None,
            Err(error) => error,
        };
        let place = name.locate(error.span(&name.value));
        self.report(Code::InvalidFilter, place, |d| {
            d.message(format!("invalid MQTT filter {}", shown(&name.value)))
                .cause(format!("{error}"))
                .help(match error {
                    crate::FilterError::HashNotLast { .. } => {
                        "use `+` for one level, and `#` only at the end"
                    }
                    crate::FilterError::HashInLevel { .. }
                    | crate::FilterError::PlusInLevel { .. } => {
                        "put the wildcard between slashes, and choose among topics by WITHREGEX"
                    }
                    crate::FilterError::NoShareGroup
                    | crate::FilterError::NoShareFilter
                    | crate::FilterError::WildcardInGroup { .. } => {
                        "write $share/group/filter, in backticks"
                    }
                    _ => "write another filter",
                });
        });
        None
    }

    /// A legal filter that is probably not what was meant.
    fn suspicious_filter(&mut self, name: &Name, filter: &str) {
        let Some(slip) = crate::SuspiciousFilter::of(filter) else { return };
        self.report(Code::SuspiciousFilter, name.span, |d| {
            d.message(format!("suspicious MQTT filter {}", shown(filter)))
                .cause(format!("{slip}"))
                .help(slip.help());
        });
    }

    /// Reports a pattern that no topic of the filter can match.
    pub(super) fn regex_outside_filter(
        &mut self,
        source: &Subscription,
        pattern: &Pattern,
        place: Span,
        source_place: Option<Span>,
    ) {
        if !pattern.misses(&source.filter) {
            return;
        }
        let filter = shown(source.filter.as_str());
        self.report(Code::RegexOutsideFilter, place, |d| {
            d.message(format!("no topic of {filter} matches {}", shown(pattern.as_str())))
                .cause("WITHREGEX must match the whole topic of a message, and only topics of the filter arrive")
                .help("write a pattern for whole topics of the filter, or remove it");
            if let Some(source_place) = source_place {
                d.label(source_place, "these topics arrive");
            }
        });
    }

    /// The MQTT source forwards messages whole.
    pub(super) fn columns(&mut self, columns: &Columns, selected: Span) {
        if columns.selected.is_empty() {
            return;
        }
        let everything = Columns { selected: columns.selected.clone(), ignored: alloc::vec![] };
        if !everything.is_everything() {
            self.report(Code::ColumnsIgnored, selected, |d| {
                d.message("the MQTT source does not select columns")
                    .cause("every message is forwarded whole, here and in Stream Reactor")
                    .help("write `*`, and choose fields with a transform of the connector")
                    .fix(selected, "*");
            });
        }
    }
}

fn legal_name(name: &str) -> String {
    let mut legal = String::with_capacity(name.len());
    for c in name.trim_matches('/').chars() {
        legal.push(if is_topic_name_char(c) { c } else { '_' });
    }
    legal
}
