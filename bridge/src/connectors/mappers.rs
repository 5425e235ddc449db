//! Which mapper the messages of a statement take: bytes where nothing looks into them, data else.
//!
//! The choice is made once, when tasks are compiled. Invariant: both mappers give the same records for
//! messages that could take either.

use std::sync::Arc;

use bytes::Bytes;
use connect::convert::{Converter, Position};
use connect::data::{ConnectError, Header};

use super::compile_request::CompileRequest;
use super::error::CompileError;
use super::payloads::{refusals, Payloads};
use crate::convert::source::{KeyRecipe, SourceClass, SourceConverter};
use crate::convert::{BytesRecordEncoder, KeyForm};
use crate::flow::{BytesMapper, RecordMapper, TypedMapper};
use crate::kafka::RecordHeader;

/// What a connector makes of its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form<'a> {
    /// A converter that WITHCONVERTER names, with the key of the connector's class.
    Converter(SourceClass, KeyForm<'a>),
    /// Confluent's: topic, payload, and what the packet says as headers.
    Confluent,
}

impl Form<'_> {
    fn passes_bytes(self) -> Option<Self> {
        matches!(self, Self::Converter(SourceClass::Bytes, _)).then_some(self)
    }

    /// Whether keys that the statement does not ask for are those of [`Self::key_form`].
    fn makes_default_key(self) -> bool {
        !matches!(self, Self::Converter(SourceClass::JsonPassThrough, _))
    }

    fn key_form(&self) -> KeyForm<'_> {
        match self {
            Self::Converter(_, key) => *key,
            Self::Confluent => KeyForm::Topic,
        }
    }

    fn converter(self) -> SourceConverter {
        match self {
            Self::Converter(class, key) => SourceConverter::new(class, key),
            Self::Confluent => SourceConverter::confluent(),
        }
    }
}

/// The mapper of a statement.
pub(super) fn mapper(
    form: Form<'_>,
    class: String,
    keys: Option<KeyRecipe>,
    request: &CompileRequest<'_>,
) -> Result<RecordMapper, CompileError> {
    let converters = &request.converters;
    let encoder = BytesRecordEncoder::new(&converters.key, &Converter::ByteArray, form.key_form());
    if let Some(form) = form.passes_bytes() {
        if let Some(headers) = constant_headers(request) {
            encoder?;
            let (key, value) = (&converters.key, &converters.value);
            let encoder = BytesRecordEncoder::new(key, value, form.key_form())
                .map_err(CompileError::ValueConverter)?;
            let mapper = BytesMapper::new(encoder, converters.value.class_name());
            return Ok(RecordMapper::Bytes(mapper.with(Arc::clone(&request.chain), headers)));
        }
    }
    let has_default_key = keys.is_none() && form.makes_default_key();
    if request.chain.is_empty() && keys.is_none() {
        // A key that can never be written is better told now than by every message.
        encoder.as_ref().map_err(ConnectError::clone)?;
    }
    if request.chain.is_empty() && form == Form::Confluent {
        can_write_confluents(request)?;
    }
    let keeps_records = request.errors.log && request.errors.log_messages;
    let mapper = TypedMapper::new(
        form.converter().showing_payloads(request.errors.log_messages),
        class,
        keys,
        Arc::clone(&request.chain),
        converters.clone(),
        keeps_records,
    );
    let mapper = match encoder {
        Ok(encoder) if has_default_key && !keeps_records && !request.chain.needs().key => {
            mapper.writing_default_keys(encoder)
        }
        _ => mapper,
    };
    Ok(RecordMapper::Typed(Box::new(mapper.showing_payloads(request.errors.log_messages))))
}

/// What a message has under Confluent's class name is the same kind of data for each, so that a
/// converter that cannot write one can write none.
fn can_write_confluents(request: &CompileRequest<'_>) -> Result<(), CompileError> {
    let payloads = Payloads::of_connector(SourceConverter::confluent(), "a", "a");
    let Some(record) = payloads.and_then(|mut payloads| payloads.any_record()) else {
        return Ok(());
    };
    match refusals(&request.converters, &record).into_iter().next() {
        None => Ok(()),
        // That the key can be written is known by now.
        Some((Position::Key, error)) => Err(CompileError::Converter(error)),
        Some((Position::Value, error)) => Err(CompileError::ValueConverter(error)),
        Some((Position::Header, error)) => Err(CompileError::HeaderConverter(error)),
    }
}

/// The headers that the transforms give to every record, if that and other topics are all they
/// give, whatever the record.
fn constant_headers(request: &CompileRequest<'_>) -> Option<Vec<RecordHeader>> {
    let headers = request.chain.constant_headers()?;
    headers.into_iter().map(|header| written(header, &request.converters.header)).collect()
}

fn written(header: &Header, converter: &Converter) -> Option<RecordHeader> {
    let mut bytes = Vec::new();
    let (schema, value) = (header.data.schema.as_ref(), &header.data.value);
    // No converter looks at the topic; one that fails does so for each record, as a failure.
    let is_there = converter.header_to_bytes("", &header.name, schema, value, &mut bytes).ok()?;
    Some(RecordHeader {
        name: Arc::clone(&header.name),
        value: is_there.then(|| Bytes::from(bytes)),
    })
}
