//! Logical types: a name on a schema, and the way from the stored value to the one that programs
//! see and back.
//!
//! Texts are those of Connect's `Decimal`, `Date`, `Time` and `Timestamp`.

use bytes::Bytes;

use super::{ConnectError, Decimal, Schema, Type, Value};

/// Name of the logical type Decimal.
pub const DECIMAL: &str = "org.apache.kafka.connect.data.Decimal";
/// Name of the logical type Date.
pub const DATE: &str = "org.apache.kafka.connect.data.Date";
/// Name of the logical type Time.
pub const TIME: &str = "org.apache.kafka.connect.data.Time";
/// Name of the logical type Timestamp.
pub const TIMESTAMP: &str = "org.apache.kafka.connect.data.Timestamp";
/// The parameter of Decimal that says how many digits stand behind the point.
pub const SCALE: &str = "scale";

const MILLIS_OF_DAY: i64 = 86_400_000;

/// Decimals with `scale` digits behind the point.
pub fn decimal(scale: i32) -> Schema {
    Schema {
        parameters: [(SCALE.to_owned(), scale.to_string())].into(),
        ..Schema::plain(Type::Bytes).named(DECIMAL).versioned(1)
    }
}

/// Days.
pub fn date() -> Schema {
    Schema::plain(Type::Int32).named(DATE).versioned(1)
}

/// Times of day.
pub fn time() -> Schema {
    Schema::plain(Type::Int32).named(TIME).versioned(1)
}

/// Points in time.
pub fn timestamp() -> Schema {
    Schema::plain(Type::Int64).named(TIMESTAMP).versioned(1)
}

/// Whether the schema has a name that makes its values decimals or dates.
pub fn is_logical(schema: &Schema) -> bool {
    matches!(schema.name.as_deref(), Some(DECIMAL | DATE | TIME | TIMESTAMP))
}

fn check_name(schema: &Schema, name: &str, kind: &str) -> Result<(), ConnectError> {
    if schema.name.as_deref() == Some(name) {
        return Ok(());
    }
    Err(ConnectError::data(format!(
        "Requested conversion of {kind} object but the schema does not match."
    )))
}

/// Days since 1970 of a date, whose time of day must be zero.
pub fn days_of_date(schema: &Schema, millis: i64) -> Result<i32, ConnectError> {
    check_name(schema, DATE, "Date")?;
    if millis.rem_euclid(MILLIS_OF_DAY) != 0 {
        return Err(ConnectError::data(
            "Kafka Connect Date type should not have any time fields set to non-zero values.",
        ));
    }
    // Java cuts off what does not fit.
    Ok(low_half(millis.div_euclid(MILLIS_OF_DAY)))
}

#[expect(clippy::cast_possible_truncation, reason = "Java's cast to int")]
fn low_half(number: i64) -> i32 {
    number as i32
}

/// The date of days since 1970.
pub fn date_of_days(schema: &Schema, days: i32) -> Result<i64, ConnectError> {
    check_name(schema, DATE, "Date")?;
    Ok(i64::from(days) * MILLIS_OF_DAY)
}

/// Milliseconds since midnight of a time, whose day must be 1 January 1970.
pub fn millis_of_time(schema: &Schema, millis: i64) -> Result<i32, ConnectError> {
    check_name(schema, TIME, "Time")?;
    // Midnight of the next day is let through, as by Java.
    match i32::try_from(millis) {
        Ok(millis) if (0..=86_400_000).contains(&millis) => Ok(millis),
        _ => Err(ConnectError::data(
            "Kafka Connect Time type should not have any date fields set to non-zero values.",
        )),
    }
}

/// The time of milliseconds since midnight.
pub fn time_of_millis(schema: &Schema, millis: i32) -> Result<i64, ConnectError> {
    // Java names the other type here.
    check_name(schema, TIME, "Date")?;
    if !(0..=86_400_000).contains(&millis) {
        return Err(ConnectError::data(
            "Time values must use number of milliseconds greater than 0 and less than 86400000",
        ));
    }
    Ok(millis.into())
}

