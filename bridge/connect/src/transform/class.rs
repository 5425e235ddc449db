//! The classes of transforms there are, their settings, and finding one by name with Connect's
//! rules and words.

use std::fmt;

use super::build_context::BuildContext;
use super::side::Side;
use super::{
    cast, drop, drop_headers, extract_field, extract_topic, filter, flatten, header_from,
    hoist_field, insert_field, insert_header, mask_field, message_timestamp_router, regex_router,
    replace_field, set_schema_metadata, timestamp_converter, timestamp_router, tombstone_handler,
    value_to_key, Transform, PREDICATES,
};
use crate::config::{ConfigDef, ConfigMap, Entry, ParsedConfig, NULL_VALUE};
use crate::data::{ConnectError, SCHEMAS_ROOM};

/// Which of its forms a transform takes: the class itself, or one nested in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are Connect's")]
pub enum Form {
    Plain,
    Key,
    Value,
    Header,
}

impl Form {
    fn suffix(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Key => "$Key",
            Self::Value => "$Value",
            Self::Header => "$Header",
        }
    }

    fn side(self) -> Side {
        match self {
            Self::Key => Side::Key,
            Self::Plain | Self::Value | Self::Header => Side::Value,
        }
    }
}

/// A class of transforms.
#[derive(Debug)]
pub struct TransformClass {
    /// Its full name, without the form.
    pub name: &'static str,
    /// The forms it has.
    pub forms: &'static [Form],
    def: fn() -> ConfigDef,
    build: Build,
}

/// Makes a transform of a form from its settings.
type Build = fn(Form, &ParsedConfig, BuildContext) -> Result<Box<dyn Transform>, ConnectError>;

impl TransformClass {
    /// The table of its settings.
    pub fn def(&self) -> ConfigDef {
        (self.def)()
    }

    /// Full name of one form.
    pub fn full_name(&self, form: Form) -> String {
        format!("{}{}", self.name, form.suffix())
    }

    /// Full names with their forms, which is what can be configured.
    pub fn full_names(&self) -> impl Iterator<Item = String> + '_ {
        self.forms.iter().map(|form| self.full_name(*form))
    }
}

const BOTH: &[Form] = &[Form::Key, Form::Value];
const PLAIN: &[Form] = &[Form::Plain];

macro_rules! class {
    ($name:literal, $forms:expr, $module:ident, |$form:ident, $config:ident, $context:ident| $build:expr) => {
        TransformClass {
            name: $name,
            forms: $forms,
            def: $module::def,
            build: |$form, $config, $context| $build,
        }
    };
}

