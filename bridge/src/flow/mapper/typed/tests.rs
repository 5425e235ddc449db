//! What a mapper of data does beside converting: it judges topics, tells null from empty, and keeps
//! records for the log.

use connect::data::{Schema, Value};

use super::*;
use crate::base::Seq;
use crate::convert::source::SourceClass;
use crate::convert::KeyForm;
use crate::kafka::OwnedRecord;
use crate::mqtt::QoS;

const EXTRACT_TOPIC: &[(&str, &str)] =
    &[("type", "io.confluent.connect.transforms.ExtractTopic$Value"), ("field", "to")];

/// A mapper that reads JSON, keyed by the MQTT topic, and has one transform with these settings.
fn mapper_of(
    transform: &[(&str, &str)],
    converters: Converters,
    keeps_records: bool,
) -> TypedMapper {
    let settings =
        transform.iter().map(|(key, value)| (format!("transforms.t.{key}"), (*value).into()));
    let config = [("transforms".to_owned(), "t".to_owned())].into_iter().chain(settings).collect();
    let chain = Arc::new(Chain::from_config(&config, 0).unwrap());
    let source = SourceConverter::new(SourceClass::JsonSimple, KeyForm::Topic);
    TypedMapper::new(source, "JsonSimple".into(), None, chain, converters, keeps_records)
}

fn texts() -> Converters {
    Converters {
        key: Converter::string(),
        value: Converter::string(),
        header: Converter::SimpleHeader,
    }
}

fn written(mapper: &mut TypedMapper, payload: &str) -> Result<OwnedRecord, Box<RecordFailure>> {
    let publish = Message::new("a/b", QoS::AtLeastOnce, payload.to_owned());
    let mut buffer = RecordBuffer::default();
    let written = mapper.write(&publish, &"target".into(), &mut buffer)?;
    assert_eq!(written, Mapped::Record);
    Ok(buffer.as_record(Seq(0), payload.as_bytes()).to_owned_record())
}

#[test]
fn every_topic_is_judged_whatever_came_before_it() {
    let mut mapper = mapper_of(EXTRACT_TOPIC, texts(), false);
    for (topic, is_legal) in [
        ("good", true),
        ("no good", false),
        ("good", true),
        ("better", true),
        ("no good", false),
        ("no/good", false),
    ] {
        let result = written(&mut mapper, &format!(r#"{{"to":"{topic}"}}"#));
        match result {
            Ok(record) => assert!(is_legal && record.topic == topic, "'{topic}' was let through"),
            Err(failure) => {
                assert!(!is_legal, "'{topic}': {failure}");
                assert_eq!(
                    (failure.stage, failure.error.class),
                    (Stage::KafkaProduce, INVALID_TOPIC)
                );
            }
        }
    }
}

#[test]
fn a_key_that_a_transform_drops_is_null_in_kafka_and_not_empty() {
    let drop = [("type", "io.confluent.connect.transforms.Drop$Key")];
    let mut mapper = mapper_of(&drop, texts(), false);
    assert_eq!(written(&mut mapper, "1").unwrap().key, None);
    let keep = [("type", "io.confluent.connect.transforms.Drop$Value")];
    let mut mapper = mapper_of(&keep, texts(), false);
    let record = written(&mut mapper, "1").unwrap();
    assert_eq!((record.key, record.value), (Some(b"a/b".to_vec()), None));
}

/// A mapper whose step of this stage fails for every message.
fn failing_in(stage: Stage, keeps_records: bool) -> TypedMapper {
    let insert_header = [
        ("type", "org.apache.kafka.connect.transforms.InsertHeader"),
        ("header", "h"),
        ("value.literal", "text"),
    ];
    let cast = [("type", "org.apache.kafka.connect.transforms.Cast$Value"), ("spec", "to:int8")];
    // They take nothing but bytes, which neither keys nor values are here.
    let (key, value) = (Converter::ByteArray, Converter::ByteArray);
    let header = Converter::ByteArray;
    match stage {
        Stage::Transformation => mapper_of(&cast, texts(), keeps_records),
        Stage::KafkaProduce => mapper_of(EXTRACT_TOPIC, texts(), keeps_records),
        Stage::HeaderConverter => {
            mapper_of(&insert_header, Converters { header, ..texts() }, keeps_records)
        }
        Stage::KeyConverter => {
            mapper_of(&insert_header, Converters { key, ..texts() }, keeps_records)
        }
        Stage::ValueConverter => {
            mapper_of(&insert_header, Converters { value, ..texts() }, keeps_records)
        }
        Stage::TaskPoll => panic!("there is no record yet"),
    }
}

#[test]
fn a_failure_has_the_record_as_its_source_made_it_where_the_log_is_to_show_it() {
    for stage in [
        Stage::Transformation,
        Stage::HeaderConverter,
        Stage::KeyConverter,
        Stage::ValueConverter,
        Stage::KafkaProduce,
    ] {
        let failure = |keeps_records| {
            let failure = written(&mut failing_in(stage, keeps_records), r#"{"to":"no good"}"#);
            let failure = failure.unwrap_err();
            assert_eq!(failure.stage, stage, "{failure}");
            failure
        };
        let record = failure(true).record.unwrap_or_else(|| panic!("{stage:?}: no record"));
        assert_eq!(&*record.topic, "target", "{stage:?}");
        assert_eq!(record.key, SchemaAndValue::new(Schema::string(), Value::string("a/b")));
        assert_eq!(record.value.value.to_string(), "Struct{to=no good}", "{stage:?}");
        assert_eq!(record.headers.iter().len(), 0, "{stage:?}");
        assert_eq!(failure(false).record, None, "{stage:?}");
    }
}
