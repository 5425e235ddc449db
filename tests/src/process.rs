//! A child process of a test: its output as a log to wait on, its signals, its memory and CPU.
//!
//! It never outlives its test: dropped, it is killed with SIGKILL, and where `setpriv` exists the
//! kernel kills it even if the test process itself is killed. When a test fails, the last lines of
//! its processes are shown.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{sync_channel, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

pub use rustix::process::Signal;
use rustix::process::{kill_process, Pid};

use crate::wait::{self, Log};

/// Lines kept of one process.
const LINES_KEPT: usize = 50_000;
/// Lines shown of one process when its test fails.
const LINES_SHOWN: usize = 40;

/// A running (or ended) child process.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    lines: Arc<Log<String>>,
    readers: Vec<JoinHandle<()>>,
    reading: Arc<Reading>,
    status: Option<ExitStatus>,
}

/// Whether the output is read at present.
#[derive(Debug, Default)]
struct Reading {
    paused: Mutex<bool>,
    changed: Condvar,
}

impl Reading {
    fn paused(&self) -> MutexGuard<'_, bool> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_paused(&self, paused: bool) {
        *self.paused() = paused;
        self.changed.notify_all();
    }

    fn wait_while_paused(&self) {
        let _resumed = self.changed.wait_while(self.paused(), |paused| *paused);
    }
}

impl Process {
    /// Starts `command` with its output captured and its input closed. `name` is for messages.
    ///
    /// # Panics
    /// When it cannot be started.
    #[track_caller]
    pub fn spawn(name: &str, command: &Command) -> Self {
        match spawn_on_lasting_thread(command) {
            Ok(child) => Self::watch(name, child),
            Err(error) => {
                panic!("cannot start {name} ({}): {error}", command.get_program().display())
            }
        }
    }

    fn watch(name: &str, mut child: Child) -> Self {
        let lines = Arc::new(Log::new(LINES_KEPT));
        let reading = Arc::<Reading>::default();
        let out = child.stdout.take().map(|pipe| read_lines(pipe, &lines, &reading));
        let err = child.stderr.take().map(|pipe| read_lines(pipe, &lines, &reading));
        let readers = out.into_iter().chain(err).collect();
        Self { name: name.to_owned(), child, lines, readers, reading, status: None }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed on stdout and stderr, as lines in order of arrival.
    pub fn lines(&self) -> Vec<String> {
        self.lines.read(|all| all.cloned().collect())
    }

    /// A mark for [`Process::wait_for_line_from`]: lines printed so far.
    pub fn mark(&self) -> usize {
        self.lines.position()
    }

    /// Waits for a line that contains `text`, also among those already printed.
    #[track_caller]
    pub fn wait_for_line(&self, text: &str, timeout: Duration) -> String {
        self.wait_for_line_from(0, text, timeout)
    }

    /// Waits for a line that contains `text`, printed after the mark.
    #[track_caller]
    pub fn wait_for_line_from(&self, mark: usize, text: &str, timeout: Duration) -> String {
        let found =
            self.lines.find_from(mark, timeout, |line| line.contains(text).then(|| line.clone()));
        match found {
            Some(line) => line,
            None => panic!("{} did not print {text:?} within {timeout:?}", self.name),
        }
    }

    /// How many of the lines kept contain `text`.
    pub fn count_lines(&self, text: &str) -> usize {
        self.lines.read(|all| all.filter(|line| line.contains(text)).count())
    }

    /// Leaves its output unread until [`Process::resume_reading`], as a log reader that hangs.
    pub fn pause_reading(&mut self) {
        self.reading.set_paused(true);
    }

    /// Reads its output again.
    pub fn resume_reading(&mut self) {
        self.reading.set_paused(false);
    }

    /// Sends a signal. A process that has ended is left alone.
    pub fn signal(&mut self, signal: Signal) {
        if self.try_exit().is_none() {
            let pid = Pid::from_child(&self.child);
            kill_process(pid, signal).unwrap_or_else(|e| panic!("signal to {}: {e}", self.name));
        }
    }

    /// SIGKILL, and waits for the end.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        self.wait_exit(Duration::from_secs(20));
    }

