//! Characters by their names, for `\N{…}`.
//!
//! Unicode's names come from a crate; Java's own are those of control characters, and of ideographs,
//! syllables and private characters, which it names after their block. Invariant: a name means a
//! character exactly where Java gives that character that very name.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::set::{CharTable, Set};

/// Blocks whose characters have no names of their own in Java.
const BLOCKS: &[(u32, u32, &str)] = &[
    (0x3400, 0x4dbf, "CJK UNIFIED IDEOGRAPHS EXTENSION A"),
    (0x4e00, 0x9fff, "CJK UNIFIED IDEOGRAPHS"),
    (0xac00, 0xd7a3, "HANGUL SYLLABLES"),
    (0xe000, 0xf8ff, "PRIVATE USE AREA"),
    (0x1_7000, 0x1_87f7, "TANGUT"),
    (0x1_8d00, 0x1_8d08, "TANGUT SUPPLEMENT"),
    (0x2_0000, 0x2_a6df, "CJK UNIFIED IDEOGRAPHS EXTENSION B"),
    (0x2_a700, 0x2_b739, "CJK UNIFIED IDEOGRAPHS EXTENSION C"),
    (0x2_b740, 0x2_b81d, "CJK UNIFIED IDEOGRAPHS EXTENSION D"),
    (0x2_b820, 0x2_cea1, "CJK UNIFIED IDEOGRAPHS EXTENSION E"),
    (0x2_ceb0, 0x2_ebe0, "CJK UNIFIED IDEOGRAPHS EXTENSION F"),
    (0x2_ebf0, 0x2_ee5d, "CJK UNIFIED IDEOGRAPHS EXTENSION I"),
    (0x3_0000, 0x3_134a, "CJK UNIFIED IDEOGRAPHS EXTENSION G"),
    (0x3_1350, 0x3_23af, "CJK UNIFIED IDEOGRAPHS EXTENSION H"),
    (0xf_0000, 0xf_fffd, "SUPPLEMENTARY PRIVATE USE AREA A"),
    (0x10_0000, 0x10_fffd, "SUPPLEMENTARY PRIVATE USE AREA B"),
];

/// Java's names of control characters.
static CONTROLS: LazyLock<Vec<(char, &'static str)>> = LazyLock::new(|| {
    include_str!("control-names.tsv")
        .lines()
        .filter_map(|line| {
            let (code, name) = line.split_once('\t')?;
            Some((char::from_u32(u32::from_str_radix(code, 16).ok()?)?, name))
        })
        .collect()
});

/// What is assigned in the release of Unicode that all other tables here are of; the crate's names
/// may be newer.
static ASSIGNED: LazyLock<CharTable> =
    LazyLock::new(|| Set::property("Cn").map_or_else(Set::empty, Set::not).table());

/// `Character.getName`.
fn name_of(c: char) -> Option<Cow<'static, str>> {
    if let Some((_, name)) = CONTROLS.iter().find(|(control, _)| *control == c) {
        return Some(Cow::Borrowed(name));
    }
    let code = u32::from(c);
    let block = BLOCKS.iter().find(|(first, last, _)| (*first..=*last).contains(&code));
    if let Some((_, _, block)) = block {
        return Some(Cow::Owned(format!("{block} {code:X}")));
    }
    let name = unicode_names2::name(c).filter(|_| ASSIGNED.has(c));
    name.map(|name| Cow::Owned(name.to_string()))
}

/// `Character.codePointOf`: the character of a name, in whatever case.
pub(super) fn character_named(name: &str) -> Option<char> {
    let name = name.trim_matches(|c| c <= ' ').to_uppercase();
    let control = CONTROLS.iter().find(|(_, known)| *known == name).map(|(c, _)| *c);
    let of_block = || {
        let (_, code) = name.rsplit_once(' ')?;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    };
    // No name begins with a hyphen, and the crate looks at what stands before each.
    let listed = || unicode_names2::character(Some(&*name).filter(|it| !it.starts_with('-'))?);
    [control, listed(), of_block()]
        .into_iter()
        .flatten()
        .find(|c| name_of(*c).is_some_and(|known| known == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a, so that all of Java's names are one number.
    fn hash(names: impl Iterator<Item = (char, String)>) -> u64 {
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        for (c, name) in names {
            for byte in format!("{:x}\t{name}\n", u32::from(c)).bytes() {
                state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        state
    }

    #[test]
    fn what_is_no_name_has_no_character() {
        for name in
            ["", "-", "-A", "--", " - ", "A-", "HANGUL JUNGSEONG -", "\u{130}", "_", "CONTROL "]
        {
            assert_eq!(character_named(name), None, "{name:?}");
        }
    }

    #[test]
    fn every_character_has_javas_name_and_is_found_by_it() {
        let named = || ('\0'..=char::MAX).map(|c| (c, name_of(c)));
        for (c, name) in named().filter_map(|(c, name)| Some((c, name?))) {
            assert_eq!(character_named(&name.to_lowercase()), Some(c), "{name}");
        }
        // Of Java 25, over all characters, the empty name where there is none.
        let ours = hash(named().map(|(c, name)| (c, name.unwrap_or_default().into_owned())));
        assert_eq!(ours, 0x32e2_e420_d72c_2038);
    }

    #[test]
    fn names_of_others_mean_nothing() {
        for name in [
            "",
            "CJK UNIFIED IDEOGRAPH-4E00",
            "CJK UNIFIED IDEOGRAPHS 04E00",
            "HANGUL SYLLABLE GA",
            "LATIN_SMALL_LETTER_A",
            "HIGH SURROGATES D800",
            "TROMBONE",
            "LF",
        ] {
            assert_eq!(character_named(name), None, "{name}");
        }
        assert_eq!(character_named(" Line Feed (lf)\t"), Some('\n'));
    }
}
