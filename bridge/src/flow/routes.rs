//! From the topic of a message to the records that it becomes, remembered per topic.
//!
//! The router of the plan is asked once per MQTT topic; the answer is kept while the memory of
//! topics is within its bound; so transforms that make one topic from another run once per topic,
//! too. Invariant: an answer that is remembered is a pure function of plan, mappers and topic; its
//! destinations stand in the order of their statements, and they are the same each time.

use std::collections::HashMap;
use std::sync::Arc;

use connect::java_regex::MatchError;
use connect::transform::TransformFailure;
use foldhash::fast::RandomState;
use kcql::{Matching, Plan, Router};

use super::mapper::RecordMapper;
use connect::config::{topic_name_error, TopicNameError};

/// One record that a message becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    /// The statement, whose mapper writes it.
    pub(super) mapper: usize,
    /// The Kafka topic, as far as the MQTT topic decides it.
    pub(super) topic: Result<Arc<str>, RoutingError>,
}

/// Why there is no Kafka topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RoutingError {
    /// Kafka does not accept the name.
    Illegal {
        /// The derived name.
        topic: String,
        /// What is wrong with it.
        reason: TopicNameError,
    },
    /// A transform of topics failed.
    Transform(TransformFailure),
    /// A WITHREGEX needs too many steps to decide about the MQTT topic.
    Undecided(MatchError),
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// To these; at least one.
    To(Arc<[Destination]>),
    /// Nowhere: no statement matches.
    Unmatched,
}

impl Route {
    /// Whether a transform of topics failed for a reason that passes.
    fn may_change(&self) -> bool {
        let failed = |destination: &Destination| match &destination.topic {
            Err(RoutingError::Transform(failure)) => failure.error.is_retriable(),
            Ok(_) | Err(RoutingError::Illegal { .. } | RoutingError::Undecided(_)) => false,
        };
        match self {
            Self::To(destinations) => destinations.iter().any(failed),
            Self::Unmatched => false,
        }
    }
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
    /// Bounded, so that topics chosen to collide cost no more than a longer search in it.
    known: HashMap<String, Route, RandomState>,
    /// Destinations within `known`.
    destinations: usize,
    /// Statements that match the topic at hand.
    matching: Vec<usize>,
}

impl Routes {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let router = Router::new(&plan);
        let (known, matching) = (HashMap::default(), Vec::new());
        Self { plan, router, known, destinations: 0, matching }
    }

    /// Where a message with this topic goes.
    pub(super) fn find(&mut self, mqtt_topic: &str, mappers: &[RecordMapper]) -> Route {
        if let Some(route) = self.known.get(mqtt_topic) {
            return route.clone();
        }
        let route = self.resolve(mqtt_topic, mappers);
        if mqtt_topic.len() <= TOPIC_BYTES_MAX && !route.may_change() {
            let more = match &route {
                Route::To(destinations) => destinations.len(),
                Route::Unmatched => 0,
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

    fn resolve(&mut self, mqtt_topic: &str, mappers: &[RecordMapper]) -> Route {
        self.matching.clear();
        let routed = match self.plan.matching() {
            Matching::FirstInOrder => {
                self.router.route(mqtt_topic).map(|first| self.matching.extend(first))
            }
            Matching::All => self.router.route_all(mqtt_topic, &mut self.matching),
        };
        if let Err(error) = routed {
            // No record of the message is written, so it does not matter which mapper fails.
            let failed = Destination { mapper: 0, topic: Err(RoutingError::Undecided(error)) };
            return Route::To([failed].into());
        }
        let mut destinations = Vec::with_capacity(self.matching.len());
        for &mapper in &self.matching {
            let Some(statement) = self.plan.statements().get(mapper) else { continue };
            let named = Arc::from(statement.target.resolve(mqtt_topic).as_ref());
            let routed = match mappers.get(mapper) {
                Some(way) => way.route(named).map_err(RoutingError::Transform),
                None => Ok(named),
            };
            let topic = routed.and_then(|topic| match topic_name_error(&topic) {
                None => Ok(topic),
                Some(reason) => Err(RoutingError::Illegal { topic: topic.to_string(), reason }),
            });
            destinations.push(Destination { mapper, topic });
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
        let name = |one: &Destination| match &one.topic {
            Ok(topic) => topic.to_string(),
            Err(RoutingError::Illegal { topic, .. }) => format!("illegal {topic}"),
            Err(RoutingError::Transform(failure)) => panic!("{failure}"),
            Err(RoutingError::Undecided(error)) => format!("undecided: {error}"),
        };
        match Routes::new(Arc::new(plan)).find(topic, &[]) {
            Route::To(all) => all.iter().map(name).collect(),
            Route::Unmatched => Vec::new(),
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
    fn an_illegal_name_among_several_concerns_its_own_statement() {
        assert_eq!(targets(Matching::All, "b/x y"), ["one", "illegal b_x y"]);
    }

    #[test]
    fn a_message_that_a_regular_expression_cannot_decide_about_has_no_other_destination() {
        let text = "INSERT INTO one SELECT * FROM `#`; INSERT INTO two SELECT * FROM `#` \
                    WITHREGEX=`(?=x)(x+x+)+y`";
        let options =
            kcql::CompileOptions { matching: Matching::All, ..kcql::CompileOptions::default() };
        let plan = kcql::compile(text, &options).plan.unwrap();
        let mut routes = Routes::new(Arc::new(plan));
        let Route::To(all) = routes.find(&"x".repeat(40), &[]) else { panic!("it has a route") };
        let [Destination { topic: Err(RoutingError::Undecided(error)), .. }] = &*all else {
            panic!("{all:?}")
        };
        assert!(error.to_string().contains("takes too many steps"), "{error}");
        assert!(matches!(routes.find("xxy", &[]), Route::To(all) if all.len() == 2));
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
            assert!(
                matches!(routes.find(&format!("t/{n}"), &[]), Route::To(all) if all.len() == 40)
            );
            assert!(routes.destinations <= DESTINATIONS_MAX);
        }
    }
}
