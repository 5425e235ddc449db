//! "Did you mean": the known name that lies nearest to an unknown one.

/// The candidate with the fewest edits, if these are few enough that a typo is likely.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 6).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many characters are inserted, left out, replaced, or swapped with their neighbour.
pub fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    // The rows of the two characters before, of which the older one serves the swaps.
    let (mut older, mut row): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=b.len()).collect());
    let mut last = None;
    for (i, x) in a.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = i + 1;
        next.push(left);
        for (j, (cells, y)) in row.windows(2).zip(&b).enumerate() {
            let [diagonal, above] = cells else { continue };
            left = (diagonal + usize::from(x != *y)).min(above + 1).min(left + 1);
            let swapped = j.checked_sub(1).filter(|j| b.get(*j) == Some(&x) && last == Some(*y));
            if let Some(before) = swapped.and_then(|j| older.get(j)) {
                left = left.min(before + 1);
            }
            next.push(left);
        }
        (older, row) = (row, next);
        last = Some(x);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        for (a, b, want) in [
            ("", "", 0),
            ("a", "", 1),
            ("kitten", "sitting", 3),
            ("ab", "ba", 1),
            ("Filtre", "Filter", 1),
            ("abc", "cab", 2),
        ] {
            assert_eq!((edit_distance(a, b), edit_distance(b, a)), (want, want), "{a} {b}");
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
