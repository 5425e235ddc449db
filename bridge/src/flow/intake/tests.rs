//! What becomes of messages that cannot become records, under each setting.

use connect::convert::Converter;
use connect::transform::Chain;

use super::super::dead_letter_sources::DeadLetterSources;
use super::super::errors::{DeadLetters, Tolerance};
use super::super::test_support::{self, error_lines, mapper_of, spec};
use super::*;
use crate::convert::source::{SourceClass, SourceConverter};
use crate::convert::KeyForm;
use crate::flow::mapper::{Converters, TypedMapper};
use crate::kafka::Record;
use crate::mqtt::{PacketId, QoS};

/// No text, which the converter of texts cannot write.
const POISON: &[u8] = &[0xff, 0xfe];

const REFUSED: &str = "org.apache.kafka.common.InvalidRecordException";

struct Rig {
    intake: Intake,
    counters: Arc<TaskCounters>,
    buffers: RecordBuffers,
}

fn rig(policy: ErrorPolicy) -> Rig {
    rig_with(policy, 10_000)
}

fn rig_with(policy: ErrorPolicy, max_record_bytes: usize) -> Rig {
    let spec = spec("INSERT INTO target SELECT * FROM telemetry/+");
    let counters = Arc::new(TaskCounters::default());
    let setup = Setup {
        routes: Routes::new(spec.plan),
        mappers: vec![RecordMapper::Bytes(mapper_of(&Converter::string()))],
        policy,
        max_record_bytes,
        forward_duplicates: true,
        task: "c-0".into(),
    };
    Rig {
        intake: Intake::new(setup, Arc::clone(&counters)),
        counters,
        buffers: RecordBuffers::default(),
    }
}

/// A rig that reads JSON and has one transform with these settings.
fn transforming(policy: ErrorPolicy, settings: &[(&str, &str)], shows_payloads: bool) -> Rig {
    let settings =
        settings.iter().map(|(key, value)| (format!("transforms.t.{key}"), (*value).into()));
    let config = [("transforms".to_owned(), "t".to_owned())].into_iter().chain(settings).collect();
    let chain = Arc::new(Chain::from_config(&config, 0).unwrap());
    let source = SourceConverter::new(SourceClass::JsonSimple, KeyForm::Topic);
    let converters = Converters {
        key: Converter::string(),
        value: Converter::string(),
        header: Converter::SimpleHeader,
    };
    let mapper = TypedMapper::new(source, "JsonSimple".into(), None, chain, converters, false);
    let mut rig = rig(policy);
    rig.intake.setup.mappers =
        vec![RecordMapper::Typed(Box::new(mapper.showing_payloads(shows_payloads)))];
    rig
}

fn letters() -> DeadLetters {
    test_support::letters("dead")
}

fn all() -> ErrorPolicy {
    ErrorPolicy { tolerance: Tolerance::All, ..ErrorPolicy::default() }
}

fn message(topic: &str, payload: &[u8]) -> Message {
    let mut publish = Message::new(topic, QoS::AtLeastOnce, payload.to_vec());
    publish.packet_id = PacketId::new(7);
    publish
}

impl Rig {
    /// The records of a message.
    fn take(&mut self, publish: &Message) -> Result<Vec<OwnedRecord>, String> {
        self.buffers.clear();
        self.intake.take(publish, &mut self.buffers).map_err(|error| match *error {
            IntakeError::Fail(failure) => failure.trace(),
            IntakeError::Retry(retry) => panic!("{retry:?}"),
        })?;
        let records = self.buffers.iter().map(|buffer| buffer.as_record(Seq(0), &publish.payload));
        Ok(records.map(Record::to_owned_record).collect())
    }

    fn count(&self, counter: fn(&TaskCounters) -> &std::sync::atomic::AtomicU64) -> u64 {
        TaskCounters::get(counter(&self.counters))
    }
}

