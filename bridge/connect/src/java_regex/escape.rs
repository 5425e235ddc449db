//! Escapes that stand for one character: octal, hexadecimal, Unicode, control.

use super::cursor::Cursor;
use super::error::PatternError;
use super::names::character_named;

/// Reads what follows the letter of such an escape, which has been taken; none if the letter is
/// not of this kind.
pub(super) fn character(cursor: &mut Cursor, letter: char) -> Result<Option<char>, PatternError> {
    Ok(Some(match letter {
        '0' => octal(cursor)?,
        'x' => hexadecimal(cursor)?,
        'u' => unicode(cursor)?,
        'c' => control(cursor)?,
        'N' => named(cursor)?,
        'a' => '\x07',
        'e' => '\x1b',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => return Ok(None),
    }))
}

fn named(cursor: &mut Cursor) -> Result<char, PatternError> {
    if cursor.read() != '{' {
        return Err(cursor.error("Illegal character name escape sequence"));
    }
    let start = cursor.pos;
    while cursor.read() != '}' {
        if cursor.at_end() {
            return Err(cursor.error("Unclosed character name escape sequence"));
        }
    }
    // Blanks belong to the name, whether or not they count elsewhere.
    let name: String = (start..cursor.pos.saturating_sub(1)).map(|at| cursor.at(at)).collect();
    match character_named(&name) {
        Some(c) => Ok(c),
        None if name.to_uppercase().contains(" SURROGATES D") => {
            Err(cursor.unsupported("half of a surrogate pair"))
        }
        None => Err(cursor.error(format!("Unknown character name [{name}]"))),
    }
}

fn octal(cursor: &mut Cursor) -> Result<char, PatternError> {
    let mut number = 0;
    let mut count = 0;
    while count < 3 {
        let Some(digit) = cursor.peek().to_digit(8) else { break };
        // Three digits only up to \0377.
        if count == 2 && number > 0o37 {
            break;
        }
        number = number * 8 + digit;
        count += 1;
        cursor.read();
    }
    if count == 0 {
        cursor.read();
        return Err(cursor.error("Illegal octal escape sequence"));
    }
    scalar(cursor, number)
}

fn hexadecimal(cursor: &mut Cursor) -> Result<char, PatternError> {
    let first = cursor.read();
    if let Some(high) = first.to_digit(16) {
        if let Some(low) = cursor.read().to_digit(16) {
            return scalar(cursor, high * 16 + low);
        }
    } else if first == '{' && cursor.peek().is_ascii_hexdigit() {
        let mut number = 0;
        loop {
            let c = cursor.read();
            let Some(digit) = c.to_digit(16) else {
                if c == '}' {
                    return scalar(cursor, number);
                }
                return Err(cursor.error("Unclosed hexadecimal escape sequence"));
            };
            number = number * 16 + digit;
            if number > u32::from(char::MAX) {
                return Err(cursor.error("Hexadecimal codepoint is too big"));
            }
        }
    }
    Err(cursor.error("Illegal hexadecimal escape sequence"))
}

fn unicode(cursor: &mut Cursor) -> Result<char, PatternError> {
    let high = four_digits(cursor)?;
    if (0xd800..0xdc00).contains(&high) {
        let here = cursor.pos;
        if cursor.read() == '\\' && cursor.read() == 'u' {
            let low = four_digits(cursor)?;
            if (0xdc00..0xe000).contains(&low) {
                return scalar(cursor, 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
            }
        }
        cursor.pos = here;
    }
    scalar(cursor, high)
}

fn four_digits(cursor: &mut Cursor) -> Result<u32, PatternError> {
    let mut number = 0;
    for _ in 0..4 {
        let Some(digit) = cursor.read().to_digit(16) else {
            return Err(cursor.error("Illegal Unicode escape sequence"));
        };
        number = number * 16 + digit;
    }
    Ok(number)
}

fn control(cursor: &mut Cursor) -> Result<char, PatternError> {
    if cursor.at_end() {
        return Err(cursor.error("Illegal control escape sequence"));
    }
    let c = cursor.read();
    scalar(cursor, u32::from(c) ^ 64)
}

fn scalar(cursor: &Cursor, number: u32) -> Result<char, PatternError> {
    char::from_u32(number).ok_or_else(|| cursor.unsupported("half of a surrogate pair"))
}
