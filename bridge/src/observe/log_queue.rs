//! A bounded queue of log lines, and the thread that writes them.
//!
//! Owns the bytes between a log call and the output. Invariant: a log call never waits for the
//! output. A line that does not fit is dropped and counted; the count is written as soon as the
//! output takes bytes again. At most [`QUEUE_BYTES_MAX`] wait, and as many are being written.

use std::io::{self, ErrorKind, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of lines that may wait for the output.
const QUEUE_BYTES_MAX: usize = 4 << 20;
/// A buffer that grew beyond this is given back once it is written.
const BUFFER_BYTES_KEPT: usize = 64 << 10;
/// Between two attempts at an output that is non-blocking and full.
const RETRY_PAUSE: Duration = Duration::from_millis(10);

/// Takes lines from any thread. Clones share one queue.
#[derive(Debug, Clone)]
pub(super) struct LogQueue {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    pending: Vec<u8>,
    /// Lines dropped since the last batch was taken.
    dropped: u64,
    /// The thread holds a batch that is not written in full.
    is_writing: bool,
}

impl LogQueue {
    /// Starts the thread. `dropped_notice` renders the line that tells how many lines were
    /// dropped; it must not use the queue.
    pub(super) fn start(
        output: impl Write + Send + 'static,
        dropped_notice: impl Fn(u64) -> Vec<u8> + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let queue = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || write_batches(&queue, output, dropped_notice))?;
        Ok(Self { shared })
    }

    /// Queues a line, or drops it if it does not fit.
    pub(super) fn push(&self, line: &[u8]) {
        let mut state = self.shared.lock();
        if state.pending.len() + line.len() > QUEUE_BYTES_MAX {
            state.dropped += 1;
        } else {
            state.pending.extend_from_slice(line);
        }
        drop(state);
        self.shared.changed.notify_all();
    }

    /// Waits until everything queued is written, at most this long. Tells whether it is.
    pub(super) fn flush(&self, patience: Duration) -> bool {
        let unwritten = |state: &mut State| state.is_writing || !state.pending.is_empty();
        let waited =
            self.shared.changed.wait_timeout_while(self.shared.lock(), patience, unwritten);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

/// One write is one line: the subscriber hands over whole lines.
impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.push(line);
        Ok(line.len())
    }

    /// Does nothing: whoever logs must not wait. See [`LogQueue::flush`].
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for lines and moves them to `batch`, which is empty. Answers how many lines were
    /// dropped behind them.
    fn take(&self, batch: &mut Vec<u8>) -> u64 {
        let empty = |state: &mut State| state.pending.is_empty() && state.dropped == 0;
        let waited = self.changed.wait_while(self.lock(), empty);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(&mut state.pending, batch);
        state.is_writing = true;
        std::mem::take(&mut state.dropped)
    }

    fn written(&self) {
        self.lock().is_writing = false;
        self.changed.notify_all();
    }
}

/// The thread's work, for as long as the process lives.
fn write_batches(
    queue: &Shared,
    mut output: impl Write,
    dropped_notice: impl Fn(u64) -> Vec<u8>,
) -> ! {
    let mut batch = Vec::new();
    loop {
        let dropped = queue.take(&mut batch);
        write_fully(&mut output, &batch);
        if dropped > 0 {
            write_fully(&mut output, &dropped_notice(dropped));
        }
        queue.written();
        batch.clear();
        batch.shrink_to(BUFFER_BYTES_KEPT);
    }
}

/// An output that takes nothing any more loses what is left: there is nobody to tell.
fn write_fully(output: &mut impl Write, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        match output.write(bytes) {
            Ok(0) => return,
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                std::thread::park_timeout(RETRY_PAUSE);
            }
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::os::unix::net::UnixStream;

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// A queue in front of a socket that takes some bytes only until its other end is read.
    fn queue() -> (LogQueue, UnixStream) {
        let (output, reader) = UnixStream::pair().unwrap();
        reader.set_read_timeout(Some(LONG)).unwrap();
        let notice = |dropped| format!("dropped={dropped}\n").into_bytes();
        (LogQueue::start(output, notice).unwrap(), reader)
    }

    fn read_until(reader: &mut UnixStream, is_complete: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        let mut chunk = [0; 8 << 10];
        while !is_complete(&text) {
            let count = reader.read(&mut chunk).unwrap();
            assert_ne!(count, 0, "the output ended");
            text.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
        }
        text
    }

    #[test]
    fn lines_are_written_in_order() {
        let (queue, mut reader) = queue();
        let lines: Vec<String> = (0..1000).map(|n| format!("{n}\n")).collect();
        for line in &lines {
            queue.push(line.as_bytes());
        }
        assert!(queue.flush(LONG));
        let text = read_until(&mut reader, |text| text.ends_with("\n999\n"));
        assert_eq!(text, lines.concat());
    }

    #[test]
    fn an_output_that_is_not_read_blocks_no_log_call_and_the_dropped_lines_are_counted() {
        let (queue, mut reader) = queue();
        let line = format!("{}\n", "x".repeat(1023));
        let lines = 3 * QUEUE_BYTES_MAX / line.len();
        for _ in 0..lines {
            queue.push(line.as_bytes());
        }
        assert!(!queue.flush(Duration::from_millis(20)), "nobody reads");
        let accounted = |text: &str| {
            let dropped = text.lines().filter_map(|line| line.strip_prefix("dropped="));
            let dropped: usize = dropped.map(|count| count.parse::<usize>().unwrap()).sum();
            dropped + text.lines().filter(|line| line.len() == 1023).count()
        };
        let is_complete = |text: &str| text.ends_with('\n') && accounted(text) == lines;
        let text = read_until(&mut reader, is_complete);
        assert!(text.contains("\ndropped="), "lines were dropped");
        queue.push(b"after\n");
        assert_eq!(read_until(&mut reader, |text| text.ends_with('\n')), "after\n");
    }

    #[test]
    fn a_line_larger_than_the_queue_is_counted_as_dropped() {
        let (queue, mut reader) = queue();
        queue.push(&vec![b'x'; QUEUE_BYTES_MAX + 1]);
        queue.push(b"small\n");
        read_until(&mut reader, |text| text.contains("small\n") && text.contains("dropped=1\n"));
    }

    /// Takes a byte at a time, after a refusal each.
    struct OneByteWriter {
        refused: bool,
        taken: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for OneByteWriter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.refused = !self.refused;
            if self.refused {
                return Err(ErrorKind::WouldBlock.into());
            }
            self.taken.lock().unwrap().extend(bytes.first());
            Ok(1)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_non_blocking_output_gets_every_byte() {
        let taken = Arc::<Mutex<Vec<u8>>>::default();
        let output = OneByteWriter { refused: false, taken: Arc::clone(&taken) };
        let queue = LogQueue::start(output, |_| Vec::new()).unwrap();
        queue.push(b"one\n");
        assert!(queue.flush(LONG));
        assert_eq!(*taken.lock().unwrap(), b"one\n");
    }

    #[test]
    fn a_closed_output_loses_lines_and_nothing_else() {
        let (queue, reader) = queue();
        drop(reader);
        queue.push(b"one\n");
        assert!(queue.flush(LONG));
        queue.push(b"two\n");
        assert!(queue.flush(LONG));
    }
}
