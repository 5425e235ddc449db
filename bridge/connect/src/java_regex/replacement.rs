//! The replacement language of `Matcher`: `$1`, `${name}`, and `\` before anything.

use super::error::MatchError;
use super::JavaRegex;

/// One part of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
}

/// A replacement that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    parts: Vec<Part>,
    /// What Java would throw after the parts; only when a match is replaced.
    error: Option<MatchError>,
}

impl Replacement {
    /// Reads `text` for the groups of `regex`. Java reports an error only when something matches,
    /// so the error is stored.
    pub fn new(text: &str, regex: &JavaRegex) -> Self {
        let mut parts = Vec::new();
        let error = read(text, regex, &mut parts).err();
        Self { parts, error }
    }

    /// What is wrong with it, if anything matches.
    pub fn error(&self) -> Option<&MatchError> {
        self.error.as_ref()
    }

    /// Writes it for one match, whose groups `group` knows.
    pub(super) fn expand<'t>(
        &self,
        group: impl Fn(usize) -> Option<&'t str>,
        out: &mut String,
    ) -> Result<(), MatchError> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Group(number) => out.push_str(group(*number).unwrap_or_default()),
            }
        }
        Ok(())
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T, MatchError> {
    Err(MatchError::Replacement(text.into()))
}

fn read(text: &str, regex: &JavaRegex, parts: &mut Vec<Part>) -> Result<(), MatchError> {
    let mut chars = text.chars().peekable();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped) => plain.push(escaped),
                None => return refuse("character to be escaped is missing"),
            },
            '$' => {
                let number = match chars.next() {
                    None => return refuse("Illegal group reference: group index is missing"),
                    Some('{') => {
                        let mut name = String::new();
                        while let Some(c) = chars.next_if(char::is_ascii_alphanumeric) {
                            name.push(c);
                        }
                        named(&name, chars.next(), regex)?
                    }
                    Some(c) => {
                        let Some(digit) = c.to_digit(10) else {
                            return refuse("Illegal group reference");
                        };
                        let mut number = digit as usize;
                        while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                            let longer = number * 10 + digit as usize;
                            if longer > regex.group_count() {
                                break;
                            }
                            number = longer;
                            chars.next();
                        }
                        number
                    }
                };
                if number > regex.group_count() {
                    return Err(MatchError::NoGroup(number));
                }
                if !plain.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                }
                parts.push(Part::Group(number));
            }
            _ => plain.push(c),
        }
    }
    if !plain.is_empty() {
        parts.push(Part::Text(plain));
    }
    Ok(())
}

fn named(name: &str, end: Option<char>, regex: &JavaRegex) -> Result<usize, MatchError> {
    if name.is_empty() {
        return refuse("named capturing group has 0 length name");
    }
    if end != Some('}') {
        return refuse("named capturing group is missing trailing '}'");
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return refuse(format!("capturing group name {{{name}}} starts with digit character"));
    }
    match regex.group_named(name) {
        Some(number) => Ok(number),
        None => refuse(format!("No group with name {{{name}}}")),
    }
}
