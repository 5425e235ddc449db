//! The nearest known word to an unknown one.

/// Longer words are not worth a guess.
const LONGEST: usize = 32;

/// The word of `known` that takes the fewest single-character edits to reach, if they are few
/// compared with its length. Letters count the same in both cases.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if !word.is_ascii() || word.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .filter_map(|candidate| {
            let allowed = 1 + candidate.len() / 5;
            (word.len().abs_diff(candidate.len()) <= allowed)
                .then(|| (edits(word.as_bytes(), candidate.as_bytes()), candidate))
                .filter(|(edits, _)| *edits <= allowed)
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment: insert, delete, replace, or swap two neighbours.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut before = [0usize; LONGEST + 2];
    let mut row = [0usize; LONGEST + 2];
    for (column, cell) in row.iter_mut().enumerate() {
        *cell = column;
    }
    let mut previous_a = None;
    for (line, ca) in a.iter().map(u8::to_ascii_uppercase).enumerate() {
        let above = row;
        let get = |row: &[usize; LONGEST + 2], at: usize| row.get(at).copied().unwrap_or(LONGEST);
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
        let mut previous_b = None;
        for (column, cb) in b.iter().map(u8::to_ascii_uppercase).enumerate() {
            let replace = get(&above, column) + usize::from(ca != cb);
            let mut best = replace.min(get(&above, column + 1) + 1).min(get(&row, column) + 1);
            if previous_a == Some(cb) && previous_b == Some(ca) && column > 0 {
                best = best.min(get(&before, column - 1) + 1);
            }
            if let Some(cell) = row.get_mut(column + 1) {
                *cell = best;
            }
            previous_b = Some(cb);
        }
        before = above;
        previous_a = Some(ca);
    }
    row.get(b.len()).copied().unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["WITHKEY", "WITHTAG", "WITHCONVERTER", "PK"];

    #[test]
    fn a_slip_is_recognised() {
        assert_eq!(nearest("WITHTAGS", KNOWN), Some("WITHTAG"));
        assert_eq!(nearest("withkye", KNOWN), Some("WITHKEY"));
        assert_eq!(nearest("WITHCONVERTOR", KNOWN), Some("WITHCONVERTER"));
        assert_eq!(nearest("PKK", KNOWN), Some("PK"));
    }

    #[test]
    fn something_else_is_not() {
        assert_eq!(nearest("WHERE", KNOWN), None);
        assert_eq!(nearest("topic", KNOWN), None);
        assert_eq!(nearest(&"W".repeat(100_000), KNOWN), None);
    }

    #[test]
    fn edits_are_counted_as_people_do() {
        assert_eq!(edits(b"", b"abc"), 3);
        assert_eq!(edits(b"kitten", b"sitting"), 3);
        assert_eq!(edits(b"ab", b"ba"), 1);
        assert_eq!(edits(b"same", b"SAME"), 0);
    }
}
