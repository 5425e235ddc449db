//! What the shell does around the core, with sockets of its own and no Kafka.

use std::collections::VecDeque;
use std::io;

use connect::data::ConnectError;
use indexmap::IndexMap;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::base::Seq;
use crate::flow::errors::{RetryPolicy, Stage};
use crate::flow::mapper::{FailingMapper, Outcome, RecordMapper};
use crate::flow::test_support::{mapper, spec};
use crate::flow::ErrorPolicy;
use crate::kafka::ProducerSettings;
use crate::mqtt::{HostPort, Message};
use crate::observe::logs::{Capture, LogFilter, LogFormat};

fn block<T>(future: impl std::future::Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        tokio::time::timeout(Duration::from_secs(20), future).await.expect("it took too long")
    })
}

async fn listen() -> (TcpListener, HostPort) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, HostPort { host: "127.0.0.1".into(), port })
}

async fn first_byte(stream: &TcpStream) -> u8 {
    let mut byte = [0];
    loop {
        stream.readable().await.unwrap();
        if stream.try_read(&mut byte).is_ok() {
            return byte[0];
        }
    }
}

#[test]
fn a_host_that_takes_connections_but_no_sessions_does_not_hide_the_next() {
    block(async {
        let (silent, first) = listen().await;
        let (well, second) = listen().await;
        let mut spec = spec("INSERT INTO target SELECT * FROM a/b");
        spec.mqtt.hosts = vec![first, second];
        let (wish, desired) = watch::channel(Desired::Running);
        let task = run(spec, desired, Arc::default(), Arc::default());
        let brokers = async {
            drop(silent.accept().await.unwrap());
            let (stream, _) = well.accept().await.unwrap();
            assert_eq!(first_byte(&stream).await >> 4, 1, "CONNECT");
            drop(stream);
            // After the last host the first one has its turn again.
            drop(silent.accept().await.unwrap());
            wish.send_replace(Desired::Stopped);
        };
        let (ended, ()) = tokio::join!(task, brokers);
        assert_eq!(ended, Ok(()));
    });
}

#[test]
fn a_stop_reads_what_is_left_so_that_the_disconnect_is_not_cut_off_by_a_reset() {
    block(async {
        let (listener, host) = listen().await;
        let mut spec = spec("INSERT INTO target SELECT * FROM a/b");
        spec.mqtt.hosts = vec![host];
        let (wish, desired) = watch::channel(Desired::Paused);
        let task = run(spec, desired, Arc::default(), Arc::default());
        let broker = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert_eq!(first_byte(&stream).await >> 4, 1, "CONNECT");
            // CONNACK, SUBACK, and messages that a paused task leaves where they are.
            let mut bytes = vec![0x20, 2, 0, 0, 0x90, 3, 0, 1, 1];
            bytes.extend([0x32, 8, 0, 3, b'a', b'/', b'b', 0, 1, b'x'].repeat(20_000));
            let mut rest = bytes.as_slice();
            let mut told = false;
            let mut received = Vec::new();
            loop {
                if !rest.is_empty() {
                    match stream.try_write(rest) {
                        Ok(n) => rest = rest.get(n..).unwrap_or_default(),
                        Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                    }
                }
                match stream.try_read_buf(&mut received) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                }
                if !told && received.contains(&0x82) {
                    told = true;
                    wish.send_replace(Desired::Stopped);
                }
                if received.ends_with(&[0xE0, 0]) && rest.is_empty() {
                    break;
                }
                tokio::task::yield_now().await;
            }
            assert!(received.ends_with(&[0xE0, 0]), "DISCONNECT");
            tokio::io::AsyncWriteExt::shutdown(&mut stream).await.expect("not reset");
            // A reset would show here; an orderly end is nothing more to read.
            loop {
                stream.readable().await.unwrap();
                match stream.try_read_buf(&mut received) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock, "reset"),
                }
            }
        };
        let (ended, ()) = tokio::join!(task, broker);
        assert_eq!(ended, Ok(()));
    });
}

