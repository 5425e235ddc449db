//! MQTT by hand, as little of it as the floor needs: subscribe, find PUBLISH packets, write keys.
//!
//! A packet that is none ends the program.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::{Connect, Subscribe};
use rumqttc::mqttbytes::QoS;

/// Connects and subscribes to everything at QoS 1.
pub(super) fn subscribe(mqtt: &str) -> TcpStream {
    let mut stream = TcpStream::connect(mqtt).expect("MQTT broker");
    stream.set_nodelay(true).unwrap();
    let mut out = BytesMut::new();
    let mut connect = Connect::new("floor");
    connect.keep_alive = 600;
    connect.write(&mut out).unwrap();
    let mut filter = Subscribe::new("#", QoS::AtLeastOnce);
    filter.pkid = 1;
    filter.write(&mut out).unwrap();
    stream.write_all(&out).unwrap();
    stream
}

/// Bytes from the broker that are not used up yet.
pub(super) struct Input {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Input {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; 256 * 1024], start: 0, end: 0 }
    }

    /// Reads once. False: a non-blocking socket has nothing at present.
    pub(super) fn read(&mut self, stream: &mut TcpStream) -> bool {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        match stream.read(&mut self.buffer[self.end..]) {
            Ok(0) => panic!("the broker closed the connection"),
            Ok(count) => self.end += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("read: {error}"),
        }
        true
    }

    /// Calls `message` with topic, packet id and payload of each PUBLISH; returns their number.
    pub(super) fn messages(&mut self, mut message: impl FnMut(&[u8], [u8; 2], &[u8])) -> u64 {
        let mut count = 0;
        while let Some((body, total)) = frame(&self.buffer[self.start..self.end]) {
            let packet = &self.buffer[self.start..self.start + total];
            if packet[0] >> 4 == 3 {
                let (topic, id, payload) = parts(packet, body);
                message(topic, id, payload);
                count += 1;
            }
            self.start += total;
        }
        count
    }
}

/// Where the body of the first packet begins and how long the packet is, if it is whole.
pub(crate) fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut remaining = 0usize;
    for (at, byte) in bytes.iter().enumerate().skip(1).take(4) {
        remaining |= usize::from(byte & 0x7F) << (7 * (at - 1));
        if byte & 0x80 == 0 {
            let total = at + 1 + remaining;
            return (bytes.len() >= total).then_some((at + 1, total));
        }
    }
    None
}

/// Topic, packet id and payload of a PUBLISH at QoS 1.
pub(crate) fn parts(packet: &[u8], body: usize) -> (&[u8], [u8; 2], &[u8]) {
    let topic_end = body + 2 + usize::from(u16::from_be_bytes([packet[body], packet[body + 1]]));
    let id = [packet[topic_end], packet[topic_end + 1]];
    (&packet[body + 2..topic_end], id, &packet[topic_end + 2..])
}

/// `Struct{topic=<topic>,id=<id>}`.
pub(crate) fn write_key(topic: &[u8], id: [u8; 2], key: &mut Vec<u8>) {
    key.clear();
    key.extend_from_slice(b"Struct{topic=");
    key.extend_from_slice(topic);
    key.extend_from_slice(b",id=");
    let mut digits = [0u8; 5];
    let mut at = digits.len();
    let mut n = u16::from_be_bytes(id);
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(n % 10).unwrap();
        n /= 10;
        if n == 0 {
            break;
        }
    }
    key.extend_from_slice(&digits[at..]);
    key.push(b'}');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_bridge() {
        let mut key = Vec::new();
        write_key(b"/a/b", 7u16.to_be_bytes(), &mut key);
        assert_eq!(key, b"Struct{topic=/a/b,id=7}");
        write_key(b"t", 65_535u16.to_be_bytes(), &mut key);
        assert_eq!(key, b"Struct{topic=t,id=65535}");
    }

    #[test]
    fn frames_are_found_only_when_whole() {
        let mut out = BytesMut::new();
        let mut publish = rumqttc::mqttbytes::v4::Publish::new("t", QoS::AtLeastOnce, vec![0; 300]);
        publish.pkid = 1;
        publish.write(&mut out).unwrap();
        assert_eq!(frame(&out), Some((3, out.len())));
        assert_eq!(frame(&out[..out.len() - 1]), None);
        assert_eq!(frame(&out[..1]), None);
    }
}
