//! A trie of filters by level, to find those that share topics with another filter. Unlike the
//! router's trie it can list children, because a `+` of the searched filter matches all of them.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::filter::passes;

#[derive(Debug, Default)]
struct Node {
    named: BTreeMap<String, usize>,
    plus: Option<usize>,
    /// Statements whose filter ends here.
    ends: Vec<usize>,
    /// Statements whose filter goes on with `#`.
    open: Vec<usize>,
}

#[derive(Debug)]
pub(super) struct Trie {
    nodes: Vec<Node>,
}

impl Default for Trie {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Trie {
    pub(super) fn insert(&mut self, levels: &[&str], statement: usize) {
        let mut at = 0;
        for &level in levels {
            let new = self.nodes.len();
            let Some(node) = self.nodes.get_mut(at) else { return };
            let known = match level {
                "#" => {
                    node.open.push(statement);
                    return;
                }
                "+" => *node.plus.get_or_insert(new),
                name => *node.named.entry(name.into()).or_insert(new),
            };
            if known == new {
                self.nodes.push(Node::default());
            }
            at = known;
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.ends.push(statement);
        }
    }

    /// Adds the statements that share topics with a filter, up to `room` of them, and subtracts its
    /// steps from the budget.
    pub(super) fn search(
        &self,
        levels: &[&str],
        room: usize,
        steps: &mut usize,
        hits: &mut Vec<usize>,
    ) {
        // A place in the trie with how many levels were taken; none once `#` has taken all.
        let mut pending: Vec<(usize, Option<usize>)> = vec![(0, Some(0))];
        while let Some((at, depth)) = pending.pop() {
            let Some(node) = self.nodes.get(at) else { continue };
            *steps = steps.saturating_sub(1);
            if *steps == 0 || hits.len() >= room {
                return;
            }
            hits.extend(node.open.iter().take(room.saturating_sub(hits.len())));
            let level = depth.and_then(|depth| levels.get(depth)).copied();
            let ended = depth.is_some() && level.is_none();
            if ended || depth.is_none() || level == Some("#") {
                hits.extend(node.ends.iter().take(room.saturating_sub(hits.len())));
            }
            match (depth, level) {
                (Some(_), None) => {}
                (None, _) | (_, Some("#")) => {
                    let children = node.named.values().copied().chain(node.plus);
                    pending.extend(children.map(|child| (child, None)));
                }
                (Some(depth), Some("+")) => {
                    let first = depth == 0;
                    let named = node.named.iter().filter(|(name, _)| passes("+", name, first));
                    let children = named.map(|(_, &child)| child).chain(node.plus);
                    pending.extend(children.map(|child| (child, Some(depth + 1))));
                }
                (Some(depth), Some(name)) => {
                    let named = node.named.get(name).copied();
                    let plus = node.plus.filter(|_| passes("+", name, depth == 0));
                    pending.extend(
                        named.into_iter().chain(plus).map(|child| (child, Some(depth + 1))),
                    );
                }
            }
        }
    }
}