#[test]
fn what_kafka_confirmed_before_the_producer_failed_is_acknowledged_to_the_broker() {
    block(async {
        let (listener, host) = listen().await;
        let mut spec = spec("INSERT INTO target SELECT * FROM a/b");
        spec.mqtt.hosts = vec![host];
        let (_wish, desired) = watch::channel(Desired::Running);
        let counters = Arc::new(TaskCounters::default());
        let pipeline = Pipeline::new(spec, desired, Arc::default(), Arc::clone(&counters)).unwrap();
        let reports = Arc::clone(&pipeline.kafka.reports);
        let broker = async {
            let (stream, _) = listener.accept().await.unwrap();
            assert_eq!(first_byte(&stream).await >> 4, 1, "CONNECT");
            // CONNACK, SUBACK, three messages.
            let mut bytes = vec![0x20, 2, 0, 0, 0x90, 3, 0, 1, 1];
            for id in 1..=3 {
                bytes.extend([0x32, 8, 0, 3, b'a', b'/', b'b', 0, id, b'x']);
            }
            assert_eq!(stream.try_write(&bytes).unwrap(), bytes.len());
            while TaskCounters::get(&counters.received) < 3 {
                tokio::task::yield_now().await;
            }
            reports.delivered(Seq(0));
            reports.delivered(Seq(1));
            reports.fatal("gone".to_owned());
            let mut received = Vec::new();
            while !received.ends_with(&[0xE0, 0]) {
                stream.readable().await.unwrap();
                match stream.try_read_buf(&mut received) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
                }
            }
            received
        };
        let (ended, received) = tokio::join!(pipeline.run(), broker);
        assert!(matches!(ended, Err(TaskFailure::Producer { .. })), "{ended:?}");
        let acks = [0x40, 2, 0, 1, 0x40, 2, 0, 2, 0xE0, 0];
        assert!(received.ends_with(&acks), "PUBACK 1, PUBACK 2, DISCONNECT in {received:x?}");
    });
}

#[test]
fn the_failure_that_ends_a_task_is_logged_in_connects_words_too() {
    let capture = Capture::default();
    let dispatch = capture.dispatch(LogFormat::Text, LogFilter::default());
    let ended = tracing::dispatcher::with_default(&dispatch, || {
        block(async {
            let (listener, host) = listen().await;
            let mut spec = spec("INSERT INTO target SELECT * FROM a/b");
            spec.mqtt.hosts = vec![host];
            spec.errors = ErrorPolicy { log: true, ..ErrorPolicy::default() };
            let (_wish, desired) = watch::channel(Desired::Running);
            let task = run(spec, desired, Arc::default(), Arc::default());
            let broker = async {
                let (stream, _) = listener.accept().await.unwrap();
                assert_eq!(first_byte(&stream).await >> 4, 1, "CONNECT");
                // CONNACK, SUBACK, and a message on 'o/o', which no statement matches.
                let bytes = [0x20, 2, 0, 0, 0x90, 3, 0, 1, 1, 0x32, 8, 0, 3];
                assert_eq!(stream.try_write(&bytes).unwrap(), bytes.len());
                assert_eq!(stream.try_write(b"o/o\0\x01x").unwrap(), 6);
                stream
            };
            tokio::join!(task, broker).0
        })
    });
    assert!(matches!(ended, Err(TaskFailure::Record(_))), "{ended:?}");
    let log = capture.text();
    let line = "Error encountered in task c-0. Executing stage 'TASK_POLL'";
    assert_eq!(log.matches(line).count(), 1, "{log}");
}

/// A task whose mapper has these outcomes, the last one again and again, with pauses of 1 ms.
fn failing(host: HostPort, outcomes: &[Outcome]) -> SourceSpec {
    let mut spec = spec("INSERT INTO target SELECT * FROM a/b");
    let mut outcomes = VecDeque::from(outcomes.to_vec());
    let next = move |_: &Message| match outcomes.len() {
        1 => outcomes[0].clone(),
        _ => outcomes.pop_front().unwrap(),
    };
    spec.mappers = vec![RecordMapper::Failing(FailingMapper::new(mapper(), next))];
    spec.errors.retry = RetryPolicy::from_millis(-1, 1);
    spec.mqtt.hosts = vec![host];
    spec
}

