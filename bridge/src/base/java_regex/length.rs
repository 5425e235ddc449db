//! How far back a look-behind reaches, reckoned as Java does, in 32 bits.
//!
//! Java refuses a look-behind for whose length it finds no maximum. It finds one for some
//! repetitions without end, since it notices an endless one only where a sum overflows, and none
//! for some that end. What it takes must be taken here; the reckoning is therefore the same, with
//! its overflows. Knows the tree only.

use super::ast::{Greed, Node};

/// What Java counts for a repetition without end.
const ENDLESS: i32 = i32::MAX;

/// The least and the greatest number of characters before a position at which a look-behind
/// starts; nothing where Java sees no greatest. A greatest that is less than the least never
/// matches.
pub(super) fn behind(inner: &Node) -> Option<(usize, usize)> {
    let length = Study::of(inner);
    if !length.limited {
        return None;
    }
    Some(match usize::try_from(length.max) {
        Ok(max) => (length.min, max),
        // The start of the window wraps around once more: to the beginning of the text from
        // far below zero, otherwise to behind the position.
        Err(_) if length.max < i32::MIN / 2 => (length.min, usize::MAX),
        Err(_) => (1, 0),
    })
}

/// The length of what was seen so far.
#[derive(Debug, Clone, Copy)]
struct Length {
    min: usize,
    max: i32,
    /// Whether `max` holds.
    limited: bool,
    /// Whether there is one way through it only.
    fixed: bool,
}

const NOTHING: Length = Length { min: 0, max: 0, limited: true, fixed: true };

/// A walk over what a group holds.
struct Study {
    /// Before the last choice. A sum that overflows is noticed only behind that.
    before: Length,
    length: Length,
}

impl Study {
    fn of(node: &Node) -> Length {
        Self::from(NOTHING, node)
    }

    fn from(length: Length, node: &Node) -> Length {
        let mut study = Self { before: NOTHING, length };
        study.add(node);
        Length {
            min: study.before.min.saturating_add(study.length.min),
            max: study.before.max.wrapping_add(study.length.max),
            limited: study.before.limited && study.length.limited,
            fixed: study.before.fixed && study.length.fixed,
        }
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Empty | Node::Anchor(_) | Node::Ahead { .. } | Node::Behind { .. } => {}
            Node::Set(_) => {
                self.length.min = self.length.min.saturating_add(1);
                self.length.max = self.length.max.wrapping_add(1);
            }
            Node::Reference { .. } => self.length.limited = false,
            Node::Sequence(parts) => parts.iter().for_each(|part| self.add(part)),
            Node::Alternatives(parts) => self.choice(parts.iter().map(Self::of)),
            Node::Capture(_, inner) => self.add(inner),
            Node::Atomic(inner) => self.length = Self::from(self.length, inner),
            Node::Repeat { inner, min, max, greed } => self.repeat(inner, *min, *max, *greed),
        }
    }

    fn choice(&mut self, ways: impl Iterator<Item = Length>) {
        let (mut min, mut max, mut limited) = (usize::MAX, 0, true);
        for way in ways {
            min = min.min(way.min);
            max = max.max(way.max);
            limited &= way.limited;
        }
        self.before = Length {
            min: self.before.min.saturating_add(self.length.min).saturating_add(min),
            max: self.before.max.wrapping_add(self.length.max).wrapping_add(max),
            limited: self.before.limited && self.length.limited && limited,
            fixed: false,
        };
        self.length = NOTHING;
    }

    fn repeat(&mut self, inner: &Node, min: u32, max: Option<u32>, greed: Greed) {
        let least = usize::try_from(min).unwrap_or(usize::MAX);
        let group = matches!(
            inner,
            Node::Capture(..) | Node::Sequence(_) | Node::Alternatives(_) | Node::Repeat { .. }
        ) && greed != Greed::Possessive;
        match (inner, max) {
            (Node::Set(_), None) if greed == Greed::Greedy => {
                self.length.min = self.length.min.saturating_add(least);
                if self.length.limited {
                    self.length.max = self.length.max.wrapping_add(ENDLESS);
                }
                self.length.fixed = false;
                return;
            }
            (_, Some(1)) if min == 0 && group => {
                self.choice([Self::of(inner), NOTHING].into_iter());
                return;
            }
            (_, Some(1)) if min == 0 => {
                let min = self.length.min;
                self.length = Length { min, fixed: false, ..Self::from(self.length, inner) };
                return;
            }
            _ => {}
        }
        let once = Self::of(inner);
        if group && !once.fixed {
            self.length.limited = false;
            self.length.fixed = false;
            return;
        }
        let most = max.and_then(|max| i32::try_from(max).ok()).unwrap_or(ENDLESS);
        let sum = once.max.wrapping_mul(most).wrapping_add(self.length.max);
        self.length = Length {
            min: self.length.min.saturating_add(once.min.saturating_mul(least)),
            max: sum,
            limited: self.length.limited && once.limited && sum >= self.length.max,
            fixed: self.length.fixed && once.fixed && max == Some(min),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::JavaRegex;

    fn taken(inner: &str) -> bool {
        JavaRegex::new(&format!("(?<={inner})x")).is_ok()
    }

    #[test]
    fn endless_repetitions_are_taken_where_no_sum_overflows() {
        for inner in ["a+", "ba+", "a+b", "1*+", "a+?", "\\b+", "(a)*", "a{2,}+", "(a|b)*+", "a*b*"]
        {
            assert!(taken(inner), "{inner}");
        }
        for inner in ["ab*+", "(ab)+", "a*?b*?", "(?:ab)++", "\\1"] {
            assert!(!taken(inner), "{inner}");
        }
    }

    #[test]
    fn repeated_groups_must_have_one_way_through() {
        for inner in ["(ab){2}", "(a|b)?", "(a|b){2}+", "(?>a|b){2}", "(?:(?=a)a)+", "(a$)*"] {
            assert!(taken(inner), "{inner}");
        }
        for inner in ["(a|b){2}", "(?:a|b){2}", "(a?){2}", "(a{1,2}){2}", "(a?)+", "(a+)+"] {
            assert!(!taken(inner), "{inner}");
        }
    }

    #[test]
    fn a_reach_that_overflowed_is_javas() {
        let matches = |pattern, text| JavaRegex::new(pattern).unwrap().matches(text).unwrap();
        assert!(matches(".*(?<=ba+)x", "baax"));
        assert!(!matches(".*(?<=a*b*)x", "aabx"));
        assert!(matches(".*(?<!a*b*)x", "aabx"));
    }
}
