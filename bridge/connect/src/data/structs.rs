//! Structs: values of named fields, checked against a schema as they are put in.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::check::validate_field;
use super::{ConnectError, Field, Schema, Shape, Type, Value};

/// Values for the fields of a struct schema, in its order; null until put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Struct {
    schema: Arc<Schema>,
    values: Vec<Value>,
}

impl Struct {
    /// A struct with all fields null.
    pub fn new(schema: Arc<Schema>) -> Result<Self, ConnectError> {
        let Shape::Struct(fields) = &schema.shape else {
            return Err(ConnectError::data(format!("Not a struct schema: {schema}")));
        };
        let values = vec![Value::Null; fields.len()];
        Ok(Self { schema, values })
    }

    /// A struct from its values in the order of the fields, each checked as by [`Self::put`]. Fields
    /// without one are null.
    pub fn from_values(schema: Arc<Schema>, values: Vec<Value>) -> Result<Self, ConnectError> {
        let Shape::Struct(fields) = &schema.shape else {
            return Err(ConnectError::data(format!("Not a struct schema: {schema}")));
        };
        for (field, value) in fields.iter().zip(&values) {
            validate_field(&field.name, &field.schema, value)?;
        }
        if values.len() > fields.len() {
            return Err(ConnectError::data("field cannot be null."));
        }
        let mut values = values;
        values.resize(fields.len(), Value::Null);
        Ok(Self { schema, values })
    }

    /// A struct whose values are known to be those of its schema, in its order.
    pub fn from_valid(schema: Arc<Schema>, values: Vec<Value>) -> Self {
        debug_assert!(schema.fields().len() == values.len(), "a value for each field");
        Self { schema, values }
    }

    /// Its schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Sets a field.
    pub fn put(&mut self, name: &str, value: Value) -> Result<&mut Self, ConnectError> {
        let index = self.position(name)?;
        self.put_at(index, value)
    }

    /// Sets the field at a position of the schema.
    pub fn put_at(&mut self, index: usize, value: Value) -> Result<&mut Self, ConnectError> {
        let (Some(field), Some(slot)) =
            (self.schema.fields().get(index), self.values.get_mut(index))
        else {
            return Err(ConnectError::data("field cannot be null."));
        };
        validate_field(&field.name, &field.schema, &value)?;
        *slot = value;
        Ok(self)
    }

    /// A field, or its default where it is null and has one.
    pub fn get(&self, name: &str) -> Result<&Value, ConnectError> {
        let index = self.position(name)?;
        Ok(self.get_at(index).unwrap_or(&Value::Null))
    }

    /// The field at a position, or its default where it is null and has one.
    pub fn get_at(&self, index: usize) -> Option<&Value> {
        let (field, value) = (self.schema.fields().get(index)?, self.values.get(index)?);
        Some(match (value, &field.schema.default) {
            (Value::Null, Some(default)) => default,
            _ => value,
        })
    }

    /// The field at a position as it is, without its default.
    pub fn value_at(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    /// A field as it is, without its default.
    pub fn get_without_default(&self, name: &str) -> Result<&Value, ConnectError> {
        let index = self.position(name)?;
        Ok(self.values.get(index).unwrap_or(&Value::Null))
    }

    /// A field of a certain type, without its default, as Java's `getString` and the like.
    pub fn get_typed(&self, name: &str, kind: Type) -> Result<&Value, ConnectError> {
        let index = self.position(name)?;
        if self.schema.fields().get(index).is_none_or(|field| field.schema.kind() != kind) {
            return Err(ConnectError::data(format!("Field '{name}' is not of type {kind}")));
        }
        Ok(self.values.get(index).unwrap_or(&Value::Null))
    }

    /// Fields with their values, in order, defaults not applied.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Field, &Value)> {
        self.schema.fields().iter().zip(&self.values)
    }