/// All of them, by name.
pub static TRANSFORMS: [TransformClass; 22] = [
    class!(
        "io.confluent.connect.cloud.transforms.TopicRegexRouter",
        PLAIN,
        regex_router,
        |_form, config, _context| regex_router::build(config)
    ),
    class!("io.confluent.connect.transforms.Drop", BOTH, drop, |form, config, _context| {
        drop::build(form.side(), config)
    }),
    class!(
        "io.confluent.connect.transforms.ExtractTopic",
        &[Form::Header, Form::Key, Form::Value],
        extract_topic,
        |form, config, _context| extract_topic::build(
            (form != Form::Header).then_some(form.side()),
            config
        )
    ),
    class!(
        "io.confluent.connect.transforms.MessageTimestampRouter",
        PLAIN,
        message_timestamp_router,
        |_form, config, context| message_timestamp_router::build(config, context.now_ms)
    ),
    class!(
        "io.confluent.connect.transforms.TombstoneHandler",
        PLAIN,
        tombstone_handler,
        |_form, config, _context| tombstone_handler::build(config)
    ),
    class!(
        "io.confluent.connect.transforms.TopicRegexRouter",
        PLAIN,
        regex_router,
        |_form, config, _context| regex_router::build(config)
    ),
    class!("org.apache.kafka.connect.transforms.Cast", BOTH, cast, |form, config, context| {
        cast::build(form.side(), config, context)
    }),
    class!(
        "org.apache.kafka.connect.transforms.DropHeaders",
        PLAIN,
        drop_headers,
        |_form, config, _context| drop_headers::build(config)
    ),
    class!(
        "org.apache.kafka.connect.transforms.ExtractField",
        BOTH,
        extract_field,
        |form, config, _context| extract_field::build(form.side(), config)
    ),
    class!(
        "org.apache.kafka.connect.transforms.Filter",
        PLAIN,
        filter,
        |_form, config, _context| { filter::build(config) }
    ),
    class!(
        "org.apache.kafka.connect.transforms.Flatten",
        BOTH,
        flatten,
        |form, config, context| { flatten::build(form.side(), config, context.room) }
    ),
    class!(
        "org.apache.kafka.connect.transforms.HeaderFrom",
        BOTH,
        header_from,
        |form, config, context| header_from::build(form.side(), config, context.room)
    ),
    class!(
        "org.apache.kafka.connect.transforms.HoistField",
        BOTH,
        hoist_field,
        |form, config, context| hoist_field::build(form.side(), config, context.room)
    ),
    class!(
        "org.apache.kafka.connect.transforms.InsertField",
        BOTH,
        insert_field,
        |form, config, context| insert_field::build(form.side(), config, context.room)
    ),
    class!(
        "org.apache.kafka.connect.transforms.InsertHeader",
        PLAIN,
        insert_header,
        |_form, config, _context| insert_header::build(config)
    ),
    class!(
        "org.apache.kafka.connect.transforms.MaskField",
        BOTH,
        mask_field,
        |form, config, _context| mask_field::build(form.side(), config)
    ),
    class!(
        "org.apache.kafka.connect.transforms.RegexRouter",
        PLAIN,
        regex_router,
        |_form, config, _context| regex_router::build(config)
    ),
    class!(
        "org.apache.kafka.connect.transforms.ReplaceField",
        BOTH,
        replace_field,
        |form, config, context| replace_field::build(form.side(), config, context.room)
    ),
    class!(
        "org.apache.kafka.connect.transforms.SetSchemaMetadata",
        BOTH,
        set_schema_metadata,
        |form, config, context| set_schema_metadata::build(form.side(), config, context.room)
    ),
    class!(
        "org.apache.kafka.connect.transforms.TimestampConverter",
        BOTH,
        timestamp_converter,
        |form, config, context| timestamp_converter::build(form.side(), config, context)
    ),
    class!(
        "org.apache.kafka.connect.transforms.TimestampRouter",
        PLAIN,
        timestamp_router,
        |_form, config, context| timestamp_router::build(config, context.now_ms)
    ),
    class!(
        "org.apache.kafka.connect.transforms.ValueToKey",
        PLAIN,
        value_to_key,
        |_form, config, context| value_to_key::build(config, context.room)
    ),
];

/// The kind of plugin that a class was requested for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `transforms.<alias>.type`
    Transformation,
    /// `predicates.<alias>.type`
    Predicate,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transformation => "Transformation",
            Self::Predicate => "Predicate",
        })
    }
}

/// A name that is no class to use, in Connect's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClassError {
    /// There is none of this name. The key belongs into the text, and is put there by the caller.
    #[error("Class {class} could not be found.")]
    Unknown {
        /// The name as written.
        class: String,
    },
    /// A class of another kind.
    #[error("Class class {class} does not implement the {kind} interface")]
    NotA {
        /// The class.
        class: String,
        /// What was wanted.
        kind: Kind,
    },
    /// An outer class, whose forms are to be used.
    #[error("This class is abstract and cannot be created.{}", did_you_mean(.forms))]
    Abstract {
        /// Names of the forms.
        forms: Vec<String>,
    },
}

fn did_you_mean(forms: &[String]) -> String {
    if forms.is_empty() {
        return String::new();
    }
    format!(" Did you mean {}?", forms.join(", "))
}

/// What to use instead of a transform that people know and that is not here; a sentence.
pub fn instead_of(name: &str) -> Option<&'static str> {
    const CONFLUENTS_FILTER: &str = "Confluent's Filter with its JSON conditions is not here: \
         org.apache.kafka.connect.transforms.Filter with a predicate drops records by topic \
         (TopicNameMatches), header (HasHeaderKey) or null value (RecordIsTombstone), and a KCQL \
         statement takes messages by MQTT topic; nothing chooses by what a payload holds, as WHERE \
         is not a clause of an MQTT source.";
    let class = name.strip_prefix("io.confluent.connect.transforms.").unwrap_or(name);
    // Without package or form it is Apache's.
    let is_filter = matches!(class, "Filter$Value" | "Filter$Key")
        || name == "io.confluent.connect.transforms.Filter";
    is_filter.then_some(CONFLUENTS_FILTER)
}

