//! `TimestampConverter`: times between text, number and the logical types.

use std::sync::Arc;

use super::build_context::BuildContext;
use super::require::{class_of, null_pointer, own_field_value, own_map, own_structure, shown};
use super::schema_cache::SchemaCache;
use super::settings::{replace_null, replace_null_key};
use super::side::Side;
use super::{Needs, Transform};
use crate::config::{ConfigDef, ConfigError, ConfigKey, Importance, Kind, ParsedConfig, Validator};
use crate::data::{
    logical, ConnectError, Field, Record, Schema, SchemaAndValue, Struct, Type, Value,
};
use crate::java_time::JavaDateFormat;

const PURPOSE: &str = "converting timestamp formats";
const DAY_MS: i64 = 86_400_000;

#[derive(Debug)]
struct TimestampConverter {
    side: Side,
    /// Empty for the whole key or value.
    /// None is Java's null.
    field: Option<String>,
    target: Form,
    format: Option<JavaDateFormat>,
    precision: Precision,
    with_default: bool,
    schemas: SchemaCache,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Unix,
    Date,
    Time,
    Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Precision {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

pub(super) fn def() -> ConfigDef {
    ConfigDef::new([
        ConfigKey::new("field", Kind::String, "The field that holds the time; empty for all of it.")
            .default("")
            .importance(Importance::High),
        ConfigKey::new("target.type", Kind::String, "How the time is to be written.")
            .check(Validator::OneOf(&["string", "unix", "Date", "Time", "Timestamp"]))
            .importance(Importance::High),
        ConfigKey::new(
            "format",
            Kind::String,
            "Pattern of Java's `SimpleDateFormat` for a time that is a text, before or after; in \
             UTC unless the text names a zone.",
        )
        .default("")
        .importance(Importance::Medium),
        ConfigKey::new(
            "unix.precision",
            Kind::String,
            "What a time counts that is a number, before or after. Parts of a millisecond are lost.",
        )
        .default("milliseconds")
        .check(Validator::OneOf(&["nanoseconds", "microseconds", "milliseconds", "seconds"])),
        replace_null_key(),
    ])
}

pub(super) fn build(
    side: Side,
    config: &ParsedConfig,
    context: BuildContext,
) -> Result<Box<dyn Transform>, ConnectError> {
    let target = match config.string("target.type").unwrap_or_default() {
        "string" => Form::Text,
        "unix" => Form::Unix,
        "Date" => Form::Date,
        "Time" => Form::Time,
        _ => Form::Timestamp,
    };
    let precision = match config.string("unix.precision").unwrap_or_default() {
        "seconds" => Precision::Seconds,
        "microseconds" => Precision::Microseconds,
        "nanoseconds" => Precision::Nanoseconds,
        _ => Precision::Milliseconds,
    };
    let with_default = replace_null(config)?;
    let pattern = config.string("format").unwrap_or_default();
    let is_blank = pattern.trim_matches(|c: char| c <= ' ').is_empty();
    if target == Form::Text && is_blank {
        return Err(ConnectError::config(
            "TimestampConverter requires format option to be specified when using string \
             timestamps",
        ));
    }
    let format = if is_blank {
        None
    } else {
        // Java puts the exception where the value belongs, and the reason where the key does.
        let format = JavaDateFormat::new(pattern, context.now_ms).map_err(|error| {
            let error = ConfigError::Other(format!(
                "Invalid value java.lang.IllegalArgumentException: {error} for configuration \
                 TimestampConverter requires a SimpleDateFormat-compatible pattern for string \
                 timestamps: {pattern}"
            ));
            ConnectError::config(error.to_string())
        })?;
        Some(format)
    };
    Ok(Box::new(TimestampConverter {
        side,
        field: config.string("field").map(str::to_owned),
        target,
        format,
        precision,
        with_default,
        schemas: SchemaCache::new(context.room),
    }))
}

impl Form {
    /// By schema.
    fn of_schema(schema: &Schema) -> Result<Self, ConnectError> {
        Ok(match (schema.name.as_deref(), schema.kind()) {
            (Some(logical::TIMESTAMP), _) => Self::Timestamp,
            (Some(logical::DATE), _) => Self::Date,
            (Some(logical::TIME), _) => Self::Time,
            (_, Type::String) => Self::Text,
            (_, Type::Int64) => Self::Unix,
            _ => {
                return Err(ConnectError::connect(format!(
                    "Schema {schema} does not correspond to a known timestamp type format"
                )))
            }
        })
    }

    /// By what the value is; the logical types look alike.
    fn of_value(value: &Value) -> Result<Self, ConnectError> {
        Ok(match value {
            Value::Date(_) => Self::Timestamp,
            Value::Int64(_) => Self::Unix,
            Value::String(_) => Self::Text,
            other => {
                return Err(ConnectError::data(format!(
                    "TimestampConverter does not support {} objects as timestamps",
                    class_of(other)
                )))
            }
        })
    }

    fn schema(self, optional: bool) -> Arc<Schema> {
        let schema = match self {
            Self::Text => Schema::plain(Type::String),
            Self::Unix => Schema::plain(Type::Int64),
            Self::Date => logical::date(),
            Self::Time => logical::time(),
            Self::Timestamp => logical::timestamp(),
        };
        Arc::new(Schema { optional, ..schema })
    }
}

impl Precision {
    /// How many of its units make a second.
    fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Milliseconds => 1000,
            Self::Microseconds => 1_000_000,
            Self::Nanoseconds => 1_000_000_000,
        }
    }

