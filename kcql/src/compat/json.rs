//! A statement as one line of JSON: the members of the model in a fixed order, all of them always.
//! Knows nothing of parsing. Invariant: the output is valid JSON whatever the texts hold.

use alloc::format;
use alloc::string::String;
use core::fmt::Write as _;

use super::statement::{Field, FieldType, Statement, TagType, TargetType, WriteMode};

impl Statement {
    /// The statement as a JSON object.
    pub fn to_json(&self) -> String {
        let mut out = Object::new();
        out.text("text", Some(&self.text));
        out.raw("span", &format!("[{},{}]", self.span.start, self.span.end));
        out.word("write_mode", self.write_mode.map(WriteMode::name));
        out.text("target", self.target.as_deref());
        out.raw("target_type", &self.target_type.as_ref().map_or_else(null, target_type));
        out.text("source", Some(&self.source));
        out.raw("fields", &fields(&self.fields));
        out.raw("key_fields", &fields(&self.key_fields));
        out.raw("header_fields", &fields(&self.header_fields));
        out.raw("ignored_fields", &fields(&self.ignored_fields));
        out.raw("primary_keys", &fields(&self.primary_keys));
        out.show("auto_create", Some(self.auto_create));
        out.show("retain_structure", Some(self.retain_structure));
        out.text("dynamic_target", self.dynamic_target.as_deref());
        out.show("auto_evolve", Some(self.auto_evolve));
        out.show("batch_size", Some(self.batch_size));
        out.show("capitalize", Some(self.capitalize));
        out.show("initialize", Some(self.initialize));
        out.show("project_to", self.project_to);
        out.raw("partition_by", &list(&self.partition_by, |text| string(text)));
        out.show("no_partition", Some(self.no_partition));
        let bucketing = self.bucketing.as_ref().map(|bucketing| {
            let names = list(&bucketing.names, |text| string(text));
            format!("{{\"names\":{names},\"number\":{}}}", bucketing.number)
        });
        out.raw("bucketing", &bucketing.unwrap_or_else(null));
        out.text("timestamp", self.timestamp.as_deref());
        out.word("timestamp_unit", Some(self.timestamp_unit));
        out.word("format", self.format);
        out.show("unwrap", Some(self.unwrap));
        out.text("stored_as", self.stored_as.as_deref());
        out.raw("stored_as_parameters", &map(&self.stored_as_parameters));
        let tags = self.tags.as_ref().map(|tags| {
            list(tags, |tag| {
                let mut out = Object::new();
                out.text("key", Some(&tag.key));
                out.text("value", tag.value.as_deref());
                out.word("type", Some(tag.tag_type.name()));
                out.finish()
            })
        });
        out.raw("tags", &tags.unwrap_or_else(null));
        out.text("incremental_mode", self.incremental_mode.as_deref());
        out.text("with_type", self.with_type.as_deref());
        out.text("doc_type", self.doc_type.as_deref());
        out.text("index_suffix", self.index_suffix.as_deref());
        out.show("ttl", Some(self.ttl));
        out.text("converter", self.converter.as_deref());
        out.text("jms_selector", self.jms_selector.as_deref());
        let keys = self.with_keys.as_ref().map(|keys| list(keys, |text| string(text)));
        out.raw("with_keys", &keys.unwrap_or_else(null));
        out.text("key_delimiter", Some(&self.key_delimiter));
        out.text("pipeline", self.pipeline.as_deref());
        out.text("partitioner", self.partitioner.as_deref());
        out.text("subscription", self.subscription.as_deref());
        out.word("compression", self.compression);
        out.show("delay", Some(self.delay));
        out.text("regex", self.regex.as_deref());
        out.show("flush_size", Some(self.flush_size));
        out.show("flush_interval", Some(self.flush_interval));
        out.show("flush_count", Some(self.flush_count));
        out.word("schema_evolution", Some(self.schema_evolution));
        out.text("table_location", self.table_location.as_deref());
        out.show("overwrite", Some(self.overwrite));
        out.word("partitioning", self.partitioning);
        out.show("limit", Some(self.limit));
        out.text("session", self.session.as_deref());
        out.show("ack", Some(self.ack));
        out.show("encode_base64", Some(self.encode_base64));
        out.show("lock_time", Some(self.lock_time));
        out.text("consumer_group", self.consumer_group.as_deref());
        let offsets = self.partition_offsets.as_ref().map(|offsets| {
            list(offsets, |pair| {
                let mut out = Object::new();
                out.show("partition", Some(pair.partition));
                out.show("offset", pair.offset);
                out.finish()
            })
        });
        out.raw("partition_offsets", &offsets.unwrap_or_else(null));
        out.show("sample_count", self.sample_count);
        out.show("sample_rate", self.sample_rate);
        out.raw("properties", &map(&self.properties));
        out.finish()
    }
}

