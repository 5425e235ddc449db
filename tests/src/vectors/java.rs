//! Java's answers: the newest JDK at hand runs the oracle's source over vectors.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::process::needed_program;

const KAFKA: &str = "4.3.1";
const JVM: [&str; 9] = [
    "-Dfile.encoding=UTF-8",
    "-Duser.timezone=UTC",
    "-Duser.language=en",
    "-Duser.country=US",
    // Starts fast; a run is short.
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xss16m",
    "-Xmx1g",
    "-cp",
];

/// A JDK.
#[derive(Debug, Clone)]
pub struct Jdk {
    /// The program.
    pub java: PathBuf,
    /// 17, 25, …; 0 where it does not say.
    pub release: u32,
}

impl Jdk {
    /// The newest one of `JAVA_HOME`, of /usr/lib/jvm and of the path.
    ///
    /// # Panics
    /// When there is none.
    pub fn newest() -> Self {
        let installed = fs::read_dir("/usr/lib/jvm")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()));
        let homes = std::env::var_os("JAVA_HOME").map(PathBuf::from).into_iter().chain(installed);
        homes
            // A source file needs a compiler, which a JRE has not.
            .filter(|home| home.join("bin/javac").is_file())
            .map(|home| Self { java: home.join("bin/java"), release: release(&home) })
            .max_by_key(|jdk| jdk.release)
            .unwrap_or_else(|| {
                needed_program("javac");
                Self { java: needed_program("java"), release: 0 }
            })
    }

    /// Whether its floating point numbers print with the fewest digits that tell them apart.
    pub fn prints_shortest_floats(&self) -> bool {
        self.release >= 19
    }
}

fn release(home: &Path) -> u32 {
    let text = fs::read_to_string(home.join("release")).unwrap_or_default();
    let version = text.lines().find_map(|line| line.strip_prefix("JAVA_VERSION=\""));
    let major = version.and_then(|version| version.split(['.', '"']).next());
    major.and_then(|major| major.parse().ok()).unwrap_or(0)
}

/// One answer per vector, in order.
///
/// # Panics
/// When Java or the jars are missing, or when the oracle fails as a whole.
pub fn answers(jdk: &Jdk, vectors: &[String]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("vectors");
    let mut file = fs::File::create(&input).unwrap();
    for vector in vectors {
        writeln!(file, "{vector}").unwrap();
    }
    let output = Command::new(&jdk.java)
        .args(JVM)
        .arg(class_path())
        .arg(super::files::folder().join("ConnectOracle.java"))
        .arg(&input)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "the oracle failed: {}", output.status);
    let answers: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), vectors.len(), "one answer per vector");
    answers
}

fn class_path() -> OsString {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let jars = root.join(".cache").join(format!("kafka-{KAFKA}"));
    assert!(
        jars.join(format!("connect-transforms-{KAFKA}.jar")).is_file(),
        "Apache Kafka {KAFKA} is not in .cache: run `make oracle` or tests/scripts/setup.sh oracle"
    );
    let mut class_path = jars.into_os_string();
    class_path.push("/*");
    class_path
}
