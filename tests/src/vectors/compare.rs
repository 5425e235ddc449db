//! When two answers are the same: as data, with what Java leaves to chance taken out.
//!
//! Chance is the order of a hash map (payloads of maps and of objects without schema) and the
//! address in an object's identity text (`[B@1b1426f4`). Messages of `java.*` classes are the
//! runtime's own and do not count.

use serde_json::Value;

/// What stands for an identity text's address.
const NOWHERE: &str = "@0";

/// An answer in the one form in which equal answers are equal texts.
///
/// # Panics
/// When the line is no JSON.
pub fn canonical(line: &str) -> String {
    let mut answer: Value = match serde_json::from_str(line) {
        Ok(answer) => answer,
        Err(error) => panic!("an answer that is no JSON ({error}): {line}"),
    };
    quiet_error(&mut answer);
    if let Some(results) = answer.get_mut("results").and_then(Value::as_array_mut) {
        results.iter_mut().for_each(quiet_error);
    }
    sort_payloads(&mut answer);
    answer.to_string()
}

/// Takes the message out of an error where it does not count.
fn quiet_error(answer: &mut Value) {
    let Some(error) = answer.get_mut("error").and_then(Value::as_object_mut) else { return };
    let kafkas = error
        .get("class")
        .and_then(Value::as_str)
        .is_some_and(|class| class.starts_with("org.apache.kafka."));
    if !kafkas || error.get("message").is_some_and(|message| message == "") {
        error.insert("message".to_owned(), Value::Null);
    }
}

