//! Structs: values of named fields, checked against a schema as they are put in.

use std::fmt;
use std::sync::Arc;

use super::value::check_value;
use super::{DataError, Field, Schema, Shape, Value};

/// Values for the fields of a struct schema, in its order; null until put.
#[derive(Debug, Clone, PartialEq)]
pub struct Struct {
    schema: Arc<Schema>,
    values: Vec<Value>,
}

impl Struct {
    /// A struct with all fields null.
    pub fn new(schema: Arc<Schema>) -> Result<Self, DataError> {
        let Shape::Struct(fields) = &schema.shape else {
            return Err(DataError::NoStruct(schema.kind()));
        };
        let values = vec![Value::Null; fields.len()];
        Ok(Self { schema, values })
    }

    /// Its schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Sets a field.
    pub fn put(&mut self, name: &str, value: Value) -> Result<&mut Self, DataError> {
        let no_field = || DataError::NoField(name.to_owned());
        let index = self
            .schema
            .fields()
            .iter()
            .position(|field| field.name == name)
            .ok_or_else(no_field)?;
        let field = self.schema.fields().get(index).ok_or_else(no_field)?;
        check_value(&field.schema, &value, &place(field))?;
        if let Some(slot) = self.values.get_mut(index) {
            *slot = value;
        }
        Ok(self)
    }

    /// A field, or its default where it is null and has one.
    pub fn get(&self, name: &str) -> Result<&Value, DataError> {
        let (field, value) = self
            .iter()
            .find(|(field, _)| field.name == name)
            .ok_or_else(|| DataError::NoField(name.to_owned()))?;
        Ok(match (value, &field.schema.default) {
            (Value::Null, Some(default)) => default,
            _ => value,
        })
    }

    /// Fields with their values, in order, defaults not applied.
    pub fn iter(&self) -> impl Iterator<Item = (&Field, &Value)> {
        self.schema.fields().iter().zip(&self.values)
    }

    /// Checks that every required field has a value.
    pub fn validate(&self) -> Result<(), DataError> {
        for (field, value) in self.iter() {
            if *value == Value::Null && field.schema.default.is_some() {
                continue;
            }
            check_value(&field.schema, value, &place(field))?;
        }
        Ok(())
    }
}

fn place(field: &Field) -> String {
    format!("field: \"{}\"", field.name)
}

impl fmt::Display for Struct {
    /// Java's `Struct{a=1,b=x}`; null fields are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Struct{")?;
        let mut gap = "";
        for (field, value) in self.iter().filter(|(_, value)| **value != Value::Null) {
            write!(f, "{gap}{}={value}", field.name)?;
            gap = ",";
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::super::Type;
    use super::*;

    fn key() -> Struct {
        Struct::new(Arc::new(Schema::struct_of_strings("k.MsgKey", &["topic", "id"]))).unwrap()
    }

    #[test]
    fn prints_as_java_does_without_null_fields() {
        let mut key = key();
        key.put("id", Value::string("7")).unwrap();
        assert_eq!(key.to_string(), "Struct{id=7}");
        key.put("topic", Value::string("/a/b")).unwrap();
        assert_eq!(key.to_string(), "Struct{topic=/a/b,id=7}");
    }

    #[test]
    fn refuses_with_connects_words() {
        let mut key = key();
        assert_eq!(
            key.put("x", Value::Null).unwrap_err().to_string(),
            "x is not a valid field name"
        );
        assert_eq!(
            key.put("id", Value::Int32(7)).unwrap_err().to_string(),
            "Invalid Java object for schema with type STRING: class java.lang.Integer for field: \
             \"id\""
        );
        assert_eq!(
            key.validate().unwrap_err().to_string(),
            "Invalid value: null used for required field: \"topic\", schema type: STRING"
        );
        let not_a_struct = Struct::new(Arc::new(Schema::plain(Type::Int8))).unwrap_err();
        assert_eq!(not_a_struct.to_string(), "Not a struct schema: INT8");
    }

    #[test]
    fn get_applies_a_default() {
        let with_default = Schema { default: Some(Value::Int32(5)), ..Schema::plain(Type::Int32) };
        let field = Field { name: "n".into(), schema: Arc::new(with_default) };
        let it = Struct::new(Arc::new(Schema::of(Shape::Struct(vec![field])))).unwrap();
        assert_eq!(it.get("n"), Ok(&Value::Int32(5)));
        assert_eq!(it.validate(), Ok(()));
    }
}
