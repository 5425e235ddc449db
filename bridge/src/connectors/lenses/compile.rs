//! From a validated config to what a task is made from.

use kcql::StatementPlan;

use super::super::assemble::{one_task, TaskParts};
use super::super::compile_request::CompileRequest;
use super::super::error::CompileError;
use super::super::mappers::{self, Form};
use super::class::Class;
use super::rules::{CONNECTION, DUPLICATES, THROW_ON_ERROR};
use crate::convert::source::{KeyRecipe, SourceClass};
use crate::flow::{RecordMapper, SourceSpec};

pub(super) fn compile(
    request: &CompileRequest<'_>,
    class: Class,
) -> Result<Vec<SourceSpec>, CompileError> {
    let config = request.config;
    let mappers =
        request.plan.statements().iter().map(|statement| mapper_of(statement, class, request));
    let parts = TaskParts {
        mappers: mappers.collect::<Result<_, _>>()?,
        passes_over: config.boolean(THROW_ON_ERROR) != Some(true),
        // Dropping them is for those who ask for it: a message sent again may be the only copy.
        forward_duplicates: !config.is_set(DUPLICATES) || config.boolean(DUPLICATES) != Some(false),
    };
    one_task(request, &CONNECTION, parts)
}

fn mapper_of(
    statement: &StatementPlan,
    class: Class,
    request: &CompileRequest<'_>,
) -> Result<RecordMapper, CompileError> {
    let source = SourceClass::of_name(statement.converter.as_deref())
        .map_err(|error| CompileError::Invalid(error.to_string()))?;
    let name = statement.converter.clone().unwrap_or_else(|| source.simple_name().to_owned());
    let (entries, delimiter) = (statement.with_keys.as_deref(), statement.key_delimiter);
    // A delimiter alone has a meaning, too: it stands in the key that JsonPassThrough makes.
    let keys = (entries.is_some() || delimiter.is_some())
        .then(|| KeyRecipe::new(entries.unwrap_or_default(), delimiter));
    mappers::mapper(Form::Converter(source, class.key_form()), name, keys, request)
}
