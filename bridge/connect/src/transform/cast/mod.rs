//! `Cast`: other types for fields, or for the whole key or value.

#[cfg(test)]
mod idempotent;
mod spec;
#[cfg(test)]
mod tests;
mod value;

use std::sync::Arc;

use super::build_context::BuildContext;
use super::require::{class_of, own_map, own_values};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::struct_mapping::{FieldMap, MappingStep, StructMapping};
use super::{Needs, Transform};
use crate::config::{
    ConfigDef, ConfigKey, Importance, Kind, Parsed, ParsedConfig, Rule, Validator,
};
use crate::data::{
    ConnectError, Field, Record, Schema, SchemaAndValue, Shape, Struct, Type, Value,
};
use spec::{names, other, spec, Spec, SpecError, TARGETS};
use value::{cast_plain, encoded, DateTexts};

const PURPOSE: &str = "cast types";

#[derive(Debug)]
struct Cast {
    side: Side,
    spec: Spec,
    with_default: bool,
    /// With the fields that are cast, by position, and the types that they get.
    schemas: SchemaCache<Vec<(usize, Type)>>,
    texts: Arc<DateTexts>,
}

/// One field of one schema.
#[derive(Debug)]
struct FieldCast {
    schema: Arc<Schema>,
    kind: Type,
    texts: Arc<DateTexts>,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new(
            "spec",
            Kind::List,
            "Pairs `field:type`, or one type alone for the whole key or value. Types are int8, \
             int16, int32, int64, float32, float64, boolean and string. Bytes become a string only.",
        )
        .check(Validator::Rule(Rule {
            name: "cast spec",
            check: |_, value| match value {
                Some(Parsed::List(items)) if !items.is_empty() => match spec(items) {
                    Err(SpecError::Refused(error)) => Err(error),
                    // What is thrown is thrown by `build`.
                    Ok(_) | Err(SpecError::Thrown(_)) => Ok(()),
                },
                _ => Err(other("Must specify at least one field to cast.")),
            },
        }))
        .importance(Importance::High),
        replace_null_key(),
    ])
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    context: BuildContext,
) -> Result<Box<dyn Transform>, ConnectError> {
    Ok(Box::new(Cast {
        side,
        spec: spec(config.list("spec"))?,
        with_default: replace_null(config)?,
        schemas: SchemaCache::new(context.room),
        texts: Arc::new(DateTexts::new(context.now_ms)?),
    }))
}

impl Cast {
    fn schema(&self, schema: &Schema) -> Result<(Schema, Vec<(usize, Type)>), ConnectError> {
        let plan = match &self.spec {
            Spec::Whole(_) => Vec::new(),
            Spec::Fields(_, kinds) => {
                let fields = schema.fields().iter().enumerate();
                fields.filter_map(|(i, it)| kinds.get(&*it.name).map(|kind| (i, *kind))).collect()
            }
        };
        let built = match &self.spec {
            Spec::Whole(kind) => Schema::plain(*kind),
            Spec::Fields(_, kinds) => {
                if !matches!(schema.shape, Shape::Struct(_)) {
                    return Err(ConnectError::data("Cannot list fields on non-struct type"));
                }
                let fields = schema
                    .fields()
                    .iter()
                    .map(|field| match kinds.get(&*field.name) {
                        None => Ok(field.clone()),
                        Some(kind) => {
                            let cast =
                                self.with_attributes(Schema::plain(*kind), &field.schema, *kind)?;
                            Ok(Field::new(Arc::clone(&field.name), Arc::new(cast)))
                        }
                    })
                    .collect::<Result<Vec<_>, ConnectError>>()?;
                Schema::structure(fields)?
            }
        };
        let kind = built.kind();
        Ok((self.with_attributes(built.with_basics_of(schema), schema, kind)?, plan))
    }

    /// Optional and default of the schema before.
    fn with_attributes(
        &self,
        built: Schema,
        before: &Schema,
        kind: Type,
    ) -> Result<Schema, ConnectError> {
        let built = Schema { optional: before.optional, ..built };
        match &before.default {
            Some(default) => {
                let default = self.cast(Some(before), default, kind)?;
                built.with_default(default)
            }
            None => Ok(built),
        }
    }

    /// One value; an error names the field.
    fn cast_in(
        &self,
        field: Option<&str>,
        schema: Option<&Schema>,
        value: &Value,
        kind: Type,
    ) -> Result<Value, ConnectError> {
        self.cast(schema, value, kind)
            .map_err(|error| error.about(field, kind.to_string(), value.java_class()))
    }

