//! Computes the key of a record from its statement and the fields of a message given as JSON text.
//! Integers of any size keep their digits. Invariant: numbers are printed as Java prints them.

use std::collections::HashMap;

use connect::data::Value as JavaValue;
use kcql::{KeySource, StatementPlan, DEFAULT_KEY_DELIMITER};
use serde_json::value::RawValue;
use serde_json::Value;

/// The key of the record made from a message, or the reason why there is none.
pub(super) fn key(
    statement: &StatementPlan,
    topic: &str,
    topic_alone: bool,
    payload: Option<&RawValue>,
) -> String {
    let delimiter = statement.key_delimiter.unwrap_or(DEFAULT_KEY_DELIMITER);
    let default = match statement.key_source(topic_alone) {
        KeySource::Fields(paths) => {
            return match payload {
                Some(payload) => of_fields(statement, topic, topic_alone, paths, payload),
                None => format!(
                    "fields {} joined by {delimiter:?} (give --payload to see it)",
                    paths.join(", ")
                ),
            };
        }
        source => without_fields(source, topic, delimiter),
    };
    match &statement.with_keys {
        Some(_) => format!("{default} (WITHKEY has no effect without a converter that decodes)"),
        None => default,
    }
}

fn without_fields(source: KeySource<'_>, topic: &str, delimiter: char) -> String {
    match source {
        KeySource::Topic => topic.into(),
        KeySource::TopicAndIdText => format!("{topic}{delimiter}packet id"),
        KeySource::TopicAndId | KeySource::Fields(_) => {
            format!("{{topic: {topic}, id: packet id}}")
        }
    }
}

fn of_fields(
    statement: &StatementPlan,
    topic: &str,
    topic_alone: bool,
    paths: &[String],
    payload: &RawValue,
) -> String {
    let delimiter = statement.key_delimiter.unwrap_or(DEFAULT_KEY_DELIMITER);
    let passed = statement.passes_text();
    let default = match (topic_alone, passed) {
        (true, _) => KeySource::Topic,
        (false, true) => KeySource::TopicAndIdText,
        (false, false) => KeySource::TopicAndId,
    };
    let default = without_fields(default, topic, delimiter);
    if !payload.get().starts_with('{') && !passed {
        return format!("{default} (the payload is no object)");
    }
    let mut parts = Vec::new();
    for path in paths {
        match part(path, payload, passed) {
            Ok(part) => parts.extend(part),
            Err(why) => return format!("none: {why}; the message cannot be converted"),
        }
    }
    let key = parts.join(&delimiter.to_string());
    if passed && key.is_empty() {
        return default;
    }
    key
}

/// The text at a path; none for a null that is passed over.
fn part(path: &str, payload: &RawValue, passed: bool) -> Result<Option<String>, String> {
    let mut at = payload;
    // As Java splits: empty names at the end do not count.
    for name in path.trim_end_matches('.').split('.') {
        let fields: HashMap<String, &RawValue> = serde_json::from_str(at.get())
            .map_err(|_| format!("{path} goes on behind a value that has no fields"))?;
        at = fields.get(name).ok_or_else(|| format!("the payload has no field {path}"))?;
    }
    let text = at.get();
    if text.starts_with(['{', '[']) {
        return Err(format!("{path} is no single value"));
    }
    match serde_json::from_str(text).map_err(|error| format!("{path} cannot be read: {error}"))? {
        Value::Null if passed => Ok(None),
        Value::Null => Err(format!("{path} is null")),
        Value::String(text) => Ok(Some(text)),
        Value::Number(number) if text.contains(['.', 'e', 'E']) => Ok(Some(
            number
                .as_f64()
                .map_or_else(|| text.into(), |double| JavaValue::Float64(double).to_string()),
        )),
        Value::Number(_) => Ok(Some(integer_text(text, passed))),
        _ => Ok(Some(text.into())),
    }
}

/// An integer is cut to its lowest 64 bits where it is decoded.
fn integer_text(text: &str, passed: bool) -> String {
    let digits = text.strip_prefix('-');
    if passed {
        return if digits == Some("0") { "0".into() } else { text.into() };
    }
    let low = digits
        .unwrap_or(text)
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .fold(0_i64, |low, digit| low.wrapping_mul(10).wrapping_add(i64::from(digit)));
    if digits.is_some() { low.wrapping_neg() } else { low }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kcql::{compile, CompileOptions};

    fn made(clauses: &str, payload: &str) -> String {
        let text = format!("INSERT INTO t SELECT * FROM f {clauses}");
        let plan = compile(&text, &CompileOptions::default()).plan.unwrap();
        let payload: Box<RawValue> = serde_json::from_str(payload).unwrap();
        key(&plan.statements()[0], "m/t", false, Some(&payload))
    }

    #[test]
    fn parts_have_the_texts_that_java_gives_them() {
        let simple =
            |payload: &str| made("WITHCONVERTER=`a.JsonSimpleConverter` WITHKEY(k)", payload);
        for (number, text) in [
            ("1.50", "1.5"),
            ("1e10", "1.0E10"),
            ("12345678.5", "1.23456785E7"),
            ("0.0001", "1.0E-4"),
            ("0.001", "0.001"),
            ("9999999.0", "9999999.0"),
            ("-7", "-7"),
            ("18446744073709551615", "-1"),
            ("18446744073709551618", "2"),
            ("-9223372036854775809", "9223372036854775807"),
            ("-0", "0"),
            ("true", "true"),
            ("\"a b\"", "a b"),
        ] {
            assert_eq!(simple(&format!("{{\"k\": {number}}}")), text);
        }
        assert!(simple("{\"k\": null}").starts_with("none: k is null"));
        assert!(simple("{\"k\": [1]}").starts_with("none: k is no single value"));
        assert!(simple("{}").starts_with("none: the payload has no field k"));
        assert_eq!(simple("[1]"), "{topic: m/t, id: packet id} (the payload is no object)");
    }

    #[test]
    fn texts_that_are_passed_on_have_keys_of_their_own() {
        let passed = |clauses: &str, payload: &str| {
            made(&format!("WITHCONVERTER=`a.JsonPassThroughConverter` {clauses}"), payload)
        };
        assert_eq!(passed("KEYDELIMITER='-'", "{}"), "m/t-packet id");
        let keys = "WITHKEY(a, b, `c.d`) KEYDELIMITER='|'";
        let payload = "{\"a\": \"x\", \"b\": null, \"c\": {\"d\": 18446744073709551615}}";
        assert_eq!(passed(keys, payload), "x|18446744073709551615", "nulls are passed over");
        let nothing = "{\"a\": null, \"b\": \"\"}";
        assert_eq!(passed("WITHKEY(a, b)", nothing), "m/t.packet id", "all parts are empty");
        let huge = "{\"k\": 123456789012345678901234567890}";
        assert_eq!(passed("WITHKEY(k)", huge), "123456789012345678901234567890");
        assert!(passed(keys, "[1]").starts_with("none: a goes on behind"));
    }
}