/// Accepts a session and sends it messages at QoS 1 with these ids, all at once.
async fn serve(listener: TcpListener, ids: std::ops::RangeInclusive<u8>) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    assert_eq!(first_byte(&stream).await >> 4, 1, "CONNECT");
    let mut bytes = vec![0x20, 2, 0, 0, 0x90, 3, 0, 1, 1];
    for id in ids {
        bytes.extend([0x32, 8, 0, 3, b'a', b'/', b'b', 0, id, b'x']);
    }
    tokio::io::AsyncWriteExt::write_all(&mut stream, &bytes).await.unwrap();
    stream
}

/// Reads until these bytes are the last ones. Gives all that were read.
async fn read_until(stream: &mut TcpStream, end: &[u8]) -> Vec<u8> {
    let mut received = Vec::new();
    while !received.ends_with(end) {
        let read = tokio::io::AsyncReadExt::read_buf(stream, &mut received).await.unwrap();
        assert!(read > 0, "closed after {received:?}");
    }
    received
}

#[test]
fn what_was_read_before_a_message_was_held_is_worked_through_though_nothing_more_comes() {
    block(async {
        let (listener, host) = listen().await;
        let not_now = Outcome::passing(Stage::ValueConverter);
        let nothing = Outcome::Dropped;
        let outcomes = [not_now.clone(), nothing.clone(), not_now, nothing];
        let (wish, desired) = watch::channel(Desired::Running);
        let task = run(failing(host, &outcomes), desired, Arc::default(), Arc::default());
        let broker = async {
            let mut stream = serve(listener, 1..=3).await;
            let acks = [[0x40, 2, 0, 1], [0x40, 2, 0, 2], [0x40, 2, 0, 3]].concat();
            read_until(&mut stream, &acks).await;
            wish.send_replace(Desired::Stopped);
            read_until(&mut stream, &[0xE0, 0]).await;
        };
        let (ended, ()) = tokio::join!(task, broker);
        assert_eq!(ended, Ok(()));
    });
}

#[test]
fn a_stop_does_not_wait_for_a_held_message_and_does_not_acknowledge_it() {
    block(async {
        let (listener, host) = listen().await;
        let mut spec = failing(host, &[Outcome::passing(Stage::Transformation)]);
        // Longer than this test may take.
        spec.stop_grace = Duration::from_secs(3_600);
        let (wish, desired) = watch::channel(Desired::Running);
        let health = Arc::new(Health::default());
        let task = run(spec, desired, Arc::clone(&health), Arc::default());
        let broker = async {
            let mut stream = serve(listener, 1..=2).await;
            let is_held = |detail: String| detail.contains("not now; attempt ");
            while !health.detail().is_some_and(is_held) {
                tokio::task::yield_now().await;
            }
            wish.send_replace(Desired::Stopped);
            let received = read_until(&mut stream, &[0xE0, 0]).await;
            assert!(!received.contains(&0x40), "a PUBACK in {received:?}");
        };
        let (ended, ()) = tokio::join!(task, broker);
        assert_eq!(ended, Ok(()));
    });
}

fn never() -> Outcome {
    Outcome::Failure(Stage::ValueConverter, ConnectError::data("never"))
}

/// Runs a task to its failure. Gives the acknowledgements that it sent, and then its DISCONNECT.
async fn fails_after(
    listener: TcpListener,
    spec: SourceSpec,
    ids: std::ops::RangeInclusive<u8>,
) -> Vec<u8> {
    let (_wish, desired) = watch::channel(Desired::Running);
    let task = run(spec, desired, Arc::default(), Arc::default());
    let broker = async {
        let mut stream = serve(listener, ids).await;
        read_until(&mut stream, &[0xE0, 0]).await
    };
    let (ended, received) = tokio::join!(task, broker);
    assert!(matches!(ended, Err(TaskFailure::Record(_))), "{ended:?}");
    let at = received.iter().position(|byte| *byte == 0x40).expect("a PUBACK");
    received[at..].to_vec()
}

