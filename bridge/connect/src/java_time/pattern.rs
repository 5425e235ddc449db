//! The pattern language of `SimpleDateFormat`: runs of letters, and text between them.

/// A pattern that Java does not take, in Java's words (`IllegalArgumentException`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatePatternError {
    /// A letter without a meaning.
    #[error("Illegal pattern character '{0}'")]
    IllegalCharacter(char),
    /// A quote that does not end.
    #[error("Unterminated quote")]
    UnterminatedQuote,
    /// More than three `X`.
    #[error("invalid ISO 8601 format: length={0}")]
    IsoLength(usize),
}

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Letters(char, usize),
}

const LETTERS: &str = "GyMdkHmsSEDFwWahKzZYuXL";

/// Reads a pattern.
pub(super) fn parts(pattern: &str) -> Result<Vec<Part>, DatePatternError> {
    let mut parts: Vec<Part> = Vec::new();
    let mut in_quote = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\'' {
            if chars.next_if_eq(&'\'').is_some() {
                text(&mut parts, '\'');
            } else {
                in_quote = !in_quote;
                // A quote ends a run of letters, even an empty one.
                parts.push(Part::Text(String::new()));
            }
        } else if in_quote || !c.is_ascii_alphabetic() {
            text(&mut parts, c);
        } else if !LETTERS.contains(c) {
            return Err(DatePatternError::IllegalCharacter(c));
        } else if let Some(Part::Letters(_, count)) =
            parts.last_mut().filter(|part| matches!(part, Part::Letters(last, _) if *last == c))
        {
            *count += 1;
        } else {
            check(parts.last())?;
            parts.push(Part::Letters(c, 1));
        }
        if !matches!(parts.last(), Some(Part::Letters(..))) {
            let before = parts.len().checked_sub(2).and_then(|i| parts.get(i));
            check(before)?;
        }
    }
    if in_quote {
        return Err(DatePatternError::UnterminatedQuote);
    }
    check(parts.last())?;
    parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    Ok(parts)
}

fn check(part: Option<&Part>) -> Result<(), DatePatternError> {
    match part {
        Some(Part::Letters('X', count @ 4..)) => Err(DatePatternError::IsoLength(*count)),
        _ => Ok(()),
    }
}

fn text(parts: &mut Vec<Part>, c: char) {
    if let Some(Part::Text(text)) = parts.last_mut() {
        text.push(c);
    } else {
        parts.push(Part::Text(c.to_string()));
    }
}
