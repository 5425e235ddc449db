//! The spelling of each kind of value. One function per kind, none per clause.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Formatter;
use crate::ast::{ClauseUse, Name, Number, Pair, Tag, TagValue, Value};
use crate::clauses::ValueKind;
use crate::grammar_version::is_reserved;
use crate::plan::DEFAULT_KEY_DELIMITER;

impl Formatter<'_> {
    /// A clause; none where it states the default in a spelling that upstream cannot read.
    pub(super) fn clause(&self, used: &ClauseUse) -> Option<String> {
        let keyword = used.clause.keyword;
        let value = match &used.value {
            Value::Flag | Value::Faulty => return Some(keyword.into()),
            Value::Delimiter(DEFAULT_KEY_DELIMITER) => return None,
            Value::Delimiter('\'') => "`'`".into(),
            Value::Delimiter(c) => format!("'{c}'"),
            Value::Keys(keys) => {
                return Some(list(keyword, keys.iter().map(|key| self.quoter.part(key))))
            }
            Value::Tags(tags) => return Some(list(keyword, tags.iter().map(|tag| self.tag(tag)))),
            Value::Properties(pairs) => {
                let pair = |pair: &Pair| {
                    let value = self.property_value(&pair.value);
                    format!("{}={value}", self.quoter.property(&pair.key))
                };
                return Some(list(keyword, pairs.iter().map(pair)));
            }
            Value::Int(number) => number.value.to_string(),
            Value::Choice(choice) => self.choice(choice, used),
            Value::SysTime => "sys_time()".into(),
            Value::Columns(columns) => self.columns(columns),
            Value::Raw(name) => self.raw(name).into(),
            Value::Paths(paths) => join(paths.iter().map(|path| self.raw(path).into())),
            Value::Name(name) => self.by_kind(name, used.clause.value),
            Value::Store { format, parameters } => self.store(format, parameters),
            Value::Buckets { fields, number } => {
                let fields = join(fields.iter().map(|field| self.raw(field).into()));
                format!("{fields} INTO {} BUCKETS", number.value)
            }
            Value::Offsets(offsets) => {
                let offset = |(partition, offset): &(Number, Option<Number>)| match offset {
                    Some(offset) => format!("({}, {})", partition.value, offset.value),
                    None => format!("({})", partition.value),
                };
                join(offsets.iter().map(offset))
            }
            Value::Sample { count, rate } => format!("{} EVERY {}", count.value, rate.value),
        };
        let between = if used.clause.equals { "=" } else { " " };
        Some([keyword, between, &value].concat())
    }

    fn by_kind(&self, name: &Name, kind: ValueKind) -> String {
        match kind {
            ValueKind::Converter | ValueKind::Pattern | ValueKind::Backticked => {
                self.quoter.backticked(name)
            }
            ValueKind::Run => self.quoter.run(name),
            ValueKind::Word => self.quoter.word(name),
            _ => self.quoter.part(name),
        }
    }

    /// A word of a closed set; in mixed case where it is a keyword elsewhere.
    fn choice(&self, choice: &str, used: &ClauseUse) -> String {
        let format = used.clause.keyword == "WITHFORMAT";
        if format || !is_reserved(choice, self.options.dialect) {
            return choice.into();
        }
        let (first, rest) = choice.split_at(1);
        [first, &rest.to_ascii_lowercase()].concat()
    }

    fn store(&self, format: &Name, parameters: &[Pair]) -> String {
        let pair = |pair: &Pair| format!("{}={}", self.raw(&pair.key), self.raw(&pair.value));
        let mut out: String = self.raw(format).into();
        if !parameters.is_empty() {
            out.push_str(&list(" ", parameters.iter().map(pair)));
        }
        out
    }

    fn tag(&self, tag: &Tag) -> String {
        let key = self.raw(&tag.key);
        match &tag.value {
            TagValue::Default => key.into(),
            TagValue::Constant(value) => format!("{key}={}", self.raw(value)),
            TagValue::Alias(alias) => format!("{key} AS {}", self.raw(alias)),
        }
    }

    fn property_value(&self, value: &Name) -> String {
        let number = !value.value.is_empty() && value.value.bytes().all(|b| b.is_ascii_digit());
        if number {
            value.value.clone()
        } else {
            self.quoter.property(value)
        }
    }
}

fn list(keyword: &str, entries: impl Iterator<Item = String>) -> String {
    [keyword, "(", &join(entries), ")"].concat()
}

fn join(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join(", ")
}