#[test]
fn a_failure_because_of_one_message_waits_for_those_before_it_and_acknowledges_them_only() {
    let kafka = MockCluster::new(1).unwrap();
    let acks = block(async {
        let (listener, host) = listen().await;
        let outcomes = [Outcome::Record, Outcome::Record, never(), Outcome::Dropped];
        let mut spec = failing(host, &outcomes);
        let none = IndexMap::new();
        let servers = kafka.bootstrap_servers();
        spec.producer = ProducerSettings::from_java(&none, &none, &servers, "c").unwrap().0;
        // Longer than this test may take: it is the reports that end the wait.
        spec.stop_grace = Duration::from_secs(3_600);
        fails_after(listener, spec, 1..=4).await
    });
    assert_eq!(acks, [0x40, 2, 0, 1, 0x40, 2, 0, 2, 0xE0, 0]);
}

#[test]
fn a_failure_does_not_wait_longer_than_the_grace() {
    let acks = block(async {
        let (listener, host) = listen().await;
        // No Kafka reports the second one.
        let outcomes = [Outcome::Dropped, Outcome::Record, never(), Outcome::Dropped];
        let mut spec = failing(host, &outcomes);
        spec.stop_grace = Duration::from_millis(50);
        fails_after(listener, spec, 1..=4).await
    });
    assert_eq!(acks, [0x40, 2, 0, 1, 0xE0, 0]);
}

#[test]
fn a_message_over_the_limit_waits_for_those_before_it_too() {
    block(async {
        let (listener, host) = listen().await;
        let mut spec = failing(host, &[Outcome::Record, Outcome::Record]);
        spec.mqtt.inbound_packet_limit = 1_000;
        spec.stop_grace = Duration::from_millis(50);
        let (_wish, desired) = watch::channel(Desired::Running);
        let task = run(spec, desired, Arc::default(), Arc::default());
        let broker = async {
            let mut stream = serve(listener, 1..=1).await;
            tokio::io::AsyncWriteExt::write_all(&mut stream, &[0x32, 0xFF, 0x7F]).await.unwrap();
            read_until(&mut stream, &[0xE0, 0]).await
        };
        let (ended, received) = tokio::join!(task, broker);
        assert!(matches!(ended, Err(TaskFailure::PacketTooLarge { .. })), "{ended:?}");
        assert!(!received.contains(&0x40), "a PUBACK in {received:?}");
    });
}

/// A mapper that makes a record of each payload and panics at the payload `x`, sent by [`serve`].
fn panicking(host: HostPort, kafka: &MockCluster<'_, DefaultProducerContext>) -> SourceSpec {
    let mut spec = failing(host, &[Outcome::Record]);
    let next = |message: &Message| {
        assert_ne!(message.payload, "x", "a mapper that panics");
        Outcome::Record
    };
    spec.mappers = vec![RecordMapper::Failing(FailingMapper::new(mapper(), next))];
    let none = IndexMap::new();
    let servers = kafka.bootstrap_servers();
    spec.producer = ProducerSettings::from_java(&none, &none, &servers, "c").unwrap().0;
    spec
}

#[test]
fn a_panic_leaves_what_was_acknowledged_before_and_acknowledges_nothing_else() {
    let kafka = MockCluster::new(1).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let broker = std::thread::spawn(move || {
        use std::io::{Read as _, Write as _};
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let publish = |id: u8, payload: u8| [0x32, 8, 0, 3, b'a', b'/', b'b', 0, id, payload];
        // CONNACK, SUBACK, a message that Kafka confirms.
        let begin = [&[0x20, 2, 0, 0, 0x90, 3, 0, 1, 1][..], &publish(1, b'y')].concat();
        stream.write_all(&begin).unwrap();
        let mut received = Vec::new();
        while !received.ends_with(&[0x40, 2, 0, 1]) {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            received.push(byte[0]);
        }
        // One that is on its way to Kafka when the next one makes the task panic.
        stream.write_all(&[publish(2, b'y'), publish(3, b'x')].concat()).unwrap();
        let mut rest = Vec::new();
        // A reset ends it as well.
        let _ = stream.read_to_end(&mut rest);
        rest
    });
    let spec = panicking(HostPort { host: "127.0.0.1".into(), port }, &kafka);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        block(async {
            let (_wish, desired) = watch::channel(Desired::Running);
            run(spec, desired, Arc::default(), Arc::default()).await
        })
    }));
    assert!(ended.is_err(), "{ended:?}");
    assert_eq!(broker.join().unwrap(), Vec::<u8>::new(), "no PUBACK after the panic");
}
