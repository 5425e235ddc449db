//! What the bridge makes of the records of a vector: one or several of them, one after another,
//! through transforms that are made once.
//!
//! A chain with predicates is made from a connector's settings, so that what runs is what would run
//! there, short ways included. Only what a connector would be refused for runs link by link.

use std::iter::once;

use connect::config::ConfigMap;
use connect::data::{ConnectError, Headers, Record};
use connect::transform::{
    build_predicate_with_nulls, build_transform_with_nulls, resolve_predicate, resolve_transform,
    Chain, Predicate, PredicateClass, Transform,
};
use serde_json::json;

use super::envelope::Envelopes;
use super::ours::{now_ms, nulls, texts, Failure};
use super::vector::{Link, RecordText, Vector};

/// A vector without a record asks about one that has nothing.
pub(super) static NOTHING: RecordText<'static> = RecordText {
    topic: None,
    partition: None,
    timestamp: None,
    key: None,
    value: None,
    headers: Vec::new(),
};

/// What stands for a topic that is null, which no record of the bridge has. Java prints null so.
const NO_TOPIC: &str = "null";

/// A transform by itself.
struct Stage {
    class: String,
    transform: Box<dyn Transform>,
    condition: Option<Condition>,
}

struct Condition {
    class: &'static PredicateClass,
    predicate: Box<dyn Predicate>,
    negate: bool,
}

/// Transforms that are ready for records.
enum Transforms {
    Chain(Chain),
    LinkByLink(Vec<Stage>),
}

/// The members of the result behind its id.
pub(super) fn results(vector: &Vector<'_>, envelopes: &Envelopes) -> Result<String, Failure> {
    let single = vector.record.as_ref().unwrap_or(&NOTHING);
    let texts = vector.records.as_deref().unwrap_or(std::slice::from_ref(single));
    let records = texts.iter().map(|text| record(text, envelopes));
    let records = records.collect::<Result<Vec<_>, _>>()?;
    let have_topics = texts.iter().all(|text| text.topic.is_some());
    // All transforms are made before the first of them sees a record.
    let transforms = transforms(vector, have_topics)?;
    let mut results = records.into_iter().zip(texts).map(|(record, text)| {
        let had_topic = text.topic.is_some();
        match transforms.apply(record, had_topic)? {
            Some(record) => record_text(&record, had_topic, envelopes),
            None => Ok("\"dropped\":true".to_owned()),
        }
    });
    if vector.records.is_none() {
        return results.next().unwrap_or_else(|| Err(Failure::vector("record: missing")));
    }
    let results: Vec<String> = results
        .map(|result| format!("{{{}}}", result.unwrap_or_else(|failure| failure.text())))
        .collect();
    Ok(format!("\"results\":[{}]", results.join(",")))
}

fn transforms(vector: &Vector<'_>, have_topics: bool) -> Result<Transforms, Failure> {
    let single = [Link {
        class: vector.class.clone(),
        config: vector.config.clone(),
        predicate: None,
        negate: false,
    }];
    let links = vector.chain.as_deref().unwrap_or(&single);
    let stages = links.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
    // Records without a topic, settings of null, and settings that no connector may have.
    let is_odd = |(stage, link): (&Stage, &Link)| {
        stage.transform.verify().is_err()
            || !nulls(&link.config).is_empty()
            || link.predicate.as_ref().is_some_and(|it| !nulls(&it.config).is_empty())
    };
    if !have_topics {
        return Ok(Transforms::LinkByLink(stages));
    }
    if stages.iter().all(|stage| stage.condition.is_none()) {
        let named = stages.into_iter().map(|stage| (stage.class, stage.transform));
        return Ok(Transforms::Chain(Chain::of_transforms(named)));
    }
    if stages.iter().zip(links).any(is_odd) {
        return Ok(Transforms::LinkByLink(stages));
    }
    let chain = Chain::from_config(&connector(links), now_ms());
    chain.map(Transforms::Chain).map_err(|error| Failure::vector(error.to_string()))
}

fn stage(link: &Link) -> Result<Stage, Failure> {
    let (class, form) = resolve_transform(&link.class)?;
    let (texts_of, nulls_of) = (texts(&link.config), nulls(&link.config));
    let transform = build_transform_with_nulls(class, form, &texts_of, &nulls_of, now_ms())?;
    let condition = link.predicate.as_ref().map(|from| -> Result<Condition, Failure> {
        let class = resolve_predicate(&from.class)?;
        let (texts, nulls) = (texts(&from.config), nulls(&from.config));
        let predicate = build_predicate_with_nulls(class, &texts, &nulls)?;
        Ok(Condition { class, predicate, negate: link.negate })
    });
    Ok(Stage { class: link.class.clone(), transform, condition: condition.transpose()? })
}

