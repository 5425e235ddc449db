//! "Did you mean": the known name that lies nearest to an unknown one.

/// The candidate with the fewest edits, if these are few enough that a slip is likely.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 6).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = Vec::with_capacity(row.len());
        next.push(left);
        for (above, y) in row.iter().skip(1).zip(&b) {
            left = (diagonal + usize::from(x != *y)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, want) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("ab", "ba", 2)] {
            assert_eq!((distance(a, b), distance(b, a)), (want, want), "{a} {b}");
        }
    }

    #[test]
    fn a_slip_is_found_and_another_word_is_not() {
        let keys = ["connect.mqtt.hosts", "connect.mqtt.username", "connect.mqtt.clean"];
        assert_eq!(nearest("connect.mqtt.host", keys), Some("connect.mqtt.hosts"));
        assert_eq!(nearest("connect.mqtt.user.name", keys), Some("connect.mqtt.username"));
        assert_eq!(nearest("connect.mqtt.retained", keys), None);
        assert_eq!(nearest("tasks.max", ["tasks.max.enforce"]), None);
    }
}
