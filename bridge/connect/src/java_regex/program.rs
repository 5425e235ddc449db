//! From the tree to a program of small steps.
//!
//! Loops keep their count and the place where the present round began in slots of their own.
//! Invariant: every jump stays inside of the program, whose length has a bound.

use super::ast::{Anchor, Greed, Node};
use super::error::PatternError;
use super::property::vertical_space;
use super::set::{CharTable, Folding, Set};

/// One step.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// One character of the set.
    Set(CharTable),
    /// As many characters of the set as there are, then fewer, down to `min`.
    Run {
        set: CharTable,
        min: usize,
        max: usize,
    },
    Anchor(Anchor),
    Grapheme,
    Reference {
        group: usize,
        folding: Folding,
    },
    /// Remembers the place.
    Save(usize),
    Jump(usize),
    /// Goes on, or later there.
    Split(usize),
    /// Forgets an earlier run of a loop.
    LoopInit(usize),
    /// Decides about another round, which begins at the next step but one.
    Loop {
        slot: usize,
        min: u32,
        max: u32,
        lazy: bool,
        exit: usize,
    },
    /// Begins a round.
    LoopRound(usize),
    /// Runs the following steps by themselves up to `Accept`, keeps their first match, continues at
    /// `exit`.
    Atomic {
        exit: usize,
    },
    Ahead {
        negated: bool,
        exit: usize,
    },
    Behind {
        negated: bool,
        min: i32,
        max: i32,
        exit: usize,
    },
    /// The end of the whole, or of a part that runs by itself.
    Accept,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// How many loops there are.
    pub(super) loops: usize,
    /// How many groups capture.
    pub(super) groups: usize,
}

/// Steps that a program may have.
const STEPS_MAX: usize = 100_000;

impl Program {
    /// Compiles a tree.
    pub(super) fn new(tree: &Node, groups: usize, pattern: &str) -> Result<Self, PatternError> {
        let mut program = Self { steps: Vec::new(), loops: 0, groups };
        program.add(tree);
        program.steps.push(Step::Accept);
        if program.steps.len() > STEPS_MAX {
            return Err(PatternError::Unsupported {
                what: "a pattern this large".to_owned(),
                pattern: pattern.to_owned(),
            });
        }
        Ok(program)
    }

    /// Puts a step whose target is not known yet.
    fn later(&mut self) -> usize {
        self.steps.push(Step::Accept);
        self.steps.len() - 1
    }

    fn set(&mut self, at: usize, step: impl FnOnce(usize) -> Step) {
        let here = self.steps.len();
        if let Some(slot) = self.steps.get_mut(at) {
            *slot = step(here);
        }
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Empty => {}
            Node::Set(set) => self.steps.push(Step::Set(set.table())),
            Node::Anchor(anchor) => self.steps.push(Step::Anchor(*anchor)),
            Node::Grapheme => self.steps.push(Step::Grapheme),
            Node::Reference { group, folding } => {
                self.steps.push(Step::Reference { group: *group, folding: *folding });
            }
            Node::Sequence(parts) => parts.iter().for_each(|part| self.add(part)),
            Node::Alternatives(parts) => self.add_alternatives(parts),
            Node::LineEnding => {
                let crlf = ['\r', '\n'].map(|c| Node::Set(Set::single(c, Folding::Exact)));
                self.add_alternatives(&[Node::Sequence(crlf.into()), Node::Set(vertical_space())]);
            }
            Node::Capture(group, inner) => {
                self.steps.push(Step::Save(group * 2));
                self.add(inner);
                self.steps.push(Step::Save(group * 2 + 1));
            }
            Node::Atomic(inner) => self.add_isolated(inner, |exit| Step::Atomic { exit }),
            Node::Ahead { negated, inner } => {
                self.add_isolated(inner, |exit| Step::Ahead { negated: *negated, exit });
            }
            Node::Behind { negated, inner, min, max } => self.add_isolated(inner, |exit| {
                Step::Behind { negated: *negated, min: *min, max: *max, exit }
            }),
            Node::Repeat { inner, min, max, greed } => {
                self.add_repeat(inner, *min, max.unwrap_or(u32::MAX), *greed);
            }
        }
    }

    fn add_isolated(&mut self, inner: &Node, step: impl FnOnce(usize) -> Step) {
        let start = self.later();
        self.add(inner);
        self.steps.push(Step::Accept);
        self.set(start, step);
    }

    fn add_alternatives(&mut self, parts: &[Node]) {
        let mut ends = Vec::new();
        let Some((last, others)) = parts.split_last() else { return };
        for part in others {
            let split = self.later();
            self.add(part);
            ends.push(self.later());
            self.set(split, Step::Split);
        }
        self.add(last);
        for end in ends {
            self.set(end, Step::Jump);
        }
    }

    fn add_repeat(&mut self, inner: &Node, min: u32, max: u32, greed: Greed) {
        if let (Node::Set(set), Greed::Greedy) = (inner, greed) {
            let wide = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
            self.steps.push(Step::Run { set: set.table(), min: wide(min), max: wide(max) });
            return;
        }
        if greed == Greed::Possessive {
            let start = self.later();
            // Every round keeps its first match, as in Java.
            self.add_loop(min, max, false, |program| {
                program.add_isolated(inner, |exit| Step::Atomic { exit });
            });
            self.steps.push(Step::Accept);
            self.set(start, |exit| Step::Atomic { exit });
            return;
        }
        self.add_loop(min, max, greed == Greed::Lazy, |program| program.add(inner));
    }

    fn add_loop(&mut self, min: u32, max: u32, lazy: bool, body: impl FnOnce(&mut Self)) {
        let slot = self.loops;
        self.loops += 1;
        self.steps.push(Step::LoopInit(slot));
        let decide = self.later();
        self.steps.push(Step::LoopRound(slot));
        body(self);
        self.steps.push(Step::Jump(decide));
        self.set(decide, |exit| Step::Loop { slot, min, max, lazy, exit });
    }
}
