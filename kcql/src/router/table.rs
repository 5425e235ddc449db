//! One hash table for the children of all trie nodes: key is a node and the name of a level. Open
//! addressing, filled while the trie is built and only read afterwards. Short names lie in the
//! slots themselves, because with many filters cache misses dominate routing. The hash is fast and
//! not keyed: its keys come from the configuration, and a hostile topic can at worst probe the
//! longest run of slots that the configuration made.

use alloc::vec;
use alloc::vec::Vec;

/// The number of a trie node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NodeId(pub(super) u32);

/// The node that is nobody's child.
pub(super) const ROOT: NodeId = NodeId(0);

/// Names up to this length lie in their slot.
const SHORT: usize = 8;

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// The first bytes of the name, padded with zeros.
    start: u64,
    parent: NodeId,
    /// The root, which is nobody's child, in a free slot.
    child: NodeId,
    len: u32,
    /// Where the name stands among the names, if it is a long one.
    at: u32,
}

const FREE: Slot = Slot { start: 0, parent: ROOT, child: ROOT, len: 0, at: 0 };

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Children {
    /// The length is a power of two, and at most half of them are taken.
    slots: Vec<Slot>,
    taken: usize,
    names: Vec<u8>,
}

impl Children {
    #[inline]
    pub(super) fn get(&self, parent: NodeId, level: &[u8]) -> Option<NodeId> {
        let start = first_bytes(level);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(parent, start, level);
        loop {
            let slot = self.slots.get(at & mask)?;
            if slot.child == ROOT {
                return None;
            }
            if slot.start == start
                && slot.parent == parent
                && slot.len as usize == level.len()
                && (level.len() <= SHORT || self.name(slot) == level)
            {
                return Some(slot.child);
            }
            at = at.wrapping_add(1);
        }
    }

    /// Adds a child that is not there yet.
    pub(super) fn insert(&mut self, parent: NodeId, level: &[u8], child: NodeId) {
        if (self.taken + 1) * 2 > self.slots.len() {
            let doubled = vec![FREE; (self.slots.len() * 2).max(16)];
            for slot in core::mem::replace(&mut self.slots, doubled) {
                if slot.child != ROOT {
                    self.place(slot);
                }
            }
        }
        // Filters are shorter than 64 KiB, and as many as make 4 GiB of names fit no machine.
        let at = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(level.len()).unwrap_or(u32::MAX);
        if level.len() > SHORT {
            self.names.extend_from_slice(level);
        }
        self.place(Slot { start: first_bytes(level), parent, child, len, at });
        self.taken += 1;
    }

    fn place(&mut self, new: Slot) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash(new.parent, new.start, self.name(&new));
        while let Some(slot) = self.slots.get_mut(at & mask) {
            if slot.child == ROOT {
                *slot = new;
                return;
            }
            at = at.wrapping_add(1);
        }
    }

    /// The whole of a long name; of a short one nothing, as its slot has it.
    fn name(&self, slot: &Slot) -> &[u8] {
        let (at, len) = (slot.at as usize, slot.len as usize);
        if len <= SHORT {
            return &[];
        }
        self.names.get(at..at + len).unwrap_or(&[])
    }
}

#[inline]
fn hash(parent: NodeId, start: u64, level: &[u8]) -> usize {
    let mut state = fold(u64::from(parent.0), start);
    for chunk in level.get(SHORT..).unwrap_or(&[]).chunks(8) {
        state = fold(state, first_bytes(chunk));
    }
    usize::try_from(state >> 32).unwrap_or(0)
}

#[inline]
fn first_bytes(level: &[u8]) -> u64 {
    match level.first_chunk::<8>() {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => level.iter().rev().fold(0, |all, &byte| all << 8 | u64::from(byte)),
    }
}

/// Multiply, and bring the upper half back down.
#[inline]
fn fold(state: u64, word: u64) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = (state.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    (product ^ (product >> 29)).wrapping_mul(FACTOR)
}
