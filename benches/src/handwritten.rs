//! What the data path does, written by hand for one connector: packets in, records with the same
//! keys and values out, acknowledgements in the order of arrival once the records are reported.
//!
//! In one thread and without a socket, as [`crate::in_process`] runs the bridge's own path, so that
//! instructions of both can be counted. As in the floor of processes, there is no plan, no limit,
//! no counter, and a packet that is none ends the program.

use std::collections::VecDeque;

use crate::floor::{frame, parts, write_key};

/// See the module.
#[derive(Debug, Default)]
pub struct Handwritten {
    /// Number of the message in front.
    front: u64,
    /// Packet ids of messages on their workload, and whether they arrived.
    waiting: VecDeque<([u8; 2], bool)>,
    key: Vec<u8>,
    acks: Vec<u8>,
}

impl Handwritten {
    /// Hands number, key and payload of every message in `input` to `send`.
    pub fn pump(&mut self, input: &[u8], mut send: impl FnMut(u64, &[u8], &[u8])) {
        let mut rest = input;
        while let Some((body, total)) = frame(rest) {
            let (packet, tail) = rest.split_at(total);
            rest = tail;
            if packet[0] >> 4 != 3 {
                continue;
            }
            let (topic, id, payload) = parts(packet, body);
            write_key(topic, id, &mut self.key);
            let seq = self.front + self.waiting.len() as u64;
            self.waiting.push_back((id, false));
            send(seq, &self.key, payload);
        }
        assert!(rest.is_empty(), "everything was taken");
    }

    /// Kafka has a record.
    pub fn delivered(&mut self, seq: u64) {
        let at = usize::try_from(seq - self.front).unwrap();
        self.waiting[at].1 = true;
    }

    /// The acknowledgements that may leave now, for the caller to take.
    pub fn acks(&mut self) -> &mut Vec<u8> {
        while let Some(([high, low], true)) = self.waiting.front().copied() {
            self.waiting.pop_front();
            self.front += 1;
            self.acks.extend_from_slice(&[0x40, 2, high, low]);
        }
        &mut self.acks
    }

    /// Messages on their workload.
    pub fn outstanding(&self) -> usize {
        self.waiting.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::in_process::packets;

    #[test]
    fn records_have_the_bridges_keys_and_acks_leave_in_order_once_reported() {
        let mut hand = Handwritten::default();
        let mut records = Vec::new();
        hand.pump(&packets(b"xyz"), |seq, key, payload| {
            records.push((seq, String::from_utf8(key.to_vec()).unwrap(), payload.to_vec()));
        });
        assert_eq!(records.len(), 100);
        assert_eq!(records[6], (6, "Struct{topic=blast/7,id=7}".to_owned(), b"xyz".to_vec()));
        hand.delivered(1);
        assert!(hand.acks().is_empty(), "the first one is on its way");
        hand.delivered(0);
        assert_eq!(hand.acks(), &[0x40, 2, 0, 1, 0x40, 2, 0, 2]);
        assert_eq!(hand.outstanding(), 98);
    }
}
