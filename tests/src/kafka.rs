//! A real Apache Kafka broker (KRaft, one node) as a process.
//!
//! Port and logs survive a kill, so that a suite can play a broker that dies and comes back, or
//! one that hangs (SIGSTOP). The jars are fetched by `tests/scripts/setup.sh`.

use std::fmt::Write as _;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::metadata::MetadataTopic;
use rdkafka::ClientConfig;
use tempfile::TempDir;

use crate::ports::free_port;
use crate::process::{needed_program, Process};
use crate::wait;

/// The version that `tests/scripts/setup.sh` fetches.
const VERSION: &str = "4.3.1";
const START: Duration = Duration::from_secs(90);
/// Any 16 bytes in URL-safe base 64.
const CLUSTER_ID: &str = "a2NxbC1icmlkZ2UtdGVzdA";

/// What differs between brokers.
#[derive(Debug, Clone)]
pub struct KafkaOptions {
    /// A topic that somebody asks for comes into being.
    pub auto_create: bool,
    /// Partitions of such a topic.
    pub default_partitions: u32,
    /// Further lines of server.properties.
    pub extra: Vec<String>,
}

impl Default for KafkaOptions {
    fn default() -> Self {
        Self { auto_create: true, default_partitions: 1, extra: Vec::new() }
    }
}

impl KafkaOptions {
    /// Everybody may do everything until [`Kafka::acl`] says otherwise.
    #[must_use]
    pub fn with_authorizer(mut self) -> Self {
        let class = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
        self.extra.push(format!("authorizer.class.name={class}"));
        self.extra.push("allow.everyone.if.no.acl.found=true".to_owned());
        self
    }
}

/// A Kafka broker, running unless it was killed.
#[derive(Debug)]
pub struct Kafka {
    port: u16,
    dir: TempDir,
    process: Process,
}

impl Kafka {
    /// Starts a broker with default options and waits until it answers.
    #[track_caller]
    pub fn start() -> Self {
        Self::start_with(&KafkaOptions::default())
    }

    /// Starts a broker and waits until it answers.
    #[track_caller]
    pub fn start_with(options: &KafkaOptions) -> Self {
        let dir = TempDir::with_prefix("kafka-").expect("temporary directory");
        let port = free_port();
        let path = dir.path();
        std::fs::write(path.join("server.properties"), properties(options, port, path))
            .and_then(|()| std::fs::write(path.join("log4j2.properties"), LOG_SETTINGS))
            .expect("configuration of Kafka");
        format_storage(path);
        let process = launch(path, port);
        let kafka = Self { port, dir, process };
        kafka.wait_ready();
        kafka
    }

    /// `host:port` for clients.
    pub fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Its process: log lines, memory, signals.
    pub fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again after [`Kafka::kill`] on the same port and logs, and waits until it answers.
    #[track_caller]
    pub fn start_again(&mut self) {
        assert!(!self.process.is_running(), "kill the broker before starting it again");
        self.process = launch(self.dir.path(), self.port);
        self.wait_ready();
    }

    /// SIGSTOP: connections stay, nothing is answered, until [`Kafka::thaw`].
    pub fn freeze(&mut self) {
        self.process.freeze();
    }

    /// SIGCONT.
    pub fn thaw(&mut self) {
        self.process.thaw();
    }

    /// Changes who may do what, in the words of Kafka's own tool for it. The broker needs an
    /// authorizer: [`KafkaOptions::with_authorizer`].
    #[track_caller]
    pub fn acl(&self, arguments: &[&str]) {
        let mut command = java(self.dir.path(), &[]);
        command.args(["org.apache.kafka.tools.AclCommand", "--bootstrap-server"]);
        command.arg(self.bootstrap()).args(arguments);
        let mut process = Process::spawn("kafka acl tool", &command);
        let status = process.wait_exit(START);
        assert!(status.success(), "{arguments:?} ended with {status}: {:#?}", process.lines());
    }

