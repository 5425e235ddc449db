//! The marked regions of `docs/CONFIG.md` are made from the tables of keys. `UPDATE_GOLDEN=1`
//! rewrites them, never in CI.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use connect::config::{mqtt_source_connector_def, topic_creation_def, FrameworkDefaults};
use connect::config::{ConfigDef, ConfigKey, Default, Family, Importance, Kind, Status};
use kcql_bridge::config::standalone_def;
use kcql_bridge::connectors::{PluginInfo, PluginKeys, PluginKind, Registry};

/// One table in Markdown.
fn table<'a>(keys: impl IntoIterator<Item = &'a ConfigKey>) -> String {
    let mut out = String::from("| key | type | default | meaning |\n|---|---|---|---|\n");
    for key in keys {
        writeln!(
            out,
            "| `{}` | {} | {} | {} |",
            key.name,
            key.kind.name().to_lowercase(),
            default(key),
            meaning(key)
        )
        .unwrap();
    }
    out
}

fn default(key: &ConfigKey) -> String {
    match &key.default {
        Default::Required => "**required**".into(),
        Default::Null => "–".into(),
        Default::Value(text) if text.is_empty() => "empty".into(),
        Default::Value(_) if key.kind == Kind::Password => "hidden".into(),
        Default::Value(text) => format!("`{text}`"),
    }
}

fn meaning(key: &ConfigKey) -> String {
    let mut text = key.doc.to_owned();
    let check = key.validator.to_string();
    if !check.is_empty() {
        write!(text, " Must be {check}.").unwrap();
    }
    match key.status {
        Status::Honoured => {}
        Status::AcceptedNotYet(instead) => {
            write!(text, " *Read, without effect yet: {instead}.*").unwrap();
        }
        Status::NotNeeded(why) => write!(text, " *Read, without effect: {why}.*").unwrap(),
    }
    text.trim().replace('|', "\\|")
}

fn own_keys(registry: &Registry, class: &str) -> ConfigDef {
    match registry.config_def(class).unwrap() {
        PluginKeys::Source(def) => def.clone(),
        PluginKeys::OfRecords(def) => def,
    }
}

/// Each kind of plugin with its keys; classes with one table share it.
fn plugins(registry: &Registry, kind: PluginKind) -> String {
    let mut groups: Vec<(ConfigDef, Vec<PluginInfo>)> = Vec::new();
    for plugin in registry.plugins(false).into_iter().filter(|plugin| plugin.kind == kind) {
        let def = own_keys(registry, &plugin.class);
        match groups.iter_mut().find(|(known, _)| *known == def) {
            Some((_, classes)) => classes.push(plugin),
            None => groups.push((def, vec![plugin])),
        }
    }
    let mut out = String::new();
    for (def, classes) in groups {
        let names: Vec<String> =
            classes.iter().map(|plugin| format!("`{}`", plugin.class)).collect();
        writeln!(out, "\n{}\n", names.join("<br>")).unwrap();
        if def.keys().next().is_none() {
            out.push_str("No keys of its own.\n");
        } else {
            out.push_str(&table(def.keys()));
        }
    }
    out
}

fn framework() -> String {
    let def = mqtt_source_connector_def(&FrameworkDefaults::default());
    let mut out = String::new();
    for group in def.groups() {
        writeln!(out, "\n**{group}**\n").unwrap();
        out.push_str(&table(def.keys().filter(|key| key.group.as_deref() == Some(group))));
    }
    out
}

fn alias(family: Family) -> String {
    let class = ConfigKey::new("type", Kind::Class, "Its class, by full name or by alias.")
        .importance(Importance::High);
    let version = ConfigKey::new("plugin.version", Kind::String, "Wanted version of it.").null();
    let keys = [vec![class, version], family.added_keys()].concat();
    table(&keys)
}

fn creation() -> String {
    format!(
        "\nOf the group `default`:\n\n{}\nOf every other group:\n\n{}",
        table(topic_creation_def(true).keys().filter(|key| key.default == Default::Required)),
        table(topic_creation_def(false).keys())
    )
}

#[test]
fn the_document_shows_the_tables_as_they_are() {
    let registry = Registry::default();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/CONFIG.md");
    let committed = fs::read_to_string(&path).unwrap();
    let mut fresh = committed.clone();
    for (name, text) in [
        ("worker", table(standalone_def().keys())),
        ("framework", framework()),
        ("transform-alias", alias(Family::Transforms)),
        ("predicate-alias", alias(Family::Predicates)),
        ("topic-creation", creation()),
        ("connectors", plugins(&registry, PluginKind::Source)),
        ("converters", plugins(&registry, PluginKind::Converter)),
        ("header-converters", plugins(&registry, PluginKind::HeaderConverter)),
        ("transforms", plugins(&registry, PluginKind::Transformation)),
        ("predicates", plugins(&registry, PluginKind::Predicate)),
    ] {
        let (begin, end) = (format!("<!-- begin {name} -->\n"), format!("<!-- end {name} -->"));
        let from = fresh.find(&begin).unwrap_or_else(|| panic!("no region {name}")) + begin.len();
        let to = fresh.find(&end).unwrap();
        fresh.replace_range(from..to, &text);
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        assert!(env::var_os("CI").is_none(), "golden files are never rewritten in CI");
        fs::write(&path, &fresh).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap();
    assert!(
        committed == fresh,
        "{} is stale: UPDATE_GOLDEN=1 cargo test -p kcql-bridge --test config_docs",
        path.display()
    );
}

#[test]
fn every_key_says_what_it_does() {
    let registry = Registry::default();
    let mut tables = vec![
        ("worker".to_owned(), standalone_def()),
        ("framework".to_owned(), mqtt_source_connector_def(&FrameworkDefaults::default())),
    ];
    for plugin in registry.plugins(false) {
        let def = own_keys(&registry, &plugin.class);
        tables.push((plugin.class, def));
    }
    let silent: Vec<String> = tables
        .iter()
        .flat_map(|(name, def)| def.keys().map(move |key| (name, key)))
        .filter(|(_, key)| key.doc.is_empty())
        .map(|(name, key)| format!("{name}: {}", key.name))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}
