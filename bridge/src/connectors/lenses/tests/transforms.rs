//! What can be told of transforms before the first message: those that fail for each, those whose
//! result nobody takes, and settings that records of an MQTT source cannot fill.

use super::{validate, warned};

const APACHE: &str = "org.apache.kafka.connect.transforms";
const READ: &str = "INSERT INTO t SELECT * FROM a WITHCONVERTER=`io.lenses.streamreactor.connect.\
                    converters.source.JsonSimpleConverter`";

/// One transform `x` of this class and these settings.
fn one(class: &str, settings: &[(&str, &str)]) -> Vec<(String, String)> {
    let of = |(key, value): (&str, &str)| (format!("transforms.x.{key}"), value.to_owned());
    let class = if class.contains('.') { class.to_owned() } else { format!("{APACHE}.{class}") };
    let first = [("transforms".to_owned(), "x".to_owned()), of(("type", &class))];
    first.into_iter().chain(settings.iter().copied().map(of)).collect()
}

fn told(config: &[(String, String)], more: &[(&str, &str)], key: &str, part: &str) {
    let all: Vec<(&str, &str)> =
        config.iter().map(|(key, value)| (&**key, &**value)).chain(more.iter().copied()).collect();
    warned(&all, key, part);
}

fn untold(config: &[(String, String)], more: &[(&str, &str)]) {
    let all: Vec<(&str, &str)> =
        config.iter().map(|(key, value)| (&**key, &**value)).chain(more.iter().copied()).collect();
    let answer = validate(&all);
    assert_eq!(answer.infos.error_count, 0, "{:?}", answer.infos.invalid_message());
    let about = |it: &&crate::connectors::ConfigWarning| {
        it.key.starts_with("transforms") || it.key.ends_with(".converter")
    };
    let found: Vec<_> = answer.warnings.iter().filter(about).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn a_transform_that_needs_what_no_record_has_is_warned_of() {
    let router = [
        ("transforms", "day"),
        ("transforms.day.type", "org.apache.kafka.connect.transforms.TimestampRouter"),
    ];
    warned(&router, "transforms.day.type", "needs the record's timestamp");
}

#[test]
fn a_transform_that_cannot_work_on_bytes_is_warned_of_where_payloads_stay_bytes() {
    const CAST: [(&str, &str); 3] = [
        ("transforms", "route,c"),
        ("transforms.c.type", "org.apache.kafka.connect.transforms.Cast$Value"),
        ("transforms.c.spec", "a:int8"),
    ];
    const ROUTE: [(&str, &str); 3] = [
        ("transforms.route.type", "RegexRouter"),
        ("transforms.route.regex", "(.*)"),
        ("transforms.route.replacement", "x-$1"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&CAST[..], &ROUTE[..], more].concat();
    warned(
        &with(&[]),
        "transforms.c.type",
        "transforms.c.type fails for every message of statement 1, whose value is the payload as \
         bytes: Cannot list fields on non-struct type; where payloads are JSON objects, write \
         WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.JsonSimpleConverter`",
    );
    let read = "INSERT INTO t SELECT * FROM a WITHCONVERTER=`io.lenses.streamreactor.connect.\
                converters.source.JsonSimpleConverter`";
    for fine in [
        vec![("connect.mqtt.kcql", read)],
        // Not every message passes a transform with a predicate.
        vec![
            ("predicates", "p"),
            ("predicates.p.type", "TopicNameMatches"),
            ("predicates.p.pattern", "a.*"),
            ("transforms.c.predicate", "p"),
        ],
        vec![("transforms", "route")],
        vec![("transforms.c.spec", "string")],
    ] {
        let answer = validate(&with(&fine));
        let about = answer.warnings.iter().find(|warning| warning.message.contains("as bytes"));
        assert_eq!(about, None, "{fine:?}");
    }
}

#[test]
fn fields_that_no_record_of_a_source_can_fill_are_told() {
    let json = [("connect.mqtt.kcql", READ), ("value.converter", "Json")];
    for (setting, value, part) in [
        ("timestamp.field", "ts!", "no timestamp before Kafka has them, so the transform fails"),
        ("timestamp.field", "ts", "no timestamp before Kafka has them, so the field is null in"),
        ("partition.field", "p!", "no partition before Kafka has them, so the transform fails"),
        ("offset.field", "o", "no offset at a source, so the transform fails for each"),
    ] {
        let insert = one("InsertField$Value", &[(setting, value)]);
        told(&insert, &json, &format!("transforms.x.{setting}"), part);
    }
    untold(&one("InsertField$Value", &[("topic.field", "t")]), &json);
}

#[test]
fn a_topic_that_transforms_make_for_every_message_and_kafka_refuses_is_told() {
    let router = |to| one("RegexRouter", &[("regex", "(.*)"), ("replacement", to)]);
    let part = "the topic 'smap_telemetry_data/x y', which Kafka does not accept";
    told(&router("$1/x y"), &[], "transforms", part);
    untold(&router("x.$1"), &[]);
}

#[test]
fn a_converter_that_cannot_write_what_transforms_make_of_bytes_is_told() {
    let hoist = one("HoistField$Value", &[("field", "f")]);
    let bytes = ("value.converter", "ByteArray");
    told(&hoist, &[bytes], "value.converter", "cannot write what the transforms make of every");
    untold(&hoist, &[("value.converter", "Json")]);
    let cast = one("Cast$Value", &[("spec", "string")]);
    told(&cast, &[bytes], "value.converter", "every message of statement 1");
}

#[test]
fn settings_of_earlier_releases_lead_to_their_successors() {
    for (old, new) in [("blacklist", "exclude"), ("whitelist", "include")] {
        let replace = one("ReplaceField$Value", &[(old, "secret")]);
        let key = format!("transforms.x.{old}");
        let part = format!("{key} is ignored; did you mean transforms.x.{new}?");
        told(&replace, &[("connect.mqtt.kcql", READ)], &key, &part);
    }
}

#[test]
fn what_hangs_on_the_text_of_a_message_is_not_told() {
    const EXTRACT: &str = "io.confluent.connect.transforms.ExtractTopic$Key";
    let chain = |links: &[(&str, &[(&str, &str)])]| {
        let mut all = Vec::new();
        let names: Vec<String> = (0..links.len()).map(|n| format!("t{n}")).collect();
        all.push(("transforms".to_owned(), names.join(",")));
        for (name, (class, settings)) in names.iter().zip(links) {
            let class =
                if class.contains('.') { (*class).to_owned() } else { format!("{APACHE}.{class}") };
            all.push((format!("transforms.{name}.type"), class));
            let of = |(key, value): &(&str, &str)| {
                (format!("transforms.{name}.{key}"), (*value).to_owned())
            };
            all.extend(settings.iter().map(of));
        }
        all
    };
    let router = |regex| [("regex", regex), ("replacement", "$1")];
    for right in [
        chain(&[
            (EXTRACT, &[("field", "topic")]),
            ("RegexRouter", &router("telemetry/([^/]+)/(?:[^/]+)")),
        ]),
        chain(&[(EXTRACT, &[("field", "topic")]), ("RegexRouter", &router("telemetry/(\\d{9})"))]),
        chain(&[("ExtractField$Key", &[("field", "id")]), ("Cast$Key", &[("spec", "int32")])]),
        chain(&[
            ("Cast$Value", &[("spec", "string")]),
            ("TimestampConverter$Value", &[("target.type", "unix"), ("format", "yyyy")]),
        ]),
        chain(&[("Cast$Value", &[("spec", "string")]), ("Cast$Value", &[("spec", "int64")])]),
    ] {
        untold(&right, &[("value.converter", "Json")]);
    }
}