    /// Creates a topic and waits until it has its leaders.
    #[track_caller]
    pub fn create_topic(&self, name: &str, partitions: i32) {
        let admin: AdminClient<DefaultClientContext> =
            self.client().create().expect("admin client");
        let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(1));
        let results = block_on(admin.create_topics([&topic], &AdminOptions::new()));
        let results = results.unwrap_or_else(|e| panic!("creating {name}: {e}"));
        for result in results {
            result.unwrap_or_else(|(_, code)| panic!("creating {name}: {code}"));
        }
        let expected = usize::try_from(partitions).expect("partitions");
        wait::until_true("the new topic's leaders", START, || self.partitions(name) == expected);
    }

    /// Whether a topic exists. Does not create it.
    pub fn has_topic(&self, name: &str) -> bool {
        let consumer = self.consumer();
        // All topics: a request by name could create the one it asks for.
        let metadata = consumer.fetch_metadata(None, START).expect("metadata");
        metadata.topics().iter().any(|topic| topic.name() == name)
    }

    /// Partitions of a topic that have a leader.
    pub fn partitions(&self, name: &str) -> usize {
        let metadata = self.consumer().fetch_metadata(None, START).expect("metadata");
        let topics = metadata.topics().iter().filter(|topic| topic.name() == name);
        topics.flat_map(MetadataTopic::partitions).filter(|p| p.leader() >= 0).count()
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.bootstrap()).set("log_level", "0");
        config
    }

    fn consumer(&self) -> BaseConsumer {
        self.client().create().expect("consumer")
    }

    #[track_caller]
    fn wait_ready(&self) {
        let consumer = self.consumer();
        wait::until("Kafka to answer", START, || {
            let answer = consumer.fetch_metadata(None, Duration::from_secs(1)).ok()?;
            (!answer.brokers().is_empty()).then_some(())
        });
    }
}

fn properties(options: &KafkaOptions, port: u16, dir: &Path) -> String {
    let controller = free_port();
    let mut text = format!(
        "process.roles=broker,controller\n\
         node.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port}\n\
         controller.listener.names=CONTROLLER\n\
         log.dirs={}\n\
         auto.create.topics.enable={}\n\
         num.partitions={}\n\
         offsets.topic.replication.factor=1\n\
         offsets.topic.num.partitions=1\n\
         transaction.state.log.replication.factor=1\n\
         transaction.state.log.min.isr=1\n\
         share.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\n\
         group.initial.rebalance.delay.ms=0\n\
         controlled.shutdown.enable=false\n",
        dir.join("logs").display(),
        options.auto_create,
        options.default_partitions
    );
    for line in &options.extra {
        let _ = writeln!(text, "{line}");
    }
    text
}

const LOG_SETTINGS: &str = "\
rootLogger.level=WARN
rootLogger.appenderRef.out.ref=OUT
appender.out.type=Console
appender.out.name=OUT
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %-5p %c{1}: %m%n
";

fn format_storage(dir: &Path) {
    let mut command = java(dir, &[]);
    command.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]);
    command.arg(dir.join("server.properties"));
    let mut process = Process::spawn("kafka storage tool", &command);
    let status = process.wait_exit(START);
    assert!(status.success(), "formatting Kafka's storage ended with {status}");
}

#[track_caller]
fn launch(dir: &Path, port: u16) -> Process {
    // The settings of a small, fast start; RSS stays near 360 MB.
    let mut command = java(dir, &["-Xmx512m"]);
    command.arg("kafka.Kafka").arg(dir.join("server.properties"));
    Process::spawn(&format!("kafka:{port}"), &command)
}

#[track_caller]
fn java(dir: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(needed_program("java"));
    let logging = dir.join("log4j2.properties");
    command.args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"]).args(options);
    command.arg(format!("-Dlog4j2.configurationFile={}", logging.display()));
    command.arg("-cp").arg(format!("{}/*", jars().display()));
    command
}

#[track_caller]
fn jars() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("workspace");
    let jars = root.join(".cache").join(format!("kafka-{VERSION}"));
    assert!(
        jars.join(format!("kafka-clients-{VERSION}.jar")).is_file(),
        "Kafka {VERSION} is not in .cache: run `make test` or tests/scripts/setup.sh"
    );
    jars
}

/// Runs a future that is completed by another thread (librdkafka's), without a runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    struct ThreadWaker(std::thread::Thread);
    impl std::task::Wake for ThreadWaker {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(ThreadWaker(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::thread::park();
    }
}
