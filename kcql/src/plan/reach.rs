//! Whether a pattern can match any topic of a filter: both become automata, and their product is
//! searched. Anchors and word boundaries are taken to hold, and the search is bounded, so the answer
//! is one-sided. Invariant: what is said to miss matches no topic of the filter.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::filter::Filter;

/// The largest pattern that is looked into, in states.
const MAX_STATES: usize = 2_000;

/// How many pairs of states are visited.
const MAX_PAIRS: usize = 20_000;

/// A range of characters.
type Range = (char, char);

/// Characters that no topic of a message has.
const NEVER: [char; 3] = ['\0', '+', '#'];

/// Proves that no topic of the filter matches the pattern, in the notation of `regex`.
pub(super) fn misses(pattern: &str, filter: &Filter) -> bool {
    let Ok(hir) = regex_syntax::parse(pattern) else { return false };
    let mut machine = Machine { states: vec![State::Match] };
    let Some(start) = machine.add(&hir, MATCH) else { return false };
    machine.reaches(start, &Walk::of(filter)) == Some(false)
}

#[derive(Debug)]
enum State {
    Match,
    /// One of these characters, then on.
    Chars(Vec<Range>, usize),
    /// One of these ways.
    Ways(Vec<usize>),
}

/// A pattern as states, built from its end.
struct Machine {
    states: Vec<State>,
}

const MATCH: usize = 0;

impl Machine {
    fn push(&mut self, state: State) -> Option<usize> {
        if self.states.len() >= MAX_STATES {
            return None;
        }
        self.states.push(state);
        Some(self.states.len() - 1)
    }

    /// Adds states that match and go on at `next`; none when there are too many. The parser bounds
    /// how deep patterns nest.
    fn add(&mut self, hir: &Hir, next: usize) -> Option<usize> {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Some(next),
            HirKind::Literal(literal) => {
                let text = core::str::from_utf8(&literal.0).ok()?;
                text.chars()
                    .rev()
                    .try_fold(next, |next, c| self.push(State::Chars(vec![(c, c)], next)))
            }
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.ranges().iter().map(|range| (range.start(), range.end()));
                self.push(State::Chars(ranges.collect(), next))
            }
            // Of bytes only what is ASCII is sure to be a character.
            HirKind::Class(Class::Bytes(class)) => {
                let ranges = class.ranges().iter();
                let ranges =
                    ranges.map(|range| (char::from(range.start()), char::from(range.end())));
                class.is_ascii().then_some(())?;
                self.push(State::Chars(ranges.collect(), next))
            }
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(parts) => {
                parts.iter().rev().try_fold(next, |next, part| self.add(part, next))
            }
            HirKind::Alternation(parts) => {
                let ways = parts.iter().map(|part| self.add(part, next));
                let ways = ways.collect::<Option<Vec<_>>>()?;
                self.push(State::Ways(ways))
            }
            HirKind::Repetition(repetition) => {
                let sub = &repetition.sub;
                let mut at = match repetition.max {
                    None => self.repeated(sub, next)?,
                    Some(most) => {
                        let more = most.saturating_sub(repetition.min);
                        (0..more).try_fold(next, |at, _| {
                            let once = self.add(sub, at)?;
                            self.push(State::Ways(vec![once, next]))
                        })?
                    }
                };
                for _ in 0..repetition.min {
                    let states = self.states.len();
                    at = self.add(sub, at)?;
                    // What adds no state is empty, however often.
                    if self.states.len() == states {
                        break;
                    }
                }
                Some(at)
            }
        }
    }

    /// Any number of times.
    fn repeated(&mut self, sub: &Hir, next: usize) -> Option<usize> {
        let head = self.push(State::Ways(Vec::new()))?;
        let once = self.add(sub, head)?;
        if let Some(State::Ways(ways)) = self.states.get_mut(head) {
            *ways = vec![once, next];
        }
        Some(head)
    }

    /// Whether some text leads through both to their ends; none when the search grows too long.
    fn reaches(&self, start: usize, walk: &Walk) -> Option<bool> {
        let mut seen = BTreeSet::from([(start, 0)]);
        let mut pending = vec![(start, 0)];
        while let Some((state, place)) = pending.pop() {
            if seen.len() > MAX_PAIRS {
                return None;
            }
            let mut go = |pair: (usize, usize)| {
                if seen.insert(pair) {
                    pending.push(pair);
                }
            };
            walk.free(place).for_each(|place| go((state, place)));
            match self.states.get(state)? {
                State::Match if place == walk.steps.len() => return Some(true),
                State::Match => {}
                State::Ways(ways) => ways.iter().for_each(|&way| go((way, place))),
                State::Chars(ranges, next) => {
                    if let Some(place) = walk.takes(place, ranges) {
                        go((*next, place));
                    }
                }
            }
        }
        Some(false)
    }
}

