//! The baseline of the JSON workloads: what `serde_json` needs to parse a payload into its tree
//! and to write that tree again.

use std::hint::black_box;
use std::thread;

use crate::workloads::PAYLOAD;

/// Parses and writes the payload so often; gives the bytes written.
pub fn parse_and_write(count: u64) -> usize {
    let (mut out, mut bytes) = (Vec::new(), 0);
    for _ in 0..count {
        out.clear();
        let payload = black_box(PAYLOAD.as_bytes());
        let tree: serde_json::Value = serde_json::from_slice(payload).unwrap();
        serde_json::to_writer(&mut out, &tree).unwrap();
        bytes += black_box(&out).len();
    }
    bytes
}

/// The same as a process: prints `done` and waits to be killed, so that its CPU time can be read.
pub fn run(count: u64) -> ! {
    parse_and_write(count);
    println!("done");
    loop {
        thread::park();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_writes_is_as_long_as_what_it_reads() {
        assert_eq!(parse_and_write(3), 3 * PAYLOAD.len());
    }
}
