//! The ledger of acknowledgements: messages enter in the order of their arrival, settle in any
//! order, and their acks leave in the order of arrival.
//!
//! A message may become several records; it is settled when Kafka has all of them. Invariants: an
//! ack leaves only when its own message and every message before it are settled; after
//! [`Ledger::void`] no ack from before it ever leaves. The ledger does not know what settles a
//! message, nor what an ack is.

use std::collections::VecDeque;

use crate::base::Seq;

#[derive(Debug, Clone)]
struct Entry<R> {
    /// None once its connection is gone.
    ack: Option<R>,
    bytes: usize,
    /// Records of the message that Kafka does not have yet.
    missing: u32,
}

/// What [`Ledger::release`] let go.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Released {
    /// Messages, with or without an ack.
    pub messages: usize,
    /// Their bytes.
    pub bytes: usize,
}

/// Outstanding messages of one task, over all of its connections.
#[derive(Debug, Clone)]
pub struct Ledger<R> {
    /// Number of the entry in front.
    front: Seq,
    entries: VecDeque<Entry<R>>,
}

impl<R> Default for Ledger<R> {
    fn default() -> Self {
        Self { front: Seq(0), entries: VecDeque::new() }
    }
}

impl<R> Ledger<R> {
    /// Enters a message that waits until Kafka has this many records of it; none means that it
    /// needs nothing but its turn. Its number is what settles it, once for each record.
    pub fn enter(&mut self, ack: R, bytes: usize, records: u32) -> Seq {
        let seq = self.next();
        self.entries.push_back(Entry { ack: Some(ack), bytes, missing: records });
        seq
    }

    /// Kafka has a record of the message. False if none of it is outstanding, which is a defect.
    #[must_use]
    pub fn settle(&mut self, seq: Seq) -> bool {
        match self.entry(seq) {
            Some(entry) if entry.missing > 0 => {
                entry.missing -= 1;
                true
            }
            _ => false,
        }
    }

    /// Number of the first message that is outstanding, or of the next one to enter.
    pub fn front(&self) -> Seq {
        self.front
    }

    /// The number that the next message gets.
    #[inline]
    pub fn next(&self) -> Seq {
        Seq(self.front.0 + self.entries.len() as u64)
    }

    fn entry(&mut self, seq: Seq) -> Option<&mut Entry<R>> {
        let index = seq.0.checked_sub(self.front.0)?;
        self.entries.get_mut(usize::try_from(index).ok()?)
    }

    /// The connection is gone: what is outstanding stays so, but no ack of it will leave.
    pub fn void(&mut self) {
        for entry in &mut self.entries {
            entry.ack = None;
        }
    }

    /// Lets the settled prefix go, its acks in order.
    pub fn release(&mut self, mut leave: impl FnMut(R)) -> Released {
        let mut released = Released::default();
        while self.entries.front().is_some_and(|entry| entry.missing == 0) {
            let Some(entry) = self.entries.pop_front() else { break };
            self.front = self.front.next();
            released.messages += 1;
            released.bytes += entry.bytes;
            if let Some(ack) = entry.ack {
                leave(ack);
            }
        }
        released
    }