    /// Its values in order, without their schema.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Checks that every required field has a value.
    pub fn validate(&self) -> Result<(), ConnectError> {
        for (field, value) in self.iter() {
            if value.is_null() && (field.schema.optional || field.schema.default.is_some()) {
                continue;
            }
            validate_field(&field.name, &field.schema, value)?;
        }
        Ok(())
    }

    fn position(&self, name: &str) -> Result<usize, ConnectError> {
        self.schema
            .field_position(name)
            .ok_or_else(|| ConnectError::data(format!("{name} is not a valid field name")))
    }
}

impl Hash for Struct {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.values.hash(state);
    }
}

impl fmt::Display for Struct {
    /// Java's `Struct{a=1,b=x}`; null fields are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Struct{")?;
        let mut gap = "";
        for (field, value) in self.iter().filter(|(_, value)| !value.is_null()) {
            write!(f, "{gap}{}={value}", field.name)?;
            gap = ",";
        }
        f.write_str("}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Struct {
        let schema = Schema::struct_of_strings("k.MsgKey", &["topic", "id"]).unwrap();
        Struct::new(Arc::new(schema)).unwrap()
    }

    fn with_default() -> Struct {
        let number = Schema::plain(Type::Int32).with_default(Value::Int32(5)).unwrap();
        let schema = Schema::structure([Field::new("n", Arc::new(number))]).unwrap();
        Struct::new(Arc::new(schema)).unwrap()
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
        let unknown = "x is not a valid field name";
        assert_eq!(key.put("x", Value::Null).unwrap_err(), ConnectError::data(unknown));
        assert_eq!(key.get("x").unwrap_err().message, unknown);
        assert_eq!(key.get_without_default("x").unwrap_err().message, unknown);
        assert_eq!(key.get_typed("x", Type::Map).unwrap_err().message, unknown);
        assert_eq!(
            key.get_typed("id", Type::Map).unwrap_err().message,
            "Field 'id' is not of type MAP"
        );
        assert_eq!(
            key.put("id", Value::Int32(7)).unwrap_err().message,
            "Invalid Java object for schema with type STRING: class java.lang.Integer for field: \
             \"id\""
        );
        assert_eq!(
            key.validate().unwrap_err().message,
            "Invalid value: null used for required field: \"topic\", schema type: STRING"
        );
        assert_eq!(
            Struct::new(Schema::int8()).unwrap_err().message,
            "Not a struct schema: Schema{INT8}"
        );
    }

    #[test]
    fn a_default_stands_for_null_when_read_and_not_when_put() {
        let mut it = with_default();
        assert_eq!(it.get("n"), Ok(&Value::Int32(5)));
        assert_eq!(it.get_without_default("n"), Ok(&Value::Null));
        assert_eq!(it.get_typed("n", Type::Int32), Ok(&Value::Null));
        assert_eq!(it.validate(), Ok(()));
        assert!(it.put("n", Value::Null).is_err());
    }

    #[test]
    fn a_struct_within_must_have_the_schema_of_its_field() {
        let inner = with_default();
        let schema = Schema::structure([Field::new("in", Arc::clone(inner.schema()))]).unwrap();
        let mut outer = Struct::new(Arc::new(schema)).unwrap();
        assert_eq!(
            outer.put("in", Value::Struct(key())).unwrap_err().message,
            "Struct schemas do not match."
        );
        outer.put("in", Value::Struct(inner)).unwrap();
        assert_eq!(outer.to_string(), "Struct{in=Struct{}}");
    }

    #[test]
    fn values_in_order_are_checked_too() {
        let schema = Arc::clone(key().schema());
        let values = vec!["/a".into(), "7".into()];
        let it = Struct::from_values(Arc::clone(&schema), values.clone()).unwrap();
        assert_eq!(it.to_string(), "Struct{topic=/a,id=7}");
        assert_eq!(it.into_values(), values);
        assert!(Struct::from_values(Arc::clone(&schema), vec![Value::Int8(1)]).is_err());
        assert!(Struct::from_values(schema, vec!["".into(), "".into(), "".into()]).is_err());
    }
}
