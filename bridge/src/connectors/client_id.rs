//! MQTT client ids for connectors that name none: 23 letters and digits, which every broker must
//! accept (MQTT 3.1.1 §3.1.3.1).
//!
//! Invariant: the stable id never changes between releases, because the broker's session, with all
//! messages that wait in it, belongs to it.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use sha2::{Digest as _, Sha256};

/// Tells people at the broker whose session it is.
const PREFIX: &str = "kcql";
const LENGTH: usize = 23;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The id of a task with a persistent session: the same at every start of the same worker.
pub(super) fn stable(worker_id: &str, connector: &str, task: u32) -> String {
    let mut hash = Sha256::new();
    // Lengths keep "a" + "bc" apart from "ab" + "c".
    for part in [worker_id, connector, &task.to_string()] {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        hash.update(length.to_be_bytes());
        hash.update(part);
    }
    from_digest(&hash.finalize())
}

/// An id for one session only.
pub(super) fn random() -> String {
    let mut hash = Sha256::new();
    // The standard library seeds these from the system's random numbers.
    for _ in 0..2 {
        hash.update(RandomState::new().build_hasher().finish().to_be_bytes());
    }
    hash.update(std::process::id().to_be_bytes());
    from_digest(&hash.finalize())
}

fn from_digest(digest: &[u8]) -> String {
    let mut number =
        digest.iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let mut id = PREFIX.to_owned();
    while id.len() < LENGTH {
        let digit = usize::try_from(number % 62).unwrap_or(0);
        id.push(ALPHABET.get(digit).map_or('0', |byte| char::from(*byte)));
        number /= 62;
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_what_every_broker_takes() {
        for id in [random(), stable("w", "c", 0), stable("", "ü/ ", 99)] {
            assert_eq!(id.len(), 23, "{id}");
            assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        }
    }

    #[test]
    fn stable_ids_stay_for_ever_and_differ_by_every_part() {
        assert_eq!(stable("worker", "connector", 0), "kcqlj3XLHCstSq7XwrTlmQO");
        let ids = [stable("a", "bc", 0), stable("ab", "c", 0), stable("a", "bc", 1)];
        assert!(ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    }

    #[test]
    fn random_ids_differ() {
        assert_ne!(random(), random());
    }
}
