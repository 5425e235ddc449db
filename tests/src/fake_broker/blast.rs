//! Sending at full speed: one round of packets is encoded beforehand, one for each packet id of
//! the window, and then written round after round in large pieces, as acknowledgements free it.
//!
//! The broker's side of the promise is checked on the way: acknowledgements must come in the order
//! of the packets and only for packets that were sent.

use std::ops::Range;
use std::sync::Arc;

use bytes::BytesMut;
use rumqttc::mqttbytes::v4::Packet;
use rumqttc::mqttbytes::QoS;

use super::connection::publish;
use crate::mqtt_codec::encode;

/// The most that is written at once: large against a system call, small against a window.
const PIECE_BYTES_MAX: usize = 256 * 1024;

/// What to send.
#[derive(Debug, Clone)]
pub struct Blast {
    /// Topics, taken in turn.
    pub topics: Vec<String>,
    /// The payload of every message.
    pub payload: Vec<u8>,
    /// QoS of every message.
    pub qos: QoS,
    /// Unacknowledged messages at a time, and so the number of packet ids in use.
    pub window: u16,
    /// Messages in all; `None`: until stopped.
    pub count: Option<u64>,
}

impl Blast {
    /// 100 topics `<prefix>/<n>`, QoS 1, a window of 20,000, without an end.
    pub fn new(prefix: &str, payload_bytes: usize) -> Self {
        Self {
            topics: (0..100).map(|n| format!("{prefix}/{n}")).collect(),
            payload: b"0123456789".iter().copied().cycle().take(payload_bytes).collect(),
            qos: QoS::AtLeastOnce,
            window: 20_000,
            count: None,
        }
    }
}

/// How far a blast is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BlastProgress {
    /// Messages handed to the socket or about to be.
    pub sent: u64,
    /// Messages acknowledged: PUBACK, or PUBCOMP at QoS 2. At QoS 0 the same as `sent`.
    pub acked: u64,
    /// The first breach of order, if any: PUBACK or PUBREC for another id than the next one, or
    /// before its message was sent.
    pub violation: Option<String>,
}

/// Which acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ack {
    /// PUBACK.
    Settled,
    /// PUBREC.
    Received,
    /// PUBCOMP.
    Completed,
}

/// A blast on its way.
#[derive(Debug)]
pub(super) struct Running {
    round: Arc<Round>,
    qos: QoS,
    remaining: Option<u64>,
    progress: BlastProgress,
    /// PUBRECs at QoS 2: they come before PUBCOMP, and their order is the promise.
    received: u64,
}

/// One encoded packet for each id of the window, 1 to `window`.
#[derive(Debug)]
struct Round {
    bytes: BytesMut,
    /// Where each packet ends; the first begins at 0.
    ends: Vec<usize>,
}

/// Some packets of a round, in a row.
#[derive(Debug)]
pub(super) struct Piece {
    round: Arc<Round>,
    range: Range<usize>,
}

impl Piece {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.round.bytes[self.range.clone()]
    }
}

impl Round {
    fn encode(blast: &Blast) -> Self {
        let mut round = Self { bytes: BytesMut::new(), ends: Vec::new() };
        let topics = blast.topics.iter().cycle();
        for (id, topic) in (1..=blast.window).zip(topics) {
            let id = if blast.qos == QoS::AtMostOnce { 0 } else { id };
            let packet = publish(topic, blast.qos, id, blast.payload.clone());
            encode(&Packet::Publish(packet), &mut round.bytes);
            round.ends.push(round.bytes.len());
        }
        round
    }

    fn window(&self) -> u64 {
        self.ends.len() as u64
    }

    /// Place of the `n`-th message of the blast in the round.
    fn place(&self, n: u64) -> usize {
        usize::try_from(n % self.window()).unwrap_or_default()
    }

    /// Packet id of the `n`-th message of the blast.
    fn id(&self, n: u64) -> u16 {
        u16::try_from(self.place(n) + 1).unwrap_or_default()
    }