impl WriteMode {
    /// The word of the language.
    pub fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Upsert => "UPSERT",
            Self::Update => "UPDATE",
        }
    }
}

impl FieldType {
    /// Upstream's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Value => "VALUE",
            Self::Key => "KEY",
            Self::Topic => "TOPIC",
            Self::Offset => "OFFSET",
            Self::Partition => "PARTITION",
            Self::Timestamp => "TIMESTAMP",
        }
    }
}

impl TagType {
    /// Upstream's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "DEFAULT",
            Self::Constant => "CONSTANT",
            Self::Alias => "ALIAS",
        }
    }
}

struct Object(String);

impl Object {
    fn new() -> Self {
        Self(String::from("{"))
    }

    fn raw(&mut self, name: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        let _infallible = write!(self.0, "\"{name}\":{value}");
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        self.raw(name, &value.map_or_else(null, string));
    }

    fn word(&mut self, name: &str, value: Option<&'static str>) {
        self.text(name, value);
    }

    /// Numbers and truth values, which JSON writes as Rust does.
    fn show<T: core::fmt::Display>(&mut self, name: &str, value: Option<T>) {
        self.raw(name, &value.map_or_else(null, |value| format!("{value}")));
    }

    fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn null() -> String {
    String::from("null")
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' || c == '\u{7f}' => {
                let _infallible = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn list<T>(items: &[T], each: impl Fn(&T) -> String) -> String {
    let mut out = String::from("[");
    for item in items {
        if out.len() > 1 {
            out.push(',');
        }
        out.push_str(&each(item));
    }
    out.push(']');
    out
}

fn map(map: &alloc::collections::BTreeMap<String, String>) -> String {
    let mut out = Object::new();
    for (key, value) in map {
        // The name is quoted by `raw`, so its own quotes come off again.
        let key = string(key);
        let key = key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or("");
        out.text(key, Some(value));
    }
    out.finish()
}

fn fields(fields: &[Field]) -> String {
    list(fields, |field| {
        let mut out = Object::new();
        out.text("name", Some(&field.name));
        out.text("alias", Some(&field.alias));
        let parents = field.parents.as_ref().map(|parents| list(parents, |text| string(text)));
        out.raw("parents", &parents.unwrap_or_else(null));
        out.word("type", Some(field.field_type.name()));
        out.finish()
    })
}

fn target_type(target: &TargetType) -> String {
    let (word, path) = match target {
        TargetType::Key(path) => ("KEY", path.as_deref()),
        TargetType::Value(path) => ("VALUE", path.as_deref()),
        TargetType::Header(path) => ("HEADER", path.as_deref()),
        TargetType::Static(text) => ("STATIC", Some(text.as_str())),
    };
    let mut out = Object::new();
    out.word("type", Some(word));
    out.text("path", path);
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_nothing_is_missing() {
        assert_eq!(string("a\"\\\n\u{e9}"), "\"a\\\"\\\\\\u000a\u{e9}\"");
        let statement = Statement::new("x", crate::span::Span::new(0, 1));
        let json = statement.to_json();
        assert!(json.starts_with("{\"text\":\"x\",\"span\":[0,1],\"write_mode\":null"), "{json}");
        assert!(json.ends_with("\"properties\":{}}"), "{json}");
    }
}
