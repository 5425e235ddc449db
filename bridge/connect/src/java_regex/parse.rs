//! From Java's pattern syntax to a tree.
//!
//! The order of the checks is Java's, since it decides which error a wrong pattern gets. An
//! unsupported construct is an error; no construct gets another meaning.

use super::ast::{Anchor, Greed, Node};
use super::class::{class, property, DEPTH_MAX};
use super::cursor::{Cursor, Flags};
use super::error::PatternError;
use super::escape;
use super::property::predefined;
use super::set::Set;

/// A pattern that has been read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) tree: Node,
    /// How many groups capture.
    pub(super) groups: usize,
    /// Names of groups.
    pub(super) names: Vec<(String, usize)>,
}

/// Longest pattern that is looked at.
const PATTERN_BYTES_MAX: usize = 64 * 1024;

/// Ranges of characters that all sets together may have.
const RANGES_MAX: usize = 500_000;

/// Reads `pattern`.
pub(super) fn parse(pattern: &str) -> Result<Parsed, PatternError> {
    let mut parser = Parser {
        cursor: Cursor::new(pattern),
        groups: 0,
        names: Vec::new(),
        ranges: 0,
        has_border: false,
        has_part: false,
        has_equivalence: false,
    };
    if pattern.len() > PATTERN_BYTES_MAX {
        return Err(parser.cursor.unsupported("a pattern this long"));
    }
    let tree = parser.alternatives(0)?;
    // A backslash at the end escapes the nothing behind it, as far as one can tell before.
    if parser.cursor.pos_past_end() {
        return Err(parser.cursor.error("Unescaped trailing backslash"));
    }
    if parser.has_border && parser.has_part {
        let what =
            "\\b{g} in one pattern with groups that are repeated, counts, lazy or possessive \
                    quantifiers, look-ahead or atomic groups";
        return Err(parser.cursor.unsupported(what));
    }
    if parser.has_equivalence && parser.cursor.at_end() {
        return Err(parser.cursor.unsupported("canonical equivalence (?c)"));
    }
    if parser.cursor.at_end() {
        return Ok(Parsed { tree, groups: parser.groups, names: parser.names });
    }
    Err(parser.cursor.error("Unmatched closing ')'"))
}

struct Parser {
    cursor: Cursor,
    groups: usize,
    names: Vec<(String, usize)>,
    /// Of all sets so far.
    ranges: usize,
    /// Whether there is a `\b{g}`, which in Java depends on where a part of the pattern matched
    /// last.
    has_border: bool,
    /// Whether there is a `(?c)`. It is refused behind everything that Java would refuse.
    has_equivalence: bool,
    /// Whether there is a part for which Java keeps that place.
    has_part: bool,
}