    fn to_millis(self, number: i64) -> i64 {
        // As `TimeUnit`: towards zero, and at the ends of the range instead of past them.
        match self.per_second() {
            units @ ..1000 => number.saturating_mul(1000 / units),
            units => number / (units / 1000),
        }
    }

    fn of_millis(self, millis: i64) -> i64 {
        match self.per_second() {
            units @ ..1000 => millis / (1000 / units),
            units => millis.saturating_mul(units / 1000),
        }
    }
}

impl TimestampConverter {
    fn convert(&self, value: &Value, form: Option<Form>) -> Result<Value, ConnectError> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        let field = self.field();
        let form = match form.map_or_else(|| Form::of_value(value), Ok) {
            Ok(form) => form,
            Err(error) => return Err(error.about(field, "a time", value.java_class())),
        };
        let ms = self.read(value, form).map_err(|error| {
            let wanted = match &self.format {
                Some(format) if form == Form::Text => format!("a time as {}", format.pattern()),
                _ => "a time".to_owned(),
            };
            error.about(field, wanted, value.java_class())
        })?;
        self.written(ms)
    }

    fn form_of(&self, schema: &Schema) -> Result<Form, ConnectError> {
        Form::of_schema(schema)
            .map_err(|error| error.about(self.field(), "a time", schema.kind().name()))
    }

    fn is_field(&self, name: &str) -> bool {
        self.field.as_deref() == Some(name)
    }

    /// The field to convert; none for the whole value.
    fn wanted(&self) -> Result<Option<&str>, ConnectError> {
        match &self.field {
            Some(_) => Ok(self.field()),
            None => Err(null_pointer("field")),
        }
    }

    fn field(&self) -> Option<&str> {
        self.field.as_deref().filter(|field| !field.is_empty())
    }

    fn read(&self, value: &Value, form: Form) -> Result<i64, ConnectError> {
        let expected = |what: &str| {
            ConnectError::data(format!("Expected {what}, but found {}", class_of(value)))
        };
        match (form, value) {
            (Form::Text, Value::String(text)) => {
                let Some(format) = &self.format else {
                    return Err(null_pointer(
                        "Cannot invoke \"java.text.SimpleDateFormat.parse(String)\" because \
                         \"config.format\" is null",
                    ));
                };
                format.parse(text).map_err(|error| {
                    let problem = shown(error);
                    let quoted = problem.trim_start_matches(|c| c != '"').to_owned();
                    let cause = ConnectError::of("java.text.ParseException", problem);
                    ConnectError::data(format!(
                        "Could not parse timestamp: value ({}) does not match pattern ({})",
                        shown(text),
                        format.pattern()
                    ))
                    .caused_by(cause.quoting(quoted))
                    .quoting(format!("({})", shown(text)))
                })
            }
            (Form::Unix, Value::Int64(number)) => Ok(self.precision.to_millis(*number)),
            (Form::Date | Form::Time | Form::Timestamp, Value::Date(ms)) => Ok(*ms),
            (Form::Text, _) => Err(expected("string timestamp to be a String")),
            (Form::Unix, _) => Err(expected("Unix timestamp to be a Long")),
            (Form::Date, _) => Err(expected("Date to be a java.util.Date")),
            (Form::Time, _) => Err(expected("Time to be a java.util.Date")),
            (Form::Timestamp, _) => Err(expected("Timestamp to be a java.util.Date")),
        }
    }

    fn written(&self, ms: i64) -> Result<Value, ConnectError> {
        Ok(match (self.target, &self.format) {
            (Form::Text, Some(format)) => Value::String(format.format(ms)),
            (Form::Text, None) => return Err(null_pointer("\"config.format\" is null")),
            (Form::Unix, _) => Value::Int64(self.precision.of_millis(ms)),
            (Form::Date, _) => Value::Date(ms.wrapping_sub(ms.rem_euclid(DAY_MS))),
            (Form::Time, _) => Value::Date(ms.rem_euclid(DAY_MS)),
            (Form::Timestamp, _) => Value::Date(ms),
        })
    }

    fn schema(&self, schema: &Schema) -> Result<Schema, ConnectError> {
        if schema.kind() != Type::Struct {
            return Err(ConnectError::data("Cannot list fields on non-struct type"));
        }
        let fields = schema.fields().iter().map(|field| {
            if self.is_field(&field.name) {
                let schema = self.target.schema(field.schema.optional);
                Field::new(Arc::clone(&field.name), schema)
            } else {
                field.clone()
            }
        });
        let built = Schema::structure(fields)?.with_basics_of(schema);
        let built = Schema { optional: schema.optional, ..built };
        match &schema.default {
            Some(Value::Struct(default)) => {
                let default = self.in_struct(default.clone(), Arc::new(built.clone()))?;
                built.with_default(Value::Struct(default))
            }
            _ => Ok(built),
        }
    }

    fn in_struct(&self, before: Struct, schema: Arc<Schema>) -> Result<Struct, ConnectError> {
        let fields = Arc::clone(before.schema());
        let mut converted = Struct::new(schema)?;
        let values = before.into_values().into_iter();
        for (index, (field, value)) in fields.fields().iter().zip(values).enumerate() {
            let value = own_field_value(field, value, self.with_default);
            let value = if self.is_field(&field.name) {
                self.convert(&value, Some(self.form_of(&field.schema)?))?
            } else {
                value
            };
            converted.put_at(index, value)?;
        }
        Ok(converted)
    }

    fn plain(&self, value: Value) -> Result<Value, ConnectError> {
        if value.is_null() {
            return self.convert(&value, None);
        }
        let Some(field) = self.wanted()? else { return self.convert(&value, None) };
        let mut map = own_map(value, PURPOSE)?;
        let converted = self.convert(map.get_text(field).unwrap_or(&Value::Null), None)?;
        map.put_text(field, converted);
        Ok(Value::Map(map))
    }

    fn with_schema(
        &self,
        schema: &Arc<Schema>,
        value: Value,
    ) -> Result<SchemaAndValue, ConnectError> {
        if self.wanted()?.is_none() {
            let value = self.convert(&value, Some(self.form_of(schema)?))?;
            return Ok(SchemaAndValue { schema: Some(self.target.schema(schema.optional)), value });
        }
        let before = if value.is_null() { None } else { Some(own_structure(value, PURPOSE)?) };
        let updated = self.schemas.get(schema, |schema| self.schema(schema))?;
        let value = match before {
            Some(before) => Value::Struct(self.in_struct(before, Arc::clone(&updated))?),
            None => Value::Null,
        };
        Ok(SchemaAndValue { schema: Some(updated), value })
    }
}

