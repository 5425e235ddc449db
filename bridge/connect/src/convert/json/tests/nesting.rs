//! How deep values and schemas are written: as far as Jackson, which counts every list and object.

use super::*;

#[test]
fn nesting_is_written_as_deep_as_by_jackson() {
    let nested = |depth| (0..depth).fold(Value::Int8(1), |it, _| Value::Array(vec![it]));
    let failed = "Converting Kafka Connect data to byte[] failed due to serialization error: ";
    assert_eq!(write(&off(), None, &nested(1000)).len(), 2001);
    assert_eq!(write(&off(), None, &nested(1001)), failed);
    assert_eq!(write(&on(), None, &nested(999)).len(), 2025);
    assert_eq!(write(&on(), None, &nested(1000)), failed);
}

/// With sizes and refusals as Java gave them.
#[test]
fn maps_nest_as_deep_as_with_jackson_and_a_pair_is_a_list_of_its_own() {
    let lists = |depth, inner| (0..depth).fold(inner, |it, _| Value::Array(vec![it]));
    let one = || Value::Int8(1);
    let length = |value: Value| match write(&off(), None, &value) {
        text if text.starts_with("Converting Kafka Connect data to byte[] failed") => None,
        text => Some(text.len()),
    };
    assert_eq!(length(lists(999, map(vec![]))), Some(2000));
    assert_eq!(length(lists(1000, map(vec![]))), None);
    assert_eq!(length(lists(999, map(vec![("a".into(), one())]))), Some(2005));
    assert_eq!(length(lists(1000, map(vec![("a".into(), one())]))), None);
    assert_eq!(length(lists(998, map(vec![(one(), one())]))), Some(2003));
    assert_eq!(length(lists(999, map(vec![(one(), one())]))), None);
    let as_value = |depth| (0..depth).fold(one(), |it, _| map(vec![(one(), it)]));
    let as_key = |depth| (0..depth).fold(one(), |it, _| map(vec![(it, one())]));
    let nested: [&dyn Fn(usize) -> Value; 2] = [&as_value, &as_key];
    for nested in nested {
        assert_eq!((length(nested(500)), length(nested(501))), (Some(3001), None));
    }
}

/// With refusals as Java gave them; envelope and schema are objects of their own.
#[test]
fn schemas_nest_as_deep_as_with_jackson() {
    let arrays = |depth, inner: Schema| (0..depth).fold(inner, |it, _| Schema::array(Arc::new(it)));
    let int8 = || Schema::plain(Type::Int8);
    let of_fields = |fields: Vec<Field>| Schema::structure(fields).unwrap();
    let parameters = || {
        let mut schema = int8();
        schema.parameters.insert("a".into(), "b".into());
        schema
    };
    let no_items = || Value::Array(vec![]);
    let is_written = |schema: Schema, value: Value| {
        let text = write(&on(), Some(schema), &value);
        let failed = "Converting Kafka Connect data to byte[] failed";
        assert!(text.starts_with("{\"schema\":") || text.starts_with(failed), "{text}");
        !text.starts_with(failed)
    };
    let cases: [(&str, usize, &dyn Fn() -> Schema); 5] = [
        ("no parts", 998, &int8),
        ("no fields, but a list of them", 997, &|| of_fields(vec![])),
        ("a field in the list", 996, &|| of_fields(vec![Field::new("a", Schema::int8())])),
        ("parameters", 997, &parameters),
        ("a pair in a map as default", 996, &|| {
            let default = map(vec![(Value::Int8(1), Value::Int8(1))]);
            Schema::map(Schema::int8(), Schema::int8()).with_default(default).unwrap()
        }),
    ];
    for (what, most, inner) in cases {
        assert!(is_written(arrays(most, inner()), no_items()), "{what}");
        assert!(!is_written(arrays(most + 1, inner()), no_items()), "{what}");
    }
    let structs = |depth| {
        (0..depth).fold(int8(), |it, _| of_fields(vec![Field::new("f", Arc::new(it))]).optional())
    };
    assert!(is_written(structs(499), Value::Null) && !is_written(structs(500), Value::Null));
}
