//! Recognises by its first bytes an answer to CONNECT that is not MQTT 3.1.1.
//!
//! Owns the shapes and the advice that goes with each. Is asked only until CONNACK came. Invariant:
//! bytes that may still become a CONNACK are never taken for something else.

use std::fmt::Write as _;

/// What answers on the port in place of an MQTT 3.1.1 broker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtherProtocol {
    /// HTTP, so also MQTT over WebSocket.
    #[error(
        "the port answers CONNECT with HTTP ('{0}'), not MQTT: a web server or MQTT over WebSocket \
         listens there; use the broker's plain MQTT port with tcp:// (usually 1883)"
    )]
    Http(String),
    /// A TLS alert or handshake record.
    #[error(
        "the port answers CONNECT with a TLS {0}, not MQTT: it expects an encrypted connection; \
         tcp:// needs the broker's plain MQTT port (usually 1883; 8883 is that of TLS)"
    )]
    Tls(&'static str),
    /// AMQP, as RabbitMQ's main port speaks it.
    #[error(
        "the port answers CONNECT with AMQP, not MQTT: use the port of the broker's MQTT listener \
         (usually 1883; 5672 is that of AMQP)"
    )]
    Amqp,
    /// CONNACK of MQTT 5.
    #[error(
        "the broker answers CONNECT with a CONNACK of MQTT 5 (reason code {0:#04x}), and this \
         connector speaks MQTT 3.1.1: allow MQTT 3.1.1 on that listener"
    )]
    Mqtt5(u8),
    /// A length in four bytes, as in Kafka's protocol.
    #[error(
        "the port answers CONNECT with a length in front ({0}), as Kafka and other binary protocols \
         do, not with MQTT: check host and port of the MQTT broker's URI"
    )]
    LengthPrefixed(String),
    /// A line of text, as SSH, SMTP, FTP or Redis send it.
    #[error(
        "the port answers CONNECT with text ('{0}'), not MQTT: another service listens there; check \
         host and port of the MQTT broker's URI"
    )]
    Text(String),
    /// Bytes that begin no packet of MQTT.
    #[error(
        "the port answers CONNECT with {0}, which is not MQTT: check host and port of the MQTT \
         broker's URI"
    )]
    Unknown(String),
}

/// What the first bytes tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FirstBytes {
    /// They begin like a packet of MQTT 3.1.1.
    Mqtt,
    /// More of them are needed.
    Unclear,
    Other(OtherProtocol),
}

/// So many characters of an answer are quoted.
const QUOTED_MAX: usize = 60;
/// So many bytes of an answer are shown.
const SHOWN_BYTES: usize = 8;
/// So many printable characters in a row are text.
const TEXT_MIN: usize = 4;
/// How an answer in HTTP begins.
const HTTP: &[u8] = b"HTTP/";

/// Recognises the protocol of an answer to CONNECT.
pub(super) fn recognise(input: &[u8]) -> FirstBytes {
    match input {
        [] | [0x15 | 0x16] => FirstBytes::Unclear,
        [0x20, ..] => connack(input),
        [0x15, 3, ..] => FirstBytes::Other(OtherProtocol::Tls("alert")),
        [0x16, 3, ..] => FirstBytes::Other(OtherProtocol::Tls("handshake")),
        [0, ..] if input.len() < 4 => FirstBytes::Unclear,
        [0, ..] => FirstBytes::Other(OtherProtocol::LengthPrefixed(shown(input))),
        _ if input.starts_with(b"AMQP") => FirstBytes::Other(OtherProtocol::Amqp),
        // Fewer bytes than tell these from any other text.
        _ if HTTP.starts_with(input) && input.len() < HTTP.len() => FirstBytes::Unclear,
        _ if input.iter().take(TEXT_MIN).all(|byte| is_text(*byte)) => text(input),
        [first, ..] if super::fixed_header::PacketType::of(*first).is_some() => FirstBytes::Mqtt,
        _ => FirstBytes::Other(OtherProtocol::Unknown(shown(input))),
    }
}