impl Transform for TimestampConverter {
    fn apply(&self, mut record: Record) -> Result<Option<Record>, ConnectError> {
        let SchemaAndValue { schema, value } = self.side.take(&mut record);
        let converted = match schema {
            None => SchemaAndValue { schema: None, value: self.plain(value)? },
            Some(schema) => self.with_schema(&schema, value)?,
        };
        Ok(Some(self.side.put(record, converted)))
    }

    fn needs(&self) -> Needs {
        self.side.needs()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{map, structure, transform, try_transform, value_after, NOW};
    use super::*;

    const DAY: i64 = 1_699_920_000_000;

    fn convert(
        pairs: &[(&str, &str)],
        value: SchemaAndValue,
    ) -> Result<SchemaAndValue, ConnectError> {
        value_after(&*transform("TimestampConverter$Value", pairs), value)
    }

    fn plain(pairs: &[(&str, &str)], value: impl Into<Value>) -> Result<Value, ConnectError> {
        convert(pairs, SchemaAndValue::schemaless(value)).map(|data| data.value)
    }

    #[test]
    fn every_form_becomes_every_other() {
        let format = ("format", "yyyy-MM-dd HH:mm:ss.SSS");
        for (target, value) in [
            ("string", Value::from("2023-11-14 22:13:20.123")),
            ("unix", Value::Int64(NOW)),
            ("Timestamp", Value::Date(NOW)),
            ("Date", Value::Date(DAY)),
            ("Time", Value::Date(NOW - DAY)),
        ] {
            for source in
                [Value::from("2023-11-14 22:13:20.123"), Value::Int64(NOW), Value::Date(NOW)]
            {
                let pairs = [("target.type", target), format];
                assert_eq!(plain(&pairs, source), Ok(value.clone()), "{target}");
            }
        }
    }

    #[test]
    fn numbers_count_what_the_precision_says_and_stop_at_the_ends() {
        let to = |precision, value: Value| {
            plain(&[("target.type", "unix"), ("unix.precision", precision)], value)
        };
        assert_eq!(to("seconds", Value::Date(-1500)), Ok(Value::Int64(-1)));
        assert_eq!(to("microseconds", Value::Date(5)), Ok(Value::Int64(5000)));
        assert_eq!(to("nanoseconds", Value::Date(i64::MAX)), Ok(Value::Int64(i64::MAX)));
        let from = |precision, value: i64| {
            plain(&[("target.type", "Timestamp"), ("unix.precision", precision)], value)
        };
        assert_eq!(from("seconds", 5), Ok(Value::Date(5000)));
        assert_eq!(from("nanoseconds", -1_999_999), Ok(Value::Date(-1)));
    }

    #[test]
    fn a_field_gets_the_schema_of_its_new_form() {
        let value = structure([
            ("at", Schema::optional_int64(), NOW.into()),
            ("a", Schema::int32(), 1_i32.into()),
        ]);
        let pairs = [("target.type", "string"), ("format", "yyyy"), ("field", "at")];
        assert_eq!(
            convert(&pairs, value),
            Ok(structure([
                ("at", Schema::optional_string(), "2023".into()),
                ("a", Schema::int32(), 1_i32.into()),
            ]))
        );
        assert_eq!(convert(&pairs, map([("at", NOW.into())])), Ok(map([("at", "2023".into())])));
        assert_eq!(convert(&pairs, SchemaAndValue::NULL), Ok(SchemaAndValue::NULL));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let pairs = [("target.type", "unix"), ("format", "yyyy")];
        let error = plain(&pairs, "x").unwrap_err();
        assert_eq!(
            error.message,
            "Could not parse timestamp: value (x) does not match pattern (yyyy)"
        );
        assert_eq!(
            error.cause.unwrap().to_java_string(),
            "java.text.ParseException: Unparseable date: \"x\""
        );
        assert_eq!(
            plain(&pairs, 1_i32).unwrap_err(),
            ConnectError::data(
                "TimestampConverter does not support class java.lang.Integer objects as timestamps"
            )
        );
        assert_eq!(
            convert(&pairs, SchemaAndValue::new(Schema::int32(), 1_i32)).unwrap_err(),
            ConnectError::connect(
                "Schema Schema{INT32} does not correspond to a known timestamp type format"
            )
        );
        let error = plain(&[("target.type", "unix")], "2023").unwrap_err();
        assert_eq!(error.class, "java.lang.NullPointerException");
    }

    #[test]
    fn people_are_told_the_field_and_read_the_payload_only_if_they_may() {
        let pairs = [("target.type", "unix"), ("format", "yyyy"), ("field", "at")];
        let error = convert(&pairs, map([("at", "secret".into())])).unwrap_err();
        let told = error.clone().shown_to_users(true).message;
        let place = "(field 'at': wanted a time as yyyy, found java.lang.String)";
        assert!(told.contains("value (secret)") && told.ends_with(place), "{told}");
        let told = error.shown_to_users(false);
        assert!(!format!("{told:?}").contains("secret") && told.message.ends_with(place));
        let value = structure([("at", Schema::boolean(), true.into())]);
        let told = convert(&pairs, value).unwrap_err().shown_to_users(false).message;
        assert!(told.ends_with("(field 'at': wanted a time, found BOOLEAN)"), "{told}");
    }

    #[test]
    fn wrong_settings_get_javas_words() {
        let error = |pairs: &[(&str, &str)]| {
            try_transform("TimestampConverter$Value", pairs).unwrap_err().message
        };
        assert_eq!(
            error(&[("target.type", "string")]),
            "TimestampConverter requires format option to be specified when using string timestamps"
        );
        assert_eq!(
            error(&[("target.type", "unix"), ("format", "b")]),
            "Invalid value java.lang.IllegalArgumentException: Illegal pattern character 'b' for \
             configuration TimestampConverter requires a SimpleDateFormat-compatible pattern for \
             string timestamps: b"
        );
        assert_eq!(
            error(&[("target.type", "date")]),
            "Invalid value date for configuration target.type: String must be one of: string, unix, \
             Date, Time, Timestamp"
        );
    }
}
