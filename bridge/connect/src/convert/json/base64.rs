//! Base64 as Jackson reads it: padding is needed, white space is skipped in front of each group of
//! four, and bits that belong to no byte are not looked at.

/// Decodes a text; the error says what is wrong.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut rest = text.as_bytes();
    loop {
        let space = rest.iter().take_while(|byte| **byte <= b' ').count();
        rest = rest.get(space..).unwrap_or_default();
        let group = match *rest {
            [] => return Ok(out),
            [a, b, c, d, ..] => [a, b, c, d],
            _ => return Err("a group of base64 has fewer than four characters".to_owned()),
        };
        rest = rest.get(4..).unwrap_or_default();
        push_group(group, &mut out)?;
    }
}

fn push_group([a, b, c, d]: [u8; 4], out: &mut Vec<u8>) -> Result<(), String> {
    let bits = u32::from(sextet(a)?) << 6 | u32::from(sextet(b)?);
    if c == b'=' {
        if d != b'=' {
            return Err("a second `=` should follow the first".to_owned());
        }
        out.extend((bits >> 4).to_be_bytes().get(3));
        return Ok(());
    }
    let bits = bits << 6 | u32::from(sextet(c)?);
    if d == b'=' {
        out.extend((bits >> 2).to_be_bytes().get(2..).unwrap_or_default());
        return Ok(());
    }
    let bits = bits << 6 | u32::from(sextet(d)?);
    out.extend(bits.to_be_bytes().get(1..).unwrap_or_default());
    Ok(())
}

fn sextet(byte: u8) -> Result<u8, String> {
    match byte {
        b'A'..=b'Z' => Ok(byte - b'A'),
        b'a'..=b'z' => Ok(byte - b'a' + 26),
        b'0'..=b'9' => Ok(byte - b'0' + 52),
        b'+' => Ok(62),
        b'/' => Ok(63),
        _ => Err(format!("byte 0x{byte:02x} is no character of base64")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::text::push_base64;
    use super::*;

    #[test]
    fn jacksons_leniency() {
        assert_eq!(decode("").unwrap(), b"");
        assert_eq!(decode("YQ==").unwrap(), b"a");
        assert_eq!(decode("YR==").unwrap(), b"a");
        assert_eq!(decode(" YWI=\n YQ== ").unwrap(), b"aba");
        for bad in ["YQ", "YQ=", "Y Q=", "YQ=a", "Y===", "====", "YW-_", "é", "YWJj Y"] {
            assert!(decode(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            let mut text = Vec::new();
            push_base64(&bytes, &mut text);
            prop_assert_eq!(decode(std::str::from_utf8(&text).unwrap()).unwrap(), bytes);
        }
    }
}
