//! Runs one JSON payload through a chain of transforms, as a connector's config names them.
//!
//! `cargo run -p connect --example chain -- '{"device":"d1","celsius":"21.5"}'`

use std::error::Error;
use std::sync::Arc;

use connect::config::ConfigMap;
use connect::convert::{Converter, Position};
use connect::data::{Headers, Record, SchemaAndValue};
use connect::transform::Chain;

const CONFIG: [(&str, &str); 8] = [
    ("transforms", "number,source,route"),
    ("transforms.number.type", "org.apache.kafka.connect.transforms.Cast$Value"),
    ("transforms.number.spec", "celsius:float64"),
    ("transforms.source.type", "org.apache.kafka.connect.transforms.InsertField$Value"),
    ("transforms.source.topic.field", "topic"),
    ("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter"),
    ("transforms.route.regex", "sensors-(.*)"),
    ("transforms.route.replacement", "readings-$1"),
];

#[allow(clippy::print_stdout)] // what an example is for
fn main() -> Result<(), Box<dyn Error>> {
    let payload = std::env::args().nth(1);
    let payload = payload.unwrap_or_else(|| r#"{"device":"d1","celsius":"21.5"}"#.to_owned());

    let json = ConfigMap::from_iter([("schemas.enable".to_owned(), "false".to_owned())]);
    let class = "org.apache.kafka.connect.json.JsonConverter";
    let converter = Converter::from_config(class, Position::Value, &json)?;
    let pairs = CONFIG.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    // The present time matters to date patterns with two-digit years only.
    let chain = Chain::from_config(&pairs.collect(), 0)?;

    let topic = "sensors-hall";
    let record = Record {
        topic: Arc::from(topic),
        partition: None,
        key: SchemaAndValue::NULL,
        value: converter.from_bytes(topic, Some(payload.as_bytes()))?,
        timestamp: None,
        headers: Headers::new(),
    };
    match chain.apply(record)? {
        None => println!("a transform dropped the record"),
        Some(record) => {
            let mut bytes = Vec::new();
            let SchemaAndValue { schema, value } = &record.value;
            converter.to_bytes(&record.topic, schema.as_ref(), value, &mut bytes)?;
            println!("{}: {}", record.topic, String::from_utf8_lossy(&bytes));
        }
    }
    Ok(())
}