/// Whether two answers about settings are the same verdict. Behind Java's words ours may go on with
/// a hint or a cause, and where they are those of a class that is not Kafka's, only the refusal
/// counts.
///
/// # Panics
/// When one is no JSON.
pub fn same_verdict(java: &str, ours: &str) -> bool {
    let error = |line: &str| -> Option<(String, String)> {
        let answer: Value = match serde_json::from_str(line) {
            Ok(answer) => answer,
            Err(error) => panic!("an answer that is no JSON ({error}): {line}"),
        };
        let error = answer.get("error")?;
        let text = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
        Some((text("class").to_owned(), text("message").to_owned()))
    };
    match (error(java), error(ours)) {
        (None, None) => true,
        (Some((class, wanted)), Some((_, message))) => {
            let rest = message.strip_prefix(wanted.trim_end());
            let goes_on = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\n', ':']);
            !class.starts_with("org.apache.kafka.") || rest.is_some_and(goes_on)
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn sort_payloads(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, item) in members.iter_mut() {
                if name == "payload" || name == "types" || name == "default" {
                    sort(item);
                } else {
                    sort_payloads(item);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(sort_payloads),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn sort(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(sort);
            members.sort_keys();
        }
        Value::Array(items) => items.iter_mut().for_each(sort),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The line of Java's answer as it is kept: without addresses, which differ from run to run.
///
/// # Panics
/// When the line is no JSON.
pub fn without_addresses(line: &str) -> String {
    let bytes = ["5b4240", "\"bytes\":\""];
    if !line.contains('@') && !bytes.iter().all(|part| line.contains(part)) {
        return line.to_owned();
    }
    retold(line, nowhere)
}

/// The line of our answer with Java's identity text, without its address, wherever ours tells how
/// many bytes there are.
///
/// # Panics
/// When the line is no JSON.
pub fn with_identity_texts(line: &str) -> String {
    retold(line, |text| {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('[') {
            out.push_str(before);
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            let told = after.get(digits..).and_then(|after| after.strip_prefix(" bytes]"));
            if let Some(behind) = told.filter(|_| digits > 0) {
                out.push_str("[B");
                out.push_str(NOWHERE);
                rest = behind;
            } else {
                out.push('[');
                rest = after;
            }
        }
        out + rest
    })
}

/// The line with its text, which may be given as bytes, changed.
fn retold(line: &str, change: impl Fn(&str) -> String) -> String {
    let answer: Value = match serde_json::from_str(line) {
        Ok(answer) => answer,
        Err(error) => panic!("an answer that is no JSON ({error}): {line}"),
    };
    if let Some(bytes) = answer.get("bytes").and_then(Value::as_str) {
        let text: Option<String> = unhex(bytes).and_then(|bytes| String::from_utf8(bytes).ok());
        return match text {
            Some(text) => line.replace(bytes, &super::catalogue::hex(change(&text).as_bytes())),
            None => line.to_owned(),
        };
    }
    change(line)
}

/// `[B@…` and `Name$Inner@…` followed by an address.
fn nowhere(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at);
        let digits = after
            .bytes()
            .skip(1)
            .take_while(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte))
            .count();
        out.push_str(before);
        let is_object = before.ends_with("[B") || before.contains("org.apache.kafka.");
        if is_object && (1..=8).contains(&digits) {
            out.push_str(NOWHERE);
            rest = &after[1 + digits..];
        } else {
            out.push('@');
            rest = &after[1..];
        }
    }
    out + rest
}

/// The same with fractions rounded to six digits, for a Java that prints more than it needs.
pub fn coarse(answer: &str) -> String {
    let answer = match serde_json::from_str::<Value>(answer) {
        Ok(Value::Object(members)) => match members.get("bytes").and_then(Value::as_str) {
            Some(bytes) => unhex(bytes).and_then(|it| String::from_utf8(it).ok()),
            None => None,
        },
        _ => None,
    }
    .unwrap_or_else(|| answer.to_owned());
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '-' | '+');
    let mut out = String::new();
    let mut rest = answer.as_str();
    while let Some(at) = rest.find(of_number) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c| !of_number(c)).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        out.push_str(before);
        let rounded = match number.parse::<f64>() {
            Ok(value) if number.contains('.') => format!("{value:.5e}"),
            _ => number.to_owned(),
        };
        out.push_str(&rounded);
        rest = after;
    }
    out + rest
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    let nibble = |byte: u8| char::from(byte).to_digit(16).and_then(|n| u8::try_from(n).ok());
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| Some(nibble(pair[0])? << 4 | nibble(*pair.get(1)?)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        canonical(a) == canonical(b)
    }

    #[test]
    fn order_counts_for_structs_fields_and_not_for_hash_maps() {
        assert!(same(
            r#"{"data":{"schema":null,"payload":{"a":1,"b":{"c":1,"d":2}}}}"#,
            r#"{"data":{"schema":null,"payload":{"b":{"d":2,"c":1},"a":1}}}"#
        ));
        assert!(!same(
            r#"{"data":{"schema":{"fields":[1,2]},"payload":1}}"#,
            r#"{"data":{"schema":{"fields":[2,1]},"payload":1}}"#
        ));
        assert!(!same(r#"{"id":1,"matches":true}"#, r#"{"matches":true,"id":1}"#));
    }

    #[test]
    fn spellings_of_a_number_are_one_but_zeros_are_two() {
        assert!(same(r#"{"payload":1.0E10}"#, r#"{"payload":10000000000.0}"#));
        assert!(!same(r#"{"payload":-0.0}"#, r#"{"payload":0.0}"#));
        assert!(!same(r#"{"payload":1}"#, r#"{"payload":1.0}"#));
    }

    #[test]
    fn messages_count_for_kafkas_classes() {
        let error = |class: &str, message: &str| {
            format!(r#"{{"error":{{"class":"{class}","message":"{message}"}}}}"#)
        };
        let kafka = "org.apache.kafka.connect.errors.DataException";
        assert!(!same(&error(kafka, "a"), &error(kafka, "b")));
        assert!(same(&error("java.lang.X", "a"), &error("java.lang.X", "b")));
        assert!(!same(&error("java.lang.X", "a"), &error("java.lang.Y", "a")));
        let second = |error: &str| format!(r#"{{"results":[{{"dropped":true}},{error}]}}"#);
        assert!(!same(&second(&error(kafka, "a")), &second(&error(kafka, "b"))));
        assert!(same(&second(&error("java.lang.X", "a")), &second(&error("java.lang.X", "b"))));
    }

    #[test]
    fn a_verdict_is_the_same_where_a_hint_follows_javas_words() {
        let refused = |class: &str, message: &str| {
            format!(r#"{{"error":{{"class":"{class}","message":"{message}"}}}}"#)
        };
        let (accepted, kafka) = (r#"{"id":1,"accepted":true}"#, "org.apache.kafka.X");
        assert!(same_verdict(accepted, accepted));
        assert!(same_verdict(&refused(kafka, "bad a"), &refused(kafka, "bad a (write b)")));
        assert!(same_verdict(&refused("java.lang.X", "a"), &refused(kafka, "b")));
        assert!(!same_verdict(&refused(kafka, "bad a"), &refused(kafka, "bad b")));
        assert!(!same_verdict(&refused(kafka, "bad a"), &refused(kafka, "bad ab")));
        assert!(!same_verdict(&refused(kafka, "bad a"), accepted));
        assert!(!same_verdict(accepted, &refused(kafka, "bad a")));
    }

    #[test]
    fn digits_too_many_are_rounded_away() {
        assert_eq!(coarse("{\"a\":2.14748365E9,\"b\":12}"), coarse("{\"a\":2.1474836e9,\"b\":12}"));
        assert_ne!(coarse("{\"a\":2.15}"), coarse("{\"a\":2.14}"));
        assert_eq!(coarse("{\"bytes\":\"392e393939393939393939\"}"), "1.00000e1");
    }

    #[test]
    fn addresses_are_kept_out() {
        let kept = without_addresses(r#"{"error":{"message":"org.apache.kafka.Spec@12a470dd"}}"#);
        assert_eq!(kept, r#"{"error":{"message":"org.apache.kafka.Spec@0"}}"#);
        let kept = without_addresses(r#"{"id":1,"bytes":"5b42403733323761343437"}"#);
        assert_eq!(kept, r#"{"id":1,"bytes":"5b424030"}"#);
        let ours = r#"{"error":{"message":"{a=[2 bytes], b=[x bytes], c=[[10 bytes]]}"}}"#;
        let told = with_identity_texts(ours);
        assert_eq!(told, r#"{"error":{"message":"{a=[B@0, b=[x bytes], c=[[B@0]}"}}"#);
        let told = with_identity_texts(r#"{"id":1,"bytes":"5b312062797465735d"}"#);
        assert_eq!(told, r#"{"id":1,"bytes":"5b424030"}"#);
        let mail = r#"{"data":{"payload":"me@fed.example"}}"#;
        assert_eq!(without_addresses(mail), mail);
    }
}