/// A CONNACK has two bytes in MQTT 3.1.1 and at least three in MQTT 5.
fn connack(input: &[u8]) -> FirstBytes {
    match input {
        [_, 3..=0x7f, _, reason, ..] => FirstBytes::Other(OtherProtocol::Mqtt5(*reason)),
        [_, 3..=0x7f, ..] => FirstBytes::Unclear,
        _ => FirstBytes::Mqtt,
    }
}

fn text(input: &[u8]) -> FirstBytes {
    if input.len() < TEXT_MIN {
        return FirstBytes::Unclear;
    }
    let line = first_line(input);
    if input.starts_with(HTTP) {
        FirstBytes::Other(OtherProtocol::Http(line))
    } else {
        FirstBytes::Other(OtherProtocol::Text(line))
    }
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t')
}

fn first_line(input: &[u8]) -> String {
    let line = input.iter().take_while(|byte| matches!(byte, b' '..=b'~')).take(QUOTED_MAX);
    line.map(|byte| char::from(*byte)).collect()
}

fn shown(input: &[u8]) -> String {
    let mut text = String::from("bytes");
    for byte in input.iter().take(SHOWN_BYTES) {
        let _ = write!(text, " {byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(input: &[u8]) -> String {
        match recognise(input) {
            FirstBytes::Other(other) => other.to_string(),
            other => panic!("{input:?}: {other:?}"),
        }
    }

    #[test]
    fn each_protocol_is_named_with_what_to_change() {
        for (input, name, advice) in [
            (&b"HTTP/1.1 400 Bad Request\r\nServer: x"[..], "'HTTP/1.1 400 Bad Request'", "1883"),
            (b"HTTP/1.0 505\r\n", "HTTP", "WebSocket"),
            (&[0x15, 3, 3, 0, 2, 2, 10], "TLS alert", "8883"),
            (&[0x15, 3], "TLS alert", "encrypted"),
            (&[0x16, 3, 1, 0, 0x50], "TLS handshake", "tcp://"),
            (b"AMQP\0\0\x09\x01", "AMQP", "5672"),
            (&[0x20, 3, 0, 0x84, 0], "MQTT 5 (reason code 0x84)", "MQTT 3.1.1"),
            (&[0, 0, 0, 0x1c, 0, 0], "bytes 00 00 00 1c 00 00", "Kafka"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "'SSH-2.0-OpenSSH_9.6'", "host and port"),
            (b"220 mail ESMTP\r\n", "'220 mail ESMTP'", "host and port"),
            (b"-ERR unknown command\r\n", "'-ERR unknown command'", "host and port"),
            (&[0xff, 0xfe, 1], "bytes ff fe 01", "host and port"),
        ] {
            let text = told(input);
            assert!(text.contains(name) && text.contains(advice), "{input:?}: {text}");
        }
    }

    #[test]
    fn a_beginning_that_fits_several_protocols_waits_for_more() {
        for input in
            [&b""[..], b"H", b"HTT", b"HTTP", b"AMQ", &[0x15], &[0x16], &[0, 0, 0], &[0x20, 5, 0]]
        {
            assert_eq!(recognise(input), FirstBytes::Unclear, "{input:?}");
        }
    }

    #[test]
    fn packets_of_mqtt_are_no_other_protocol() {
        for input in [
            &[0x20][..],
            &[0x20, 2],
            &[0x20, 2, 1, 0],
            &[0x20, 0x80],
            &[0x30, 5, 0, 1, b'a', b'x', b'y'],
            &[0x90, 3, 0, 1, 0],
            &[0xd0, 0],
        ] {
            assert_eq!(recognise(input), FirstBytes::Mqtt, "{input:?}");
        }
    }

    #[test]
    fn an_answer_is_quoted_up_to_its_first_line_and_no_further_than_the_bound() {
        let long = [&b"HTTP/1.1 "[..], &[b'x'; 500]].concat();
        let FirstBytes::Other(OtherProtocol::Http(line)) = recognise(&long) else { panic!() };
        assert_eq!(line.len(), QUOTED_MAX);
        assert!(!told(b"HTTP/1.1 200\x1b[31m\r\nsecret").contains(['\x1b', '\n']));
    }
}