/// Milliseconds since 1970 of a timestamp.
pub fn millis_of_timestamp(schema: &Schema, millis: i64) -> Result<i64, ConnectError> {
    check_name(schema, TIMESTAMP, "Timestamp")?;
    Ok(millis)
}

/// The timestamp of milliseconds since 1970.
pub fn timestamp_of_millis(schema: &Schema, millis: i64) -> Result<i64, ConnectError> {
    check_name(schema, TIMESTAMP, "Timestamp")?;
    Ok(millis)
}

/// How many digits a schema of decimals has behind the point.
pub fn scale_of(schema: &Schema) -> Result<i32, ConnectError> {
    let Some(text) = schema.parameters.get(SCALE) else {
        if schema.parameters.is_empty() {
            return Err(ConnectError::of(
                "java.lang.NullPointerException",
                "Cannot invoke \"java.util.Map.get(Object)\" because the return value of \
                 \"org.apache.kafka.connect.data.Schema.parameters()\" is null",
            ));
        }
        return Err(ConnectError::data("Invalid Decimal schema: scale parameter not found."));
    };
    text.strip_prefix('+')
        .unwrap_or(text)
        .parse()
        .ok()
        .filter(|_| !text.starts_with("+-"))
        .ok_or_else(|| {
            let cause = format!("For input string: \"{text}\"");
            ConnectError::data("Invalid scale parameter found in Decimal schema: ")
                .caused_by(ConnectError::of("java.lang.NumberFormatException", cause))
        })
}

/// The stored bytes of a decimal, whose scale must be the schema's.
pub fn bytes_of_decimal(schema: &Schema, decimal: &Decimal) -> Result<Bytes, ConnectError> {
    check_scale(schema, decimal)?;
    Ok(decimal.to_bytes().into())
}

/// Checks that a decimal has the scale that its schema says.
pub fn check_scale(schema: &Schema, decimal: &Decimal) -> Result<(), ConnectError> {
    let scale = scale_of(schema)?;
    if decimal.scale() == scale {
        return Ok(());
    }
    Err(ConnectError::data(format!(
        "Decimal value has mismatching scale for given Decimal schema. Schema has scale {scale}, \
         value has scale {}.",
        decimal.scale()
    )))
}

/// The decimal of stored bytes.
pub fn decimal_of_bytes(schema: &Schema, bytes: &[u8]) -> Result<Decimal, ConnectError> {
    Decimal::from_bytes(bytes, scale_of(schema)?)
}

/// The value that programs see, from the one that is stored; values of other schemas stay.
pub fn to_logical(schema: &Schema, stored: Value) -> Result<Value, ConnectError> {
    Ok(match (schema.name.as_deref(), stored) {
        (Some(DECIMAL), Value::Bytes(bytes)) => Value::Decimal(decimal_of_bytes(schema, &bytes)?),
        (Some(DATE), Value::Int32(days)) => Value::Date(date_of_days(schema, days)?),
        (Some(TIME), Value::Int32(millis)) => Value::Date(time_of_millis(schema, millis)?),
        (Some(TIMESTAMP), Value::Int64(millis)) => {
            Value::Date(timestamp_of_millis(schema, millis)?)
        }
        (_, other) => other,
    })
}