    fn start(&self, place: usize) -> usize {
        place.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

impl Running {
    pub(super) fn new(blast: &Blast) -> Self {
        assert!(blast.window > 0 && !blast.topics.is_empty(), "nothing to send: {blast:?}");
        Self {
            round: Arc::new(Round::encode(blast)),
            qos: blast.qos,
            remaining: blast.count,
            progress: BlastProgress::default(),
            received: 0,
        }
    }

    pub(super) fn stop(&mut self) {
        self.remaining = Some(0);
    }

    pub(super) fn progress(&self) -> BlastProgress {
        self.progress.clone()
    }

    /// The next packets that the window allows, if any.
    pub(super) fn next(&mut self) -> Option<Piece> {
        let round = &self.round;
        let free = round.window() - (self.progress.sent - self.progress.acked);
        let wanted = self.remaining.map_or(free, |left| left.min(free));
        let first = round.place(self.progress.sent);
        let start = round.start(first);
        // Up to the end of the round, and of a piece.
        let ends = &round.ends[first..];
        let fitting = ends.partition_point(|end| end - start <= PIECE_BYTES_MAX).max(1);
        let count = usize::try_from(wanted).unwrap_or(usize::MAX).min(fitting);
        let end = *ends.get(count.checked_sub(1)?)?;
        self.progress.sent += count as u64;
        if self.qos == QoS::AtMostOnce {
            self.progress.acked = self.progress.sent;
        }
        if let Some(left) = &mut self.remaining {
            *left -= count as u64;
        }
        Some(Piece { round: Arc::clone(round), range: start..end })
    }

    pub(super) fn acknowledge(&mut self, kind: Ack, ids: &[u16]) {
        for id in ids {
            match kind {
                // The order of PUBCOMP follows from that of PUBREL, which is ours.
                Ack::Completed => self.progress.acked += 1,
                Ack::Received => {
                    self.check(kind, *id, self.received);
                    self.received += 1;
                }
                Ack::Settled => {
                    self.check(kind, *id, self.progress.acked);
                    self.progress.acked += 1;
                }
            }
        }
    }

    fn check(&mut self, kind: Ack, id: u16, n: u64) {
        let expected = self.round.id(n);
        if (n >= self.progress.sent || id != expected) && self.progress.violation.is_none() {
            let sent = self.progress.sent;
            let text = format!("{kind:?} {id} as number {n}, expected {expected}, {sent} sent");
            self.progress.violation = Some(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(window: u16, count: Option<u64>) -> Running {
        Running::new(&Blast { window, count, ..Blast::new("t", 10) })
    }

    fn packets(piece: &Piece) -> Vec<u16> {
        let mut bytes = BytesMut::from(piece.bytes());
        let mut ids = Vec::new();
        while let Ok(Packet::Publish(publish)) = Packet::read(&mut bytes, 1000) {
            ids.push(publish.pkid);
        }
        ids
    }

    #[test]
    fn packet_ids_go_round_as_acks_free_the_window() {
        let mut blast = running(3, Some(5));
        assert_eq!(packets(&blast.next().unwrap()), [1, 2, 3]);
        assert!(blast.next().is_none());
        blast.acknowledge(Ack::Settled, &[1, 2]);
        assert_eq!(packets(&blast.next().unwrap()), [1, 2]);
        blast.acknowledge(Ack::Settled, &[3, 1, 2]);
        assert!(blast.next().is_none());
        assert_eq!(blast.progress(), BlastProgress { sent: 5, acked: 5, violation: None });
    }

    #[test]
    fn acks_out_of_order_or_too_early_are_violations() {
        let mut blast = running(3, None);
        blast.next().unwrap();
        blast.acknowledge(Ack::Settled, &[2]);
        assert!(blast.progress().violation.unwrap().contains("Settled 2 as number 0, expected 1"));
        let mut blast = running(3, Some(1));
        blast.next().unwrap();
        blast.acknowledge(Ack::Settled, &[1, 2]);
        assert!(blast.progress().violation.unwrap().contains("1 sent"));
    }
}
