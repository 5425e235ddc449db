//! Bytes and texts as Java makes them of each other.

use proptest::prelude::*;

use super::*;

fn encoding(name: &str) -> Encoding {
    Encoding::by_name(name).unwrap()
}

fn hex(name: &str, text: &str) -> String {
    let mut out = Vec::new();
    encoding(name).encode(text, &mut out);
    out.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

#[test]
fn javas_bytes() {
    for (name, want) in [
        ("UTF-8", "61c3a9e282acf09f9880"),
        ("utf8", "61c3a9e282acf09f9880"),
        ("US-ASCII", "613f3f3f"),
        ("latin1", "61e93f3f"),
        ("UTF-16", "feff006100e920acd83dde00"),
        ("UTF-16BE", "006100e920acd83dde00"),
        ("UTF-16LE", "6100e900ac203dd800de"),
        ("x-UTF-16LE-BOM", "fffe6100e900ac203dd800de"),
        ("UTF-32", "00000061000000e9000020ac0001f600"),
        ("windows-1252", "61e9803f"),
        ("Cp1252", "61e9803f"),
        ("KOI8-R", "613f3f3f"),
        ("windows-1251", "613f883f"),
        ("ISO-8859-15", "61e9a43f"),
    ] {
        assert_eq!(hex(name, "aé€😀"), want, "{name}");
    }
}

#[test]
fn javas_texts() {
    for (name, want) in [
        ("UTF-8", "a\u{fffd}\u{fffd}\u{fffd}\0"),
        ("US-ASCII", "a\u{fffd}\u{fffd}\u{fffd}\0"),
        ("ISO-8859-1", "a\u{80}éÿ\0"),
        ("windows-1252", "a€éÿ\0"),
        ("windows-1251", "aЂйя\0"),
        ("KOI8-R", "a─ИЪ\0"),
        ("ISO-8859-15", "a\u{80}éÿ\0"),
    ] {
        assert_eq!(encoding(name).decode(&[b'a', 0x80, 0xe9, 0xff, 0]), want, "{name}");
    }
    assert_eq!(encoding("windows-1252").decode(&[0x81]), "\u{fffd}");
    assert_eq!(hex("windows-1252", "\u{81}"), "3f");
    assert_eq!(encoding("UTF-16").decode(&[0xff, 0xfe, b'a', 0]), "a");
}

#[test]
fn malformed_utf8_counts_mistakes_as_java_does() {
    for (bytes, want) in [
        (&[0xc0, 0x80][..], 2),
        (&[0xed, 0xa0, 0x80], 1),
        (&[0xed, 0xa0], 1),
        (&[0xed], 1),
        (&[0xe0, 0x80], 2),
        (&[0xf1, 0x80], 1),
        (&[0xf5, 0x80], 2),
        (&[0xe2, 0x82], 1),
        (&[0xf0, 0x9f, 0x98], 1),
        (&[0xf4, 0x90, 0x80, 0x80], 4),
        (&[0xe0, 0x80, 0x80], 3),
        (&[0xf8, 0x88, 0x80, 0x80, 0x80], 5),
        (&[0xf0, 0x80, 0x80, 0x80], 4),
    ] {
        let text = Encoding::UTF8.decode(bytes);
        assert_eq!(text, "\u{fffd}".repeat(want), "{bytes:x?}");
    }
    assert_eq!(Encoding::UTF8.decode(&[0xf0, 0x9f, b'a']), "\u{fffd}a");
    assert_eq!(Encoding::UTF8.decode(&[0xed, 0xa0, b'a']), "\u{fffd}a");
    assert_eq!(Encoding::UTF8.decode(&[0xef, 0xbb, 0xbf, b'a']), "\u{feff}a");
}

#[test]
fn malformed_utf16_counts_mistakes_as_java_does() {
    for (bytes, want) in [
        (&[0, b'a', 0xd8][..], "a\u{fffd}"),
        (&[0xd8, 0], "\u{fffd}"),
        (&[0xd8, 0, 0, b'a'], "\u{fffd}"),
        (&[0xdc, 0, 0, b'a'], "\u{fffd}a"),
        (&[0xd8, 0, 0xd8, 0, 0xdc, 0], "\u{fffd}\u{fffd}"),
        (&[0xd8, 0x3d, 0xde, 0], "😀"),
    ] {
        assert_eq!(encoding("UTF-16BE").decode(bytes), want, "{bytes:x?}");
    }
}

/// FNV-1a, so that a whole table is one number.
fn hash(lines: impl Iterator<Item = String>) -> u64 {
    lines.flat_map(String::into_bytes).fold(0xcbf2_9ce4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn hex_of(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// Per encoding what Java 25 reads in each sequence of one and two bytes, and what it writes for
/// each character of the basic plane (of further planes where there are some), as one number each.
#[test]
fn encodings_of_several_bytes_are_javas() {
    for (name, reads, writes) in [
        ("Shift_JIS", 0xb57f_608b_4926_73f7, 0x50b9_7a09_23ef_6a87),
        ("windows-31j", 0x3d8f_249f_ca89_0ffd, 0x0b22_c4da_5fc1_05a3),
        ("EUC-JP", 0x705b_f02e_48a7_6838, 0x827e_6b44_93b5_0931),
        ("EUC-KR", 0xba47_ac35_c87d_3b42, 0x864d_23be_ae3f_3636),
        ("x-windows-949", 0x78db_6a9e_c79c_b0d2, 0xdd86_4f2f_ed93_b742),
        ("GBK", 0xd8c6_da32_9c66_cb07, 0x725a_9f7f_1bf1_ed1b),
        ("x-mswin-936", 0xd30f_b26e_9d9c_cda6, 0x430d_847b_9fe9_38ce),
        ("GB2312", 0xb84f_30dd_4f09_2d20, 0x0aad_865d_6532_d7f0),
        ("Big5", 0xe866_a464_b8a2_240d, 0xb789_b92f_07d2_f3e0),
        ("x-windows-950", 0xecee_e6b2_9a65_247b, 0xd0b9_7d39_30f3_3ee2),
        ("Big5-HKSCS", 0xd12b_5bfe_c99e_6e39, 0x9173_f254_d982_7bdb),
        ("GB18030", 0x58d2_79b3_0f53_b44a, 0x3d9d_565e_aeb6_f7cd),
    ] {
        let encoding = encoding(name);
        let one = (0..=u8::MAX).map(|byte| vec![byte]);
        let two = (0x80..=u8::MAX)
            .filter(|first| encoding.decode(&[*first]) == "\u{fffd}")
            .flat_map(|first| (0..=u8::MAX).map(move |second| vec![first, second]));
        let read = one.chain(two).filter_map(|bytes| {
            let text = encoding.decode(&bytes);
            let mut chars = text.chars();
            let c = chars.next().filter(|c| *c != '\u{fffd}' && chars.next().is_none())?;
            Some(format!("{}\t{:x}\n", hex_of(&bytes), u32::from(c)))
        });
        assert_eq!(hash(read), reads, "{name} reads");
        let last = if name == "Big5-HKSCS" { '\u{3ffff}' } else { '\u{ffff}' };
        let written = ('\0'..=last).filter_map(|c| {
            let mut out = Vec::new();
            encoding.encode(c.encode_utf8(&mut [0; 4]), &mut out);
            (c == '?' || out != b"?").then(|| format!("{:x}\t{}\n", u32::from(c), hex_of(&out)))
        });
        assert_eq!(hash(written), writes, "{name} writes");
    }
}

/// Random bytes, and the characters that Java reads in them.
#[test]
fn mistakes_in_several_bytes_are_counted_as_java_counts_them() {
    let mut lines = 0;
    for line in include_str!("malformed.tsv").lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let bytes: Vec<u8> = (0..cells[1].len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&cells[1][at..at + 2], 16).unwrap())
            .collect();
        let codes: Vec<String> = encoding(cells[0])
            .decode(&bytes)
            .chars()
            .map(|c| format!("{:x}", u32::from(c)))
            .collect();
        assert_eq!(codes.join(" "), cells[2], "{} {}", cells[0], cells[1]);
        lines += 1;
    }
    assert!(lines > 1_000, "{lines}");
}

#[test]
fn characters_of_ebcdic_are_written_as_java_writes_them() {
    assert_eq!(hex("IBM037", "aé€\n?"), "81513f156f");
    assert_eq!(encoding("Cp1047").decode(&[0x81, 0x15, 0x25]), "a\n\u{85}");
    assert_eq!(hex("IBM1047", "\n\u{85}"), "1525");
}

#[test]
fn names_that_java_has_besides_are_refused_with_what_there_is() {
    let message = Encoding::by_name("x-IBM930").unwrap_err().message;
    assert!(message.starts_with("Unsupported encoding x-IBM930: here are UTF-8,"), "{message}");
    assert!(message.ends_with("Big5-HKSCS, GB18030"), "{message}");
}

#[test]
fn unknown_names_are_refused_in_javas_words() {
    for name in ["nope", "", "UTF_8", "default"] {
        let error = Encoding::by_name(name).unwrap_err();
        assert_eq!(error.class, ConnectError::SERIALIZATION);
        assert_eq!(error.message, format!("Unsupported encoding {name}"));
    }
}

#[test]
fn of_an_empty_name_it_is_said_that_it_is_empty() {
    let text = Encoding::by_name("").unwrap_err().with_causes();
    assert!(text.starts_with("Unsupported encoding: "), "{text}");
    assert!(text.ends_with(": the name is empty"), "{text}");
}

proptest! {
    #[test]
    fn unicode_survives(text in any::<String>()) {
        for name in ["UTF-8", "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "X-UTF-32LE-BOM"] {
            let mut out = Vec::new();
            encoding(name).encode(&text, &mut out);
            prop_assert_eq!(&encoding(name).decode(&out), &text);
        }
    }

    #[test]
    fn every_byte_reads_as_one_character(byte in any::<u8>()) {
        for table in single::all() {
            let name = table.names[0];
            let text = encoding(name).decode(&[byte]);
            prop_assert_eq!(text.chars().count(), 1, "{}", name);
            let mut out = Vec::new();
            encoding(name).encode(&text, &mut out);
            prop_assert_eq!(out.len(), 1, "{}", name);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..20)) {
        for table in multi::all() {
            let text = encoding(table.names[0]).decode(&bytes);
            prop_assert_eq!(text.is_empty(), bytes.is_empty());
        }
    }
}