/// What a class name resolves to.
enum ResolvedName {
    Transform(&'static TransformClass, Form),
    /// The outer class of several forms.
    Outer(&'static TransformClass),
    Predicate,
    /// An interface, which cannot be made either.
    Interface,
    Unknown,
}

fn resolve_name(name: &str) -> ResolvedName {
    for class in &TRANSFORMS {
        let Some(rest) = name.strip_prefix(class.name) else { continue };
        // The name of one class may begin another's.
        if let Some(form) = class.forms.iter().find(|form| form.suffix() == rest) {
            return ResolvedName::Transform(class, *form);
        }
        if rest.is_empty() {
            return ResolvedName::Outer(class);
        }
    }
    if PREDICATES.iter().any(|class| class.name == name) {
        return ResolvedName::Predicate;
    }
    match name {
        "org.apache.kafka.connect.transforms.Transformation"
        | "org.apache.kafka.connect.transforms.predicates.Predicate" => ResolvedName::Interface,
        _ => ResolvedName::Unknown,
    }
}

/// Finds a transform by full name, or by class name where it has no forms.
pub fn resolve_transform(name: &str) -> Result<(&'static TransformClass, Form), ClassError> {
    // Of classes of one name, such as the two of TopicRegexRouter, the later is meant.
    let alias = || {
        TRANSFORMS
            .iter()
            .rev()
            .find(|class| class.forms == PLAIN && class.name.rsplit('.').next() == Some(name))
    };
    match resolve_name(name) {
        ResolvedName::Transform(class, form) => Ok((class, form)),
        ResolvedName::Outer(class) => {
            Err(ClassError::Abstract { forms: class.full_names().collect() })
        }
        ResolvedName::Interface => Err(ClassError::Abstract { forms: Vec::new() }),
        ResolvedName::Predicate => {
            Err(ClassError::NotA { class: name.to_owned(), kind: Kind::Transformation })
        }
        ResolvedName::Unknown => alias()
            .map(|class| (class, Form::Plain))
            .ok_or_else(|| ClassError::Unknown { class: name.to_owned() }),
    }
}

/// The error for a name that is not a predicate.
pub(super) fn no_predicate(name: &str) -> ClassError {
    match resolve_name(name) {
        ResolvedName::Interface => ClassError::Abstract { forms: Vec::new() },
        ResolvedName::Unknown => ClassError::Unknown { class: name.to_owned() },
        ResolvedName::Transform(..) | ResolvedName::Outer(_) | ResolvedName::Predicate => {
            ClassError::NotA { class: name.to_owned(), kind: Kind::Predicate }
        }
    }
}

/// Makes a transform, as Java's `configure`: the first thing that is wrong is the error.
///
/// `now_ms` is the present time, which two-digit years in patterns depend on.
pub fn build_transform(
    class: &TransformClass,
    form: Form,
    config: &ConfigMap,
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    build_transform_with_nulls(class, form, config, &[], now_ms)
}

/// The same for a config in which these keys are set to null, which only tools can say.
pub fn build_transform_with_nulls(
    class: &TransformClass,
    form: Form,
    config: &ConfigMap,
    nulls: &[String],
    now_ms: i64,
) -> Result<Box<dyn Transform>, ConnectError> {
    build_within(class, form, config, nulls, BuildContext { now_ms, room: SCHEMAS_ROOM })
}

/// The same with less room than one that stands alone.
pub(super) fn build_within(
    class: &TransformClass,
    form: Form,
    config: &ConfigMap,
    nulls: &[String],
    context: BuildContext,
) -> Result<Box<dyn Transform>, ConnectError> {
    (class.build)(form, &parsed(&class.def(), config, nulls)?, context)
}

/// Settings by a table. Unlike `validate`, and as in Java, lists may repeat items, which are then
/// left out.
pub(super) fn parsed(
    def: &ConfigDef,
    config: &ConfigMap,
    nulls: &[String],
) -> Result<ParsedConfig, ConnectError> {
    let parsed = def.parse_leaving_out_repeats(config, nulls);
    // Only `validate` refuses null.
    let errors = |entry: &'_ Entry| entry.errors.iter().find(|text| *text != NULL_VALUE).cloned();
    // The first key of the table with an error, not the first one of the config.
    let first = parsed.entries().find_map(|(_, entry)| errors(entry));
    match first {
        Some(text) => Err(ConnectError::config(text)),
        None => Ok(parsed),
    }
}
