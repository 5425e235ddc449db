//! A pattern as an automaton, which needs no backtracking.
//!
//! It decides whether a whole text matches in time linear in the text. Look-around,
//! back-references, atomic groups, possessive quantifiers, graphemes and word boundaries have no
//! automaton here, and neither has a pattern that needs too many states. Does not capture groups.
//! Invariant: where the machine decides, the automaton gives the same result.

use super::anchors::{holds, AnchorContext};
use super::ast::{Anchor, Greed, Node};
use super::property::vertical_space;
use super::set::{CharTable, Folding, Set};

/// States that an automaton may have.
const STATES_MAX: usize = 2_000;
/// Ranges of characters that all its states may have.
const RANGES_MAX: usize = 50_000;

/// What a state does.
#[derive(Debug, Clone)]
enum State {
    /// Ends.
    Accept,
    /// Takes a character of the set and goes on there.
    Take(CharTable, usize),
    /// Goes on there if the anchor holds.
    Check(Anchor, usize),
    /// Goes on at each of these.
    Fork(Vec<usize>),
}

/// What may follow in a state, see [`Automaton::step`].
#[derive(Debug, Clone, Copy)]
pub enum Transition<'a> {
    /// The text may end.
    End,
    /// A character of the set, then that state.
    Character(&'a CharTable, usize),
    /// These states, without a character. Where an anchor must hold for it, it is taken to hold.
    Free(&'a [usize]),
}

/// States with the one to begin in.
#[derive(Debug, Clone)]
pub struct Automaton {
    states: Vec<State>,
    start: usize,
}

impl Automaton {
    /// The automaton of a tree, if there is one.
    pub(super) fn new(tree: &Node) -> Option<Self> {
        let mut builder = Builder { states: vec![State::Accept], ranges: 0 };
        let start = builder.add(tree, 0)?;
        Some(Self { states: builder.states, start })
    }

    /// The state to begin in.
    pub fn start(&self) -> usize {
        self.start
    }

    /// What may follow in a state.
    pub fn step(&self, state: usize) -> Transition<'_> {
        match self.states.get(state) {
            None | Some(State::Accept) => Transition::End,
            Some(State::Take(set, next)) => Transition::Character(set, *next),
            Some(State::Check(_, next)) => Transition::Free(std::slice::from_ref(next)),
            Some(State::Fork(branches)) => Transition::Free(branches),
        }
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        let around = AnchorContext::new(text, 0);
        let mut now = Active::new(self.states.len());
        let mut next = Active::new(self.states.len());
        self.enter(self.start, &around, 0, &mut now);
        for (at, c) in text.char_indices() {
            let behind = at + c.len_utf8();
            for &state in &now.list {
                if let Some(State::Take(set, to)) = self.states.get(state) {
                    if set.has(c) {
                        self.enter(*to, &around, behind, &mut next);
                    }
                }
            }
            if next.list.is_empty() {
                return false;
            }
            std::mem::swap(&mut now, &mut next);
            next.clear();
        }
        now.list.iter().any(|&state| matches!(self.states.get(state), Some(State::Accept)))
    }

    /// Adds a state and all that can be reached from it without a character.
    fn enter(&self, state: usize, around: &AnchorContext<'_>, pos: usize, active: &mut Active) {
        let mut pending = vec![state];
        while let Some(state) = pending.pop() {
            if !active.add(state) {
                continue;
            }
            match self.states.get(state) {
                Some(State::Check(anchor, to)) if holds(*anchor, around, pos) => pending.push(*to),
                Some(State::Fork(branches)) => pending.extend(branches),
                Some(State::Check(..) | State::Accept | State::Take(..)) | None => {}
            }
        }
    }
}

/// A set of states.
struct Active {
    list: Vec<usize>,
    has: Vec<bool>,
}

impl Active {
    fn new(states: usize) -> Self {
        Self { list: Vec::new(), has: vec![false; states] }
    }

    /// Whether it was not there.
    fn add(&mut self, state: usize) -> bool {
        let Some(has) = self.has.get_mut(state).filter(|has| !**has) else { return false };
        *has = true;
        self.list.push(state);
        true
    }

    fn clear(&mut self) {
        for state in self.list.drain(..) {
            if let Some(has) = self.has.get_mut(state) {
                *has = false;
            }
        }
    }
}

/// Builds the states of a pattern from its end.
struct Builder {
    states: Vec<State>,
    ranges: usize,
}

impl Builder {
    fn push(&mut self, state: State) -> Option<usize> {
        if let State::Take(set, _) = &state {
            self.ranges += set.range_count();
        }
        if self.states.len() >= STATES_MAX || self.ranges > RANGES_MAX {
            return None;
        }
        self.states.push(state);
        Some(self.states.len() - 1)
    }

    /// Adds states that match `node` and go on at `next`; none where there are no such states.
    fn add(&mut self, node: &Node, next: usize) -> Option<usize> {
        match node {
            Node::Empty => Some(next),
            Node::Set(set) => self.push(State::Take(set.table(), next)),
            // Some of these anchors look at unbounded context; the others depend on the order in
            // which the machine tries.
            Node::Anchor(Anchor::Word { .. } | Anchor::Grapheme | Anchor::LastMatch)
            | Node::Repeat { greed: Greed::Possessive, .. }
            | Node::Reference { .. }
            | Node::Atomic(_)
            | Node::Ahead { .. }
            | Node::Behind { .. }
            | Node::Grapheme => None,
            Node::Anchor(anchor) => self.push(State::Check(*anchor, next)),
            Node::Sequence(parts) => {
                parts.iter().rev().try_fold(next, |next, part| self.add(part, next))
            }
            Node::Alternatives(parts) => {
                let branches: Option<_> = parts.iter().map(|part| self.add(part, next)).collect();
                self.push(State::Fork(branches?))
            }
            Node::Capture(_, inner) => self.add(inner, next),
            Node::LineEnding => {
                let one = self.push(State::Take(vertical_space().table(), next))?;
                let [cr, lf] = ['\r', '\n'].map(|c| Set::single(c, Folding::Exact).table());
                let second = self.push(State::Take(lf, next))?;
                let first = self.push(State::Take(cr, second))?;
                self.push(State::Fork(vec![first, one]))
            }
            Node::Repeat { inner, min, max, .. } => self.repeat(inner, *min, *max, next),
        }
    }

    fn repeat(&mut self, inner: &Node, min: u32, max: Option<u32>, next: usize) -> Option<usize> {
        let mut at = match max {
            None => self.any_number(inner, next)?,
            Some(max) => (0..max.saturating_sub(min)).try_fold(next, |at, _| {
                let once = self.add(inner, at)?;
                self.push(State::Fork(vec![once, next]))
            })?,
        };
        for _ in 0..min {
            let before = self.states.len();
            at = self.add(inner, at)?;
            // What adds no state matches nothing but the empty text, however often.
            if self.states.len() == before {
                break;
            }
        }
        Some(at)
    }

    fn any_number(&mut self, inner: &Node, next: usize) -> Option<usize> {
        let fork = self.push(State::Fork(Vec::new()))?;
        let once = self.add(inner, fork)?;
        if let Some(State::Fork(branches)) = self.states.get_mut(fork) {
            *branches = vec![once, next];
        }
        Some(fork)
    }
}
