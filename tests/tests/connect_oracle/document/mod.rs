//! `docs/TRANSFORMS.md`: examples of each transform and predicate, with Java's answers. Written from
//! the vectors, so that it cannot say what is not so.
//!
//! What is read and shown of a record is for `shown`, words about classes for `words`.

mod shown;
mod words;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tests::vectors::catalogue::documented;
use tests::vectors::{answer, files};
use words::{Class, CONFLUENT, HEAD, PREDICATES, PREDICATES_HEAD, TRANSFORMS};

/// A vector with what it shows, and its answer in our order of fields: Java leaves that to a hash
/// map, and that both are the same otherwise is tested elsewhere.
struct Example {
    vector: Value,
    shows: &'static str,
    answer: Value,
}

impl Example {
    /// Class and settings, of each transform of a chain.
    fn links(&self) -> Vec<&Value> {
        match self.vector["chain"].as_array() {
            Some(chain) => chain.iter().collect(),
            None => vec![&self.vector],
        }
    }

    /// The name without package and form of the class that it is an example of.
    fn class(&self) -> &str {
        simple(self.links()[0]["class"].as_str().unwrap())
    }
}

fn simple(class: &str) -> &str {
    let name = class.rsplit('.').next().unwrap();
    name.split('$').next().unwrap()
}

/// The examples, those of Confluent's classes behind Apache's.
fn examples() -> Vec<Example> {
    let apache = documented().into_iter().map(|it| (it.id, it.shows));
    let confluent = CONFLUENT.iter().map(|(id, shows)| (format!("reference/{id}"), *shows));
    let lines = ["examples", "reference"].map(|subject| files::lines(&files::vectors(subject)));
    let found = |id: &str| lines.iter().flatten().find(|line| files::id(line) == id).unwrap();
    apache
        .chain(confluent)
        .map(|(id, shows)| {
            let line = found(&id);
            Example {
                vector: serde_json::from_str(line).unwrap(),
                shows,
                answer: serde_json::from_str(&answer(line)).unwrap(),
            }
        })
        .collect()
}

fn document() -> String {
    let all = examples();
    let mut out = HEAD.to_owned();
    contents(&mut out);
    for class in TRANSFORMS {
        heading(&mut out, class);
        let mut of_class = all.iter().filter(|example| example.class() == class.name).peekable();
        assert!(of_class.peek().is_some(), "no example of {}", class.name);
        of_class.for_each(|example| transform(&mut out, example));
    }
    out.push_str(PREDICATES_HEAD);
    for class in PREDICATES {
        let of_class: Vec<&Example> =
            all.iter().filter(|example| example.class() == class.name).collect();
        heading(&mut out, class);
        predicate(&mut out, class, &of_class);
    }
    out
}

/// All of them, with a line for each.
fn contents(out: &mut String) {
    out.push_str("\n## All of them\n\n| class | forms | what it does |\n|---|---|---|\n");
    for class in TRANSFORMS.iter().chain(PREDICATES) {
        let (name, link) = (class.name, class.name.to_lowercase());
        let forms: Vec<String> =
            class.forms.iter().filter(|it| !it.is_empty()).map(|it| format!("`{it}`")).collect();
        let kind = if class.is_predicate() { "Predicate. " } else { "" };
        writeln!(out, "| [{name}](#{link}) | {} | {kind}{} |", forms.join(", "), class.purpose)
            .unwrap();
    }
}

fn heading(out: &mut String, class: &Class) {
    let level = if class.is_predicate() { "###" } else { "##" };
    write!(out, "\n{level} {}\n\n{}\n", class.name, class.purpose).unwrap();
    if !class.note.is_empty() {
        write!(out, "\n{}\n", class.note).unwrap();
    }
}

/// The lines of a config for each of these transforms.
fn lines(out: &mut String, links: &[&Value]) {
    let alias = |n: usize| if links.len() == 1 { "x".to_owned() } else { format!("x{}", n + 1) };
    let aliases: Vec<String> = (0..links.len()).map(alias).collect();
    writeln!(out, "transforms={}", aliases.join(",")).unwrap();
    for (alias, link) in aliases.iter().zip(links) {
        settings(out, &format!("transforms.{alias}"), link);
    }
}

fn settings(out: &mut String, prefix: &str, link: &Value) {
    writeln!(out, "{prefix}.type={}", link["class"].as_str().unwrap()).unwrap();
    for (key, value) in link["config"].as_object().unwrap() {
        // As a file of properties is written.
        let value = value.as_str().unwrap().replace('\\', "\\\\");
        writeln!(out, "{prefix}.{key}={value}").unwrap();
    }
}

fn transform(out: &mut String, example: &Example) {
    out.push('\n');
    if !example.shows.is_empty() {
        write!(out, "{}\n\n", example.shows).unwrap();
    }
    out.push_str("```properties\n");
    lines(out, &example.links());
    out.push_str("```\n\n");
    shown::before_and_after(out, example);
}

/// The lines of a config, and the records of which the predicate is true and of which it is not.
fn predicate(out: &mut String, class: &Class, examples: &[&Example]) {
    out.push_str("\n```properties\ntransforms=x\n");
    out.push_str("transforms.x.type=org.apache.kafka.connect.transforms.Filter\n");
    out.push_str("transforms.x.predicate=p\npredicates=p\n");
    settings(out, "predicates.p", &examples[0].vector);
    out.push_str("```\n\n| record | predicate | Filter | with `transforms.x.negate=true` |\n|---|---|---|---|\n");
    let mut seen = Vec::new();
    for example in examples {
        let matches = example.answer["matches"].as_bool().unwrap();
        seen.push(matches);
        let does = |applied| if applied { "drops it" } else { "leaves it" };
        writeln!(
            out,
            "| {} | {matches} | {} | {} |",
            shown::for_predicate(class.name, &example.vector["record"]),
            does(matches),
            does(!matches)
        )
        .unwrap();
    }
    assert_eq!(seen, [true, false], "{}", class.name);
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/TRANSFORMS.md")
}

/// Makes the document anew.
pub(crate) fn write() {
    fs::write(file(), document()).unwrap();
}

#[test]
fn the_document_is_what_the_vectors_say() {
    crate::prepare();
    assert!(
        fs::read_to_string(file()).unwrap() == document(),
        "{}: ORACLE_REWRITE=1 make oracle writes it anew",
        file().display()
    );
}
