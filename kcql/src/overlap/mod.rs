//! Which statements of a plan can get the same message. Pairs are found by walking a trie of all
//! filters, not by comparing each with each, and the work and the answer are bounded: a set in
//! which everything overlaps is reported as truncated. A statement with WITHREGEX may match less
//! than its filter. Invariant: a pair is reported once, the earlier statement first.

mod collisions;
mod lints;
mod precedence;
mod trie;

use alloc::string::String;
use alloc::vec::Vec;

pub(crate) use lints::lint;
pub use precedence::{precedences, Precedence};

use crate::filter::Relation;
use crate::plan::Plan;
use trie::Trie;

/// How many pairs are reported.
pub const MAX_PAIRS: usize = 1_000;

/// How many steps the search takes at most: enough for tens of thousands of ordinary filters.
const MAX_STEPS: usize = 4_000_000;

/// Two statements whose filters share topics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// Index of the earlier statement.
    pub first: usize,
    /// Index of the later statement.
    pub second: usize,
    /// The topics of the first in relation to those of the second.
    pub relation: Relation,
    /// A topic that both filters match.
    pub witness: String,
    /// Whether a WITHREGEX may make the two disjoint.
    pub by_filter_only: bool,
}

/// The overlaps of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlaps {
    /// The pairs, in the order of their later statement.
    pub pairs: Vec<Overlap>,
    /// Whether there are, or may be, more than these.
    pub more: bool,
}

/// Finds the statements that share topics.
pub fn overlaps(plan: &Plan) -> Overlaps {
    let statements = plan.statements();
    let mut trie = Trie::default();
    let mut found = Overlaps::default();
    let mut steps = MAX_STEPS;
    let mut hits = Vec::new();
    for (second, statement) in statements.iter().enumerate() {
        let filter = &statement.subscription.filter;
        let levels = filter.levels();
        hits.clear();
        let room = MAX_PAIRS + 1 - found.pairs.len();
        trie.search(&levels, room, &mut steps, &mut hits);
        hits.sort_unstable();
        for &first in &hits {
            let Some(earlier) = statements.get(first) else { continue };
            let other = &earlier.subscription.filter;
            let Some(witness) = other.witness(filter) else { continue };
            if found.pairs.len() == MAX_PAIRS {
                break;
            }
            found.pairs.push(Overlap {
                first,
                second,
                relation: other.relation(filter),
                witness,
                by_filter_only: earlier.regex.is_some() || statement.regex.is_some(),
            });
        }
        if hits.len() >= room || steps == 0 {
            found.more = true;
            break;
        }
        trie.insert(&levels, second);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compile, CompileOptions, Filter};
    use alloc::format;
    use proptest::prelude::*;

    /// The plan of statements with these filters.
    pub(super) fn plan(filters: &[&str]) -> Plan {
        plan_into("t", filters, CompileOptions::default())
    }

    /// The same into this target.
    pub(super) fn plan_into(target: &str, filters: &[&str], options: CompileOptions) -> Plan {
        let statements: Vec<_> = filters
            .iter()
            .map(|filter| format!("INSERT INTO {target} SELECT * FROM `{filter}`"))
            .collect();
        compile(&statements.join(";"), &options).plan.unwrap()
    }

    #[test]
    fn a_set_in_which_all_overlap_is_bounded() {
        let filters: Vec<_> = (0..3_000).map(|n| format!("+/{n}/#")).collect();
        let mut filters: Vec<&str> = filters.iter().map(String::as_str).collect();
        filters.extend(core::iter::repeat_n("#", 1_500));
        let found = overlaps(&plan(&filters));
        assert_eq!(found.pairs.len(), MAX_PAIRS);
        assert!(found.more);
    }

    proptest! {
        #[test]
        fn the_trie_finds_what_comparing_all_finds(
            filters in prop::collection::vec("[ab+]{1}(/[ab+]){0,2}(/#)?|#|\\$s/[a+]", 1..12)
        ) {
            let texts: Vec<&str> = filters.iter().map(String::as_str).collect();
            let found = overlaps(&plan(&texts));
            let mut naive = Vec::new();
            for second in 0..texts.len() {
                for first in 0..second {
                    let (a, b) = (Filter::parse(texts[first]).unwrap(), Filter::parse(texts[second]).unwrap());
                    if a.relation(&b) != Relation::Disjoint {
                        naive.push((first, second));
                    }
                }
            }
            let pairs: Vec<_> = found.pairs.iter().map(|pair| (pair.first, pair.second)).collect();
            prop_assert_eq!(pairs, naive);
        }
    }
}
