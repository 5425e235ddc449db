//! The order in which Java's `HashMap` gives its keys.
//!
//! Needed where that order decides a result and not merely how it looks. Knows nothing of what the
//! keys mean. Invariant: of two keys in one bucket, the one that came first stays first.

/// The pairs as `HashMap` would give them; of a key that comes twice, the last value holds.
pub(super) fn in_hash_order<V>(pairs: impl IntoIterator<Item = (String, V)>) -> Vec<(String, V)> {
    let mut entries: Vec<(String, V)> = Vec::new();
    for (key, value) in pairs {
        match entries.iter_mut().find(|(known, _)| *known == key) {
            Some((_, before)) => *before = value,
            None => entries.push((key, value)),
        }
    }
    let mut table: u32 = 16;
    // It doubles once it is more than three quarters full.
    while entries.len() as u64 > u64::from(table) / 4 * 3 && table < 1 << 30 {
        table *= 2;
    }
    entries.sort_by_key(|(key, _)| {
        let hash = hash_code(key);
        (hash ^ hash >> 16) & (table - 1)
    });
    entries
}

/// `String.hashCode`.
fn hash_code(text: &str) -> u32 {
    text.encode_utf16().fold(0, |hash: u32, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(keys: &[&str]) -> Vec<String> {
        in_hash_order(keys.iter().map(|key| ((*key).to_owned(), ())))
            .into_iter()
            .map(|it| it.0)
            .collect()
    }

    #[test]
    fn the_order_is_javas() {
        let names = ["id", "x.y", "temperature", "\u{e9}", "p", "q"];
        assert_eq!(order(&names), ["p", "q", "x.y", "temperature", "\u{e9}", "id"]);
        // A thirteenth key makes the table grow.
        let many: Vec<String> = (0..13).map(|n| format!("name{n}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let numbers = |keys: Vec<String>| keys.join(" ").replace("name", "");
        assert_eq!(numbers(order(&many[..12])), "6 5 4 3 11 9 10 8 7 2 1 0");
        assert_eq!(numbers(order(&many)), "6 5 4 3 12 11 9 10 8 7 2 1 0");
        assert_eq!(hash_code("\u{1f600}"), 1_772_899);
    }

    #[test]
    fn what_falls_into_one_bucket_keeps_its_order() {
        assert_eq!(order(&["BB", "Aa"]), ["BB", "Aa"]);
        assert_eq!(order(&["Aa", "BB"]), ["Aa", "BB"]);
    }

    #[test]
    fn the_last_value_holds() {
        let pairs = [("a".to_owned(), 1), ("b".to_owned(), 2), ("a".to_owned(), 3)];
        assert_eq!(in_hash_order(pairs), [("a".to_owned(), 3), ("b".to_owned(), 2)]);
    }
}