    /// Messages that are outstanding.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is outstanding.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn leaving(ledger: &mut Ledger<u16>) -> Vec<u16> {
        let mut out = Vec::new();
        ledger.release(|ack| out.push(ack));
        out
    }

    #[test]
    fn acks_leave_in_order_of_arrival_whatever_settles_first() {
        let mut ledger = Ledger::default();
        let a = ledger.enter(1, 10, 1);
        let b = ledger.enter(2, 10, 1);
        let c = ledger.enter(3, 10, 1);
        assert!(ledger.settle(c) && ledger.settle(b));
        assert_eq!(leaving(&mut ledger), Vec::<u16>::new());
        assert!(ledger.settle(a));
        assert_eq!(leaving(&mut ledger), vec![1, 2, 3]);
        assert!(ledger.is_empty());
    }

    #[test]
    fn a_settled_entry_still_waits_for_its_turn() {
        let mut ledger = Ledger::default();
        let a = ledger.enter(1, 0, 1);
        ledger.enter(2, 0, 0);
        assert_eq!(leaving(&mut ledger), Vec::<u16>::new());
        assert!(ledger.settle(a));
        assert_eq!(leaving(&mut ledger), vec![1, 2]);
    }

    #[test]
    fn an_ack_never_leaves_after_its_connection() {
        let mut ledger = Ledger::default();
        let old = ledger.enter(1, 5, 1);
        ledger.void();
        let new = ledger.enter(1, 5, 1);
        assert!(ledger.settle(new));
        assert_eq!(leaving(&mut ledger), Vec::<u16>::new(), "the old one is in front");
        assert!(ledger.settle(old));
        let mut out = Vec::new();
        let released = ledger.release(|ack| out.push(ack));
        assert_eq!(out, vec![1], "only the ack of the new connection");
        assert_eq!(released, Released { messages: 2, bytes: 10 });
    }

    #[test]
    fn a_message_of_several_records_waits_for_the_last_of_them() {
        let mut ledger = Ledger::default();
        let a = ledger.enter(1, 0, 3);
        assert!(ledger.settle(a) && ledger.settle(a));
        assert_eq!(leaving(&mut ledger), Vec::<u16>::new());
        assert!(ledger.settle(a));
        assert!(!ledger.settle(a), "there were three");
        assert_eq!(leaving(&mut ledger), vec![1]);
    }

    #[test]
    fn settling_twice_or_out_of_range_is_told() {
        let mut ledger: Ledger<u16> = Ledger::default();
        let a = ledger.enter(1, 0, 1);
        assert!(!ledger.settle(Seq(7)));
        assert!(ledger.settle(a));
        assert!(!ledger.settle(a));
        ledger.release(drop);
        assert!(!ledger.settle(a));
    }

    /// The same in the plainest words: a list of everything that ever happened.
    #[derive(Default)]
    struct Naive {
        /// Ack, records that are missing, whether its connection stands.
        messages: Vec<(u16, u32, bool)>,
        gone: usize,
    }

    impl Naive {
        fn release(&mut self) -> Vec<u16> {
            let mut out = Vec::new();
            while let Some((ack, missing, valid)) = self.messages.get(self.gone).copied() {
                if missing > 0 {
                    break;
                }
                if valid {
                    out.push(ack);
                }
                self.gone += 1;
            }
            out
        }
    }

    #[derive(Debug, Clone)]
    enum Step {
        Enter(u16, u32),
        Settle(usize),
        Void,
        Release,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (any::<u16>(), 0_u32..4).prop_map(|(ack, records)| Step::Enter(ack, records)),
            4 => (0usize..40).prop_map(Step::Settle),
            1 => Just(Step::Void),
            3 => Just(Step::Release),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_the_naive_model(steps in proptest::collection::vec(step(), 0..200)) {
            let mut ledger = Ledger::default();
            let mut naive = Naive::default();
            for step in steps {
                match step {
                    Step::Enter(ack, records) => {
                        let seq = ledger.enter(ack, 1, records);
                        prop_assert_eq!(seq, Seq(naive.messages.len() as u64));
                        naive.messages.push((ack, records, true));
                    }
                    Step::Settle(at) => {
                        let want = at >= naive.gone
                            && naive.messages.get(at).is_some_and(|message| message.1 > 0);
                        prop_assert_eq!(ledger.settle(Seq(at as u64)), want);
                        if want {
                            naive.messages[at].1 -= 1;
                        }
                    }
                    Step::Void => {
                        ledger.void();
                        for message in &mut naive.messages {
                            message.2 = false;
                        }
                    }
                    Step::Release => {
                        let mut out = Vec::new();
                        ledger.release(|ack| out.push(ack));
                        prop_assert_eq!(out, naive.release());
                    }
                }
                prop_assert_eq!(ledger.len(), naive.messages.len() - naive.gone);
            }
        }
    }
}
