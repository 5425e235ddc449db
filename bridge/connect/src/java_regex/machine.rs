//! Runs a program over a text: backtracking with an explicit stack of choices and undo entries.
//!
//! Thus the depth of the call stack depends on the pattern's nesting and never on the text.
//! Invariant: a run ends after a bounded number of steps, with an error if it has not decided by
//! then.

use super::anchors::{holds, AnchorContext};
use super::grapheme::first_cluster;
use super::program::{Program, Step};
use super::set::Folding;

/// Steps after which a search gives up.
const STEPS_MAX: usize = 2_000_000;
/// Entries of the stack after which it gives up.
const ENTRIES_MAX: usize = 500_000;

/// The search has taken too many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooManySteps;

/// An entry of the backtracking stack.
#[derive(Debug, Clone, Copy)]
enum Entry {
    /// Try there.
    Try { step: usize, pos: usize },
    /// Try there with ever fewer characters, down to `least`.
    Fewer { step: usize, least: usize, pos: usize },
    /// Restore a captured position.
    Place { index: usize, old: Option<usize> },
    /// Restore a loop.
    Loop { slot: usize, old: LoopState },
}

/// Where a loop is.
#[derive(Debug, Clone, Copy, Default)]
struct LoopState {
    count: u32,
    began: Option<usize>,
}

/// One search.
#[derive(Debug)]
pub(super) struct Machine<'p, 't> {
    program: &'p Program,
    text: &'t str,
    context: AnchorContext<'t>,
    /// Start and end of every group, the whole not among them: its places are the first two.
    pub(super) places: Vec<Option<usize>>,
    loops: Vec<LoopState>,
    list: Vec<Entry>,
    steps: usize,
    steps_max: usize,
}

impl<'p, 't> Machine<'p, 't> {
    pub(super) fn new(program: &'p Program, text: &'t str, last: usize) -> Self {
        Self::bounded(program, text, last, STEPS_MAX)
    }

    /// A search that gives up after this many steps.
    pub(super) fn bounded(
        program: &'p Program,
        text: &'t str,
        last: usize,
        steps_max: usize,
    ) -> Self {
        Self {
            program,
            text,
            context: AnchorContext::new(text, last),
            places: vec![None; (program.groups + 1) * 2],
            loops: vec![LoopState::default(); program.loops],
            list: Vec::new(),
            steps: 0,
            steps_max,
        }
    }

    /// Matches from `start`; `whole` asks for the end of the text. Returns the end of the match.
    pub(super) fn run(&mut self, start: usize, whole: bool) -> Result<Option<usize>, TooManySteps> {
        self.list.clear();
        let must_end = whole.then_some(self.text.len());
        self.run_from(0, start, must_end)
    }

