//! From the syntax of the strict reading to the model: what upstream's getters would yield if
//! upstream read the statement without loss. Invariant: for a text that upstream reads without
//! loss this is what upstream's own parser yields (a property test holds that).

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::field::{resolve, FieldError, List};
use super::{Bucketing, Field, PartitionOffset, Statement, Tag, TagType, TargetType};
use crate::ast::{self, Column, Name, Quoting, TagValue, Value};
use crate::dialect::Dialect;

/// The model of a statement in which no error was found.
pub(crate) fn model(text: &str, statement: &ast::Statement, dialect: Dialect) -> Statement {
    let mut model = Statement::new(statement.span.of(text), statement.span);
    model.write_mode = statement.write_mode;
    model.target = statement.target.as_ref().map(|name| name.value.clone());
    if dialect >= Dialect::V10 {
        model.target_type = model.target.as_deref().map(TargetType::of);
    }
    model.source = statement.source.as_ref().map(|name| name.value.clone()).unwrap_or_default();
    for column in &statement.columns {
        select(&mut model, text, column, dialect);
    }
    // In upstream's order and not in the text's, because two clauses may append to one list.
    let mut clauses: Vec<_> = statement.clauses.iter().collect();
    clauses.sort_by_key(|used| used.clause.place(statement.inserts));
    for used in clauses {
        clause(&mut model, text, used, dialect);
    }
    model
}

/// The field of a column.
pub(crate) fn field(text: &str, column: &Column) -> Result<Field, FieldError> {
    let mut parents: Vec<String> = column.path.iter().map(|part| part.value.clone()).collect();
    let name = if column.star { "*".into() } else { parents.pop().ok_or(FieldError::NoName)? };
    resolve(&parents, &name, alias(text, column))
}

/// The alias as upstream keeps it: with its quotes.
fn alias(text: &str, column: &Column) -> Option<String> {
    let alias = column.alias.as_ref()?;
    Some(match alias.quoting {
        Quoting::Quotes => alias.span.of(text).into(),
        _ => alias.value.clone(),
    })
}

fn select(model: &mut Statement, text: &str, column: &Column, dialect: Dialect) {
    let Ok(whole) = field(text, column) else { return };
    let bare_key = dialect >= Dialect::V10;
    let list = List::of(&whole, bare_key);
    let below = |whole: &Field| -> Option<Field> {
        let parents = whole.parents.as_deref().unwrap_or_default();
        let Some((_, below)) = parents.split_first() else { return Some(whole.clone()) };
        resolve(below, &whole.name, Some(whole.alias.clone())).ok()
    };
    match list {
        List::Value => model.fields.push(whole),
        List::Key => model.key_fields.extend(below(&whole)),
        List::Header => model.header_fields.extend(below(&whole)),
    }
}

fn clause(model: &mut Statement, text: &str, used: &ast::ClauseUse, dialect: Dialect) {
    flag_or_number(model, used);
    word(model, used);
    match (&used.value, used.clause.keyword) {
        (Value::Columns(columns), "PK") => {
            model.primary_keys =
                columns.iter().filter_map(|column| field(text, column).ok()).collect();
        }
        (Value::Columns(columns), _) => {
            for column in columns {
                if column.is_everything() {
                    select(model, text, column, dialect);
                } else {
                    model.ignored_fields.extend(field(text, column));
                }
            }
        }
        (Value::Paths(paths), _) => model.partition_by = values(paths),
        (Value::Keys(keys), _) => model.with_keys = Some(values(keys)),
        (Value::Delimiter(c), _) => model.key_delimiter = c.to_string(),
        (Value::SysTime, _) => model.timestamp = Some("sys_time()".into()),
        (Value::Store { format, parameters }, _) => {
            model.stored_as = Some(if dialect >= Dialect::V6_2 {
                format.value.replace('`', "")
            } else {
                format.value.clone()
            });
            model.stored_as_parameters = pairs(parameters);
        }
        (Value::Properties(properties), _) => model.properties = pairs(properties),
        (Value::Tags(tags), _) => model.tags = Some(tags.iter().map(tag).collect()),
        (Value::Buckets { fields, number }, _) => {
            let mut names = model.bucketing.take().map(|earlier| earlier.names).unwrap_or_default();
            names.extend(values(fields));
            model.bucketing = Some(Bucketing { names, number: int(number.value) });
        }
        (Value::Offsets(offsets), _) => {
            let offset =
                |(partition, offset): &(ast::Number, Option<ast::Number>)| PartitionOffset {
                    partition: int(partition.value),
                    offset: offset.map(|offset| offset.value),
                };
            model.partition_offsets = Some(offsets.iter().map(offset).collect());
        }
        (Value::Sample { count, rate }, _) => {
            model.sample_count = Some(int(count.value));
            model.sample_rate = Some(int(rate.value));
        }
        _ => {}
    }
}