fn header(record: &OwnedRecord, name: &str) -> Option<String> {
    let found = record.headers.iter().find(|header| &*header.name == name);
    let value = found.unwrap_or_else(|| panic!("no header {name}")).value.as_ref()?;
    Some(String::from_utf8(value.to_vec()).unwrap())
}

#[test]
fn without_tolerance_a_failure_ends_the_task_with_the_cause_first() {
    let mut rig = rig(ErrorPolicy { source_passes_over: true, ..ErrorPolicy::default() });
    let trace = rig.take(&message("telemetry/a", POISON)).unwrap_err();
    let first = trace.lines().next().unwrap();
    assert!(first.starts_with("org.apache.kafka.connect.errors.DataException: "), "{first}");
    assert!(first.contains("StringConverter") && first.contains("telemetry/a"), "{first}");
    assert!(trace.contains("VALUE_CONVERTER") && trace.contains("errors.tolerance=none"));
    assert_eq!(rig.count(|c| &c.dropped_converter), 0);
}

#[test]
fn with_tolerance_the_message_is_passed_over_and_counted() {
    let mut rig = rig(all());
    for _ in 0..5 {
        assert_eq!(rig.take(&message("telemetry/a", POISON)), Ok(Vec::new()));
    }
    assert_eq!(rig.count(|c| &c.dropped_converter), 5);
    let totals: Vec<u64> = rig
        .intake
        .notices()
        .map(|notice| match notice {
            Notice::Skipped { total, .. } => total,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(totals, [1, 2, 4], "logged ever more rarely");
    assert_eq!(rig.take(&message("telemetry/a", b"text")).unwrap().len(), 1);
}

#[test]
fn a_dead_letter_has_the_payload_byte_for_byte_and_says_what_happened() {
    let mut rig = rig(ErrorPolicy { dead_letters: Some(letters()), ..all() });
    let records = rig.take(&message("telemetry/a", POISON)).unwrap();
    assert_eq!(records.len(), 1);
    let told = rig.intake.notices().next();
    let Some(Notice::Skipped { dead_letter: Some(topic), .. }) = told else { panic!("{told:?}") };
    assert_eq!(&*topic, "dead");
    let letter = &records[0];
    assert_eq!((letter.topic.as_str(), letter.value.as_deref()), ("dead", Some(POISON)));
    assert_eq!(letter.key.as_deref(), Some(b"telemetry/a".as_slice()));
    let says = |name: &str| header(letter, &format!("__connect.errors.{name}"));
    assert_eq!(says("stage").as_deref(), Some("VALUE_CONVERTER"));
    assert_eq!(
        says("class.name").as_deref(),
        Some("org.apache.kafka.connect.storage.StringConverter")
    );
    assert_eq!(
        says("exception.class.name").as_deref(),
        Some("org.apache.kafka.connect.errors.DataException")
    );
    assert_eq!(
        (says("connector.name").as_deref(), says("task.id").as_deref()),
        (Some("c"), Some("0"))
    );
    assert_eq!(says("mqtt.topic").as_deref(), Some("telemetry/a"));
    assert_eq!(
        (says("mqtt.qos").as_deref(), says("mqtt.packet.id").as_deref()),
        (Some("1"), Some("7"))
    );
    assert_eq!(says("offset"), None, "null where nothing is known");
    assert_eq!(rig.count(|c| &c.dead_lettered), 1);
}

#[test]
fn a_dead_letter_without_context_is_the_bare_message() {
    let bare = DeadLetters { context_headers: false, ..letters() };
    let mut rig = rig(ErrorPolicy { dead_letters: Some(bare), ..all() });
    let records = rig.take(&message("telemetry/a", POISON)).unwrap();
    assert!(records[0].headers.is_empty());
}

#[test]
fn a_message_that_no_statement_matches_goes_the_same_way() {
    let lenient = ErrorPolicy { source_passes_over: true, ..ErrorPolicy::default() };
    let mut with_letters = rig(ErrorPolicy { dead_letters: Some(letters()), ..lenient.clone() });
    let records = with_letters.take(&message("other", b"x")).unwrap();
    assert_eq!(
        (records[0].topic.as_str(), records[0].value.as_deref()),
        ("dead", Some(b"x".as_slice()))
    );
    assert_eq!(with_letters.count(|c| &c.dropped_unmatched), 1);
    assert_eq!(header(&records[0], "__connect.errors.class.name").as_deref(), Some(WORKER));
    let told = with_letters.intake.notices().next();
    let Some(Notice::Unmatched { dead_letter: Some(topic), .. }) = told else { panic!("{told:?}") };
    assert_eq!(&*topic, "dead");
    assert_eq!(rig(lenient).take(&message("other", b"x")), Ok(Vec::new()));
    let trace = rig(ErrorPolicy::default()).take(&message("other", b"x")).unwrap_err();
    assert!(trace.contains("no KCQL statement matches MQTT topic 'other'"), "{trace}");
    assert_eq!(rig(all()).take(&message("other", b"x")), Ok(Vec::new()));
}

#[test]
fn what_is_too_large_even_for_a_dead_letter_leaves_a_letter_without_value() {
    let mut rig = rig_with(ErrorPolicy { dead_letters: Some(letters()), ..all() }, 2_000);
    let records = rig.take(&message("telemetry/a", &[b'x'; 3_000])).unwrap();
    assert_eq!((records.len(), records[0].value.as_ref()), (1, None));
    let omitted = header(&records[0], "__connect.errors.value.omitted").unwrap();
    assert_eq!(omitted, "3000 bytes, over max.request.size=2000");
    assert_eq!(
        header(&records[0], "__connect.errors.exception.class.name").as_deref(),
        Some("org.apache.kafka.common.errors.RecordTooLargeException")
    );
    assert_eq!(rig.take(&message("telemetry/a", b"small")).unwrap().len(), 1);
}

#[test]
fn what_kafka_refuses_for_good_becomes_a_dead_letter_and_a_refused_letter_ends_the_task() {
    let mut rig = rig(ErrorPolicy { dead_letters: Some(letters()), ..all() });
    let publish = message("telemetry/a", b"x");
    // Transforms and converters made something else of it.
    let mut buffers = RecordBuffers::default();
    let buffer = buffers.begin();
    buffer.set_topic(&"target".into());
    buffer.value().extend_from_slice(b"converted");
    let record = buffer.as_record(Seq(0), b"x").to_owned_record();
    buffers.keep();
    let mut sources = DeadLetterSources::default();
    sources.enter(&publish, &buffers);
    let letter = rig.intake.refused(record, sources.of(Seq(0)), REFUSED, "no").unwrap().unwrap();
    assert_eq!(
        (letter.topic.as_str(), letter.key.as_deref(), letter.value.as_deref()),
        ("dead", Some(b"telemetry/a".as_slice()), Some(b"x".as_slice())),
        "the message, not the record that was made from it"
    );
    let says = |name: &str| header(&letter, &format!("__connect.errors.{name}"));
    assert_eq!(says("topic").as_deref(), Some("target"));
    assert_eq!(says("exception.class.name").as_deref(), Some(REFUSED));
    assert_eq!(says("mqtt.topic").as_deref(), Some("telemetry/a"));
    assert_eq!(says("mqtt.packet.id").as_deref(), Some("7"));
    let end = rig.intake.refused(letter, sources.of(Seq(0)), REFUSED, "no").unwrap_err();
    assert!(end.trace().contains("refused a dead letter for topic 'dead': no"));
    assert_eq!(rig.count(|c| &c.dead_lettered), 1);
}

#[test]
fn a_dead_letter_that_kafka_finds_too_large_goes_once_more_without_its_value() {
    let mut rig = rig(ErrorPolicy { dead_letters: Some(letters()), ..all() });
    let letter = rig.take(&message("telemetry/a", POISON)).unwrap().remove(0);
    let smaller = rig.intake.refused(letter, None, TOO_LARGE, "too large").unwrap().unwrap();
    assert_eq!((smaller.topic.as_str(), &smaller.value), ("dead", &None));
    assert_eq!(
        header(&smaller, "__connect.errors.value.omitted").as_deref(),
        Some("2 bytes, more than Kafka takes for this topic")
    );
    assert_eq!(header(&smaller, "__connect.errors.mqtt.topic").as_deref(), Some("telemetry/a"));
    let end = rig.intake.refused(smaller, None, TOO_LARGE, "too large").unwrap_err();
    assert!(end.trace().contains("dead letter"), "{}", end.trace());
    assert_eq!(rig.count(|c| &c.dead_lettered), 1, "it is one letter");
}

#[test]
fn a_bare_dead_letter_is_not_emptied() {
    let bare = DeadLetters { context_headers: false, ..letters() };
    let mut rig = rig(ErrorPolicy { dead_letters: Some(bare), ..all() });
    let letter = rig.take(&message("telemetry/a", POISON)).unwrap().remove(0);
    let end = rig.intake.refused(letter, None, TOO_LARGE, "too large").unwrap_err();
    assert!(end.trace().contains("dead letter"), "{}", end.trace());
}

#[test]
fn a_dead_letter_names_the_kafka_topic_that_the_message_was_to_reach() {
    let mut rig = rig(ErrorPolicy { dead_letters: Some(letters()), ..all() });
    let letter = rig.take(&message("telemetry/a", POISON)).unwrap().remove(0);
    assert_eq!(header(&letter, "__connect.errors.topic").as_deref(), Some("target"));
    let unmatched = rig.take(&message("other", b"x")).unwrap().remove(0);
    assert_eq!(header(&unmatched, "__connect.errors.topic"), None);
}

#[test]
fn errors_are_logged_in_connects_words_where_the_config_wants_it() {
    let mut rig = rig(ErrorPolicy { log: true, ..all() });
    rig.take(&message("telemetry/a", POISON)).unwrap();
    assert_eq!(
        error_lines(rig.intake.notices()),
        ["Error encountered in task c-0. Executing stage 'VALUE_CONVERTER' with class \
          'org.apache.kafka.connect.storage.StringConverter'."]
    );
}

#[test]
fn a_payload_is_not_copied_on_its_way_into_a_buffer() {
    let mut rig = rig(all());
    let publish = message("telemetry/a", b"text");
    rig.intake.take(&publish, &mut rig.buffers).unwrap();
    let buffer = rig.buffers.iter().next().unwrap();
    let value = buffer.as_record(Seq(0), &publish.payload).value.unwrap();
    assert_eq!(value.as_ptr(), publish.payload.as_ptr());
}

#[test]
fn the_log_shows_a_record_that_kafka_does_not_take_as_kafka_was_to_get_it() {
    let wrote = |policy: ErrorPolicy| {
        let mut rig = rig_with(policy, 2_000);
        let publish = message("telemetry/a", &[b'x'; 3_000]);
        assert_eq!(rig.take(&publish), Ok(Vec::new()), "too large");
        let publish = message("telemetry/b", b"x");
        let mut buffers = RecordBuffers::default();
        let buffer = buffers.begin();
        buffer.set_topic(&"target".into());
        buffer.value().extend_from_slice(b"converted");
        let record = buffer.as_record(Seq(0), b"x").to_owned_record();
        buffers.keep();
        let mut sources = DeadLetterSources::default();
        sources.enter(&publish, &buffers);
        assert_eq!(rig.intake.refused(record, sources.of(Seq(0)), REFUSED, "no"), Ok(None));
        error_lines(rig.intake.notices())
    };
    let lines = wrote(ErrorPolicy { log: true, log_messages: true, ..all() });
    let [too_large, refused] = lines.as_slice() else { panic!("{lines:?}") };
    assert!(
        too_large.contains("'KAFKA_PRODUCE'")
            && too_large.contains("sourcePartition={topic=telemetry/a}")
            && too_large.contains(&format!("value={}…,", "x".repeat(200))),
        "{too_large}"
    );
    assert!(
        refused.contains("sourcePartition={topic=telemetry/b}")
            && refused.contains("topic='target'")
            && refused.contains("value=converted,"),
        "{refused}"
    );
    let lines = wrote(ErrorPolicy { log: true, ..all() });
    assert!(lines.len() == 2 && !lines.concat().contains("source record"), "{lines:?}");
}

#[test]
fn what_a_transform_drops_is_no_failure_and_counted_by_itself() {
    let filter = [("type", "org.apache.kafka.connect.transforms.Filter")];
    let mut rig =
        transforming(ErrorPolicy { dead_letters: Some(letters()), ..all() }, &filter, true);
    assert_eq!(rig.take(&message("telemetry/a", b"{\"a\":1}")), Ok(Vec::new()));
    assert_eq!(rig.count(|c| &c.dropped_filtered), 1);
    assert_eq!(rig.count(|c| &c.dead_lettered), 0);
    assert_eq!(rig.intake.notices().count(), 0);
}

#[test]
fn a_topic_out_of_a_payload_is_cut_and_quoted_only_where_payloads_are_shown() {
    let extract = [("type", "io.confluent.connect.transforms.ExtractTopic$Value"), ("field", "to")];
    let payload = format!("{{\"to\":\"{}\"}}", "ü".repeat(5_000));
    let told = |shows| {
        let mut rig = transforming(ErrorPolicy::default(), &extract, shows);
        rig.take(&message("telemetry/a", payload.as_bytes())).unwrap_err()
    };
    let shown = told(true);
    let first = "org.apache.kafka.common.errors.InvalidTopicException: the transforms give a \
                 message on MQTT topic 'telemetry/a' the Kafka topic ";
    assert!(shown.starts_with(&format!("{first}'{}…', which", "ü".repeat(200))), "{shown}");
    let hidden = told(false);
    assert!(hidden.starts_with(&format!("{first}…, which Kafka does not accept")), "{hidden}");
}

#[test]
fn an_illegal_topic_that_is_the_mqtt_topic_leaves_it_in_the_text() {
    let extract = [("type", "io.confluent.connect.transforms.ExtractTopic$Value"), ("field", "to")];
    let mut rig = transforming(ErrorPolicy::default(), &extract, false);
    let told = rig.take(&message("telemetry/a", b"{\"to\":\"telemetry/a\"}")).unwrap_err();
    let text = "a message on MQTT topic 'telemetry/a' the Kafka topic 'telemetry/a', which";
    assert!(told.contains(text), "{told}");
}

#[test]
fn an_integer_beyond_64_bits_is_counted_and_warned_of_once_for_each_field() {
    let drop = [("type", "org.apache.kafka.connect.transforms.DropHeaders"), ("headers", "h")];
    let mut rig = transforming(ErrorPolicy::default(), &drop, false);
    let payload = br#"{"fits":9223372036854775807,"id":12345678901234567890123,
        "in":{"list":[{"n":99999999999999999999},{"n":99999999999999999999}]}}"#;
    for topic in ["telemetry/a", "telemetry/b"] {
        let records = rig.take(&message(topic, payload)).unwrap();
        let value = String::from_utf8(records[0].value.clone().unwrap()).unwrap();
        assert!(value.contains("id=4807115922877859019"), "{value}");
    }
    assert_eq!(rig.count(|c| &c.wrapped_integers), 2);
    let warning =
        |field: &str| Notice::WrappedInteger { topic: "telemetry/a".into(), field: field.into() };
    let told: Vec<Notice> = rig.intake.notices().collect();
    assert_eq!(told, [warning("$.id"), warning("$.in.list[].n")]);

    rig.take(&message("telemetry/a", br#"{"id":1}"#)).unwrap();
    assert_eq!(rig.count(|c| &c.wrapped_integers), 2, "it fits");
}
