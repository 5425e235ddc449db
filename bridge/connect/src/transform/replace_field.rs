//! `ReplaceField`: leaves fields out and renames others.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::hash_order::in_hash_order;
use super::require::{class_cast, null_pointer, own_map, own_values};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::struct_mapping::{MappingStep, StructMapping};
use super::{Needs, Transform};
use crate::config::{
    ConfigDef, ConfigError, ConfigKey, Importance, Kind, Parsed, ParsedConfig, Rule, Validator,
};
use crate::data::{ConnectError, Field, Map, Record, Schema, SchemaAndValue, Struct, Value};

const PURPOSE: &str = "field replacement";

#[derive(Debug)]
struct ReplaceField {
    side: Side,
    exclude: HashSet<String>,
    include: HashSet<String>,
    renames: HashMap<String, String>,
    reverse: HashMap<String, String>,
    with_default: bool,
    schemas: SchemaCache<Positions>,
}

/// The positions that the fields had before, up to one that had none.
#[derive(Debug)]
struct Positions {
    known: Vec<usize>,
    missing: Option<ConnectError>,
}

pub(super) fn def() -> ConfigDef {
    let list = |name: &'static str, doc: &'static str| {
        ConfigKey::new(name, Kind::List, doc).default("").importance(Importance::Medium)
    };
    ConfigDef::new([
        list("exclude", "Fields to leave out, even if they are in `include`.")
            .check(Validator::ItemList { empty: true }),
        list("include", "Fields to keep; if empty, all of them.")
            .check(Validator::ItemList { empty: true }),
        list("renames", "Pairs `old:new` of names.").check(Validator::Rule(Rule {
            name: "renames",
            check: |_, value| match value {
                Some(Parsed::List(items)) => renames(items).map(|_| ()),
                _ => Ok(()),
            },
        })),
        replace_null_key(),
    ])
}

/// Pairs of names. Java cuts at colons and forgets empty texts at the end.
fn renames(items: &[String]) -> Result<Vec<(String, String)>, ConfigError> {
    items
        .iter()
        .map(|item| match java_split(item).as_slice() {
            [old, new] => Ok(((*old).to_owned(), (*new).to_owned())),
            _ => Err(ConfigError::invalid(
                "renames",
                format!("[{}]", items.join(", ")),
                format!("Invalid rename mapping: {item}"),
            )),
        })
        .collect()
}

/// `String.split(":")`.
pub(super) fn java_split(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = text.split(':').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    if text.chars().all(|c| c == ':') && !text.is_empty() {
        parts.clear();
    }
    parts
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    room: usize,
) -> Result<Box<dyn Transform>, ConnectError> {
    if config.is_null("renames") {
        return Err(null_pointer("renames"));
    }
    let set = |name: &str| config.list(name).iter().cloned().collect::<HashSet<String>>();
    let renames =
        renames(config.list("renames")).map_err(|error| ConnectError::config(error.to_string()))?;
    let renames = in_hash_order(renames);
    // Of two fields that get one name, the order of Java's hash map chooses.
    let reverse = renames.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
    Ok(Box::new(ReplaceField {
        side,
        exclude: set("exclude"),
        include: set("include"),
        renames: renames.into_iter().collect(),
        reverse,
        with_default: replace_null(config)?,
        schemas: SchemaCache::new(room),
    }))
}

impl ReplaceField {
    fn keeps(&self, field: &str) -> bool {
        !self.exclude.contains(field) && (self.include.is_empty() || self.include.contains(field))
    }

    fn renamed<'n>(&'n self, field: &'n str) -> &'n str {
        self.renames.get(field).map_or(field, String::as_str)
    }

    fn schema(&self, schema: &Schema) -> Result<(Schema, Positions), ConnectError> {
        let kept = schema.fields().iter().filter(|field| self.keeps(&field.name));
        let renamed =
            kept.map(|field| Field::new(self.renamed(&field.name), Arc::clone(&field.schema)));
        let built = Schema::structure(renamed)?.with_basics_of(schema);
        let (mut known, mut missing) = (Vec::with_capacity(built.fields().len()), None);
        for field in built.fields() {
            let old = self.reverse.get(&*field.name).map_or(&*field.name, String::as_str);
            let Some(position) = schema.field_position(old) else {
                missing = Some(ConnectError::data(format!("{old} is not a valid field name")));
                break;
            };
            known.push(position);
        }
        Ok((built, Positions { known, missing }))
    }

    fn plain(&self, map: Map) -> Result<Map, ConnectError> {
        let mut kept = Map::with_capacity(map.len());
        for (key, value) in map {
            let Value::String(name) = key else { return Err(class_cast(&key, "java.lang.String")) };
            if self.keeps(&name) {
                kept.put_text(self.renamed(&name), value);
            }
        }
        Ok(kept)
    }

