//! Case as Java ignores it.

use alloc::string::String;

/// A text as `compareToIgnoreCase` sees it: two are equal when this is.
pub(crate) fn fold(text: &str) -> String {
    let one = |c: char, mut mapped: core::char::ToUppercase| match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => c,
    };
    let lower = |c: char| {
        let mut mapped = c.to_lowercase();
        match (mapped.next(), mapped.next()) {
            (Some(lower), None) => lower,
            _ => c,
        }
    };
    // Java folds UTF-16 units, so what lies above them has one case only.
    let unit = |c: char| if c > '\u{ffff}' { c } else { lower(one(c, c.to_uppercase())) };
    text.chars().map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_folded_unit_by_unit() {
        assert_eq!(fold("\u{e9}A"), fold("\u{c9}a"));
        assert_ne!(fold("\u{10428}"), fold("\u{10400}"));
    }
}