/// The settings that a connector with these transforms has.
fn connector(links: &[Link]) -> ConfigMap {
    let names = |with: fn(&Link) -> bool| -> Vec<String> {
        let numbers = links.iter().enumerate().filter(|(_, link)| with(link));
        numbers.map(|(number, _)| format!("x{number}")).collect()
    };
    let mut config = ConfigMap::new();
    config.insert("transforms".to_owned(), names(|_| true).join(","));
    config.insert("predicates".to_owned(), names(|link| link.predicate.is_some()).join(","));
    for (number, link) in links.iter().enumerate() {
        let own = once(("type".to_owned(), link.class.clone())).chain(texts(&link.config));
        config.extend(own.map(|(key, value)| (format!("transforms.x{number}.{key}"), value)));
        let Some(predicate) = &link.predicate else { continue };
        config.insert(format!("transforms.x{number}.predicate"), format!("x{number}"));
        config.insert(format!("transforms.x{number}.negate"), link.negate.to_string());
        let own =
            once(("type".to_owned(), predicate.class.clone())).chain(texts(&predicate.config));
        config.extend(own.map(|(key, value)| (format!("predicates.x{number}.{key}"), value)));
    }
    config
}

impl Transforms {
    fn apply(&self, record: Record, had_topic: bool) -> Result<Option<Record>, Failure> {
        let stages = match self {
            Self::Chain(chain) => {
                return chain.apply(record).map_err(|failure| failure.error.into());
            }
            Self::LinkByLink(stages) => stages,
        };
        let mut record = record;
        for stage in stages {
            if let Some(Condition { class, predicate, negate }) = &stage.condition {
                if matches(&**predicate, class, &record, had_topic)? == *negate {
                    continue;
                }
            }
            let routes =
                stage.class.ends_with("Router") && !had_topic && *record.topic == *NO_TOPIC;
            let asks_time = stage.class.ends_with("TimestampRouter");
            if routes && (record.timestamp.is_some() || !asks_time) {
                return Err(Failure::class("NullPointerException", "topic"));
            }
            match stage.transform.apply(record)? {
                Some(next) => record = next,
                None => return Ok(None),
            }
        }
        Ok(Some(record))
    }
}

/// What a predicate says to a record, which may have no topic.
pub(super) fn matches(
    predicate: &dyn Predicate,
    class: &PredicateClass,
    record: &Record,
    has_topic: bool,
) -> Result<bool, ConnectError> {
    let asks_topic = class.name.ends_with("TopicNameMatches");
    Ok((has_topic || !asks_topic) && predicate.test(record)?)
}

/// The record of a vector.
pub(super) fn record(from: &RecordText<'_>, envelopes: &Envelopes) -> Result<Record, Failure> {
    // Of several parts that cannot be read, the oracle speaks of the first in this order.
    let (key, value) = (envelopes.read(from.key.as_ref())?, envelopes.read(from.value.as_ref())?);
    let mut headers = Headers::new();
    for header in &from.headers {
        headers.add(header.name.as_str(), envelopes.read(header.data.as_ref())?)?;
    }
    Ok(Record {
        topic: from.topic.as_deref().unwrap_or(NO_TOPIC).into(),
        partition: from.partition,
        timestamp: from.timestamp,
        key,
        value,
        headers,
    })
}

fn record_text(record: &Record, had_topic: bool, envelopes: &Envelopes) -> Result<String, Failure> {
    let mut headers = Vec::new();
    for header in &record.headers {
        let data = envelopes.write(&header.data)?;
        headers.push(format!("{{\"name\":{},\"data\":{data}}}", json!(&*header.name)));
    }
    let topic = Some(&*record.topic).filter(|topic| had_topic || *topic != NO_TOPIC);
    Ok(format!(
        "\"record\":{{\"topic\":{},\"partition\":{},\"timestamp\":{},\"key\":{},\"value\":{},\
         \"headers\":[{}]}}",
        json!(topic),
        json!(record.partition),
        json!(record.timestamp),
        envelopes.write(&record.key)?,
        envelopes.write(&record.value)?,
        headers.join(",")
    ))
}
