//! Cuts a text into tokens: delimiters, and what lies between them.
//!
//! A backslash escapes a delimiter. Positions are byte offsets of characters.

/// A saved position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark(usize);

#[derive(Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// A token that was looked at and not taken.
    next: Option<&'a str>,
    /// Tokens that may still be cut.
    budget: usize,
}

impl<'a> Tokens<'a> {
    /// `budget` bounds how many tokens are cut, those cut again included.
    pub(super) fn new(text: &'a str, budget: usize) -> Self {
        Self { text, at: 0, next: None, budget }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Whether more tokens were asked for than are allowed.
    pub(super) fn is_exhausted(&self) -> bool {
        self.budget == 0
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.at - self.next.map_or(0, str::len))
    }

    pub(super) fn rewind(&mut self, mark: Mark) {
        self.at = mark.0;
        self.next = None;
    }

    pub(super) fn has_next(&self) -> bool {
        self.next.is_some() || self.has_uncut()
    }

    fn has_uncut(&self) -> bool {
        self.at < self.text.len()
    }

    pub(super) fn next(&mut self) -> &'a str {
        match self.next.take() {
            Some(token) => token,
            None => self.cut(),
        }
    }

    /// The text of the next `count` tokens; none, and none taken, where there are fewer.
    pub(super) fn next_many(&mut self, count: usize) -> Option<&'a str> {
        let mark = self.mark();
        for _ in 0..count {
            if !self.has_next() {
                self.rewind(mark);
                return None;
            }
            self.next();
        }
        self.text.get(mark.0..self.at)
    }

    /// Takes the next token if it is `wanted`; white space in front of it is lost either way.
    pub(super) fn take(&mut self, wanted: &str) -> bool {
        if self.next.is_none() && !self.has_uncut() {
            return false;
        }
        let mut token = self.next();
        while is_blank(token) && self.has_uncut() {
            token = self.cut();
        }
        if trim(token) == wanted {
            return true;
        }
        self.next = Some(token);
        false
    }

    fn cut(&mut self) -> &'a str {
        self.budget = self.budget.saturating_sub(1);
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut escaped = false;
        let mut end = rest.len();
        for (i, c) in rest.char_indices() {
            match c {
                '\\' => escaped = !escaped,
                '"' | ',' | ':' | '[' | ']' | '{' | '}' if !escaped => {
                    end = i.max(1);
                    break;
                }
                _ => escaped = false,
            }
        }
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }
}

/// Java's `trim`: everything up to the blank.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(|c| c <= ' ')
}

pub(super) fn is_blank(text: &str) -> bool {
    trim(text).is_empty()
}