    /// Runs from a step up to its `Accept`, at `must_end` if that is given.
    fn run_from(
        &mut self,
        mut step: usize,
        mut pos: usize,
        must_end: Option<usize>,
    ) -> Result<Option<usize>, TooManySteps> {
        let base = self.list.len();
        loop {
            self.steps += 1;
            if self.steps > self.steps_max || self.list.len() > ENTRIES_MAX {
                return Err(TooManySteps);
            }
            let program = self.program;
            let next = match program.steps.get(step) {
                None | Some(Step::Accept) => {
                    if must_end.is_none_or(|end| end == pos) {
                        return Ok(Some(pos));
                    }
                    None
                }
                Some(Step::Set(set)) => self
                    .char_at(pos)
                    .filter(|c| set.has(*c))
                    .map(|c| (step + 1, pos + c.len_utf8())),
                Some(Step::Run { set, min, max }) => {
                    let mut end = pos;
                    let mut least = (*min == 0).then_some(pos);
                    let mut count = 0;
                    while count < *max {
                        let Some(c) = self.char_at(end).filter(|c| set.has(*c)) else { break };
                        end += c.len_utf8();
                        count += 1;
                        if count == *min {
                            least = Some(end);
                        }
                    }
                    self.steps += count;
                    least.map(|least| {
                        if end > least {
                            self.list.push(Entry::Fewer { step: step + 1, least, pos: end });
                        }
                        (step + 1, end)
                    })
                }
                Some(Step::Anchor(anchor)) => {
                    let holds = holds(*anchor, &self.context, pos);
                    self.steps += self.context.take_looked_at();
                    holds.then_some((step + 1, pos))
                }
                Some(Step::Grapheme) => {
                    let rest = self.text.get(pos..).unwrap_or_default();
                    let length = first_cluster(rest);
                    self.steps += length;
                    (length > 0).then_some((step + 1, pos + length))
                }
                Some(Step::Reference { group, folding }) => {
                    self.referenced(*group, *folding, pos).map(|end| (step + 1, end))
                }
                Some(Step::Save(index)) => {
                    if let Some(place) = self.places.get_mut(*index) {
                        let old = place.replace(pos);
                        self.list.push(Entry::Place { index: *index, old });
                    }
                    Some((step + 1, pos))
                }
                Some(Step::Jump(to)) => Some((*to, pos)),
                Some(Step::Split(other)) => {
                    self.list.push(Entry::Try { step: *other, pos });
                    Some((step + 1, pos))
                }
                Some(Step::LoopInit(slot)) => {
                    self.set_round(*slot, LoopState::default());
                    Some((step + 1, pos))
                }
                Some(Step::Loop { slot, min, max, lazy, exit }) => {
                    let round = self.loops.get(*slot).copied().unwrap_or_default();
                    if round.began == Some(pos) {
                        // A round that took nothing is the last one, as in Java.
                        Some((*exit, pos))
                    } else if round.count < *min {
                        Some((step + 1, pos))
                    } else if round.count >= *max {
                        Some((*exit, pos))
                    } else if *lazy {
                        self.list.push(Entry::Try { step: step + 1, pos });
                        Some((*exit, pos))
                    } else {
                        self.list.push(Entry::Try { step: *exit, pos });
                        Some((step + 1, pos))
                    }
                }
                Some(Step::LoopRound(slot)) => {
                    let count = self.loops.get(*slot).map_or(0, |round| round.count);
                    let round = LoopState { count: count.saturating_add(1), began: Some(pos) };
                    self.set_round(*slot, round);
                    Some((step + 1, pos))
                }
                Some(Step::Atomic { exit }) => {
                    self.run_isolated(step + 1, pos, None)?.map(|end| (*exit, end))
                }
                Some(Step::Ahead { negated, exit }) => {
                    let found = self.look(step + 1, pos, None)?;
                    (found != *negated).then_some((*exit, pos))
                }
                Some(Step::Behind { negated, min, max, exit }) => {
                    let mut found = false;
                    let before = self.text.get(..pos).unwrap_or_default();
                    let lengths = lengths(before, *min, *max);
                    // Those that are too near are passed, too.
                    self.steps += lengths.0.min(before.len());
                    for start in behind(before, lengths) {
                        found = self.look(step + 1, start, Some(pos))?;
                        if found {
                            break;
                        }
                    }
                    (found != *negated).then_some((*exit, pos))
                }
            };
            match next.or_else(|| self.backtrack(base)) {
                Some(way) => (step, pos) = way,
                None => return Ok(None),
            }
        }
    }

    /// Runs a part by itself and keeps only its first match.
    fn run_isolated(
        &mut self,
        step: usize,
        pos: usize,
        must_end: Option<usize>,
    ) -> Result<Option<usize>, TooManySteps> {
        let base = self.list.len();
        let end = self.run_from(step, pos, must_end)?;
        if end.is_some() {
            // Loops are restored later; captured groups stay, as in Java.
            let mut kept = base;
            for i in base..self.list.len() {
                if let Some(entry @ Entry::Loop { .. }) = self.list.get(i).copied() {
                    if let Some(slot) = self.list.get_mut(kept) {
                        *slot = entry;
                        kept += 1;
                    }
                }
            }
            self.list.truncate(kept);
        }
        Ok(end)
    }

