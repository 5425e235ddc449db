//! Circles of imports between modules of one folder.
//!
//! Two modules of one folder that need each other, directly or by way of others beside them, can
//! only be understood together: what both need belongs into a module that needs neither. A folder
//! counts as one module for the folder around it. A parent and its children may know each other.
//! Tests do not count. Names that a parent re-exports hide where they come from, so what this finds
//! is there, and more may be.

use std::collections::{BTreeMap, BTreeSet};

use super::code::{paths, test_parts, CodePath};
use super::test_files::{module_of, TestFiles};
use super::Source;

type Module = Vec<String>;

/// One line for each circle: the folder, the modules in it, and what they import of each other.
pub fn circles(sources: &[Source], crates: &[&str]) -> Vec<String> {
    let tests = TestFiles::of(sources);
    let mut problems = Vec::new();
    for root in crates {
        let files: BTreeMap<Module, &Source> = sources
            .iter()
            .filter(|source| source.is_rust() && !tests.contains(&source.path))
            .filter_map(|source| Some((module(source.path.strip_prefix(root)?), source)))
            .collect();
        let mut folders: BTreeMap<Module, BTreeSet<(String, String)>> = BTreeMap::new();
        for (from, to) in imports(&files) {
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            if let (Some(a), Some(b)) = (from.get(shared), to.get(shared)) {
                let folder = folders.entry(from[..shared].to_vec()).or_default();
                folder.insert((a.clone(), b.clone()));
            }
        }
        for (folder, edges) in folders {
            for circle in of_folder(&edges) {
                let inside = |(a, b): &&(String, String)| circle.contains(a) && circle.contains(b);
                let arrows: Vec<String> =
                    edges.iter().filter(inside).map(|(a, b)| format!("{a} -> {b}")).collect();
                problems.push(format!("{root}{}: {}", folder.join("/"), arrows.join(", ")));
            }
        }
    }
    problems
}

fn module(inner: &str) -> Module {
    let module = module_of(inner);
    match module.as_slice() {
        ["lib" | "main"] => Vec::new(),
        names => names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// Which module names which other, outside of tests.
fn imports(files: &BTreeMap<Module, &Source>) -> BTreeSet<(Module, Module)> {
    let mut found = BTreeSet::new();
    for (from, source) in files {
        let tests = test_parts(&source.text).lines;
        let is_test = |path: &CodePath| tests.iter().any(|lines| lines.contains(&path.line));
        for path in paths(&source.text).iter().filter(|path| !is_test(path)) {
            if let Some(to) = target(from, path, files).filter(|to| to != from) {
                found.insert((from.clone(), to));
            }
        }
    }
    found
}

/// The module that a path leads into: the longest part of it that is one.
fn target(from: &Module, path: &CodePath, files: &BTreeMap<Module, &Source>) -> Option<Module> {
    let segments = &path.segments;
    let supers = segments.iter().take_while(|it| *it == "super" || *it == "self").count();
    let ups = segments.iter().take_while(|it| *it == "super" || *it == "self");
    let ups = ups.filter(|it| *it == "super").count();
    let mut to = match segments.first().map(String::as_str)? {
        "crate" => segments[1..].to_vec(),
        "super" | "self" => {
            let kept = from.len().checked_sub(ups)?;
            [&from[..kept], &segments[supers..]].concat()
        }
        _ => [from.as_slice(), segments].concat(),
    };
    while !to.is_empty() && !files.contains_key(&to) {
        to.pop();
    }
    (!to.is_empty()).then_some(to)
}

/// Groups of modules that reach each other.
fn of_folder(edges: &BTreeSet<(String, String)>) -> BTreeSet<BTreeSet<&String>> {
    let mut reach = edges.iter().map(|(a, b)| (a, b)).collect::<BTreeSet<_>>();
    loop {
        let further: Vec<_> = reach
            .iter()
            .flat_map(|(a, b)| {
                reach.iter().filter(move |(c, _)| c == b).map(move |(_, d)| (*a, *d))
            })
            .filter(|pair| !reach.contains(pair))
            .collect();
        if further.is_empty() {
            break;
        }
        reach.extend(further);
    }
    let mutual = |a: &String| {
        let others = reach.iter().filter(move |(b, _)| *b == a).map(|(_, c)| *c);
        others.filter(|b| reach.contains(&(*b, a))).collect::<BTreeSet<_>>()
    };
    let names: BTreeSet<&String> = edges.iter().map(|(a, _)| a).collect();
    names.into_iter().map(mutual).filter(|circle| circle.len() > 1).collect()
}