    /// One value.
    fn cast(
        &self,
        schema: Option<&Schema>,
        value: &Value,
        kind: Type,
    ) -> Result<Value, ConnectError> {
        cast(&self.texts, schema, value, kind)
    }
}

impl FieldMap for FieldCast {
    fn map(&self, value: &Value) -> Result<Value, ConnectError> {
        cast(&self.texts, Some(&self.schema), value, self.kind)
    }
}

fn cast(
    texts: &DateTexts,
    schema: Option<&Schema>,
    value: &Value,
    kind: Type,
) -> Result<Value, ConnectError> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let from = schema.map(Schema::kind).or_else(|| value.kind()).ok_or_else(|| {
        ConnectError::data(format!(
            "Cast transformation was passed a value of type {} which is not supported by \
             Connect's data API",
            class_of(value)
        ))
    })?;
    if !from.is_primitive() {
        return Err(ConnectError::data(format!(
            "Cast transformation does not support casting from {from}; supported types are \
             [{}, BYTES]",
            names(&TARGETS)
        )));
    }
    let encoded = match schema {
        Some(schema) if kind != Type::String => encoded(schema, value)?,
        _ => None,
    };
    let value = encoded.as_ref().unwrap_or(value);
    if kind == Type::String {
        return Ok(Value::String(texts.of(value)));
    }
    cast_plain(value, kind)
}

impl MappingStep for Cast {
    fn side(&self) -> Side {
        self.side
    }

    fn change(&self, mut mapping: StructMapping) -> Option<StructMapping> {
        let Spec::Fields(..) = self.spec else { return None };
        let before = Arc::clone(mapping.schema());
        let (schema, kinds) =
            self.schemas.get_with_plan(&before, |schema| self.schema(schema)).ok()?;
        for (index, kind) in kinds.iter() {
            let (schema, texts) =
                (Arc::clone(&before.fields().get(*index)?.schema), Arc::clone(&self.texts));
            let cast = FieldCast { schema, kind: *kind, texts };
            mapping.slots_mut().get_mut(*index)?.map(Arc::new(cast));
        }
        Some(mapping.with_schema(schema))
    }
}

impl Transform for Cast {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        if self.side.of(&record).value.is_null() {
            return Ok(Some(record));
        }
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let cast = match (schema, &self.spec) {
            (None, Spec::Whole(kind)) => {
                SchemaAndValue::schemaless(self.cast_in(None, None, &value, *kind)?)
            }
            (None, Spec::Fields(fields, _)) => {
                let mut map = own_map(value, PURPOSE)?;
                for (field, kind) in fields {
                    let value = map.get_text(field).unwrap_or(&Value::Null);
                    let value = self.cast_in(Some(field), None, value, *kind)?;
                    map.put_text(field.as_str(), value);
                }
                SchemaAndValue::schemaless(map)
            }
            (Some(schema), Spec::Whole(kind)) => {
                let (updated, _) =
                    self.schemas.get_with_plan(&schema, |schema| self.schema(schema))?;
                let value = self.cast_in(None, Some(&schema), &value, *kind)?;
                SchemaAndValue { schema: Some(updated), value }
            }
            (Some(schema), Spec::Fields(..)) => {
                let (updated, kinds) =
                    self.schemas.get_with_plan(&schema, |schema| self.schema(schema))?;
                let (fields, mut values) = own_values(value, self.with_default, PURPOSE)?;
                for (index, kind) in kinds.iter() {
                    let (Some(field), Some(value)) =
                        (fields.fields().get(*index), values.get_mut(*index))
                    else {
                        continue;
                    };
                    match self.cast_in(Some(&field.name), Some(&field.schema), value, *kind) {
                        Ok(cast) => *value = cast,
                        Err(error) => {
                            // Java reports errors of earlier fields first.
                            values.truncate(*index);
                            Struct::from_values(updated, values)?;
                            return Err(error);
                        }
                    }
                }
                let cast = Struct::from_values(Arc::clone(&updated), values)?;
                SchemaAndValue { schema: Some(updated), value: Value::Struct(cast) }
            }
        };
        Ok(Some(self.side.put(record, cast)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }

    fn mapping_step(&self) -> Option<&dyn MappingStep> {
        Some(self)
    }
}
