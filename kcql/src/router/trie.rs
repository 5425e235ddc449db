//! A trie over topic levels. The walk keeps the alternatives it has not tried yet in a small array
//! and prunes by the lowest rank below a node, so a topic costs a step per level for ordinary sets;
//! for sets heavy in `+` the bound is the number of trie nodes whose path matches a beginning of the
//! topic, each visited once. Invariant: a child's number is greater than its parent's.

use alloc::vec;
use alloc::vec::Vec;

use super::table::{Children, NodeId, ROOT};

/// The rank that means no match.
pub(super) const NONE: u32 = u32::MAX;

/// How many alternatives the walk holds before it allocates.
const PENDING: usize = 16;

#[derive(Clone, Debug)]
struct Node {
    parent: NodeId,
    /// Child of `+`; the root, which is nobody's child, for none.
    plus: NodeId,
    has_named: bool,
    /// Lowest rank of the filters that end here.
    ends: u32,
    /// Lowest rank of the filters that go on with `#`.
    hash: u32,
    /// Lowest rank of all of them, here and below.
    lowest: u32,
}

impl Node {
    fn new(parent: NodeId) -> Self {
        Self { parent, plus: ROOT, has_named: false, ends: NONE, hash: NONE, lowest: NONE }
    }
}

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    children: Children,
    /// By rank: another rank with the same filter.
    next_equal: Vec<u32>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::new(ROOT)], children: Children::default(), next_equal: Vec::new() }
    }
}

impl Trie {
    /// Adds a filter. Ranks must come in rising order.
    pub(super) fn insert(&mut self, filter: &str, rank: u32) {
        let mut at = ROOT;
        let mut open = false;
        for level in filter.split('/') {
            if level == "#" {
                open = true;
            } else {
                at = self.child(at, level);
            }
        }
        let Some(node) = self.nodes.get_mut(at.0 as usize) else { return };
        let slot = if open { &mut node.hash } else { &mut node.ends };
        if *slot == NONE {
            *slot = rank;
        } else {
            let first = *slot;
            self.chain(first, rank);
        }
    }

    /// To be called once after the last insertion.
    pub(super) fn finish(&mut self) {
        for index in (0..self.nodes.len()).rev() {
            let Some(node) = self.nodes.get_mut(index) else { continue };
            node.lowest = node.lowest.min(node.ends).min(node.hash);
            let (lowest, parent) = (node.lowest, node.parent);
            if let Some(parent) = self.nodes.get_mut(parent.0 as usize) {
                parent.lowest = parent.lowest.min(lowest);
            }
        }
    }

    /// The lowest rank that matches, or [`NONE`].
    pub(super) fn first(&self, topic: &str) -> u32 {
        let mut best = NONE;
        self.walk(topic, |rank| {
            best = best.min(rank);
            best
        });
        best
    }

    /// Every rank that matches, in no order.
    pub(super) fn each(&self, topic: &str, mut found: impl FnMut(u32)) {
        self.walk(topic, |rank| {
            let mut rank = rank;
            while rank != NONE {
                found(rank);
                rank = self.next_equal.get(rank as usize).copied().unwrap_or(NONE);
            }
            NONE
        });
    }

    fn child(&mut self, parent: NodeId, level: &str) -> NodeId {
        let known = match level {
            "+" => self.node(parent).map(|node| node.plus).filter(|&plus| plus != ROOT),
            name => self.children.get(parent, name.as_bytes()),
        };
        if let Some(child) = known {
            return child;
        }
        let child = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(Node::new(parent));
        if let Some(node) = self.nodes.get_mut(parent.0 as usize) {
            if level == "+" {
                node.plus = child;
            } else {
                node.has_named = true;
                self.children.insert(parent, level.as_bytes(), child);
            }
        }
        child
    }

    fn chain(&mut self, first: u32, rank: u32) {
        let needed = rank as usize + 1;
        if self.next_equal.len() < needed {
            self.next_equal.resize(needed, NONE);
        }
        let Some(slot) = self.next_equal.get_mut(first as usize) else { return };
        let behind = core::mem::replace(slot, rank);
        if let Some(slot) = self.next_equal.get_mut(rank as usize) {
            *slot = behind;
        }
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn lowest(&self, id: NodeId) -> u32 {
        self.node(id).map_or(NONE, |node| node.lowest)
    }

    /// Calls `found` with the lowest rank of every matching filter; its result is the bound from
    /// which ranks are ignored.
    fn walk(&self, topic: &str, mut found: impl FnMut(u32) -> u32) {
        let topic = topic.as_bytes();
        let hidden = topic.first() == Some(&b'$');
        let mut bound = NONE;
        let mut pending = Pending::default();
        let mut next = Some((ROOT, 0));
        while let Some((id, start)) = next.take().or_else(|| pending.pop()) {
            let Some(node) = self.node(id).filter(|node| node.lowest < bound) else { continue };
            // Wildcards of the first level do not see topics that begin with `$`.
            let wild = !(hidden && id == ROOT);
            if node.hash < bound && wild {
                bound = found(node.hash);
            }
            // Behind the last level `start` is one more than the length.
            let Some(rest) = topic.get(start..) else {
                if node.ends < bound {
                    bound = found(node.ends);
                }
                continue;
            };
            let len = rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
            let behind = start + len + 1;
            let named = if node.has_named {
                rest.get(..len).and_then(|level| self.children.get(id, level))
            } else {
                None
            };
            next = match (named, Some(node.plus).filter(|&plus| wild && plus != ROOT)) {
                (Some(named), Some(plus)) => {
                    let named_first = self.lowest(named) < self.lowest(plus);
                    let (now, later) = if named_first { (named, plus) } else { (plus, named) };
                    pending.push((later, behind));
                    Some((now, behind))
                }
                (only, None) | (None, only) => only.map(|id| (id, behind)),
            };
        }
    }
}

/// A stack that needs no heap while it is small.
struct Pending {
    near: [(NodeId, usize); PENDING],
    len: usize,
    far: Vec<(NodeId, usize)>,
}

impl Default for Pending {
    fn default() -> Self {
        Self { near: [(ROOT, 0); PENDING], len: 0, far: Vec::new() }
    }
}

impl Pending {
    fn push(&mut self, item: (NodeId, usize)) {
        if let Some(slot) = self.near.get_mut(self.len) {
            *slot = item;
            self.len += 1;
        } else {
            self.far.push(item);
        }
    }

    fn pop(&mut self) -> Option<(NodeId, usize)> {
        self.far.pop().or_else(|| {
            self.len = self.len.checked_sub(1)?;
            self.near.get(self.len).copied()
        })
    }
}
