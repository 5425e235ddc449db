//! The corpus. Every `grammar/corpus/*.kcql` is read for the MQTT source and has its plan (`.plan`),
//! its rendered diagnostics (`.stderr`) or both beside it; every `grammar/corpus/language/*.kcql` is
//! read by the language alone, in the dialect behind an `@` of its name, and has its models (`.json`);
//! `grammar/corpus/upstream/*.kcql` is read for the MQTT source by upstream's rules.
//! `UPDATE_GOLDEN=1` rewrites them, never in CI.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "render")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kcql::model::Statement;
use kcql::{
    compile,
    explain::{explain, Settings},
    parse, render, Applicability, Code, CompileOptions, Diagnostic, Dialect, Mode, ParseOptions,
    RenderStyle, Severity,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus")
}

fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in [folder(), folder().join("language"), folder().join("upstream")] {
        // Other folders have suites of their own.
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        files.extend(entries.filter(|path| path.is_file()));
    }
    files.sort();
    files
}

fn cases() -> Vec<PathBuf> {
    files().into_iter().filter(|path| extension(path) == "kcql").collect()
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or("")
}

/// What a reading yields: diagnostics, and the plan or the models when there is no error.
fn read(case: &Path, text: &str) -> (Vec<Diagnostic>, Option<(&'static str, String)>) {
    let stem = case.file_stem().and_then(|stem| stem.to_str()).unwrap();
    let dialect = stem.split_once('@').map_or_else(Dialect::default, |(_, name)| {
        Dialect::of_name(name).unwrap_or_else(|| panic!("{stem}: no such dialect"))
    });
    let folder = case.parent().and_then(Path::file_name);
    if folder != Some("language".as_ref()) {
        let upstream = folder == Some("upstream".as_ref());
        let mode = if upstream { Mode::Compat } else { Mode::Strict };
        let options = CompileOptions { dialect, mode, ..CompileOptions::default() };
        let compilation = compile(text, &options);
        let plan = compilation.plan.map(|plan| ("plan", explain(&plan, Settings::default())));
        return (compilation.diagnostics, plan);
    }
    let parsed = parse(text, &ParseOptions { dialect, ..ParseOptions::default() });
    let models = (!parsed.statements.is_empty()).then(|| ("json", said(&parsed.statements)));
    (parsed.diagnostics, models)
}

/// The models, less what is as in a statement that says nothing.
fn said(statements: &[Statement]) -> String {
    let parsed = parse("SELECT * FROM nothing", &ParseOptions::default());
    let silent = serde_json::to_value(&parsed.statements[0]).unwrap();
    let mut all = Vec::new();
    for statement in statements {
        let serde_json::Value::Object(mut members) = serde_json::to_value(statement).unwrap()
        else {
            panic!("a statement is an object")
        };
        members.retain(|name, value| silent.get(name) != Some(value));
        all.push(members);
    }
    serde_json::to_string_pretty(&all).unwrap() + "\n"
}

/// What the files beside a case should hold. Dots in the name belong to the dialect.
fn expected(case: &Path) -> BTreeMap<PathBuf, String> {
    let text = fs::read_to_string(case).unwrap();
    let name = case.file_name().and_then(|name| name.to_str());
    let (diagnostics, result) = read(case, &text);
    let beside = |extension: &str| case.with_extension(extension);
    let mut files = BTreeMap::new();
    if let Some((extension, result)) = result {
        files.insert(beside(extension), result);
    }
    if !diagnostics.is_empty() {
        let blocks = render(&text, &diagnostics, RenderStyle::Plain, name);
        files.insert(beside("stderr"), blocks + "\n");
    }
    files
}

fn codes_of(case: &Path) -> Vec<Code> {
    let text = fs::read_to_string(case).unwrap();
    read(case, &text).0.iter().map(|found| found.code).collect()
}

#[test]
fn every_case_gives_what_stands_beside_it() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(update && env::var_os("CI").is_some()), "golden files are never rewritten in CI");
    let mut all = BTreeMap::new();
    for case in &cases() {
        all.extend(expected(case));
    }
    assert!(all.len() > 50, "the corpus is where it should be");
    let mut wrong = Vec::new();
    for (path, fresh) in &all {
        let committed = fs::read_to_string(path).unwrap_or_default();
        if committed != *fresh {
            if update {
                fs::write(path, fresh).unwrap();
            } else {
                wrong.push(format!("{}:\n{fresh}", path.display()));
            }
        }
    }
    for path in files().into_iter().filter(|path| extension(path) != "kcql") {
        if !all.contains_key(&path) {
            if update {
                fs::remove_file(&path).unwrap();
            } else {
                wrong.push(format!("{} belongs to no case", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "UPDATE_GOLDEN=1 rewrites these:\n{}", wrong.join("\n"));
}

#[test]
fn names_of_cases_tell_how_they_end() {
    for case in &cases() {
        let name = case.file_stem().and_then(|stem| stem.to_str()).unwrap();
        let text = fs::read_to_string(case).unwrap();
        let worst = read(case, &text).0.iter().map(|diagnostic| diagnostic.severity).min();
        let expected = match name.split('-').next() {
            Some("ok") => None,
            Some("note") => Some(Severity::Note),
            Some("warn") => Some(Severity::Warning),
            _ => Some(Severity::Error),
        };
        assert_eq!(worst, expected, "{name}");
    }
}

#[test]
fn every_error_tells_cause_and_fix() {
    for case in &cases() {
        let text = fs::read_to_string(case).unwrap();
        for found in read(case, &text).0 {
            let cured = found.help.is_some() || found.fix.is_some();
            assert!(found.cause.is_some() && cured, "{}: {found:?}", case.display());
        }
    }
}

#[test]
fn safe_fixes_remove_what_they_fix_and_break_nothing() {
    // Upstream's rules stop at the first refusal, so there errors cannot be counted.
    let upstream = |case: &&PathBuf| case.to_string_lossy().contains("upstream");
    for case in cases().iter().filter(|case| !upstream(case)) {
        let mut text = fs::read_to_string(case).unwrap();
        let before = text.clone();
        // From the end, so that the places of the others stay what they are.
        let mut found = read(case, &text).0;
        found.sort_by_key(|diagnostic| diagnostic.fix.as_ref().map(|fix| fix.span.start));
        let mut end = text.len();
        let mut codes = Vec::new();
        for diagnostic in found.iter().rev() {
            let Some(fix) = &diagnostic.fix else { continue };
            if fix.applicability == Applicability::Safe && fix.span.end <= end {
                text.replace_range(fix.span.start..fix.span.end, &fix.replacement);
                end = fix.span.start;
                codes.push(diagnostic.code);
            }
        }
        let errors = |text: &str| {
            let found = read(case, text).0;
            found.iter().filter(|found| found.severity == Severity::Error).count()
        };
        let removed = codes.iter().filter(|code| code.severity() == Severity::Error).count();
        assert!(
            errors(&text) + removed <= errors(&before),
            "{}: {codes:?} of\n{before}\ngave\n{text}",
            case.display()
        );
    }
}

#[test]
fn every_code_has_a_case() {
    // Too long or too many for a file that people read; both have unit tests.
    let elsewhere = [
        Code::TextTooLong,
        Code::MoreErrors,
        Code::MoreWarnings,
        // Read without a connector, for another one, or with all statements matching: see `cli.rs`.
        Code::SelectWithoutTarget,
        Code::UnknownProperty,
        Code::OverlappingFilters,
        Code::AvroSchemaMissing,
        Code::AllowWithoutReason,
        Code::UnusedAllow,
    ];
    let seen: Vec<Code> = cases().iter().flat_map(|case| codes_of(case)).collect();
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !seen.contains(code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