/// The value that is stored, from the one that programs see; values of other schemas stay.
pub fn from_logical(schema: &Schema, seen: Value) -> Result<Value, ConnectError> {
    Ok(match (schema.name.as_deref(), seen) {
        (Some(DECIMAL), Value::Decimal(decimal)) => {
            Value::Bytes(bytes_of_decimal(schema, &decimal)?)
        }
        (Some(DATE), Value::Date(millis)) => Value::Int32(days_of_date(schema, millis)?),
        (Some(TIME), Value::Date(millis)) => Value::Int32(millis_of_time(schema, millis)?),
        (Some(TIMESTAMP), Value::Date(millis)) => {
            Value::Int64(millis_of_timestamp(schema, millis)?)
        }
        (_, other) => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T: std::fmt::Debug>(result: Result<T, ConnectError>) -> String {
        result.unwrap_err().message
    }

    #[test]
    fn schemas_have_name_and_version() {
        assert_eq!(decimal(2).to_string(), "Schema{org.apache.kafka.connect.data.Decimal:BYTES}");
        assert_eq!(scale_of(&decimal(-3)), Ok(-3));
        for schema in [decimal(0), date(), time(), timestamp()] {
            assert_eq!(schema.version, Some(1));
            assert!(is_logical(&schema));
        }
    }

    #[test]
    fn dates_have_no_time() {
        assert_eq!(days_of_date(&date(), -86_400_000 * 30_000), Ok(-30_000));
        assert_eq!(date_of_days(&date(), -1), Ok(-86_400_000));
        // As Java casts.
        assert_eq!(days_of_date(&date(), 86_400_000 * 3_000_000_000), Ok(-1_294_967_296));
        assert_eq!(
            message(days_of_date(&date(), 1)),
            "Kafka Connect Date type should not have any time fields set to non-zero values."
        );
        let mismatch = "Requested conversion of Date object but the schema does not match.";
        assert_eq!(message(days_of_date(&Schema::int32(), 0)), mismatch);
        assert_eq!(message(date_of_days(&Schema::int32(), 0)), mismatch);
    }

    #[test]
    fn times_have_no_day() {
        assert_eq!(millis_of_time(&time(), 86_400_000), Ok(86_400_000));
        assert_eq!(
            message(millis_of_time(&time(), -1)),
            "Kafka Connect Time type should not have any date fields set to non-zero values."
        );
        for millis in [-1, 86_400_001] {
            assert_eq!(
                message(time_of_millis(&time(), millis)),
                "Time values must use number of milliseconds greater than 0 and less than 86400000"
            );
        }
        assert_eq!(
            message(time_of_millis(&Schema::int32(), 1)),
            "Requested conversion of Date object but the schema does not match."
        );
        assert_eq!(
            message(millis_of_time(&Schema::int32(), 1)),
            "Requested conversion of Time object but the schema does not match."
        );
    }

    #[test]
    fn decimals_have_the_scale_of_their_schema() {
        let value: Decimal = "1.5".parse().unwrap();
        assert_eq!(
            message(bytes_of_decimal(&decimal(2), &value)),
            "Decimal value has mismatching scale for given Decimal schema. Schema has scale 2, \
             value has scale 1."
        );
        assert_eq!(bytes_of_decimal(&decimal(1), &value), Ok(Bytes::from_static(&[15])));
        let nameless = Schema::plain(Type::Bytes);
        assert_eq!(scale_of(&nameless).unwrap_err().class, "java.lang.NullPointerException");
        let with = |key: &str, value: &str| Schema {
            parameters: [(key.to_owned(), value.to_owned())].into(),
            ..Schema::plain(Type::Bytes)
        };
        assert_eq!(
            message(scale_of(&with("scale", "x"))),
            "Invalid scale parameter found in Decimal schema: "
        );
        assert_eq!(
            message(scale_of(&with("other", "1"))),
            "Invalid Decimal schema: scale parameter not found."
        );
    }

    #[test]
    fn stored_and_seen_values_go_both_ways() {
        for (schema, stored, seen) in [
            (decimal(1), Value::bytes(vec![15]), Value::Decimal("1.5".parse().unwrap())),
            (date(), Value::Int32(1), Value::Date(86_400_000)),
            (time(), Value::Int32(1), Value::Date(1)),
            (timestamp(), Value::Int64(-5), Value::Date(-5)),
            (Schema::plain(Type::Int64), Value::Int64(1), Value::Int64(1)),
        ] {
            assert_eq!(to_logical(&schema, stored.clone()), Ok(seen.clone()));
            assert_eq!(from_logical(&schema, seen), Ok(stored));
        }
    }
}