impl Parser {
    fn alternatives(&mut self, depth: usize) -> Result<Node, PatternError> {
        if depth > DEPTH_MAX {
            return Err(self.cursor.unsupported("nesting this deep"));
        }
        let first = self.sequence(depth)?;
        if self.cursor.peek() != '|' {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.cursor.peek() == '|' {
            self.cursor.next();
            all.push(self.sequence(depth)?);
        }
        Ok(Node::Alternatives(all))
    }

    fn sequence(&mut self, depth: usize) -> Result<Node, PatternError> {
        let mut parts = Vec::new();
        loop {
            let c = self.cursor.peek();
            let atom = match c {
                '|' | ')' => return Ok(Node::Sequence(parts)),
                '\0' if self.cursor.at_end() => return Ok(Node::Sequence(parts)),
                '?' | '*' | '+' => {
                    self.cursor.next();
                    return Err(self.cursor.error(format!("Dangling meta character '{c}'")));
                }
                '(' => match self.group(depth)? {
                    Some(group) => group,
                    None => continue,
                },
                _ => self.atom(c, depth)?,
            };
            if let Node::Set(set) = &atom {
                self.ranges += set.len();
                if self.ranges > RANGES_MAX {
                    return Err(self.cursor.unsupported("a pattern with sets this large"));
                }
            }
            parts.push(self.repeated(atom)?);
        }
    }

    /// One character, class, anchor or escape.
    fn atom(&mut self, c: char, depth: usize) -> Result<Node, PatternError> {
        let flags = self.cursor.flags;
        let unix = flags.unix_lines;
        let node = match c {
            '[' => return class(&mut self.cursor, true, depth).map(Node::Set),
            // Java reads the braces as belonging to an empty text before them.
            '{' => return Ok(Node::Empty),
            '\\' => return self.escape(),
            '.' => Node::Set(dot(flags)),
            '^' if flags.multiline => Node::Anchor(Anchor::LineBegin { unix }),
            '^' => Node::Anchor(Anchor::Begin),
            '$' if flags.multiline => Node::Anchor(Anchor::LineEnd { unix }),
            '$' => Node::Anchor(Anchor::LastLineEnd { unix }),
            _ => Node::Set(Set::single(c, flags.folding())),
        };
        self.cursor.next();
        Ok(node)
    }

    fn escape(&mut self) -> Result<Node, PatternError> {
        let flags = self.cursor.flags;
        self.cursor.pos += 1;
        let letter = self.cursor.take();
        if let Some(set) = predefined(letter, flags.unicode_classes) {
            return Ok(Node::Set(set));
        }
        if let Some(c) = escape::character(&mut self.cursor, letter)? {
            return Ok(Node::Set(Set::single(c, flags.folding())));
        }
        Ok(match letter {
            'p' | 'P' => Node::Set(property(&mut self.cursor, letter == 'P')?),
            '1'..='9' => self.reference(letter),
            'k' => self.named_reference()?,
            'A' => Node::Anchor(Anchor::Begin),
            'z' => Node::Anchor(Anchor::End),
            'Z' => Node::Anchor(Anchor::LastLineEnd { unix: flags.unix_lines }),
            'G' => Node::Anchor(Anchor::LastMatch),
            'R' => Node::LineEnding,
            'b' if self.cursor.peek() == '{' && self.cursor.at(self.cursor.pos + 1) == 'g' => {
                self.cursor.pos += 2;
                if self.cursor.read() != '}' {
                    return Err(self.cursor.error("Illegal/unsupported escape sequence"));
                }
                self.has_border = true;
                Node::Anchor(Anchor::Grapheme)
            }
            'b' | 'B' => Node::Anchor(Anchor::Word {
                negated: letter == 'B',
                unicode: flags.unicode_classes,
            }),
            'X' => Node::Grapheme,
            _ if letter.is_ascii_alphabetic() => {
                return Err(self.cursor.error("Illegal/unsupported escape sequence"));
            }
            _ => Node::Set(Set::single(letter, flags.folding())),
        })
    }

    /// A reference by number takes as many digits as name a group that is there.
    fn reference(&mut self, first: char) -> Node {
        let mut group = first.to_digit(10).map_or(0, |digit| digit as usize);
        while let Some(digit) = self.cursor.peek().to_digit(10) {
            let longer = group * 10 + digit as usize;
            if longer > self.groups {
                break;
            }
            group = longer;
            self.cursor.read();
        }
        Node::Reference { group, folding: self.cursor.flags.folding() }
    }

    fn named_reference(&mut self) -> Result<Node, PatternError> {
        if self.cursor.read() != '<' {
            let text = "\\k is not followed by '<' for named capturing group";
            return Err(self.cursor.error(text));
        }
        let name = self.group_name()?;
        let Some((_, group)) = self.names.iter().find(|(known, _)| *known == name) else {
            let text = format!("named capturing group <{name}> does not exist");
            return Err(self.cursor.error(text));
        };
        Ok(Node::Reference { group: *group, folding: self.cursor.flags.folding() })
    }

    fn group_name(&mut self) -> Result<String, PatternError> {
        let mut c = self.cursor.read();
        if !c.is_ascii_alphabetic() {
            let text = "capturing group name does not start with a Latin letter";
            return Err(self.cursor.error(text));
        }
        let mut name = String::new();
        while c.is_ascii_alphanumeric() {
            name.push(c);
            c = self.cursor.read();
        }
        if c == '>' {
            return Ok(name);
        }
        Err(self.cursor.error("named capturing group is missing trailing '>'"))
    }

    /// A group whose opening parenthesis the cursor stands on; none for flags alone.
    fn group(&mut self, depth: usize) -> Result<Option<Node>, PatternError> {
        let before = self.cursor.flags;
        let kind = if self.cursor.next() == '?' {
            self.cursor.pos += 1;
            match self.opening()? {
                Some(kind) => kind,
                None => return Ok(None),
            }
        } else {
            self.groups += 1;
            GroupKind::Capture(self.groups)
        };
        let inner = self.alternatives(depth + 1)?;
        let length = inner.length();
        let inner = Box::new(inner);
        let node = match kind {
            GroupKind::Plain => *inner,
            GroupKind::Capture(group) => Node::Capture(group, inner),
            GroupKind::Atomic => Node::Atomic(inner),
            GroupKind::Ahead { negated } => Node::Ahead { negated, inner },
            GroupKind::Behind { negated } => {
                let Some((min, max)) = length else {
                    let text = "Look-behind group does not have an obvious maximum length";
                    return Err(self.cursor.error(text));
                };
                Node::Behind { negated, inner, min, max }
            }
        };
        if self.cursor.read() != ')' {
            return Err(self.cursor.error("Unclosed group"));
        }
        self.has_part |= matches!(node, Node::Atomic(_) | Node::Ahead { .. });
        self.cursor.flags = before;
        Ok(Some(node))
    }

    /// What follows `(?`; none for flags alone, which hold from here on.
    fn opening(&mut self) -> Result<Option<GroupKind>, PatternError> {
        Ok(Some(match self.cursor.take() {
            ':' => GroupKind::Plain,
            '=' => GroupKind::Ahead { negated: false },
            '!' => GroupKind::Ahead { negated: true },
            '>' => GroupKind::Atomic,
            '<' => {
                let c = self.cursor.at(self.cursor.pos);
                if matches!(c, '=' | '!') {
                    self.cursor.pos += 1;
                    return Ok(Some(GroupKind::Behind { negated: c == '!' }));
                }
                let name = self.group_name()?;
                if self.names.iter().any(|(known, _)| *known == name) {
                    let text = format!("Named capturing group <{name}> is already defined");
                    return Err(self.cursor.error(text));
                }
                self.groups += 1;
                self.names.push((name, self.groups));
                GroupKind::Capture(self.groups)
            }
            '$' | '@' => return Err(self.cursor.error("Unknown group type")),
            _ => {
                self.cursor.pos -= 1;
                self.set_flags()?;
                match self.cursor.read() {
                    ')' => return Ok(None),
                    ':' => GroupKind::Plain,
                    _ => return Err(self.cursor.error("Unknown inline modifier")),
                }
            }
        }))
    }

    fn set_flags(&mut self) -> Result<(), PatternError> {
        let mut on = true;
        let mut c = self.cursor.peek();
        loop {
            let flags = &mut self.cursor.flags;
            match c {
                'i' => flags.any_case = on,
                'm' => flags.multiline = on,
                's' => flags.dot_all = on,
                'd' => flags.unix_lines = on,
                'u' => flags.unicode_case = on,
                'x' => flags.comments = on,
                'U' => (flags.unicode_classes, flags.unicode_case) = (on, on),
                'c' => self.has_equivalence |= on,
                '-' if on => on = false,
                _ => return Ok(()),
            }
            c = self.cursor.next();
        }
    }

    /// `atom` with the quantifier that follows it.
    fn repeated(&mut self, atom: Node) -> Result<Node, PatternError> {
        let sign = self.cursor.peek();
        let (min, max) = match sign {
            '?' => (0, Some(1)),
            '*' => (0, None),
            '+' => (1, None),
            '{' => self.counted()?,
            _ => return Ok(atom),
        };
        let greed = match self.cursor.next() {
            '?' => Greed::Lazy,
            '+' => Greed::Possessive,
            _ => Greed::Greedy,
        };
        if greed != Greed::Greedy {
            self.cursor.next();
        }
        let is_run = matches!(atom, Node::Set(_)) && matches!(sign, '*' | '+');
        self.has_part |= !is_run || greed != Greed::Greedy;
        Ok(Node::Repeat { inner: Box::new(atom), min, max, greed })
    }

    /// `{n}`, `{n,}` or `{n,m}`, up to its closing brace, on which the cursor stays.
    fn counted(&mut self) -> Result<(u32, Option<u32>), PatternError> {
        self.cursor.pos += 1;
        let mut c = self.cursor.take();
        if !c.is_ascii_digit() {
            return Err(self.cursor.error("Illegal repetition"));
        }
        let min = self.number(&mut c)?;
        let mut max = Some(min);
        if c == ',' {
            c = self.cursor.read();
            max = if c == '}' { None } else { Some(self.number(&mut c)?) };
        }
        if c != '}' {
            return Err(self.cursor.error("Unclosed counted closure"));
        }
        if max.is_some_and(|max| max < min) {
            return Err(self.cursor.error("Illegal repetition range"));
        }
        self.cursor.pos -= 1;
        Ok((min, max))
    }

    fn number(&mut self, c: &mut char) -> Result<u32, PatternError> {
        let mut number = 0_u32;
        while let Some(digit) = c.to_digit(10) {
            number = number
                .checked_mul(10)
                .and_then(|n| n.checked_add(digit))
                .filter(|n| i32::try_from(*n).is_ok())
                .ok_or_else(|| self.cursor.error("Illegal repetition range"))?;
            *c = self.cursor.read();
        }
        Ok(number)
    }
}

/// How a group begins.
enum GroupKind {
    Plain,
    Capture(usize),
    Atomic,
    Ahead { negated: bool },
    Behind { negated: bool },
}

fn dot(flags: Flags) -> Set {
    if flags.dot_all {
        return Set::all();
    }
    if flags.unix_lines {
        return Set::ranges(&[('\n', '\n')]).not();
    }
    let ends = ['\n', '\r', '\u{85}'].map(|c| (c, c));
    Set::ranges(&ends).or(&Set::ranges(&[('\u{2028}', '\u{2029}')])).not()
}
