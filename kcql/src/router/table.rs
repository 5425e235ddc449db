//! One hash table for the children of all trie nodes: key is a node and the name of a level. Open
//! addressing, filled while the trie is built and only read afterwards. The hash is fast and not
//! keyed: its keys come from the configuration, and a hostile topic can at worst walk the longest
//! run that the configuration made.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

use super::trie::NodeId;

#[derive(Clone, Debug)]
struct Entry {
    hash: u32,
    parent: NodeId,
    child: NodeId,
    level: Box<[u8]>,
}

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Children {
    /// Entry number plus one; zero is a free slot. The length is a power of two.
    slots: Vec<u32>,
    entries: Vec<Entry>,
}

impl Children {
    pub(super) fn get(&self, parent: NodeId, level: &[u8]) -> Option<NodeId> {
        let hash = hash(parent, level);
        self.probe(hash)
            .find(|entry| entry.hash == hash && entry.parent == parent && *entry.level == *level)
            .map(|entry| entry.child)
    }

    /// Adds a child that is not there yet.
    pub(super) fn insert(&mut self, parent: NodeId, level: &[u8], child: NodeId) {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let hash = hash(parent, level);
        self.entries.push(Entry { hash, parent, child, level: level.into() });
        place(&mut self.slots, hash, u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
    }

    fn grow(&mut self) {
        let mut slots = vec![0; (self.slots.len() * 2).max(16)];
        for (index, entry) in self.entries.iter().enumerate() {
            place(&mut slots, entry.hash, u32::try_from(index + 1).unwrap_or(u32::MAX));
        }
        self.slots = slots;
    }

    /// The entries from a hash's home slot up to the first free one. At most half of the slots are
    /// taken, so there is one.
    fn probe(&self, hash: u32) -> impl Iterator<Item = &Entry> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize;
        core::iter::from_fn(move || {
            let number = *self.slots.get(at & mask)?;
            at = at.wrapping_add(1);
            self.entries.get((number as usize).checked_sub(1)?)
        })
    }
}

fn place(slots: &mut [u32], hash: u32, number: u32) {
    let mask = slots.len().wrapping_sub(1);
    let mut at = hash as usize;
    while let Some(slot) = slots.get_mut(at & mask) {
        if *slot == 0 {
            *slot = number;
            return;
        }
        at = at.wrapping_add(1);
    }
}

/// Eight bytes at a time: multiply, fold the high half back.
fn hash(parent: NodeId, level: &[u8]) -> u32 {
    let mut state = fold(u64::from(parent.0), level.len() as u64);
    let mut chunks = level.chunks_exact(8);
    for chunk in &mut chunks {
        state = fold(state, u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
    }
    let tail = chunks.remainder().iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte));
    high_half(fold(state, tail))
}

fn fold(state: u64, word: u64) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = (state.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    product ^ (product >> 32)
}

/// The upper half has seen every bit.
fn high_half(state: u64) -> u32 {
    (state.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 32) as u32
}
