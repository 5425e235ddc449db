//! The setting `spec`: what to cast to. Error texts are Java's, which swap key and reason.

use std::collections::HashMap;

use super::super::replace_field::java_split;
use crate::config::{java_trim, ConfigError};
use crate::data::{ConnectError, Type};

/// Types that a value can be cast to.
pub(super) const TARGETS: [Type; 8] = [
    Type::Int8,
    Type::Int16,
    Type::Int32,
    Type::Int64,
    Type::Float32,
    Type::Float64,
    Type::Boolean,
    Type::String,
];

#[derive(Debug)]
pub(super) enum Spec {
    Whole(Type),
    /// In the order in which they were written.
    Fields(Vec<(String, Type)>, HashMap<String, Type>),
}

/// Why there is no spec.
#[derive(Debug)]
pub(super) enum SpecError {
    /// Java's check refuses it.
    Refused(ConfigError),
    /// Java's check fails with an exception of another kind than configuration errors.
    Thrown(ConnectError),
}

impl From<ConfigError> for SpecError {
    fn from(error: ConfigError) -> Self {
        Self::Refused(error)
    }
}

impl From<SpecError> for ConnectError {
    fn from(error: SpecError) -> Self {
        match error {
            SpecError::Refused(error) => Self::config(error.to_string()),
            SpecError::Thrown(error) => error,
        }
    }
}

pub(super) fn other(text: impl Into<String>) -> ConfigError {
    ConfigError::Other(text.into())
}

/// Reads the pairs, with Java's words, which mix up key and reason.
pub(super) fn spec(items: &[String]) -> Result<Spec, SpecError> {
    let mut whole = None;
    let mut fields: Vec<(String, Type)> = Vec::new();
    for item in items {
        match java_split(item).as_slice() {
            [only] => whole = Some(target(only)?),
            [field, kind] => {
                let (name, kind) = (java_trim(field), target(kind)?);
                // Of a name that comes twice, the last type holds.
                match fields.iter_mut().find(|(known, _)| known == name) {
                    Some((_, before)) => *before = kind,
                    None => fields.push((name.to_owned(), kind)),
                }
            }
            [] => {
                return Err(SpecError::Thrown(ConnectError::of(
                    "java.lang.ArrayIndexOutOfBoundsException",
                    format!("spec: `{item}` names neither a field nor a type, as in `a:int8`"),
                )));
            }
            _ => {
                return Err(ConfigError::invalid(
                    "renames",
                    format!("[{}]", items.join(", ")),
                    format!("Invalid rename mapping: {item}"),
                )
                .into())
            }
        }
    }
    match whole {
        Some(kind) if items.len() == 1 => Ok(Spec::Whole(kind)),
        Some(_) => Err(other(
            "Cast transformations that specify a type to cast the entire value to may only \
             specify a single cast in their spec",
        )
        .into()),
        None => {
            let by_name = fields.iter().cloned().collect();
            Ok(Spec::Fields(fields, by_name))
        }
    }
}

fn target(text: &str) -> Result<Type, ConfigError> {
    let text = java_trim(text);
    let upper = text.to_uppercase();
    let kind = TARGETS
        .into_iter()
        .chain([Type::Bytes, Type::Array, Type::Map, Type::Struct])
        .find(|kind| kind.name() == upper)
        .ok_or_else(|| {
            other(format!(
                "Invalid value java.lang.IllegalArgumentException: No enum constant \
                 org.apache.kafka.connect.data.Schema.Type.{upper} for configuration Invalid type \
                 found in casting spec: {text}"
            ))
        })?;
    if TARGETS.contains(&kind) {
        return Ok(kind);
    }
    Err(other(format!(
        "Cast transformation does not support casting to {kind}; supported types are [{}]",
        names(&TARGETS)
    )))
}

pub(super) fn names(kinds: &[Type]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}
