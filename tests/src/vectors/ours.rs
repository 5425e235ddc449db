//! What the bridge makes of a vector.

use std::cell::OnceCell;
use std::sync::Arc;

use indexmap::IndexMap;
use kcql_bridge::convert::{Converter, Position};
use kcql_bridge::data::{ConnectError, Headers, Record, SchemaAndValue};
use serde_json::{json, Map as Object, Value as Json};

use super::catalogue::hex;
use super::envelope::Envelopes;
use super::vector::{RecordText, Vector};

/// Why there is no result.
#[derive(Debug)]
pub(super) struct Failure {
    class: String,
    message: Option<String>,
}

impl Failure {
    /// The vector itself is at fault.
    pub(super) fn vector(message: impl Into<String>) -> Self {
        Self { class: "vector".to_owned(), message: Some(message.into()) }
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        let message = Some(error.message).filter(|message| !message.is_empty());
        Self { class: error.class.to_owned(), message }
    }
}

thread_local! {
    static ENVELOPES: OnceCell<Envelopes> = const { OnceCell::new() };
}

/// The result line of a vector, without a line end.
pub fn answer(line: &str) -> String {
    let vector: Vector<'_> = match serde_json::from_str(line) {
        Ok(vector) => vector,
        Err(error) => return failed(&Json::Null, Failure::vector(error.to_string())),
    };
    let result = Envelopes::new().and_then(|envelopes| run(&vector, &envelopes));
    match result {
        Ok(result) => format!("{{\"id\":{},{result}}}", vector.id),
        Err(failure) => failed(&vector.id, failure),
    }
}

fn failed(id: &Json, failure: Failure) -> String {
    json!({"id": id, "error": {"class": failure.class, "message": failure.message}}).to_string()
}
