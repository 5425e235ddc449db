//! What stands behind Kafka's words where a transform, a predicate or a converter is set wrongly:
//! which setting it is, and what to write instead.

use super::validate;

const CAST: &str = "org.apache.kafka.connect.transforms.Cast$Value";
const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";

/// The lines of the text with which POST refuses a config.
fn refusal(more: &[(&str, &str)]) -> String {
    let text = validate(more).infos.invalid_message().unwrap();
    let (_, errors) = text.split_once(":\n").unwrap();
    errors.split_once("\nYou can also find").unwrap().0.to_owned()
}

#[test]
fn a_wrong_cast_is_told_how_casts_are_written() {
    for (spec, java) in [
        (
            "a:int99",
            "Invalid value java.lang.IllegalArgumentException: No enum constant \
             org.apache.kafka.connect.data.Schema.Type.INT99 for configuration Invalid type found \
             in casting spec: int99",
        ),
        ("a:b:c", "Invalid value [a:b:c] for configuration renames: Invalid rename mapping: a:b:c"),
    ] {
        let cast = [("transforms", "c"), ("transforms.c.type", CAST), ("transforms.c.spec", spec)];
        assert_eq!(
            refusal(&cast),
            format!(
                "{java} (transforms.c.spec: Pairs `field:type`, or one type alone for the whole \
                 key or value. Types are int8, int16, int32, int64, float32, float64, boolean and \
                 string. Bytes become a string only.)"
            )
        );
    }
}

#[test]
fn of_two_transforms_of_one_class_the_wrong_one_is_named() {
    let routers = [
        ("transforms", "first,second"),
        ("transforms.first.type", "RegexRouter"),
        ("transforms.first.regex", "a"),
        ("transforms.first.replacement", "b"),
        ("transforms.second.type", "RegexRouter"),
        ("transforms.second.regex", "(["),
        ("transforms.second.replacement", "b"),
    ];
    assert_eq!(
        refusal(&routers),
        "Invalid value ([ for configuration regex: Invalid regex: Unclosed character class near \
         index 1\n([\n ^\n(transforms.second.regex: A regular expression of Java that the whole \
         topic must match. Where one of ( ) [ { . * + ? ^ $ | is to stand for itself, write a \
         backslash before it.)"
    );
}

#[test]
fn a_word_with_a_slip_is_recognised() {
    let converter = [
        ("transforms", "t"),
        ("transforms.t.type", "org.apache.kafka.connect.transforms.TimestampConverter$Value"),
        ("transforms.t.target.type", "timestmap"),
    ];
    assert!(refusal(&converter).ends_with(
        "(transforms.t.target.type: How the time is to be written. Did you mean Timestamp?)"
    ));
    let class = [("transforms", "t"), ("transforms.t.type", "Filtre")];
    assert_eq!(
        refusal(&class),
        "Invalid value Filtre for configuration transforms.t.type: Class Filtre could not be \
         found. Did you mean org.apache.kafka.connect.transforms.Filter?"
    );
}

#[test]
fn a_misspelt_setting_is_pointed_to_its_right_name() {
    let cast = [("transforms", "c"), ("transforms.c.type", CAST), ("transforms.c.specs", "a:int8")];
    let missing =
        "Missing required configuration \"transforms.c.spec\" which has no default value.";
    let first = refusal(&cast);
    assert!(first.starts_with(missing), "{first}");
    let told = "Did you mean transforms.c.spec where transforms.c.specs is written?";
    assert!(first.lines().next().unwrap().ends_with(told), "{first}");
    let warnings = |more: &[(&str, &str)]| -> Vec<String> {
        validate(more).warnings.into_iter().map(|warning| warning.message).collect()
    };
    let meant = "transforms.c.specs is ignored; did you mean transforms.c.spec?".to_owned();
    assert!(warnings(&cast).contains(&meant));
    let far = [&cast[..2], &[("transforms.c.spec", "a:int8"), ("transforms.c.colour", "red")]];
    let none =
        "transforms.c.colour is no setting of its class and is ignored; the class has spec, \
                replace.null.with.default";
    assert!(warnings(&far.concat()).contains(&none.to_owned()), "{:?}", warnings(&far.concat()));
    let converter = [("value.converter", JSON), ("value.converter.schema.enable", "false")];
    let meant = "value.converter.schema.enable is ignored; did you mean \
                 value.converter.schemas.enable?";
    assert!(warnings(&converter).contains(&meant.to_owned()), "{:?}", warnings(&converter));
}

#[test]
fn settings_with_which_a_converter_does_not_start_are_refused_at_their_key() {
    let schema = [
        ("value.converter", JSON),
        ("value.converter.schemas.enable", "true"),
        ("value.converter.schema.content", r#"{"type":"foo"}"#),
    ];
    let told = "(value.converter.schema.content: A schema that all records have, so that none that \
                is read needs to carry it; written as in the records, such as {\"type\":\"string\"}.)";
    let text = refusal(&schema);
    assert_eq!(text, format!("Unknown schema type: foo {told}"));
    let cut = [schema[0], schema[1], ("value.converter.schema.content", r#"{"type""#)];
    let text = refusal(&cut);
    assert!(
        text.starts_with("Failed to parse schema in converter config due to serialization error: ")
            && text.ends_with(told),
        "{text}"
    );
    let encoding = [("key.converter", STRING), ("key.converter.converter.encoding", "FOO")];
    let infos = validate(&encoding).infos;
    assert_eq!(
        infos.value("key.converter.converter.encoding").unwrap().errors,
        ["Unsupported encoding FOO (key.converter.converter.encoding: Encoding of texts, by one of \
          the names that Java has for it, such as UTF-8 or ISO-8859-1.)"]
    );
    let own = [("key.converter", STRING), ("key.converter.key.serializer.encoding", "FOO")];
    let text = refusal(&own);
    assert!(text.starts_with("key.converter.key.serializer.encoding: Unsupported"), "{text}");
}

#[test]
fn a_setting_without_its_prefix_and_a_class_that_is_no_type_lead_to_their_keys() {
    let answer = validate(&[("schemas.enable", "false")]);
    let told = "schemas.enable is ignored; did you mean value.converter.schemas.enable?";
    assert!(answer.warnings.iter().any(|it| it.message == told), "{:#?}", answer.warnings);
    let class = [("transforms", "c"), ("transforms.c.class", CAST)];
    assert_eq!(
        refusal(&class),
        "Missing required configuration \"transforms.c.type\" which has no default value. Did you \
         mean transforms.c.type where transforms.c.class is written?"
    );
}