    fn with_schema(&self, before: Value) -> Result<SchemaAndValue, ConnectError> {
        let (fields, mut values) = own_values(before, self.with_default, PURPOSE)?;
        let (schema, positions) =
            self.schemas.get_with_plan(&fields, |schema| self.schema(schema))?;
        // No position comes twice: a field has one new name, and new names differ.
        let moved = positions
            .known
            .iter()
            .map(|position| values.get_mut(*position).map(std::mem::take).unwrap_or_default());
        // Java reports errors of earlier fields first.
        let replaced = Struct::from_values(Arc::clone(&schema), moved.collect())?;
        if let Some(missing) = &positions.missing {
            return Err(missing.clone());
        }
        Ok(SchemaAndValue { schema: Some(schema), value: Value::Struct(replaced) })
    }
}

impl Transform for ReplaceField {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if self.side.of(&record).value.is_null() {
            return Ok(Some(record));
        }
        let data = self.side.take(&mut record);
        let replaced = if data.schema.is_none() {
            let map = self.plain(own_map(data.value, PURPOSE)?)?;
            SchemaAndValue { schema: None, value: Value::Map(map) }
        } else {
            self.with_schema(data.value)?
        };
        Ok(Some(self.side.put(record, replaced)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }

    fn mapping_step(&self) -> Option<&dyn MappingStep> {
        Some(self)
    }
}

impl MappingStep for ReplaceField {
    fn side(&self) -> Side {
        self.side
    }

    fn change(&self, mapping: StructMapping) -> Option<StructMapping> {
        let (schema, positions) =
            self.schemas.get_with_plan(mapping.schema(), |schema| self.schema(schema)).ok()?;
        positions.missing.is_none().then(|| mapping.select(schema, &positions.known))?
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, structure, transform, try_transform, value_after};
    use super::*;

    fn replace(pairs: &[(&str, &str)], value: SchemaAndValue) -> SchemaAndValue {
        value_after(&*transform("ReplaceField$Value", pairs), value).unwrap()
    }

    fn value() -> SchemaAndValue {
        structure([
            ("a", Schema::int32(), 1_i32.into()),
            ("b", Schema::string(), "x".into()),
            ("c", Schema::boolean(), true.into()),
        ])
    }

    #[test]
    fn fields_go_stay_and_get_other_names() {
        assert_eq!(
            replace(&[("exclude", "a"), ("include", "a,b"), ("renames", "b:d,z:y")], value()),
            structure([("d", Schema::string(), "x".into())])
        );
        let plain = map([("a", 1_i32.into()), ("b", "x".into()), ("c", Value::Null)]);
        assert_eq!(
            replace(&[("exclude", "a"), ("renames", "c:d")], plain),
            map([("b", "x".into()), ("d", Value::Null)])
        );
        assert_eq!(replace(&[("exclude", "a")], SchemaAndValue::NULL), SchemaAndValue::NULL);
    }

    #[test]
    fn the_schema_keeps_its_name_but_not_its_optionality() {
        let data = value();
        let schema = Schema::clone(data.schema.as_ref().unwrap()).named("n").optional();
        let schema = Arc::new(schema);
        let Value::Struct(it) = data.value else { panic!() };
        let it = Struct::from_values(Arc::clone(&schema), it.into_values()).unwrap();
        let out = replace(&[("exclude", "a,b")], SchemaAndValue::new(schema, it));
        let wanted = Schema::structure([Field::new("c", Schema::boolean())]).unwrap().named("n");
        assert_eq!(*out.schema.unwrap(), wanted);
    }

    #[test]
    fn a_name_that_is_taken_is_refused() {
        let rename = transform("ReplaceField$Value", &[("renames", "a:b")]);
        assert_eq!(
            value_after(&*rename, value()).unwrap_err(),
            ConnectError::schema_builder("Cannot create field because of field name duplication b")
        );
    }

    #[test]
    fn the_first_field_that_goes_wrong_is_told() {
        let fails = |pairs| {
            let data = structure([
                ("a", Schema::string(), "x".into()),
                ("b", Schema::int32(), 1_i32.into()),
                ("c", Schema::int64(), 1_i64.into()),
            ]);
            value_after(&*transform("ReplaceField$Value", pairs), data).unwrap_err().message
        };
        // The new name of one field is the old one of another, which Java takes the value of.
        let swapped = fails(&[("exclude", "a"), ("renames", "a:b,z:c")]);
        assert!(swapped.starts_with("Invalid Java object for schema with type INT32"), "{swapped}");
        assert_eq!(
            fails(&[("exclude", "a"), ("renames", "z:b,a:c")]),
            "z is not a valid field name"
        );
    }

    #[test]
    fn wrong_renames_get_javas_words() {
        for wrong in ["a", "a:b:c", "a:", ":"] {
            let error = try_transform("ReplaceField$Value", &[("renames", wrong)]).unwrap_err();
            assert_eq!(
                error.message,
                format!(
                    "Invalid value [{wrong}] for configuration renames: Invalid rename mapping: \
                     {wrong}"
                )
            );
        }
    }
}
