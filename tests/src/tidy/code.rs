//! Rust text as the layer rule needs it: tokens, without comments, strings and characters, and the
//! paths that begin with `crate` or `super`.
//!
//! Not a parser. It knows nested comments, raw strings, lifetimes and groups of imports; a macro
//! that pastes a path together goes unseen.

use std::ops::RangeInclusive;

/// A path in the code, as far as it is written out: `crate::flow::Ledger` is `[crate, flow,
/// Ledger]`; a group gives one path for each of its members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodePath {
    /// Line, from 1.
    pub line: usize,
    /// Segments, the first being where the path begins.
    pub segments: Vec<String>,
}

/// What of a file is compiled for tests only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TestParts {
    /// Lines of inline modules, from the attribute to the closing brace.
    pub lines: Vec<RangeInclusive<usize>>,
    /// Modules in files of their own: the name, or the path given by an attribute.
    pub files: Vec<TestFile>,
}

/// How a test module in a file of its own is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestFile {
    /// `mod name;`
    Named(String),
    /// `#[path = "file"] mod name;`
    At(String),
}

/// Finds modules behind `#[cfg(test)]`, in the layout that rustfmt gives.
pub fn test_parts(text: &str) -> TestParts {
    let mut parts = TestParts::default();
    let code = blank(text);
    let code: Vec<&str> = code.lines().collect();
    let written: Vec<&str> = text.lines().collect();
    for start in 0..code.len() {
        if code[start].trim() != "#[cfg(test)]" {
            continue;
        }
        let is_attribute = |line: &usize| code[*line].trim_start().starts_with("#[");
        let Some(item) = (start + 1..code.len()).find(|line| !is_attribute(line)) else { continue };
        let line = code[item].trim();
        let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
        let Some(rest) = line.strip_prefix("mod ") else { continue };
        if let Some(name) = rest.strip_suffix(';') {
            let path = |line: usize| written[line].trim().strip_prefix("#[path = \"");
            let at = (start + 1..item).find_map(path).and_then(|path| path.strip_suffix("\"]"));
            parts.files.push(match at {
                Some(path) => TestFile::At(path.to_owned()),
                None => TestFile::Named(name.to_owned()),
            });
        } else {
            parts.lines.push(start + 1..=block_end(&code, item) + 1);
        }
    }
    parts
}

/// The line on which the block that opens on line `start` is closed.
fn block_end(code: &[&str], start: usize) -> usize {
    let mut depth = 0_usize;
    for (number, line) in code.iter().enumerate().skip(start) {
        for c in line.chars() {
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if c == '}' && depth == 0 {
                return number;
            }
        }
    }
    code.len()
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    line: usize,
    text: String,
}

/// All paths of two segments or more, and names after `use` or `extern crate` alone.
pub fn paths(text: &str) -> Vec<CodePath> {
    let tokens = tokens(&blank(text));
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).map_or("", |n| tokens[n].text.as_str());
        let starts = is_name(&tokens[at].text) && before != "." && !continues(&tokens[..at]);
        let imported = matches!(before, "use" | "crate") && starts;
        let follows = tokens.get(at + 1).is_some_and(|next| next.text == "::");
        let group = before == "use" && matches!(tokens[at].text.as_str(), "{" | "::");
        if group || (starts && (follows || imported)) {
            tree(&tokens, &mut at, &mut Vec::new(), &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Whether what stands before a name makes it the continuation of a path. A `::` that begins a
/// path (`-> ::krate::X`) does not.
fn continues(before: &[Token]) -> bool {
    const BEGINS: [&str; 7] = ["use", "return", "in", "as", "mut", "dyn", "impl"];
    match before {
        [.., owner, colons] if colons.text == "::" => {
            (is_name(&owner.text) && !BEGINS.contains(&owner.text.as_str())) || owner.text == ">"
        }
        _ => false,
    }
}

/// One import tree or path beginning at `at`, which is left behind its end.
fn tree(tokens: &[Token], at: &mut usize, prefix: &mut Vec<String>, found: &mut Vec<CodePath>) {
    let depth = prefix.len();
    let line = tokens[*at].line;
    while let Some(token) = tokens.get(*at) {
        match token.text.as_str() {
            "{" => {
                *at += 1;
                while tokens.get(*at).is_some_and(|token| token.text != "}") {
                    let before = *at;
                    tree(tokens, at, prefix, found);
                    // A stray token in a group is passed over: no endless loop on odd code.
                    *at = (*at).max(before + 1);
                    if tokens.get(*at).is_some_and(|token| token.text == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                break;
            }
            "::" => *at += 1,
            name if is_name(name) || name == "*" => {
                prefix.push(name.to_owned());
                *at += 1;
                let next = tokens.get(*at).map_or("", |token| token.text.as_str());
                let after = tokens.get(*at + 1).map_or("", |token| token.text.as_str());
                let goes_on = next == "::" && (is_name(after) || matches!(after, "{" | "*"));
                if !goes_on {
                    found.push(CodePath { line, segments: prefix.clone() });
                    if next == "as" {
                        *at += 2;
                    }
                    break;
                }
            }
            _ => break,
        }
    }
    prefix.truncate(depth);
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (line, text) in (1..).zip(code.lines()) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let pair = ["::", "->", "=>"].iter().any(|pair| rest.starts_with(pair));
            let length = match (name, pair) {
                (0, true) => 2,
                (0, false) => first.len_utf8(),
                (name, _) => name,
            };
            let (token, tail) = rest.split_at(length);
            tokens.push(Token { line, text: token.to_owned() });
            rest = tail.trim_start();
        }
    }
    tokens
}

/// The text with comments, strings and characters made blank; line breaks stay.
pub fn blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, keep) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (block_comment(rest), false)
        } else if let Some(length) = raw_string(rest).filter(|_| !ends_in_name(&out)) {
            (length, false)
        } else if first == '"' {
            (string(rest), false)
        } else if let Some(length) = character(rest) {
            (length, false)
        } else {
            (first.len_utf8(), true)
        };
        let (piece, tail) = rest.split_at(length);
        if keep {
            out.push_str(piece);
        } else {
            out.extend(piece.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        }
        rest = tail;
    }
    out
}

fn ends_in_name(code: &str) -> bool {
    code.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `r"…"`, `r#"…"#`, `br"…"`, …
fn raw_string(text: &str) -> Option<usize> {
    let prefix = if text.starts_with('b') || text.starts_with('c') { 2 } else { 1 };
    let after = text.get(prefix..).filter(|_| text[..prefix].ends_with('r'))?;
    let marks = after.bytes().take_while(|b| *b == b'#').count();
    let body = after[marks..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(marks));
    let end = body.find(&close).map_or(body.len(), |end| end + close.len());
    Some(prefix + marks + 1 + end)
}

/// A character literal; `None` for a lifetime.
fn character(text: &str) -> Option<usize> {
    let body = text.strip_prefix('\'')?;
    let mut chars = body.char_indices();
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        return body.get(2..)?.find('\'').map(|end| end + 4);
    }
    let (at, close) = chars.next()?;
    (close == '\'').then_some(1 + at + 1)
}