    /// SIGTERM, and waits for the end.
    #[track_caller]
    pub fn terminate(&mut self, timeout: Duration) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait_exit(timeout)
    }

    /// SIGSTOP: it holds its ports and connections but does nothing, until [`Process::thaw`].
    pub fn freeze(&mut self) {
        self.signal(Signal::STOP);
    }

    /// SIGCONT.
    pub fn thaw(&mut self) {
        self.signal(Signal::CONT);
    }

    /// Its exit status, if it has ended.
    pub fn try_exit(&mut self) -> Option<ExitStatus> {
        if self.status.is_none() {
            self.status = self.child.try_wait().expect("waitpid");
        }
        self.status
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> bool {
        self.try_exit().is_none()
    }

    /// Waits for its end; all it printed is in [`Process::lines`] afterwards.
    #[track_caller]
    pub fn wait_exit(&mut self, timeout: Duration) -> ExitStatus {
        let what = format!("the end of {}", self.name);
        let status = wait::until(&what, timeout, || self.try_exit());
        self.resume_reading();
        for reader in self.readers.drain(..) {
            reader.join().expect("reader of output");
        }
        self.lines.close();
        status
    }

    /// Resident memory in bytes.
    ///
    /// # Panics
    /// When the process has ended.
    pub fn rss_bytes(&self) -> u64 {
        self.status_kib("VmRSS:") * 1024
    }

    /// The most resident memory it ever had, in bytes.
    ///
    /// # Panics
    /// When the process has ended.
    pub fn peak_rss_bytes(&self) -> u64 {
        self.status_kib("VmHWM:") * 1024
    }

    fn status_kib(&self, field: &str) -> u64 {
        let status = self.proc_file("status");
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kib = line.and_then(|rest| rest.trim().strip_suffix(" kB"));
        kib.and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{} has no {field}", self.name))
    }

    /// CPU time of all its threads so far, user and system.
    ///
    /// # Panics
    /// When the process has ended.
    pub fn cpu_time(&self) -> Duration {
        let stat = self.proc_file("stat");
        // The command name in brackets may contain blanks; fields are counted after it.
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let fields: Vec<&str> = fields.split(' ').collect();
        let ticks: u64 = [11, 12].iter().map(|n| fields[*n].parse::<u64>().expect("ticks")).sum();
        let per_second = rustix::param::clock_ticks_per_second();
        Duration::from_millis(ticks * 1000 / per_second)
    }

    fn proc_file(&self, file: &str) -> String {
        let path = PathBuf::from(format!("/proc/{}/{file}", self.child.id()));
        std::fs::read_to_string(&path)
            .unwrap_or_else(|e| panic!("{} ({}): {e}", path.display(), self.name))
    }

    fn show_tail(&self) {
        let lines = self.lines();
        eprintln!("--- last lines of {}:", self.name);
        for line in &lines[lines.len().saturating_sub(LINES_SHOWN)..] {
            eprintln!("{line}");
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.show_tail();
        }
        self.reading.set_paused(false);
        if self.status.is_none() {
            // Not through `kill`: a destructor must not panic.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn read_lines(
    pipe: impl Read + Send + 'static,
    lines: &Arc<Log<String>>,
    reading: &Arc<Reading>,
) -> JoinHandle<()> {
    let (lines, reading) = (Arc::clone(lines), Arc::clone(reading));
    let read = move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while pipe.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
            while line.last().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
                line.pop();
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
            line.clear();
            reading.wait_while_paused();
        }
    };
    std::thread::Builder::new().name("output".to_owned()).spawn(read).expect("thread")
}

type Started = std::io::Result<Child>;

/// A command to start, and where its child is to be handed to.
type Job = (Command, SyncSender<Started>);

/// The kernel's "kill it when the parent dies" follows the *thread* that started a process, and
/// every test runs on a thread of its own. So one thread that lives as long as we do starts all.
fn spawn_on_lasting_thread(command: &Command) -> Started {
    static STARTER: OnceLock<Mutex<SyncSender<Job>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| {
        let (jobs, inbox) = sync_channel::<Job>(0);
        let run = move || {
            for (mut command, reply) in inbox {
                let _ = reply.send(command.spawn());
            }
        };
        std::thread::Builder::new().name("starter".to_owned()).spawn(run).expect("thread");
        Mutex::new(jobs)
    });
    let (reply, child) = sync_channel(1);
    starter.lock().unwrap().send((dying_with_us(command), reply)).expect("starter thread");
    child.recv().expect("starter thread")
}

/// The same command behind `setpriv`, which replaces itself by it, so the process id stays right.
fn dying_with_us(command: &Command) -> Command {
    let mut wrapped = match find_program("setpriv") {
        Some(setpriv) if find_program_of(command).is_some() => {
            let mut wrapped = Command::new(setpriv);
            wrapped.args(["--pdeathsig", "KILL", "--"]).arg(command.get_program());
            wrapped
        }
        _ => Command::new(command.get_program()),
    };
    wrapped.args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(key, value),
            None => wrapped.env_remove(key),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        wrapped.current_dir(dir);
    }
    wrapped.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    wrapped
}

fn find_program_of(command: &Command) -> Option<PathBuf> {
    find_program(command.get_program().to_str()?)
}

/// Where a program is: a path as it stands, a name in PATH or in Debian's sbin, which is not in
/// everybody's PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    if name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// [`find_program`] for what `tests/scripts/setup.sh` installs.
///
/// # Panics
/// When it is missing, with the line that says what to do.
#[track_caller]
pub fn needed_program(name: &str) -> PathBuf {
    match find_program(name) {
        Some(path) => path,
        None => panic!("{name} is not installed: run `make test` or tests/scripts/setup.sh"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    const LONG: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::spawn("shell", &command)
    }

    #[test]
    fn lines_of_both_streams_are_logged() {
        let mut process = shell("echo one; echo two >&2; exit 3");
        process.wait_for_line("one", LONG);
        process.wait_for_line("two", LONG);
        assert_eq!(process.wait_exit(LONG).code(), Some(3));
        assert_eq!(process.lines().len(), 2);
    }

    #[test]
    fn a_process_can_be_frozen_and_killed() {
        let mut process = shell("echo up; while read -r x; do :; done < /dev/zero");
        process.wait_for_line("up", LONG);
        assert!(process.rss_bytes() > 100_000);
        assert!(process.peak_rss_bytes() >= process.rss_bytes());
        process.freeze();
        let stopped = || process.proc_file("stat").contains(") T ");
        wait::until_true("the stop", LONG, stopped);
        process.thaw();
        wait::until_true("CPU time", LONG, || process.cpu_time() > Duration::ZERO);
        assert!(process.is_running());
        process.kill();
        assert_eq!(process.try_exit().unwrap().signal(), Some(9));
        process.kill();
    }

    #[test]
    #[should_panic(expected = "no-such-broker is not installed: run `make test`")]
    fn a_missing_broker_is_named_in_one_line() {
        needed_program("no-such-broker");
    }
}
