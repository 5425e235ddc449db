//! A real Mosquitto as a process, with data and port that survive its restart.
//!
//! Defaults are those of the delivery suites: persistence on, outgoing window 1,000, unlimited
//! queue, so that what a bridge has not acknowledged is never dropped by the broker.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::ports::free_port;
use crate::process::{needed_program, Process};
use crate::wait;

const START: Duration = Duration::from_secs(20);
const STOP: Duration = Duration::from_secs(30);

/// What differs between Mosquittos.
#[derive(Debug, Clone)]
pub struct MosquittoOptions {
    /// QoS ≥ 1 messages on their way to one client at a time.
    pub max_inflight: u32,
    /// Messages held for one client; 0 is unlimited.
    pub max_queued: u32,
    /// Sessions and queues survive a restart by SIGTERM.
    pub persistence: bool,
    /// Name and password of those who may connect. Empty: anybody.
    pub users: Vec<(String, String)>,
    /// Log every packet. Slow at thousands of messages a second.
    pub log_packets: bool,
    /// Further lines of mosquitto.conf.
    pub extra: Vec<String>,
}

impl Default for MosquittoOptions {
    fn default() -> Self {
        Self {
            max_inflight: 1000,
            max_queued: 0,
            persistence: true,
            users: Vec::new(),
            log_packets: false,
            extra: Vec::new(),
        }
    }
}

/// A Mosquitto, running unless it was stopped.
#[derive(Debug)]
pub struct Mosquitto {
    port: u16,
    dir: TempDir,
    process: Process,
}

impl Mosquitto {
    /// Starts a broker on a free port and waits until it answers.
    #[track_caller]
    pub fn start(options: &MosquittoOptions) -> Self {
        let dir = TempDir::with_prefix("mosquitto-").expect("temporary directory");
        let port = free_port();
        std::fs::write(dir.path().join("mosquitto.conf"), config(options, port, dir.path()))
            .expect("mosquitto.conf");
        for (n, (name, password)) in options.users.iter().enumerate() {
            add_user(&dir.path().join("passwords"), n == 0, name, password);
        }
        let process = launch(dir.path(), port);
        Self { port, dir, process }
    }

    /// Its address.
    pub fn addr(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its address as the connectors write it.
    pub fn uri(&self) -> String {
        format!("tcp://127.0.0.1:{}", self.port)
    }

    /// Its process: log lines, memory, signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// SIGTERM: it writes its sessions and queues down and ends.
    #[track_caller]
    pub fn stop(&mut self) {
        let status = self.process.terminate(STOP);
        assert!(status.success(), "mosquitto ended with {status}");
    }

    /// SIGKILL: what it had not written down is gone.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again after [`Mosquitto::stop`] or [`Mosquitto::kill`], same port and data.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(!self.process.is_running(), "stop the broker before starting it again");
        self.process = launch(self.dir.path(), self.port);
    }
}

fn config(options: &MosquittoOptions, port: u16, dir: &Path) -> String {
    let dir = dir.display();
    let mut text = format!(
        "listener {port} 127.0.0.1\n\
         max_inflight_messages {}\n\
         max_queued_messages {}\n\
         max_keepalive 65535\n\
         log_dest stderr\n\
         connection_messages true\n",
        options.max_inflight, options.max_queued
    );
    // Started by root it would otherwise change to a user who may not read our directory.
    text.push_str("user root\n");
    if options.persistence {
        let _ = writeln!(text, "persistence true\npersistence_location {dir}/");
    }
    if options.users.is_empty() {
        text.push_str("allow_anonymous true\n");
    } else {
        let _ = writeln!(text, "allow_anonymous false\npassword_file {dir}/passwords");
    }
    let kinds: &[&str] =
        if options.log_packets { &["all"] } else { &["error", "warning", "notice", "information"] };
    for kind in kinds {
        let _ = writeln!(text, "log_type {kind}");
    }
    for line in &options.extra {
        let _ = writeln!(text, "{line}");
    }
    text
}

fn add_user(file: &PathBuf, create: bool, name: &str, password: &str) {
    let mut command = Command::new(needed_program("mosquitto_passwd"));
    if create {
        command.arg("-c");
    }
    let status = command.arg("-b").arg(file).args([name, password]).status();
    assert!(status.is_ok_and(|s| s.success()), "mosquitto_passwd failed for {name}");
}

#[track_caller]
fn launch(dir: &Path, port: u16) -> Process {
    let mut command = Command::new(needed_program("mosquitto"));
    command.arg("-c").arg(dir.join("mosquitto.conf"));
    let mut process = Process::spawn(&format!("mosquitto:{port}"), &command);
    wait::until("mosquitto to listen", START, || {
        if let Some(status) = process.try_exit() {
            panic!("mosquitto ended at once with {status}");
        }
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()
    });
    process
}
