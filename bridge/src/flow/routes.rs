//! From the topic of a message to the records that it becomes, remembered per topic.
//!
//! The router of the plan is asked once per MQTT topic; the answer is kept while the memory of
//! topics is within its bound. Invariant: an answer is a pure function of plan and topic, and its
//! destinations stand in the order of their statements.

use std::collections::HashMap;
use std::sync::Arc;

use kcql::{Matching, Plan, Router};

use crate::kafka::topic_name_error;

/// One record that a message becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The Kafka topic.
    pub(super) topic: Arc<str>,
    /// The statement, whose lane writes it.
    pub(super) lane: usize,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// To these; at least one.
    To(Arc<[Destination]>),
    /// Nowhere: no statement matches.
    Unmatched,
    /// To a name that Kafka does not accept.
    Illegal {
        /// The derived name.
        topic: String,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Topics remembered at most; past that the memory starts over.
const REMEMBERED_MAX: usize = 16_384;
/// Destinations remembered at most, over all topics.
const DESTINATIONS_MAX: usize = 65_536;
/// Longer topics are not worth the memory.
const TOPIC_BYTES_MAX: usize = 512;

#[derive(Debug)]
pub(super) struct Routes {
    plan: Arc<Plan>,
    router: Router,
    known: HashMap<String, Route>,
    /// Destinations within `known`.
    destinations: usize,
    /// Statements that match the topic at hand.
    matching: Vec<usize>,
}

impl Routes {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let router = Router::new(&plan);
        let (known, matching) = (HashMap::new(), Vec::new());
        Self { plan, router, known, destinations: 0, matching }
    }

    /// Where a message with this topic goes.
    pub(super) fn find(&mut self, mqtt_topic: &str) -> Route {
        if let Some(route) = self.known.get(mqtt_topic) {
            return route.clone();
        }
        let route = self.resolve(mqtt_topic);
        if mqtt_topic.len() <= TOPIC_BYTES_MAX {
            let more = match &route {
                Route::To(destinations) => destinations.len(),
                Route::Unmatched | Route::Illegal { .. } => 0,
            };
            if self.known.len() >= REMEMBERED_MAX || self.destinations + more > DESTINATIONS_MAX {
                self.known.clear();
                self.destinations = 0;
            }
            self.destinations += more;
            self.known.insert(mqtt_topic.to_owned(), route.clone());
        }
        route
    }

    fn resolve(&mut self, mqtt_topic: &str) -> Route {
        self.matching.clear();
        match self.plan.matching() {
            Matching::FirstInOrder => self.matching.extend(self.router.route(mqtt_topic)),
            Matching::All => self.router.route_all(mqtt_topic, &mut self.matching),
        }
        let mut destinations = Vec::with_capacity(self.matching.len());
        for &lane in &self.matching {
            let Some(statement) = self.plan.statements().get(lane) else { continue };
            let topic = statement.target.resolve(mqtt_topic);
            if let Some(reason) = topic_name_error(&topic) {
                return Route::Illegal { topic: topic.into_owned(), reason };
            }
            destinations.push(Destination { topic: Arc::from(topic.as_ref()), lane });
        }
        if destinations.is_empty() {
            Route::Unmatched
        } else {
            Route::To(destinations.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OVERLAPPING: &str = "INSERT INTO one SELECT * FROM a/+; INSERT INTO two SELECT * FROM \
                               `a/#`; INSERT INTO one SELECT * FROM `#`; INSERT INTO `$` SELECT * \
                               FROM b/+";

    fn targets(matching: Matching, topic: &str) -> Vec<String> {
        let options = kcql::CompileOptions { matching, ..kcql::CompileOptions::default() };
        let plan = kcql::compile(OVERLAPPING, &options).plan.unwrap();
        match Routes::new(Arc::new(plan)).find(topic) {
            Route::To(all) => all.iter().map(|one| one.topic.to_string()).collect(),
            Route::Unmatched => Vec::new(),
            Route::Illegal { topic, .. } => vec![format!("illegal {topic}")],
        }
    }

    #[test]
    fn under_first_match_the_first_in_written_order_gets_the_message() {
        assert_eq!(targets(Matching::FirstInOrder, "a/x"), ["one"]);
        assert_eq!(targets(Matching::FirstInOrder, "a"), ["two"]);
    }

    #[test]
    fn under_all_every_statement_gets_it_in_written_order() {
        assert_eq!(targets(Matching::All, "a/x"), ["one", "two", "one"]);
        assert_eq!(targets(Matching::All, "b/x"), ["one", "b_x"]);
        assert_eq!(targets(Matching::All, "$SYS/x"), Vec::<String>::new());
    }

    #[test]
    fn one_illegal_name_among_several_is_told() {
        assert_eq!(targets(Matching::All, "b/x y"), ["illegal b_x y"]);
    }

    #[test]
    fn the_memory_is_bounded_in_destinations_too() {
        let many: Vec<String> =
            (0..40).map(|n| format!("INSERT INTO t{n} SELECT * FROM `#`")).collect();
        let options =
            kcql::CompileOptions { matching: Matching::All, ..kcql::CompileOptions::default() };
        let plan = kcql::compile(&many.join(";"), &options).plan.unwrap();
        let mut routes = Routes::new(Arc::new(plan));
        for n in 0..4_000 {
            assert!(matches!(routes.find(&format!("t/{n}")), Route::To(all) if all.len() == 40));
            assert!(routes.destinations <= DESTINATIONS_MAX);
        }
    }
}
