//! Assigns comments to parts of statements. One that has a line of its own belongs to what follows,
//! any other to what stands before it. Invariant: every comment is assigned exactly once.

use alloc::string::String;
use alloc::vec::Vec;

use super::Piece;
use crate::ast::{Comment, Statement};

/// The comments of a text, in its order.
pub(super) struct Queue<'a> {
    text: &'a str,
    rest: &'a [Comment],
}

/// The comments of one statement.
pub(super) struct StatementComments {
    /// Above it.
    pub(super) before: Vec<String>,
    /// By the beginning of the piece they belong to.
    above: Vec<(usize, String)>,
    beside: Vec<(usize, String)>,
    /// Below it.
    pub(super) after: Vec<String>,
}

impl StatementComments {
    pub(super) fn above(&self, piece: usize) -> impl Iterator<Item = &str> {
        of(&self.above, piece)
    }

    pub(super) fn beside(&self, piece: usize) -> impl Iterator<Item = &str> {
        of(&self.beside, piece)
    }
}

fn of(comments: &[(usize, String)], piece: usize) -> impl Iterator<Item = &str> {
    comments.iter().filter(move |(start, _)| *start == piece).map(|(_, text)| text.as_str())
}

impl<'a> Queue<'a> {
    pub(super) fn new(text: &'a str, comments: &'a [Comment]) -> Self {
        Self { text, rest: comments }
    }

    /// Takes the comments of a statement: those up to its end, those on its last line, `;` before or
    /// behind, and all that is left behind the last statement.
    pub(super) fn place(
        &mut self,
        statement: &Statement,
        pieces: &[Piece],
        next: Option<&Statement>,
    ) -> StatementComments {
        let mut placed = StatementComments {
            before: Vec::new(),
            above: Vec::new(),
            beside: Vec::new(),
            after: Vec::new(),
        };
        // In the order of the input, which need not be the canonical one.
        let mut starts: Vec<usize> = pieces.iter().map(|piece| piece.start).collect();
        starts.sort_unstable();
        // The last piece of the output carries what stands behind the `;`.
        let carrier = pieces.last().map_or(0, |piece| piece.start);
        while let Some((comment, rest)) = self.rest.split_first() {
            let at = comment.span.start;
            let text: String = comment.span.of(self.text).trim_end().into();
            let own_line = self.has_own_line(at);
            if at < statement.span.start {
                placed.before.push(text);
            } else if at < statement.span.end {
                let next_piece = starts.iter().copied().find(|&start| start > at);
                let piece = starts.iter().copied().rev().find(|&start| start <= at);
                match (own_line, next_piece, piece) {
                    (true, Some(next), _) | (false, Some(next), None) => {
                        placed.above.push((next, text));
                    }
                    (_, _, Some(piece)) => placed.beside.push((piece, text)),
                    (_, None, None) => placed.after.push(text),
                }
            } else if next.is_some_and(|next| at >= next.span.start) {
                break;
            } else if !own_line && self.same_line(statement.span.end, at) {
                placed.beside.push((carrier, text));
            } else if next.is_none() {
                placed.after.push(text);
            } else {
                break;
            }
            self.rest = rest;
        }
        placed
    }

    fn has_own_line(&self, at: usize) -> bool {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.rsplit(['\n', '\r']).next().unwrap_or("");
        line.trim_start_matches('\u{feff}').trim().is_empty()
    }

    fn same_line(&self, from: usize, to: usize) -> bool {
        !self.text.get(from..to).unwrap_or("").contains(['\n', '\r'])
    }
}