    /// Tests a part without moving.
    fn look(
        &mut self,
        step: usize,
        pos: usize,
        must_end: Option<usize>,
    ) -> Result<bool, TooManySteps> {
        Ok(self.run_isolated(step, pos, must_end)?.is_some())
    }

    /// Backtracks to the last choice, and takes its alternative.
    fn backtrack(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.list.len() > base {
            match self.list.pop()? {
                Entry::Try { step, pos } => return Some((step, pos)),
                Entry::Fewer { step, least, pos } => {
                    let last = self.text.get(least..pos)?.chars().next_back()?;
                    let fewer = pos - last.len_utf8();
                    if fewer > least {
                        self.list.push(Entry::Fewer { step, least, pos: fewer });
                    }
                    return Some((step, fewer));
                }
                Entry::Place { index, old } => {
                    if let Some(place) = self.places.get_mut(index) {
                        *place = old;
                    }
                }
                Entry::Loop { slot, old } => {
                    if let Some(round) = self.loops.get_mut(slot) {
                        *round = old;
                    }
                }
            }
        }
        None
    }

    fn set_round(&mut self, slot: usize, round: LoopState) {
        if let Some(place) = self.loops.get_mut(slot) {
            self.list.push(Entry::Loop { slot, old: *place });
            *place = round;
        }
    }

    fn char_at(&self, pos: usize) -> Option<char> {
        self.text.get(pos..)?.chars().next()
    }

    /// Where the text of a group ends, if it stands at `pos` again.
    fn referenced(&mut self, group: usize, folding: Folding, pos: usize) -> Option<usize> {
        let start = (*self.places.get(group * 2)?)?;
        let end = (*self.places.get(group * 2 + 1)?)?;
        let wanted = self.text.get(start..end)?;
        self.steps += wanted.len();
        let mut here = self.text.get(pos..)?.chars();
        let mut at = pos;
        for c in wanted.chars() {
            let other = here.next()?;
            if !same(c, other, folding) {
                return None;
            }
            at += other.len_utf8();
        }
        Some(at)
    }
}

fn same(a: char, b: char, folding: Folding) -> bool {
    let upper = |c: char| single(c.to_uppercase(), c);
    let lower = |c: char| if c == '\u{130}' { 'i' } else { single(c.to_lowercase(), c) };
    a == b
        || match folding {
            Folding::Exact => false,
            Folding::Ascii => a.eq_ignore_ascii_case(&b),
            Folding::Unicode => upper(a) == upper(b) || lower(upper(a)) == lower(upper(b)),
        }
}

/// A mapping to one character; Java's leaves a letter alone that would become several.
fn single(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// How many characters a look-behind may have before it, from least to most. As in Java, the
/// lengths may have wrapped, and then let everything or nothing be tried.
fn lengths(before: &str, min: i32, max: i32) -> (usize, usize) {
    if let (Ok(min), Ok(max)) = (usize::try_from(min), usize::try_from(max)) {
        return (min, max);
    }
    let count = i32::try_from(before.chars().count()).unwrap_or(i32::MAX);
    let (first, last) = (count.wrapping_sub(max).max(0), count.wrapping_sub(min).min(count));
    let none = (1, 0);
    if last < first {
        return none;
    }
    let length = |index: i32| usize::try_from(count - index);
    length(last).and_then(|min| Ok((min, length(first)?))).unwrap_or(none)
}

/// The places so many characters before the end of the text, the nearest first.
fn behind(before: &str, (min, max): (usize, usize)) -> impl Iterator<Item = usize> + '_ {
    let starts = before.char_indices().rev().map(|(at, _)| at);
    std::iter::once(before.len()).chain(starts).take(max.saturating_add(1)).skip(min)
}
