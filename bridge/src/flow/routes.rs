//! From the topic of a message to the Kafka topic of its record, remembered per topic.
//!
//! The router of the plan is asked once per MQTT topic; the answer is kept while the memory of
//! topics is within its bound. Invariant: an answer is a pure function of plan and topic.

use std::collections::HashMap;
use std::sync::Arc;

use kcql::{Plan, Router};

use crate::kafka::topic_name_error;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// To this Kafka topic.
    To(Arc<str>),
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
/// Longer topics are not worth the memory.
const TOPIC_BYTES_MAX: usize = 512;

#[derive(Debug)]
pub(super) struct Routes {
    plan: Arc<Plan>,
    router: Router,
    known: HashMap<String, Route>,
}

impl Routes {
    pub(super) fn new(plan: Arc<Plan>) -> Self {
        let router = Router::new(&plan);
        Self { plan, router, known: HashMap::new() }
    }

    /// Where a message with this topic goes.
    pub(super) fn find(&mut self, mqtt_topic: &str) -> Route {
        if let Some(route) = self.known.get(mqtt_topic) {
            return route.clone();
        }
        let route = self.resolve(mqtt_topic);
        if mqtt_topic.len() <= TOPIC_BYTES_MAX {
            if self.known.len() >= REMEMBERED_MAX {
                self.known.clear();
            }
            self.known.insert(mqtt_topic.to_owned(), route.clone());
        }
        route
    }

    fn resolve(&self, mqtt_topic: &str) -> Route {
        let statement =
            self.router.route(mqtt_topic).and_then(|index| self.plan.statements().get(index));
        let Some(statement) = statement else { return Route::Unmatched };
        let topic = statement.target.resolve(mqtt_topic);
        match topic_name_error(&topic) {
            None => Route::To(Arc::from(topic.as_ref())),
            Some(reason) => Route::Illegal { topic: topic.into_owned(), reason },
        }
    }
}
