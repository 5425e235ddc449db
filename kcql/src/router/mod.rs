//! Routes a topic to statements. Filters live in a trie over levels, regular expressions in a list;
//! both answer with ranks, and the lowest rank wins. Equal filters are one subscription: under
//! first-match the later statement takes the place of the earlier one, which is then dead, as in
//! Lenses' own table. Invariant: `route` answers what a scan over all statements would answer.

mod table;
#[cfg(test)]
mod tests;
mod trie;

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use connect::java_regex::MatchError;

use crate::options::Matching;
use crate::plan::{Pattern, Plan, StatementPlan};
use trie::Trie;

/// Finds the statement for a topic. Built once from a plan, shared between threads afterwards.
#[derive(Clone, Debug)]
pub struct Router {
    trie: Trie,
    patterns: Vec<(u32, Pattern)>,
    statement_of_rank: Vec<u32>,
}

impl Router {
    /// Prepares routing.
    pub fn new(plan: &Plan) -> Self {
        let mut router =
            Self { trie: Trie::default(), patterns: Vec::new(), statement_of_rank: Vec::new() };
        for index in live_statements(plan.statements(), plan.matching()) {
            let (Some(statement), Ok(number)) =
                (plan.statements().get(index), u32::try_from(index))
            else {
                continue;
            };
            let rank = u32::try_from(router.statement_of_rank.len()).unwrap_or(u32::MAX);
            router.statement_of_rank.push(number);
            match &statement.pattern {
                Some(pattern) => router.patterns.push((rank, pattern.clone())),
                None => router.trie.insert(statement.subscription.filter.body(), rank),
            }
        }
        router.trie.finish();
        router
    }

    /// The first matching statement, as an index into [`Plan::statements`]. Does not allocate
    /// unless filters branch between a name and `+` at more than 16 levels of one path, or a WITHREGEX
    /// is asked. Fails if that needs too many steps to decide.
    pub fn route(&self, topic: &str) -> Result<Option<usize>, MatchError> {
        let mut best = self.trie.first(topic);
        for (rank, pattern) in &self.patterns {
            if *rank >= best {
                break;
            }
            if pattern.matches(topic)? {
                best = *rank;
                break;
            }
        }
        Ok(self.statement(best))
    }

    /// All matching statements in written order, appended to `out`. Under first-match, statements
    /// that an equal filter has made dead are not among them. Fails if a WITHREGEX needs too many
    /// steps to decide.
    pub fn route_all(&self, topic: &str, out: &mut Vec<usize>) -> Result<(), MatchError> {
        let from = out.len();
        self.trie.each(topic, |rank| out.extend(self.statement(rank)));
        for (rank, pattern) in &self.patterns {
            if pattern.matches(topic)? {
                out.extend(self.statement(*rank));
            }
        }
        if let Some(found) = out.get_mut(from..) {
            found.sort_unstable();
        }
        Ok(())
    }

    fn statement(&self, rank: u32) -> Option<usize> {
        self.statement_of_rank.get(rank as usize).map(|&number| number as usize)
    }
}

/// Indices of the statements that can be reached, in the order in which they are tried.
fn live_statements(statements: &[StatementPlan], matching: Matching) -> Vec<usize> {
    let mut live: Vec<usize> = Vec::with_capacity(statements.len());
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        match matching {
            Matching::All => live.push(index),
            Matching::FirstInOrder => {
                let at = *place.entry(statement.subscription.wire()).or_insert(live.len());
                match live.get_mut(at) {
                    Some(replaced) => *replaced = index,
                    None => live.push(index),
                }
            }
        }
    }
    live
}
