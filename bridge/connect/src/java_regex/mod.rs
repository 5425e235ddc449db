//! Java's regular expressions: `Pattern` and `Matcher` as far as configurations use them.
//!
//! A pattern becomes a tree, the tree a program, and a backtracking machine runs it as Java's does,
//! group by group, with a bound on its steps. Where only the answer of `Matcher.matches` is asked
//! for and the machine needs many steps, an [`Automaton`] answers in linear time, for patterns that
//! have one. Invariant: a pattern that compiles means what it means in Java; a pattern that cannot
//! be given that meaning is refused.

mod anchors;
mod ast;
mod automaton;
mod class;
mod cursor;
mod error;
mod escape;
mod grapheme;
mod machine;
mod names;
mod parse;
mod program;
mod property;
mod replacement;
mod set;
#[cfg(test)]
mod tests;

pub use automaton::{Automaton, Transition};
pub use error::{MatchError, PatternError};
pub use replacement::Replacement;
pub use set::CharTable;

use std::sync::Arc;

use machine::{Machine, TooManySteps};
use program::Program;

/// A compiled pattern, cheap to clone.
#[derive(Debug, Clone)]
pub struct JavaRegex {
    pattern: Arc<str>,
    program: Arc<Program>,
    automaton: Option<Arc<Automaton>>,
    names: Arc<[(String, usize)]>,
}

/// Steps of the machine, beside those for the length of the text, after which the automaton decides.
const FEW_STEPS: usize = 10_000;

/// Start and end of every group of a match, the whole first.
type Places = Vec<Option<(usize, usize)>>;

impl JavaRegex {
    /// `Pattern.compile`.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let parsed = parse::parse(pattern)?;
        let program = Program::new(&parsed.tree, parsed.groups, pattern)?;
        let automaton = Automaton::new(&parsed.tree).map(Arc::new);
        let (pattern, program) = (pattern.into(), Arc::new(program));
        Ok(Self { pattern, program, automaton, names: parsed.names.into() })
    }

    /// The pattern as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// How many groups capture, the whole not counted.
    pub fn group_count(&self) -> usize {
        self.program.groups
    }

    /// The number of a named group.
    pub fn group_named(&self, name: &str) -> Option<usize> {
        self.names.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }

    /// The automaton that decides [`matches`](Self::matches), for a pattern that has one.
    pub fn automaton(&self) -> Option<&Automaton> {
        self.automaton.as_deref()
    }

    /// `Matcher.matches`: whether the whole text matches. Fails only for patterns that have no
    /// automaton.
    pub fn matches(&self, text: &str) -> Result<bool, MatchError> {
        let Some(automaton) = &self.automaton else { return Ok(self.whole(text)?.is_some()) };
        // Few patterns backtrack much; for the others the machine is faster.
        let steps_max = FEW_STEPS + text.len();
        let mut machine = Machine::bounded(&self.program, text, 0, steps_max);
        Ok(match machine.run(0, true) {
            Ok(end) => end.is_some(),
            Err(TooManySteps) => automaton.matches(text),
        })
    }

    /// The groups of the whole text, the whole first; none if it does not match.
    pub fn groups<'t>(&self, text: &'t str) -> Result<Option<Vec<Option<&'t str>>>, MatchError> {
        let slice =
            |place: Option<(usize, usize)>| place.and_then(|(start, end)| text.get(start..end));
        Ok(self.whole(text)?.map(|places| places.into_iter().map(slice).collect()))
    }

    /// `Matcher.replaceFirst`.
    pub fn replace_first(&self, text: &str, by: &Replacement) -> Result<String, MatchError> {
        self.replace(text, by, 1)
    }

    /// `Matcher.replaceAll`.
    pub fn replace_all(&self, text: &str, by: &Replacement) -> Result<String, MatchError> {
        self.replace(text, by, usize::MAX)
    }

    fn replace(&self, text: &str, by: &Replacement, limit: usize) -> Result<String, MatchError> {
        let mut out = String::new();
        let (mut done, mut from) = (0, 0);
        for _ in 0..limit {
            let Some(places) = self.next(text, from, done)? else { break };
            let Some(&Some((start, end))) = places.first() else { break };
            out.push_str(text.get(done..start).unwrap_or_default());
            let group = |number: usize| {
                let (start, end) = (*places.get(number)?)?;
                text.get(start..end)
            };
            by.expand(group, &mut out)?;
            done = end;
            // After an empty match the next one lies a character further on.
            from = match text.get(end..).and_then(|rest| rest.chars().next()) {
                Some(c) if start == end => end + c.len_utf8(),
                None if start == end => break,
                _ => end,
            };
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Ok(out)
    }

    fn whole(&self, text: &str) -> Result<Option<Places>, MatchError> {
        let mut machine = Machine::new(&self.program, text, 0);
        let end = machine.run(0, true).map_err(|_| self.too_many_steps())?;
        Ok(end.map(|end| places(&machine, 0, end)))
    }

    /// The first match from `from` on; `last` is where the one before ended.
    ///
    /// It begins where a character does. Java's may begin between the halves of a surrogate pair,
    /// where the pattern itself has none. No config can show that: only a topic that matches as a
    /// whole is searched, and there the first match begins in front.
    fn next(&self, text: &str, from: usize, last: usize) -> Result<Option<Places>, MatchError> {
        let mut machine = Machine::new(&self.program, text, last);
        let rest = text.get(from..).unwrap_or_default();
        let starts = rest.char_indices().map(|(at, _)| from + at).chain([text.len()]);
        for start in starts {
            if let Some(end) = machine.run(start, false).map_err(|_| self.too_many_steps())? {
                return Ok(Some(places(&machine, start, end)));
            }
        }
        Ok(None)
    }

    fn too_many_steps(&self) -> MatchError {
        MatchError::TooManySteps(self.pattern.to_string())
    }
}

fn places(machine: &Machine<'_, '_>, start: usize, end: usize) -> Places {
    let groups = machine.places.chunks(2).skip(1).map(|pair| match pair {
        [Some(start), Some(end)] => Some((*start, *end)),
        _ => None,
    });
    std::iter::once(Some((start, end))).chain(groups).collect()
}
