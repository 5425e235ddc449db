//! MQTT 3.1.1 packets over a TCP stream: reading with what is left over kept, and encoding.
//!
//! The codec is rumqttc's. It is the one thing the harness shares with the bridge; where a test is
//! about bytes, compare bytes.

use std::io::{self, Read};

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::Error;

/// The largest packet that MQTT allows.
const PACKET_MAX: usize = 268_435_455 + 5;
const CHUNK: usize = 64 * 1024;

/// Bytes that came and were not parsed yet.
#[derive(Debug)]
pub(crate) struct PacketBuffer {
    bytes: BytesMut,
    chunk: Vec<u8>,
}

impl PacketBuffer {
    pub(crate) fn new() -> Self {
        Self { bytes: BytesMut::new(), chunk: vec![0; CHUNK] }
    }

    /// Reads once from `stream` and answers what came; the end of the stream is an error like any
    /// other.
    pub(crate) fn fill(&mut self, mut stream: impl Read) -> io::Result<&[u8]> {
        let n = stream.read(&mut self.chunk)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.bytes.extend_from_slice(&self.chunk[..n]);
        Ok(&self.chunk[..n])
    }

    /// The next whole packet, if it is there.
    pub(crate) fn next(&mut self) -> io::Result<Option<Packet>> {
        match Packet::read(&mut self.bytes, PACKET_MAX) {
            Ok(packet) => Ok(Some(packet)),
            Err(Error::InsufficientBytes(_)) => Ok(None),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())),
        }
    }

    /// Reads until a whole packet is there.
    pub(crate) fn wait(&mut self, mut stream: impl Read) -> io::Result<Packet> {
        loop {
            if let Some(packet) = self.next()? {
                return Ok(packet);
            }
            self.fill(&mut stream)?;
        }
    }

    /// Takes the ids of all PUBACKs that stand at the front, for a sender that frees its window by
    /// thousands.
    pub(crate) fn take_pubacks(&mut self, ids: &mut Vec<u16>) {
        let mut used = 0;
        for packet in self.bytes.chunks_exact(4) {
            let [0x40, 2, high, low] = packet else { break };
            ids.push(u16::from_be_bytes([*high, *low]));
            used += 4;
        }
        bytes::Buf::advance(&mut self.bytes, used);
    }
}

/// Appends `packet` to `out`.
///
/// # Panics
/// When the packet is none that MQTT allows, such as QoS 1 with packet id 0.
#[track_caller]
pub(crate) fn encode(packet: &Packet, out: &mut BytesMut) {
    packet.write(out, PACKET_MAX).unwrap_or_else(|e| panic!("cannot encode {packet:?}: {e}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use rumqttc::mqttbytes::v4::PubAck;

    #[test]
    fn packets_are_found_whatever_the_chunks() {
        let mut bytes = BytesMut::new();
        for id in 1..=3 {
            encode(&Packet::PubAck(PubAck::new(id)), &mut bytes);
        }
        encode(&Packet::PingReq, &mut bytes);
        let mut buffer = PacketBuffer::new();
        let mut ids = Vec::new();
        let mut pings = 0;
        for byte in bytes {
            buffer.fill([byte].as_slice()).unwrap();
            buffer.take_pubacks(&mut ids);
            pings += usize::from(buffer.next().unwrap() == Some(Packet::PingReq));
        }
        assert_eq!((ids, pings), (vec![1, 2, 3], 1));
        assert!(buffer.fill([].as_slice()).is_err());
    }
}
