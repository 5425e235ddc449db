//! What must hold in a run of the simulation: at any time, when a task ends, and at the end.

use rumqttc::mqttbytes::QoS;

use super::super::driver::End;
use super::super::failure::TaskFailure;
use super::kafka::DEAD;
use super::scenario::Policy;
use super::world::{World, TOTAL};

impl World {
    /// How often Kafka has the message's records, by topic.
    fn counts(&self, number: usize) -> Vec<usize> {
        let place = |topic: &str| (number, topic.to_owned(), false);
        let count = |topic: &&str| self.kafka.has.get(&place(topic)).copied().unwrap_or(0);
        self.scenario.topics().iter().map(count).collect()
    }

    fn dead_letters(&self, number: usize) -> usize {
        self.kafka.has.get(&(number, DEAD.to_owned(), true)).copied().unwrap_or(0)
    }

    /// Whether Kafka has all records of the message, or what the policy wants in their place.
    pub(super) fn is_safe(&self, number: usize) -> bool {
        let counts = self.counts(number);
        let topics = self.scenario.topics().iter().zip(counts).filter(|(_, count)| *count == 0);
        let missing = topics.filter(|(topic, _)| {
            let is_refused = self.kafka.refused.contains(&(number, (**topic).to_owned()));
            self.scenario.policy != Policy::PassesOver || !is_refused
        });
        missing.count() <= self.dead_letters(number)
    }

    /// Whether Kafka has a record of the message, or the dead letter in its place, twice.
    fn is_doubled(&self, number: usize) -> bool {
        let counts = self.counts(number);
        let all = counts.iter().sum::<usize>() + self.dead_letters(number);
        counts.iter().any(|count| *count > 1) || all > counts.len()
    }

    /// The first message that ends the present task.
    pub(super) fn failed(&self) -> Option<usize> {
        self.scenario.poison.met().into_iter().chain(self.kafka.failed).min()
    }

    pub(super) fn check_always(&self) -> Result<(), String> {
        if let Some(problem) = &self.kafka.problem {
            return Err(problem.clone());
        }
        // What is kept for dead letters is what the ledger has, and no more.
        let outstanding = self.driver.core().outstanding();
        match self.driver.core().sources_kept() {
            Some(kept) if kept != outstanding => {
                Err(format!("{kept} messages kept for dead letters, {outstanding} outstanding"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn check_end_of_task(&self, end: &End) -> Result<(), String> {
        let is_of_one_message = match &end.result {
            Ok(()) if self.is_stopped => false,
            Err(TaskFailure::Producer { .. }) if self.kafka.is_fatal => return Ok(()),
            Err(TaskFailure::Record(_)) if self.scenario.policy == Policy::Fails => true,
            Err(TaskFailure::DeadLetter { .. }) if self.kafka.refused_letter => true,
            Err(TaskFailure::TopicCreation(_)) if self.kafka.refused_creation => false,
            other => return Err(format!("the task ended with {other:?}")),
        };
        let core = self.driver.core();
        let is_connected = self.link.as_ref().is_some_and(|link| !link.is_cut);
        if is_of_one_message && core.is_drained() && is_connected && self.cuts == 0 {
            self.left_nothing_before_what_failed()?;
        }
        let waits_for_something = !self.kafka.in_flight.is_empty()
            || self.kafka.has_news
            || core.has_retries()
            || core.is_drained();
        if waits_for_something || !is_connected {
            return Ok(());
        }
        Err(format!("the task waited for its end, with {} outstanding", core.outstanding()))
    }

    fn left_nothing_before_what_failed(&self) -> Result<(), String> {
        let failed = self.failed().ok_or("the task failed, and no message did")?;
        let left = self.broker.inflight.iter().map(|(_, message)| message.number);
        match left.min().filter(|left| *left < failed) {
            Some(left) => Err(format!("message {left} is left, though only {failed} failed")),
            None => Ok(()),
        }
    }

    pub(super) fn check_at_the_end(self) -> Result<(), String> {
        let letters = (0..TOTAL).map(|number| self.dead_letters(number)).sum::<usize>();
        if letters > 0 && self.scenario.policy != Policy::Letters {
            return Err(format!("{letters} dead letters that nobody wants"));
        }
        for (number, qos) in &self.qos {
            let number = *number;
            if *qos == QoS::AtMostOnce || self.broker.forgotten.contains(&number) {
                continue;
            }
            if !self.is_safe(number) {
                return Err(format!("message {number} is lost"));
            }
            let may_be_doubled = *qos != QoS::ExactlyOnce || self.restarted_over.contains(&number);
            if self.is_doubled(number) && !may_be_doubled {
                let counts = self.counts(number);
                return Err(format!("message {number} at QoS 2 is in Kafka {counts:?} times"));
            }
        }
        Ok(())
    }
}
