//! A statement as upstream's object model yields it: one value per getter, with the defaults, the
//! nulls and the quotes that upstream leaves. Knows no text and no tokens. Invariant: what a
//! dialect lacks has the original library's default.

pub(crate) mod field;
pub(crate) mod strict;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::span::Span;
pub use crate::write_mode::WriteMode;

/// Where the value of a field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
pub enum FieldType {
    /// The record's value.
    Value,
    /// The record's key.
    Key,
    /// The topic's name.
    Topic,
    /// The record's offset.
    Offset,
    /// The record's partition.
    Partition,
    /// The record's time.
    Timestamp,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Field {
    /// The last part of the path.
    pub name: String,
    /// The name behind AS, quotes and all, else the name itself.
    pub alias: String,
    /// The parts before the last, if there are any.
    pub parents: Option<Vec<String>>,
    /// Where it comes from.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub field_type: FieldType,
}

/// The destination that the text of the target names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(tag = "type", content = "path", rename_all = "UPPERCASE")
)]
pub enum TargetType {
    /// `_key`, with the path behind it.
    Key(Option<String>),
    /// `_value`, with the path behind it.
    Value(Option<String>),
    /// `_header`, with the header's name; without one it is an error value.
    Header(Option<String>),
    /// Any other text.
    Static(String),
}

/// What stands behind a tag's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "UPPERCASE"))]
pub enum TagType {
    /// Nothing.
    Default,
    /// `= constant`.
    Constant,
    /// `AS alias`.
    Alias,
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its constant or alias.
    pub value: Option<String>,
    /// Which of the two.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub tag_type: TagType,
}

/// DISTRIBUTEBY or CLUSTERBY.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Bucketing {
    /// The fields.
    pub names: Vec<String>,
    /// How many buckets.
    pub number: i32,
}

/// One pair of WITHOFFSET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PartitionOffset {
    /// The partition.
    pub partition: i32,
    /// The offset, if one is given.
    pub offset: Option<i64>,
}

/// What upstream makes of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[expect(missing_docs, reason = "one field per getter, named as the clause")]
pub struct Statement {
    /// The whole text of the statement.
    pub text: String,
    /// Where it stands in the text that was given.
    pub span: Span,
    pub write_mode: Option<WriteMode>,
    pub target: Option<String>,
    pub target_type: Option<TargetType>,
    pub source: String,
    pub fields: Vec<Field>,
    pub key_fields: Vec<Field>,
    pub header_fields: Vec<Field>,
    pub ignored_fields: Vec<Field>,
    pub primary_keys: Vec<Field>,
    pub auto_create: bool,
    pub retain_structure: bool,
    pub dynamic_target: Option<String>,
    pub auto_evolve: bool,
    pub batch_size: i32,
    pub capitalize: bool,
    pub initialize: bool,
    pub project_to: Option<i32>,
    pub partition_by: Vec<String>,
    pub no_partition: bool,
    pub bucketing: Option<Bucketing>,
    pub timestamp: Option<String>,
    pub timestamp_unit: &'static str,
    pub format: Option<&'static str>,
    pub unwrap: bool,
    pub stored_as: Option<String>,
    pub stored_as_parameters: BTreeMap<String, String>,
    pub tags: Option<Vec<Tag>>,
    pub incremental_mode: Option<String>,
    pub with_type: Option<String>,
    pub doc_type: Option<String>,
    pub index_suffix: Option<String>,
    pub ttl: i64,
    pub converter: Option<String>,
    pub jms_selector: Option<String>,
    pub with_keys: Option<Vec<String>>,
    pub key_delimiter: String,
    pub pipeline: Option<String>,
    pub partitioner: Option<String>,
    pub subscription: Option<String>,
    pub compression: Option<&'static str>,
    pub delay: i32,
    pub regex: Option<String>,
    pub flush_size: i64,
    pub flush_interval: i64,
    pub flush_count: i64,
    pub schema_evolution: &'static str,
    pub table_location: Option<String>,
    pub overwrite: bool,
    pub partitioning: Option<&'static str>,
    pub limit: i32,
    pub session: Option<String>,
    pub ack: bool,
    pub encode_base64: bool,
    pub lock_time: i64,
    pub consumer_group: Option<String>,
    pub partition_offsets: Option<Vec<PartitionOffset>>,
    pub sample_count: Option<i32>,
    pub sample_rate: Option<i32>,
    pub properties: BTreeMap<String, String>,
}

impl Statement {
    /// A statement with defaults only.
    pub(crate) fn new(text: &str, span: Span) -> Self {
        Self {
            text: text.into(),
            span,
            write_mode: None,
            target: None,
            target_type: None,
            source: String::new(),
            fields: Vec::new(),
            key_fields: Vec::new(),
            header_fields: Vec::new(),
            ignored_fields: Vec::new(),
            primary_keys: Vec::new(),
            auto_create: false,
            retain_structure: false,
            dynamic_target: None,
            auto_evolve: false,
            batch_size: 0,
            capitalize: false,
            initialize: false,
            project_to: None,
            partition_by: Vec::new(),
            no_partition: false,
            bucketing: None,
            timestamp: None,
            timestamp_unit: "MILLISECONDS",
            format: None,
            unwrap: false,
            stored_as: None,
            stored_as_parameters: BTreeMap::new(),
            tags: None,
            incremental_mode: None,
            with_type: None,
            doc_type: None,
            index_suffix: None,
            ttl: 0,
            converter: None,
            jms_selector: None,
            with_keys: None,
            key_delimiter: ".".into(),
            pipeline: None,
            partitioner: None,
            subscription: None,
            compression: None,
            delay: 0,
            regex: None,
            flush_size: 0,
            flush_interval: 0,
            flush_count: 0,
            schema_evolution: "MATCH",
            table_location: None,
            overwrite: false,
            partitioning: None,
            limit: 0,
            session: None,
            ack: false,
            encode_base64: false,
            lock_time: -1,
            consumer_group: None,
            partition_offsets: None,
            sample_count: None,
            sample_rate: None,
            properties: BTreeMap::new(),
        }
    }
}

impl TargetType {
    /// Classifies a target by its text up to the first dot.
    pub(crate) fn of(target: &str) -> Self {
        let (first, path) = match target.split_once('.') {
            Some((first, path)) => (first, Some(path.into())),
            None => (target, None),
        };
        match first {
            "_key" => Self::Key(path),
            "_value" => Self::Value(path),
            "_header" => Self::Header(path),
            _ => Self::Static(target.into()),
        }
    }
}
