//! Values as text.

use base64::engine::general_purpose::STANDARD;
use base64::Engine as _;

use super::super::Value;
use super::dates;

/// `Values.convertToString`: null where the value is null, else its text. Texts within lists, maps
/// and structs are in quotes.
pub fn convert_to_string(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bytes(bytes) => Some(STANDARD.encode(bytes)),
        other => {
            let mut out = String::new();
            push(other, &mut out);
            Some(out)
        }
    }
}

fn push(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => push_quoted(text, out),
        Value::Bytes(bytes) => {
            out.push('"');
            STANDARD.encode_string(bytes, out);
            out.push('"');
        }
        Value::Date(millis) => out.push_str(&dates::print(*millis)),
        Value::Array(items) => push_all(['[', ']'], items, out, push),
        Value::Map(map) => push_all(['{', '}'], map, out, |(key, value), out| {
            push(key, out);
            out.push(':');
            push(value, out);
        }),
        Value::Struct(it) => push_all(['{', '}'], it.iter(), out, |(field, value), out| {
            push_quoted(&field.name, out);
            out.push(':');
            match (value, &field.schema.default) {
                (Value::Null, Some(default)) => push(default, out),
                _ => push(value, out),
            }
        }),
        plain => out.push_str(&plain.to_string()),
    }
}

fn push_all<T>(
    [open, close]: [char; 2],
    items: impl IntoIterator<Item = T>,
    out: &mut String,
    push: impl Fn(T, &mut String),
) {
    out.push(open);
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        push(item, out);
    }
    out.push(close);
}

fn push_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
}
