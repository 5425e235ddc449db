//! Fields of a struct schema, found by position and by name.
//!
//! Invariant: no two fields have the same name, and a wide struct is never searched from end to
//! end.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use super::{shown, ConnectError, Schema};

/// Above this many fields, names are looked up in a table.
const WIDE: usize = 12;

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// What it holds.
    pub schema: Arc<Schema>,
}

impl Field {
    /// A field.
    pub fn new(name: impl Into<Arc<str>>, schema: Arc<Schema>) -> Self {
        Self { name: name.into(), schema }
    }
}

/// The fields of a struct in order.
#[derive(Debug, Clone, Default)]
pub struct Fields {
    list: Vec<Field>,
    by_name: Option<HashMap<Arc<str>, usize>>,
}

impl Fields {
    /// Fields with names of their own; texts are `SchemaBuilder`'s.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Result<Self, ConnectError> {
        let mut all = Self::default();
        for field in fields {
            all.push(field)?;
        }
        Ok(all)
    }

    /// Adds a field behind the others.
    pub fn push(&mut self, field: Field) -> Result<(), ConnectError> {
        if field.name.is_empty() {
            return Err(ConnectError::schema_builder("fieldName cannot be null."));
        }
        if self.position(&field.name).is_some() {
            return Err(ConnectError::schema_builder(format!(
                "Cannot create field because of field name duplication {}",
                shown(&field.name)
            )));
        }
        let at = self.list.len();
        if let Some(by_name) = &mut self.by_name {
            by_name.insert(Arc::clone(&field.name), at);
        }
        self.list.push(field);
        if self.by_name.is_none() && self.list.len() > WIDE {
            let names = self.list.iter().enumerate();
            self.by_name = Some(names.map(|(i, field)| (Arc::clone(&field.name), i)).collect());
        }
        Ok(())
    }

    /// The position of a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        match &self.by_name {
            Some(by_name) => by_name.get(name).copied(),
            None => self.list.iter().position(|field| &*field.name == name),
        }
    }

    /// The field of a name.
    pub fn find(&self, name: &str) -> Option<&Field> {
        self.list.get(self.position(name)?)
    }
}

impl Deref for Fields {
    type Target = [Field];

    fn deref(&self) -> &[Field] {
        &self.list
    }
}

// The table follows from the list.
impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl Eq for Fields {}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use super::*;

    fn fields(count: usize) -> Vec<Field> {
        let schema = Arc::new(Schema::plain(Type::Int8));
        (0..count).map(|i| Field::new(format!("f{i}"), Arc::clone(&schema))).collect()
    }

    #[test]
    fn names_are_found_in_narrow_and_in_wide_structs() {
        for count in [0, 1, WIDE, WIDE + 1, 300] {
            let fields = Fields::new(fields(count)).unwrap();
            for i in 0..count {
                assert_eq!(fields.position(&format!("f{i}")), Some(i));
                assert_eq!(&*fields.find(&format!("f{i}")).unwrap().name, format!("f{i}"));
            }
            assert_eq!(fields.position("other"), None);
        }
    }

    #[test]
    fn a_name_comes_once_and_is_not_empty() {
        for count in [2, 300] {
            let mut list = fields(count);
            list.push(list[1].clone());
            assert_eq!(
                Fields::new(list).unwrap_err(),
                ConnectError::schema_builder(
                    "Cannot create field because of field name duplication f1"
                )
            );
        }
        let nameless = Field::new("", Arc::new(Schema::plain(Type::Int8)));
        assert_eq!(Fields::new([nameless]).unwrap_err().to_string(), "fieldName cannot be null.");
    }
}