/// A filter as steps over the characters of a topic.
struct Walk {
    steps: Vec<Step>,
    /// The slash before a last `#`, where the topic may also end.
    parent: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Char(char),
    /// Any number of characters of a level.
    Level,
    /// Any number of characters.
    Rest,
}

impl Walk {
    fn of(filter: &Filter) -> Self {
        let mut steps = Vec::new();
        for (number, level) in filter.body().split('/').enumerate() {
            if number > 0 {
                steps.push(Step::Char('/'));
            }
            match level {
                "+" => steps.push(Step::Level),
                "#" => steps.push(Step::Rest),
                name => steps.extend(name.chars().map(Step::Char)),
            }
        }
        let parent =
            if steps.last() == Some(&Step::Rest) { steps.len().checked_sub(2) } else { None };
        Self { steps, parent }
    }

    /// Where one may go on without a character.
    fn free(&self, place: usize) -> impl Iterator<Item = usize> {
        let wild = matches!(self.steps.get(place), Some(Step::Level | Step::Rest));
        let on = wild.then_some(place + 1);
        let end = (self.parent == Some(place)).then_some(self.steps.len());
        on.into_iter().chain(end)
    }

    /// Where one of these characters leads.
    fn takes(&self, place: usize, ranges: &[Range]) -> Option<usize> {
        let any = |but: &[char]| ranges.iter().any(|&range| has_other(range, but));
        match *self.steps.get(place)? {
            Step::Char(c) => {
                ranges.iter().any(|&(from, to)| (from..=to).contains(&c)).then_some(place + 1)
            }
            Step::Level => any(&['\0', '+', '#', '/']).then_some(place),
            Step::Rest => any(&NEVER).then_some(place),
        }
    }
}

/// Whether a range has characters other than these.
fn has_other((from, to): Range, but: &[char]) -> bool {
    let size = (u32::from(to) - u32::from(from)) as usize + 1;
    size > but.iter().filter(|c| (from..=to).contains(*c)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    fn missed(pattern: &str, filter: &str) -> bool {
        misses(pattern, &Filter::parse(filter).unwrap())
    }

    #[test]
    fn what_cannot_be_is_proved() {
        for (pattern, filter) in [
            ("b/.*", "a/+"),
            ("a", "a/+"),
            ("a/[0-9]+/c", "a/+"),
            ("x.*", "a/#"),
            ("a/b/c|d", "a/+"),
            ("[^/]+", "+/+"),
            (r"a/\+", "a/+"),
            ("(a/){3}b", "a/a/+"),
            ("A/b", "a/+"),
            (r"\d+", "a/#"),
        ] {
            assert!(missed(pattern, filter), "{pattern} {filter}");
        }
    }

    #[test]
    fn what_can_be_or_is_not_known_is_let_pass() {
        for (pattern, filter) in [
            ("a/.*", "a/+"),
            ("a", "a/#"),
            ("a/", "a/#"),
            ("a/[0-9]+", "a/+"),
            ("(?i)A/B", "a/+"),
            (".*", "#"),
            ("", "#"),
            ("^a/b$", "a/+"),
            ("(a|b)/(c|d){1,3}", "+/ccc"),
            (&"a{4000}".repeat(2), "b"),
            (r"\ba\b/\w+", "a/+"),
            ("é/.", "é/+"),
        ] {
            assert!(!missed(pattern, filter), "{pattern} {filter}");
        }
    }

    /// Every topic of up to five characters over a small alphabet.
    fn topics() -> Vec<String> {
        let mut topics: Vec<String> = vec![String::new()];
        let mut from = 0;
        for _ in 0..5 {
            let to = topics.len();
            for at in from..to {
                for c in ['a', 'b', '/'] {
                    topics.push(format!("{}{c}", topics[at]));
                }
            }
            from = to;
        }
        topics.remove(0);
        topics
    }

    proptest! {
        #[test]
        fn nothing_is_said_to_miss_that_matches(
            pattern in "(a|b|/|\\[ab\\]|\\(a\\|/b\\)|\\.|a\\?|b\\*|/\\+|\\[\\^/\\]\\*){1,5}",
            filter in "[ab+]{0,1}(/[ab+]?){0,2}(/#)?",
        ) {
            let Ok(filter) = Filter::parse(&filter) else { return Ok(()) };
            let Ok(regex) = regex::Regex::new(&format!("\\A(?:{pattern})\\z")) else { return Ok(()) };
            let hit = topics().into_iter().find(|t| filter.matches(t) && regex.is_match(t));
            prop_assert!(hit.is_none() || !misses(&pattern, &filter), "{} {:?}", pattern, hit);
        }
    }
}
