//! Records and their headers, as transforms and converters see them.

use std::sync::Arc;

use super::check::matches_header;
use super::{ConnectError, Schema, Value};

/// Data with its schema, if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaAndValue {
    /// The schema.
    pub schema: Option<Arc<Schema>>,
    /// The value.
    pub value: Value,
}

impl SchemaAndValue {
    /// Null without a schema: a tombstone.
    pub const NULL: Self = Self { schema: None, value: Value::Null };

    /// Data with a schema.
    pub fn new(schema: Arc<Schema>, value: impl Into<Value>) -> Self {
        Self { schema: Some(schema), value: value.into() }
    }

    /// Data without one.
    pub fn schemaless(value: impl Into<Value>) -> Self {
        Self { schema: None, value: value.into() }
    }
}

/// A header of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name, which Java calls its key.
    pub name: Arc<str>,
    /// What it says.
    pub data: SchemaAndValue,
}

/// Headers in order; names may repeat.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// No headers.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a header behind the others. Its value must go with its schema.
    pub fn add(
        &mut self,
        name: impl Into<Arc<str>>,
        data: SchemaAndValue,
    ) -> Result<(), ConnectError> {
        if let Some(schema) = &data.schema {
            matches_header(schema, &data.value)?;
        }
        self.0.push(Header { name: name.into(), data });
        Ok(())
    }

    /// In order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// Those of a name, in order.
    pub fn all_with_name<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Header> {
        self.0.iter().filter(move |header| &*header.name == name)
    }

    /// The last one of a name.
    pub fn last_with_name(&self, name: &str) -> Option<&Header> {
        self.0.iter().rev().find(|header| &*header.name == name)
    }

    /// Removes all of a name.
    pub fn remove(&mut self, name: &str) {
        self.retain(|header| &*header.name != name);
    }

    /// Keeps those that `keep` says yes to.
    pub fn retain(&mut self, keep: impl FnMut(&Header) -> bool) {
        self.0.retain(keep);
    }

    /// Removes all.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Headers {
    type Item = Header;
    type IntoIter = std::vec::IntoIter<Header>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// A record on its way from a source to Kafka.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The Kafka topic.
    pub topic: Arc<str>,
    /// The partition, where the source chose one.
    pub partition: Option<i32>,
    /// Milliseconds since 1970, where the source gave a time.
    pub timestamp: Option<i64>,
    /// The key.
    pub key: SchemaAndValue,
    /// The value.
    pub value: SchemaAndValue,
    /// The headers.
    pub headers: Headers,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_keep_order_and_repeat() {
        let mut headers = Headers::new();
        for (name, number) in [("a", 1), ("b", 2), ("a", 3)] {
            headers.add(name, SchemaAndValue::new(Schema::int32(), number)).unwrap();
        }
        let numbers = |it: &mut dyn Iterator<Item = &Header>| -> Vec<String> {
            it.map(|header| header.data.value.to_string()).collect()
        };
        assert_eq!(numbers(&mut headers.iter()), ["1", "2", "3"]);
        assert_eq!(numbers(&mut headers.all_with_name("a")), ["1", "3"]);
        assert_eq!(headers.last_with_name("a").unwrap().data.value, Value::Int32(3));
        headers.remove("a");
        assert_eq!(numbers(&mut headers.iter()), ["2"]);
        assert_eq!(headers.last_with_name("a"), None);
    }

    #[test]
    fn a_headers_value_goes_with_its_schema() {
        let mut headers = Headers::new();
        assert_eq!(
            headers.add("a", SchemaAndValue::new(Schema::int32(), "x")),
            Err(ConnectError::data("The value x is not compatible with the schema Schema{INT32}"))
        );
        assert!(headers.is_empty());
        assert_eq!(headers.add("a", SchemaAndValue::NULL), Ok(()));
    }
}
