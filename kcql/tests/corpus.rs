//! The corpus: every `grammar/corpus/*.kcql` has its plan (`.plan`), its rendered diagnostics
//! (`.stderr`) or both beside it. `UPDATE_GOLDEN=1` rewrites them, never in CI.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![cfg(feature = "render")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kcql::{
    compile, explain::explain, render, Applicability, Code, CompileOptions, RenderStyle, Severity,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../grammar/corpus")
}

fn files() -> Vec<PathBuf> {
    // The folders below have suites of their own.
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).unwrap_or("")
}

/// What the files beside a case should hold.
fn expected(case: &Path) -> BTreeMap<PathBuf, String> {
    let text = fs::read_to_string(case).unwrap();
    let name = case.file_name().and_then(|name| name.to_str());
    let compilation = compile(&text, &CompileOptions::default());
    let mut files = BTreeMap::new();
    if let Some(plan) = &compilation.plan {
        files.insert(case.with_extension("plan"), explain(plan));
    }
    if !compilation.diagnostics.is_empty() {
        let blocks = render(&text, &compilation.diagnostics, RenderStyle::Plain, name);
        files.insert(case.with_extension("stderr"), blocks + "\n");
    }
    files
}

#[test]
fn every_case_gives_what_stands_beside_it() {
    let update = env::var_os("UPDATE_GOLDEN").is_some();
    assert!(!(update && env::var_os("CI").is_some()), "golden files are never rewritten in CI");
    let mut all = BTreeMap::new();
    for case in files().iter().filter(|path| extension(path) == "kcql") {
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
    for case in files().iter().filter(|path| extension(path) == "kcql") {
        let name = case.file_stem().and_then(|stem| stem.to_str()).unwrap();
        let text = fs::read_to_string(case).unwrap();
        let worst = compile(&text, &CompileOptions::default())
            .diagnostics
            .iter()
            .map(|diagnostic| diagnostic.severity)
            .min();
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
fn every_error_tells_cause_and_cure() {
    for case in files().iter().filter(|path| extension(path) == "kcql") {
        let text = fs::read_to_string(case).unwrap();
        for found in compile(&text, &CompileOptions::default()).diagnostics {
            let cured = found.help.is_some() || found.fix.is_some();
            assert!(found.cause.is_some() && cured, "{}: {found:?}", case.display());
        }
    }
}

#[test]
fn safe_fixes_remove_what_they_fix_and_break_nothing() {
    for case in files().iter().filter(|path| extension(path) == "kcql") {
        let mut text = fs::read_to_string(case).unwrap();
        let before = text.clone();
        // From the end, so that the places of the others stay what they are.
        let mut found = compile(&text, &CompileOptions::default()).diagnostics;
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
            let found = compile(text, &CompileOptions::default()).diagnostics;
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
    let elsewhere = [Code::TextTooLong, Code::MoreErrors, Code::MoreWarnings];
    let mut seen = Vec::new();
    for case in files().iter().filter(|path| extension(path) == "kcql") {
        let text = fs::read_to_string(case).unwrap();
        let found = compile(&text, &CompileOptions::default()).diagnostics;
        seen.extend(found.into_iter().map(|diagnostic| diagnostic.code));
    }
    let missing: Vec<_> =
        Code::ALL.iter().filter(|code| !seen.contains(code) && !elsewhere.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
