//! Character classes in brackets: ranges, negation, unions and intersections.

use super::cursor::Cursor;
use super::error::PatternError;
use super::escape;
use super::property::{named, predefined, NameFlags, Named};
use super::set::Set;

/// How deep brackets and groups may nest.
pub(super) const DEPTH_MAX: usize = 100;

/// Reads a class whose opening character the cursor stands on; `consume` tells whether its closing
/// bracket belongs to it, which it does not for the right side of `&&`.
pub(super) fn class(cursor: &mut Cursor, consume: bool, depth: usize) -> Result<Set, PatternError> {
    if depth > DEPTH_MAX {
        return Err(cursor.unsupported("nesting this deep"));
    }
    let mut whole: Option<Set> = None;
    let mut last: Option<Set> = None;
    // Single characters are collected apart; an intersection takes in those before it.
    let mut singles = Set::empty();
    let mut has_singles = false;
    let mut c = cursor.next();
    let negated = c == '^' && cursor.pos > 0 && cursor.at(cursor.pos - 1) == '[';
    if negated {
        c = cursor.next();
    }
    loop {
        match c {
            '[' => {
                let inner = class(cursor, true, depth + 1)?;
                whole = Some(union(whole, &inner));
                last = Some(inner);
                c = cursor.peek();
                continue;
            }
            '&' if peek_after(cursor) == '&' => {
                cursor.next();
                c = cursor.next();
                let mut right: Option<Set> = None;
                while c != ']' && c != '&' {
                    let part = if c == '[' {
                        class(cursor, true, depth + 1)?
                    } else {
                        // What follows reads as a class of its own, up to the same bracket.
                        cursor.pos -= 1;
                        class(cursor, false, depth + 1)?
                    };
                    right = Some(union(right, &part));
                    c = cursor.peek();
                }
                if has_singles {
                    let both = union(whole.clone(), &singles);
                    if whole.is_none() {
                        last = Some(both.clone());
                    }
                    whole = Some(both);
                    has_singles = false;
                }
                if right.is_some() {
                    last.clone_from(&right);
                }
                whole = Some(match (whole, right, &last) {
                    (None, None, _) => return Err(cursor.error("Bad class syntax")),
                    (None, Some(right), _) => right,
                    (Some(_), _, None) => return Err(cursor.error("Bad intersection syntax")),
                    (Some(left), _, Some(last)) => left.and(last),
                });
                continue;
            }
            '\0' if cursor.at_end() => return Err(cursor.error("Unclosed character class")),
            ']' if whole.is_some() || has_singles => {
                if consume {
                    cursor.next();
                }
                let mut set = whole.unwrap_or_else(Set::empty);
                if has_singles {
                    set = set.or(&singles);
                }
                return Ok(if negated { set.not() } else { set });
            }
            _ => {}
        }
        match item(cursor)? {
            Item::Single(set) => {
                singles = singles.or(&set);
                has_singles = true;
                last = None;
            }
            Item::Other(set) => {
                whole = Some(union(whole, &set));
                last = Some(set);
            }
        }
        c = cursor.peek();
    }
}

fn peek_after(cursor: &mut Cursor) -> char {
    let here = cursor.pos;
    let c = cursor.next();
    cursor.pos = here;
    c
}

fn union(left: Option<Set>, right: &Set) -> Set {
    left.unwrap_or_else(Set::empty).or(right)
}

enum Item {
    Single(Set),
    Other(Set),
}

/// One character, range, escape or property.
fn item(cursor: &mut Cursor) -> Result<Item, PatternError> {
    let first = if cursor.peek() == '\\' {
        cursor.pos += 1;
        let letter = cursor.take();
        if letter == 'p' || letter == 'P' {
            return property(cursor, letter == 'P').map(Item::Other);
        }
        let in_range = cursor.at(cursor.pos) == '-';
        match class_escape(cursor, letter, in_range)? {
            Ok(c) => c,
            Err(set) => return Ok(Item::Other(set)),
        }
    } else {
        let c = cursor.peek();
        cursor.next();
        c
    };
    let folding = cursor.flags.folding();
    if cursor.peek() == '-' {
        let end = cursor.at(cursor.pos + 1);
        if end != '[' && end != ']' {
            let mut last = cursor.next();
            if last == '\\' {
                cursor.pos += 1;
                let letter = cursor.take();
                last = match class_escape(cursor, letter, true)? {
                    Ok(c) => c,
                    // A set is no end of a range; to Java it lies before every character.
                    Err(_) => return Err(cursor.error("Illegal character range")),
                };
            } else {
                if cursor.at_end() {
                    cursor.pos += 1;
                    return Err(cursor.error("Illegal character range"));
                }
                cursor.next();
            }
            if last < first {
                return Err(cursor.error("Illegal character range"));
            }
            return Ok(Item::Other(Set::range(first, last, folding)));
        }
    }
    Ok(Item::Single(Set::single(first, folding)))
}

/// An escape inside of a class: a character, or a set.
fn class_escape(
    cursor: &mut Cursor,
    letter: char,
    in_range: bool,
) -> Result<Result<char, Set>, PatternError> {
    if letter == 'v' && in_range {
        return Ok(Ok('\x0b'));
    }
    if let Some(set) = predefined(letter, cursor.flags.unicode_classes) {
        return Ok(Err(set));
    }
    if let Some(c) = escape::character(cursor, letter)? {
        return Ok(Ok(c));
    }
    if letter.is_ascii_alphanumeric() {
        return Err(cursor.error("Illegal/unsupported escape sequence"));
    }
    Ok(Ok(letter))
}

/// What follows `\p` or `\P`.
pub(super) fn property(cursor: &mut Cursor, negated: bool) -> Result<Set, PatternError> {
    let name: String = if cursor.peek() == '{' {
        cursor.pos += 1;
        let mut name = String::new();
        loop {
            if cursor.at_end() {
                cursor.pos += 1;
                return Err(cursor.error("Unclosed character family"));
            }
            match cursor.read() {
                '}' => break,
                c => name.push(c),
            }
        }
        if name.is_empty() {
            return Err(cursor.error("Empty character family"));
        }
        name
    } else {
        cursor.read().to_string()
    };
    let flags =
        NameFlags { any_case: cursor.flags.any_case, unicode: cursor.flags.unicode_classes };
    match named(&name, flags) {
        Named::Set(set) => Ok(if negated { set.not() } else { set }),
        Named::NotHere => Err(cursor.unsupported(format!("the character property {{{name}}}"))),
        Named::Unknown(text) => Err(cursor.error(text)),
    }
}
