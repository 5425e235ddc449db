//! The nearest known word to an unknown one.

use connect::config::edit_distance;

/// Longer words are not worth a guess.
const LONGEST: usize = 32;

/// The word of `known` that takes the fewest single-character edits to reach, if they are few
/// compared with its length. Letters count the same in both cases.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if !word.is_ascii() || word.len() > LONGEST {
        return None;
    }
    let word = word.to_ascii_uppercase();
    known
        .into_iter()
        .filter_map(|candidate| {
            let allowed = 1 + candidate.len() / 5;
            (word.len().abs_diff(candidate.len()) <= allowed)
                .then(|| (edit_distance(&word, &candidate.to_ascii_uppercase()), candidate))
                .filter(|(edits, _)| *edits <= allowed)
        })
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
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
}
