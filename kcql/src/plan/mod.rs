//! The routing plan: what a text means, as plain data. It is made once by `compile`, never changed,
//! and holds nothing of the syntax but places and texts for people. It knows no broker and no
//! connector setting.

mod from_filters;
mod pattern;
mod regex_reach;
mod target;

use alloc::string::String;
use alloc::vec::Vec;

use connect::java_regex::MatchError;

pub use from_filters::FilterPlanError;
pub use pattern::Pattern;
pub use target::{is_legal_topic, Target};

use crate::filter::{Filter, FilterError};
use crate::model::WriteMode;
use crate::options::Matching;
use crate::span::Span;

/// What upstream uses where no WITHKEY and KEYDELIMITER says otherwise.
pub const DEFAULT_KEY_DELIMITER: char = '.';

/// All statements of a text, in written order.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    statements: Vec<StatementPlan>,
    matching: Matching,
}

impl Plan {
    pub(crate) fn new(statements: Vec<StatementPlan>, matching: Matching) -> Self {
        Self { statements, matching }
    }

    /// The statements in written order.
    pub fn statements(&self) -> &[StatementPlan] {
        &self.statements
    }

    /// Which of several matching statements get a message.
    pub fn matching(&self) -> Matching {
        self.matching
    }
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StatementPlan {
    /// Its text as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// INSERT, UPSERT or UPDATE; none where upstream loses it.
    pub write_mode: Option<WriteMode>,
    /// The Kafka topic.
    pub target: Target,
    /// What to subscribe to.
    pub subscription: Subscription,
    /// Match by this regular expression on the whole topic, and not by the filter.
    pub regex: Option<String>,
    /// Class name of the converter.
    pub converter: Option<String>,
    /// Paths into the decoded message that make up the record's key.
    pub with_keys: Option<Vec<String>>,
    /// What stands between the parts of the key.
    pub key_delimiter: Option<char>,
    /// The column list.
    pub columns: Columns,
    /// PROPERTIES, in written order.
    pub properties: Vec<(String, String)>,
    /// Clauses that are read and not acted on.
    pub ignored: Vec<IgnoredClause>,
    pub(crate) pattern: Option<Pattern>,
    pub(crate) converter_span: Span,
}

/// The converter that does not look into messages, as simple class name.
const BYTES_CONVERTER: &str = "BytesConverter";

/// The converter that hands JSON on as it came, as simple class name.
const PASS_THROUGH: &str = "JsonPassThroughConverter";

/// What the key of a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySource<'p> {
    /// These fields of the message.
    Fields(&'p [String]),
    /// The MQTT topic.
    Topic,
    /// A struct of MQTT topic and packet id.
    TopicAndId,
    /// A text of MQTT topic, delimiter and packet id.
    TopicAndIdText,
}

/// Whether a converter, none for the default, looks into messages, so that fields can be taken.
pub(crate) fn decodes(converter: Option<&str>) -> bool {
    converter.is_some_and(|class| class.rsplit('.').next() != Some(BYTES_CONVERTER))
}

impl StatementPlan {
    /// Whether its converter looks into messages, so that keys can be taken from their fields.
    pub fn decodes(&self) -> bool {
        decodes(self.converter.as_deref())
    }

    /// Whether its converter hands texts on, whose keys are texts too.
    pub fn passes_text(&self) -> bool {
        self.converter.as_deref().and_then(|class| class.rsplit('.').next()) == Some(PASS_THROUGH)
    }

    /// What keys are made of; without fields it is up to the connector whether the packet id is
    /// a part of them.
    pub fn key_source(&self, topic_alone: bool) -> KeySource<'_> {
        match &self.with_keys {
            Some(keys) if self.decodes() => KeySource::Fields(keys),
            _ if topic_alone => KeySource::Topic,
            _ if self.passes_text() => KeySource::TopicAndIdText,
            _ => KeySource::TopicAndId,
        }
    }

    /// Whether a message on `topic` is for this statement, other statements aside. Fails if
    /// WITHREGEX needs too many steps to decide.
    pub fn matches(&self, topic: &str) -> Result<bool, MatchError> {
        match &self.pattern {
            Some(pattern) => pattern.matches(topic),
            None => Ok(self.subscription.filter.matches(topic)),
        }
    }
}

/// What SELECT and IGNORE list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// Between SELECT and FROM.
    pub selected: Vec<Column>,
    /// Behind IGNORE.
    pub ignored: Vec<Column>,
}

impl Columns {
    /// Whether they ask for the message as it is.
    pub fn is_everything(&self) -> bool {
        self.ignored.is_empty()
            && matches!(self.selected.as_slice(), [only] if only.star && only.path.is_empty())
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Field names from the outside in.
    pub path: Vec<String>,
    /// Whether it is `*`, or ends in `.*`.
    pub star: bool,
    /// The name behind AS.
    pub alias: Option<String>,
    /// Where it stands.
    pub span: Span,
}

impl Column {
    pub(crate) fn of(column: &crate::ast::Column) -> Self {
        Self {
            path: column.path.iter().map(|part| part.value.clone()).collect(),
            star: column.star,
            alias: column.alias.as_ref().map(|alias| alias.value.clone()),
            span: column.span,
        }
    }
}

/// A clause that the MQTT source does not act on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredClause {
    /// Its keyword.
    pub keyword: &'static str,
    /// Keyword and value as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// A subscription: what the SUBSCRIBE packet names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The group of a shared subscription.
    pub share_group: Option<String>,
    /// The filter, without `$share/group/`.
    pub filter: Filter,
}

impl Subscription {
    /// Parses a source: `$share/group/filter` or a plain filter.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let whole = Filter::parse(text)?;
        let share_group = whole.share_group().map(String::from);
        let filter = if share_group.is_some() { Filter::parse(whole.body())? } else { whole };
        Ok(Self { share_group, filter })
    }

    /// The topic filter for the SUBSCRIBE packet.
    pub fn wire(&self) -> String {
        match &self.share_group {
            Some(group) => ["$share/", group, "/", self.filter.as_str()].concat(),
            None => self.filter.as_str().into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shared_subscription_goes_out_as_it_came_in() {
        let shared = Subscription::parse("$share/g//a/+").unwrap();
        assert_eq!(shared.share_group.as_deref(), Some("g"));
        assert_eq!(shared.filter.as_str(), "/a/+");
        assert_eq!(shared.wire(), "$share/g//a/+");
        assert_eq!(Subscription::parse("a/b").unwrap().wire(), "a/b");
    }

    #[test]
    fn a_group_hides_no_illegal_filter() {
        assert!(Subscription::parse("$share/g/a/#/b").is_err());
        assert!(Subscription::parse("$share/g/$share/h").is_err());
    }
}
