//! Whether a pattern can match any topic of a filter. The automaton of the pattern and the filter are
//! searched in parallel. Anchors are taken to hold, the search is bounded, and a pattern without an
//! automaton counts as one that may match. Invariant: a pattern that is reported as missing
//! matches no topic of the filter.

use alloc::collections::BTreeSet;
use alloc::vec;
use alloc::vec::Vec;

use connect::java_regex::{Automaton, CharTable, JavaRegex, Transition};

use crate::filter::Filter;

/// How many pairs of a state and a step are visited.
const MAX_PAIRS: usize = 20_000;

/// Characters that no topic of a message has.
const NEVER: [char; 3] = ['\0', '+', '#'];

/// Proves that no topic of the filter matches the pattern.
pub(super) fn misses(pattern: &JavaRegex, filter: &Filter) -> bool {
    pattern
        .automaton()
        .is_some_and(|automaton| meet(automaton, &FilterPath::of(filter)) == Some(false))
}

/// Whether some text is accepted by both; none when the search exceeds its bound.
fn meet(automaton: &Automaton, path: &FilterPath) -> Option<bool> {
    let mut seen = BTreeSet::from([(automaton.start(), 0)]);
    let mut pending = vec![(automaton.start(), 0)];
    while let Some((state, step)) = pending.pop() {
        if seen.len() > MAX_PAIRS {
            return None;
        }
        let mut go = |pair: (usize, usize)| {
            if seen.insert(pair) {
                pending.push(pair);
            }
        };
        path.free(step).for_each(|step| go((state, step)));
        match automaton.step(state) {
            Transition::End if step == path.steps.len() => return Some(true),
            Transition::End => {}
            Transition::Free(ways) => ways.iter().for_each(|&way| go((way, step))),
            Transition::Character(set, next) => {
                if let Some(step) = path.takes(step, set) {
                    go((next, step));
                }
            }
        }
    }
    Some(false)
}

/// A filter as steps over the characters of a topic.
struct FilterPath {
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

impl FilterPath {
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

    /// The next steps that need no character.
    fn free(&self, step: usize) -> impl Iterator<Item = usize> {
        let wild = matches!(self.steps.get(step), Some(Step::Level | Step::Rest));
        let on = wild.then_some(step + 1);
        let end = (self.parent == Some(step)).then_some(self.steps.len());
        on.into_iter().chain(end)
    }

    /// The next step after a character of the set.
    fn takes(&self, step: usize, set: &CharTable) -> Option<usize> {
        match *self.steps.get(step)? {
            Step::Char(c) => set.has(c).then_some(step + 1),
            Step::Level => set.has_other_than(&['\0', '+', '#', '/']).then_some(step),
            Step::Rest => set.has_other_than(&NEVER).then_some(step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use proptest::prelude::*;

    fn missed(pattern: &str, filter: &str) -> bool {
        misses(&JavaRegex::new(pattern).unwrap(), &Filter::parse(filter).unwrap())
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
            ("(?!x)b/.*", "a/+"),
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
            let Ok(regex) = JavaRegex::new(&pattern) else { return Ok(()) };
            let hit = topics().into_iter().find(|t| filter.matches(t) && regex.matches(t) == Ok(true));
            prop_assert!(hit.is_none() || !misses(&regex, &filter), "{} {:?}", pattern, hit);
        }
    }
}