fn flag_or_number(model: &mut Statement, used: &ast::ClauseUse) {
    let long = match &used.value {
        Value::Int(number) => number.value,
        _ => 0,
    };
    let number = int(long);
    match used.clause.keyword {
        "AUTOCREATE" => model.auto_create = true,
        "WITHSTRUCTURE" => model.retain_structure = true,
        "AUTOEVOLVE" => model.auto_evolve = true,
        "CAPITALIZE" => model.capitalize = true,
        "INITIALIZE" => model.initialize = true,
        "NOPARTITION" => model.no_partition = true,
        "WITHUNWRAP" => model.unwrap = true,
        "WITH_OVERWRITE" => model.overwrite = true,
        "WITH_ACK" => model.ack = true,
        "WITH_ENCODE_BASE64" => model.encode_base64 = true,
        "BATCH" => model.batch_size = number,
        "PROJECTTO" => model.project_to = Some(number),
        "LIMIT" => model.limit = number,
        "WITHDELAY" => model.delay = number,
        "TTL" => model.ttl = long,
        "WITH_LOCK_TIME" => model.lock_time = long,
        "WITH_FLUSH_SIZE" => model.flush_size = long,
        "WITH_FLUSH_INTERVAL" => model.flush_interval = long,
        "WITH_FLUSH_COUNT" => model.flush_count = long,
        _ => {}
    }
}

fn word(model: &mut Statement, used: &ast::ClauseUse) {
    match &used.value {
        Value::Choice(choice) => match used.clause.keyword {
            "TIMESTAMPUNIT" => model.timestamp_unit = choice,
            "WITHFORMAT" => model.format = Some(choice),
            "WITHCOMPRESSION" => model.compression = Some(choice),
            "WITH_SCHEMA_EVOLUTION" => model.schema_evolution = choice,
            "WITH_PARTITIONING" => model.partitioning = Some(choice),
            _ => {}
        },
        Value::Name(name) | Value::Raw(name) => {
            let slot = match used.clause.keyword {
                "WITHTARGET" => &mut model.dynamic_target,
                "WITHTIMESTAMP" => &mut model.timestamp,
                "INCREMENTALMODE" => &mut model.incremental_mode,
                "WITHTYPE" => &mut model.with_type,
                "WITHDOCTYPE" => &mut model.doc_type,
                "WITHINDEXSUFFIX" => &mut model.index_suffix,
                "WITHCONVERTER" => &mut model.converter,
                "WITHJMSSELECTOR" => &mut model.jms_selector,
                "WITHPIPELINE" => &mut model.pipeline,
                "WITHPARTITIONER" => &mut model.partitioner,
                "WITHSUBSCRIPTION" => &mut model.subscription,
                "WITHREGEX" => &mut model.regex,
                "WITH_TABLE_LOCATION" => &mut model.table_location,
                "WITH_SESSION" => &mut model.session,
                "WITHGROUP" => &mut model.consumer_group,
                _ => return,
            };
            *slot = Some(name.value.clone());
        }
        _ => {}
    }
}

fn tag(tag: &ast::Tag) -> Tag {
    let (value, tag_type) = match &tag.value {
        TagValue::Default => (None, TagType::Default),
        TagValue::Constant(value) => (Some(value.value.clone()), TagType::Constant),
        TagValue::Alias(value) => (Some(value.value.clone()), TagType::Alias),
    };
    Tag { key: tag.key.value.clone(), value, tag_type }
}

fn pairs(pairs: &[ast::Pair]) -> BTreeMap<String, String> {
    pairs.iter().map(|pair| (pair.key.value.clone(), pair.value.value.clone())).collect()
}

fn values(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.value.clone()).collect()
}

/// The parser has checked the clause's range.
fn int(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
