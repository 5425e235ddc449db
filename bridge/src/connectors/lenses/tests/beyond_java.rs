//! Where validation says more, or refuses more, than a worker of Kafka Connect: differences of
//! `docs/DIFFERENCES.md` that have no other test.

use super::validate;

const CAST: &str = "org.apache.kafka.connect.transforms.Cast$Value";

fn warnings(more: &[(&str, &str)]) -> Vec<String> {
    let answer = validate(more);
    assert_eq!(answer.infos.invalid_message(), None);
    answer.warnings.into_iter().map(|warning| warning.message).collect()
}

#[test]
fn a_version_of_a_header_converter_without_its_class_has_no_effect() {
    let told = warnings(&[("header.converter.plugin.version", "4.3.1")]);
    let effect =
        "header.converter.plugin.version has no effect, because the connector does not name \
                  the class: set header.converter, too";
    assert!(told.contains(&effect.to_owned()), "{told:?}");
}

#[test]
fn a_class_with_blanks_around_it_has_its_keys() {
    let blank = format!(" {CAST} ");
    let answer = validate(&[
        ("transforms", "c"),
        ("transforms.c.type", &blank),
        ("transforms.c.spec", "a:int8"),
    ]);
    assert_eq!(answer.infos.invalid_message(), None);
    let shown = |key: &str| answer.infos.value(key).unwrap().value.clone();
    assert_eq!(shown("transforms.c.type").as_deref(), Some(CAST));
    assert_eq!(shown("transforms.c.spec").as_deref(), Some("a:int8"));
}

#[test]
fn producer_settings_that_kafka_connect_takes_and_we_do_not() {
    for (key, value, part) in [
        ("acks", "0", "producer.override.acks=0 is refused"),
        ("security.protocol", "SSL", "is not supported yet"),
    ] {
        let key = format!("producer.override.{key}");
        let text = validate(&[(&key, value)]).infos.invalid_message().unwrap();
        assert!(text.contains(part), "{key}={value}: {text}");
    }
    for (key, value, part) in [
        ("enable.idempotence", "false", "it stays on"),
        ("delivery.timeout.ms", "1000", "retried until Kafka has it"),
        ("retries", "0", "retried until Kafka has it"),
        ("max.in.flight.requests.per.connection", "9", "is read as 5"),
        ("max.request.size", "999", "is read as 1000"),
        ("retry.backoff.ms", "0", "is read as 10"),
    ] {
        let key = format!("producer.override.{key}");
        let told = warnings(&[(&key, value)]);
        assert!(told.iter().any(|text| text.contains(part)), "{key}={value}: {told:?}");
    }
}
