//! Whether Avro could name what a schema names.
//!
//! The converter with schema evolution writes its schema as Avro text into the source offset and
//! fails where that cannot be, so messages that it never let through are told from others here.

use connect::data::{ConnectError, Schema};

const CLASS: &str = "org.apache.avro.SchemaParseException";

/// Checks names of structs and fields, as far in as they go.
pub(super) fn check(schema: &Schema) -> Result<(), ConnectError> {
    if let Some(name) = &schema.name {
        // What stands before the last dot is a namespace, which Avro does not look at.
        check_name(name.rsplit('.').next().unwrap_or(name))?;
    }
    if let Some(element) = schema.value_schema() {
        check(element)?;
    }
    schema.fields().iter().try_for_each(|field| {
        check_name(&field.name)?;
        check(&field.schema)
    })
}

fn check_name(name: &str) -> Result<(), ConnectError> {
    let mut characters = name.chars();
    let problem = match characters.next() {
        None => "Empty name".to_owned(),
        Some(first) if !(first.is_alphabetic() || first == '_') => {
            format!("Illegal initial character: {name}")
        }
        Some(_) if characters.all(|it| it.is_alphanumeric() || it == '_') => return Ok(()),
        Some(_) => format!("Illegal character in: {name}"),
    };
    Err(ConnectError::of(CLASS, problem))
}

#[cfg(test)]
mod tests {
    use connect::data::Field;

    use super::*;

    fn problem(struct_name: &str, field: &str) -> Option<String> {
        let inner = Schema::structure([Field::new(field, Schema::int64())]).unwrap();
        let list = Schema::array(inner.named(struct_name).into());
        let outer = Schema::structure([Field::new("list", list.into())]).unwrap().named("top");
        check(&outer).err().map(|error| error.to_java_string())
    }

    #[test]
    fn names_are_letters_digits_and_underscores() {
        assert_eq!(problem("a_1", "_b"), None);
        assert_eq!(problem("a/b.c", "é"), None);
        let error = |text: &str| Some(format!("org.apache.avro.SchemaParseException: {text}"));
        assert_eq!(problem("a/b", "x"), error("Illegal character in: a/b"));
        assert_eq!(problem("a", "b.c"), error("Illegal character in: b.c"));
        assert_eq!(problem("a", "1b"), error("Illegal initial character: 1b"));
        assert_eq!(problem("", "b"), error("Empty name"));
        assert_eq!(problem("a.", "b"), error("Empty name"));
    }
}
