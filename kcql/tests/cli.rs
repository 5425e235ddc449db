//! The program as a user meets it: exit codes, streams, what an argument is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![cfg(feature = "cli")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "INSERT INTO readings SELECT * FROM telemetry/+/+";
const BAD: &str = "INSERT INTO readings SELECT * FROM telemetry/#";

fn kcql(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kcql"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its input may be gone before it is written.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn check_says_nothing_when_all_is_well() {
    let output = kcql(&["check", GOOD], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn check_shows_errors_on_standard_error_and_exits_1() {
    let output = kcql(&["check", BAD], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let shown = text(&output.stderr);
    assert!(shown.contains("KCQL-E006") && shown.contains("kcql:1:46"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "no colour into a pipe");
}

#[test]
fn warnings_are_shown_and_exit_0() {
    let arguments = ["check", "--connector", "mqtt-source", "INSERT INTO t SELECT a FROM b"];
    let output = kcql(&arguments, "");
    assert_eq!(output.status.code(), Some(0));
    let denied = kcql(&[&arguments[..], &["--deny-warnings"]].concat(), "");
    assert_eq!(denied.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("warning[KCQL-W001]"));
}

#[test]
fn explain_prints_the_plan_to_standard_output() {
    let output = kcql(&["explain", GOOD], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("Kafka topic readings"));
    assert_eq!(kcql(&["explain", BAD], "").status.code(), Some(1));
}

#[test]
fn a_file_and_standard_input_are_read() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("bad.kcql");
    fs::write(&file, BAD).unwrap();
    let output = kcql(&["check", file.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("bad.kcql:1:46"));
    assert_eq!(kcql(&["check", "-"], GOOD).status.code(), Some(0));
    assert!(text(&kcql(&["check", "-"], BAD).stderr).contains("<stdin>:1:46"));
}

#[test]
fn what_cannot_be_used_exits_2() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let binary = folder.join("binary.kcql");
    fs::write(&binary, [b'a', 0xff]).unwrap();
    for arguments in [
        &["check", "no-such-file.kcql"][..],
        &["check", folder.to_str().unwrap()],
        &["check", binary.to_str().unwrap()],
        &["check"],
        &["chek", GOOD],
        &[],
    ] {
        let output = kcql(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_teaches_by_example() {
    let output = kcql(&["--help"], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("kcql check 'INSERT INTO"));
}

fn file(name: &str, text: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

const OWN: &str = "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector";
const CLASS: &str = "io.lenses.streamreactor.connect.mqtt.source.MqttSourceConnector";

#[test]
fn a_configuration_in_json_is_checked_with_places_of_the_file() {
    let text = format!(
        "{{\"name\": \"c\",\n \"config\": {{\"connector.class\": \"{CLASS}\",\n  \
         \"connect.mqtt.kcql\": \"INSERT INTO t\\nSELECT a FROM \\u0062/#\"}}}}\n"
    );
    let path = file("host.json", &text);
    let output = kcql(&["check", "--strict", "--format", "json", &path], "");
    assert_eq!(output.status.code(), Some(1));
    let all = json(&output);
    let found: Vec<_> = all["diagnostics"].as_array().unwrap().iter().collect();
    let codes: Vec<_> = found.iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["KCQL-W001", "KCQL-E006"], "the class turns on what its connector ignores");
    let hash = found[1];
    assert_eq!((hash["line"].as_u64(), hash["key"].as_str()), (Some(3), Some("connect.mqtt.kcql")));
    let start = usize::try_from(hash["span"][0].as_u64().unwrap()).unwrap();
    assert_eq!(&text[start..=start], "#");
    let shown = kcql(&["check", "--strict", &path], "");
    assert!(text_of(&shown.stderr).contains("host.json:3:"), "{}", text_of(&shown.stderr));
}

fn text_of(bytes: &[u8]) -> String {
    text(bytes)
}

#[test]
fn a_properties_file_is_checked_and_annotated() {
    let path = file(
        "host.properties",
        "name=c\nconnect.mqtt.kcql=INSERT INTO t \\\n  SELECT * FROM x/#\n",
    );
    let output = kcql(&["check", "--format", "github", &path], "");
    assert_eq!(output.status.code(), Some(1));
    let line = text(&output.stdout);
    assert!(line.starts_with("::error file="), "{line}");
    assert!(line.contains("line=3,endLine=3,col=19,"), "{line}");
    assert!(line.contains("title=KCQL-E006 unquoted-wildcard::"), "{line}");
}

#[test]
fn a_configuration_without_kcql_or_without_json_is_unusable() {
    assert_eq!(kcql(&["check", &file("none.json", "{\"a\":\"b\"}")], "").status.code(), Some(2));
    let broken = kcql(&["check", &file("broken.json", "{\"a\": }")], "");
    assert_eq!(broken.status.code(), Some(2));
    assert!(text(&broken.stderr).contains("broken.json:1:7"), "{}", text(&broken.stderr));
}

#[test]
fn parse_prints_models_and_findings() {
    let output =
        kcql(&["parse", "--format", "json", "UPSERT INTO t SELECT a AS b FROM c LIMIT 5"], "");
    assert_eq!(output.status.code(), Some(0));
    let out = json(&output);
    let statement = &out["statements"][0];
    assert_eq!(out["dialect"], "latest");
    assert_eq!(statement["write_mode"], "UPSERT");
    assert_eq!(statement["fields"][0]["alias"], "b");
    assert_eq!(statement["fields"][0]["type"], "VALUE");
    assert_eq!(statement["limit"], 5);
    assert_eq!(statement["span"], serde_json::json!([0, 42]));
    assert_eq!(statement["target_type"], serde_json::json!({"type": "STATIC", "path": "t"}));
    assert!(statement["tags"].is_null() && statement["properties"].is_object());

    let lossy = "INSERT INTO t SELECT * FROM f WITHFOO";
    assert_eq!(kcql(&["parse", lossy], "").status.code(), Some(1));
    let output = kcql(&["parse", "--compat", "--dialect", "old", lossy], "");
    assert_eq!(output.status.code(), Some(0));
    let out = json(&output);
    assert_eq!(out["statements"][0]["source"], "fWITHFOO");
    assert_eq!(out["diagnostics"][0]["code"], "KCQL-W016");
    assert_eq!(kcql(&["parse", "--dialect", "9", lossy], "").status.code(), Some(2));
}

#[test]
fn semicolons_alone_are_no_statements_upstream_and_no_plan() {
    for text in [";", ";;;"] {
        let output = kcql(&["parse", "--compat", "-"], text);
        let data = json(&output);
        assert_eq!((output.status.code(), &data["statements"]), (Some(0), &serde_json::json!([])));
        assert_eq!(data["diagnostics"][0]["severity"], "warning");
        let output = kcql(&["explain", "--compat", "-"], text);
        assert!(output.status.code() == Some(1), "{}", text_of(&output.stderr));
        assert!(text_of(&output.stderr).contains("error[KCQL-E001]"));
    }
    assert_eq!(kcql(&["parse", "--compat", "-"], "").status.code(), Some(1));
    assert_eq!(kcql(&["parse", "-"], ";").status.code(), Some(1));
}

#[test]
fn fmt_prints_checks_and_differs() {
    let ugly = "insert into t select * from `a/+` withkey(x)";
    let output = kcql(&["fmt", ugly], "");
    assert_eq!(text(&output.stdout), "INSERT INTO t\nSELECT *\nFROM a/+\nWITHKEY(x)\n");
    assert_eq!(kcql(&["fmt", "--check", ugly], "").status.code(), Some(1));
    let diff = kcql(&["fmt", "--diff", "-"], &format!("{ugly}\n"));
    assert_eq!(diff.status.code(), Some(1));
    assert!(text(&diff.stdout).contains("\n+FROM a/+\n"), "{}", text(&diff.stdout));
    let line = kcql(&["fmt", "--one-line", ugly], "");
    assert_eq!(text(&line.stdout), "INSERT INTO t SELECT * FROM a/+ WITHKEY(x)\n");
    assert_eq!(kcql(&["fmt", BAD], "").status.code(), Some(1));
    let pretty = file("pretty.kcql", &text(&output.stdout));
    assert_eq!(kcql(&["fmt", "--check", &pretty], "").status.code(), Some(0));
}

#[test]
fn fmt_rewrites_a_configuration_in_place() {
    let json = "{\"connect.mqtt.kcql\": \"insert into t\\n select * from `\\u00e9/+`\", \"n\": 1}";
    let output = kcql(&["fmt", &file("fmt.json", json)], "");
    assert_eq!(
        text(&output.stdout),
        "{\"connect.mqtt.kcql\": \"INSERT INTO t SELECT * FROM `é/+`\", \"n\": 1}"
    );
    let properties = "a=b\nconnect.mqtt.kcql = insert into t \\\n select * from `é`\nc=d\n";
    let output = kcql(&["fmt", &file("fmt.properties", properties)], "");
    assert_eq!(
        text(&output.stdout),
        "a=b\nconnect.mqtt.kcql = INSERT INTO t SELECT * FROM `\\u00E9`\nc=d\n"
    );
}

#[test]
fn the_tables_can_be_read() {
    let output = kcql(&["capabilities", "--connector", "mqtt-source"], "");
    let table = text(&output.stdout);
    assert!(table.contains("WITHREGEX") && !table.contains("AUTOCREATE"), "{table}");
    let all = json(&kcql(&["capabilities", "--format", "json"], ""));
    assert_eq!(all["clauses"].as_array().unwrap().len(), 51);
    assert!(text(&kcql(&["completions", "bash"], "").stdout).contains("kcql"));
}

#[test]
fn what_another_connector_ignores_is_told_on_request() {
    let text_ =
        "INSERT INTO b:p SELECT * FROM t STOREAS `AVRO` WITHKEY(a) PROPERTIES('flush.cuont'=5)";
    assert_eq!(kcql(&["check", "--deny-warnings", text_], "").status.code(), Some(0));
    let output = kcql(&["check", "--connector", "s3-sink", text_], "");
    let shown = text(&output.stderr);
    assert!(shown.contains("WITHKEY is ignored by s3-sink"), "{shown}");
    assert!(shown.contains("did you mean flush.count?"), "{shown}");
    assert!(!shown.contains("STOREAS is ignored"), "{shown}");
}

#[test]
fn route_tells_the_fate_of_a_message() {
    let text_ = "INSERT INTO t SELECT * FROM a/+ WITHCONVERTER=`x.JsonSimpleConverter` WITHKEY(k, `m.n`) \
                 KEYDELIMITER='-'; INSERT INTO `$` SELECT * FROM `#`; INSERT INTO u SELECT * FROM a/c";
    let payload = file("payload.json", "{\"k\": 7, \"m\": {\"n\": \"x\"}}");
    let payload = format!("@{payload}");
    let arguments = ["route", "--topic", "a/b", "--payload", &payload, text_];
    let shown = text(&kcql(&arguments, "").stdout);
    assert!(shown.contains("Kafka topic   t\n  key           7-x\n"), "{shown}");
    assert!(shown.contains("Kafka topic   a_b\n"), "{shown}");
    assert!(shown.contains("statement 3 does not: level 2 is \"b\" and not \"c\""), "{shown}");
    let first = text(&kcql(&[&arguments[..], &["--match", "first"]].concat(), "").stdout);
    assert!(first.contains("statement 2 does not: statement 1 gets the message"), "{first}");
    let answer = json(&kcql(&[&arguments[..], &["--format", "json"]].concat(), ""));
    assert_eq!(answer["statements"][0]["key"], "7-x");
    for wrong in [&["--topic", "a/#"][..], &["--topic", "a", "--payload", "{"], &["--topic", ""]] {
        assert_eq!(kcql(&[&["route", text_][..], wrong].concat(), "").status.code(), Some(2));
    }
}

#[test]
fn a_payload_can_come_from_standard_input() {
    let text = "INSERT INTO t SELECT * FROM a WITHCONVERTER=`x.JsonSimpleConverter` WITHKEY(k)";
    let output = kcql(&["route", "--topic", "a", "--payload", "@-", text], "{\"k\": \"of it\"}");
    assert_eq!(output.status.code(), Some(0));
    assert!(text_of(&output.stdout).contains("key           of it"));
}

#[test]
fn a_file_that_is_too_long_is_refused_and_not_cut() {
    let mut long = format!("connect.mqtt.kcql={GOOD}\nz=");
    long.push_str(&"a".repeat(kcql::MAX_TEXT_BYTES));
    let path = file("too-long.properties", &long);
    for command in ["check", "fmt"] {
        let output = kcql(&[command, &path], "");
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        assert!(text_of(&output.stderr).contains("it has more than 67108864 bytes"));
    }
    fs::remove_file(path).unwrap();
}

#[test]
fn keys_are_those_of_the_class() {
    let keys = |name: &str, class: &str| {
        let path = configuration(name, class, "", "INSERT INTO t SELECT * FROM f");
        let explained = text_of(&kcql(&["explain", &path], "").stdout);
        let routed = text_of(&kcql(&["route", "--topic", "f", &path], "").stdout);
        (explained, routed)
    };
    let (explained, routed) = keys("own-key.json", OWN);
    assert!(explained.contains("key           MQTT topic\n"), "{explained}");
    assert!(explained.contains("quality       QoS 1\n"), "{explained}");
    assert!(routed.contains("key           f\n"), "{routed}");
    let (explained, routed) = keys("lenses-key.json", CLASS);
    assert!(explained.contains("MQTT topic and packet id\n"), "{explained}");
    assert!(routed.contains("{topic: f, id: packet id}"), "{routed}");
}

#[test]
fn a_key_without_text_is_the_default_of_the_class() {
    let statement =
        "INSERT INTO t SELECT * FROM f WITHCONVERTER=`x.JsonPassThroughConverter` WITHKEY(k)";
    for (name, class, key) in
        [("own-no-text.json", OWN, "f"), ("no-text.json", CLASS, "f.packet id")]
    {
        let path = configuration(name, class, "", statement);
        let output = kcql(&["route", "--topic", "f", "--payload", "{\"k\": null}", &path], "");
        let routed = text_of(&output.stdout);
        assert!(routed.contains(&format!("key           {key}\n")), "{routed}");
    }
}

#[test]
fn overlap_shows_pairs_with_a_topic() {
    let text_ = "INSERT INTO t SELECT * FROM a/+; INSERT INTO u SELECT * FROM +/b; INSERT INTO v SELECT * FROM c";
    let shown = text(&kcql(&["overlap", text_], "").stdout);
    assert!(shown.contains("   1 -x.  a/+\n   2 x-.  +/b\n   3 ..-  c\n"), "{shown}");
    assert!(shown.contains("statement 1 (a/+) overlaps statement 2 (+/b): a/b\n"), "{shown}");
    let answer = json(&kcql(&["overlap", "--format", "json", text_], ""));
    assert_eq!(answer["pairs"][0]["witness"], "a/b");
    assert_eq!(answer["if_first"][0]["standing"], "order-dependent");
    assert_eq!(answer["if_first"][2]["standing"], "alone");
    let four = "INSERT INTO t SELECT * FROM a/+; INSERT INTO u SELECT * FROM a/b; \
                INSERT INTO v SELECT * FROM `c/#`; INSERT INTO v SELECT * FROM `c/#`";
    let shown = text(&kcql(&["overlap", "--match", "first", four], "").stdout);
    assert!(shown.contains("statement 2 (a/b) is shadowed: statement 1 takes"), "{shown}");
    assert!(shown.contains("statement 3 (c/#) is dead: statement 4 has"), "{shown}");
    assert!(shown.contains("\nthe first matching statement gets a message:\n"), "{shown}");
    let checked = kcql(&["check", "--connector", "mqtt-source", text_], "");
    assert!(text(&checked.stderr).contains("KCQL-W029"), "{}", text(&checked.stderr));
}

#[test]
fn the_plan_can_be_had_as_data() {
    let answer = json(&kcql(
        &["explain", "--format", "json", "INSERT INTO `$` SELECT a.b AS c FROM `$share/g/x/+`"],
        "",
    ));
    let statement = &answer["statements"][0];
    assert_eq!(statement["subscription"]["share_group"], "g");
    assert_eq!(statement["subscription"]["filter"], "x/+");
    assert_eq!(statement["target"]["from_mqtt_topic"], true);
    assert_eq!(statement["columns"][0]["path"], serde_json::json!(["a", "b"]));
    assert_eq!(answer["matching"], "all");
}

#[test]
fn a_rule_is_explained_by_code_and_by_name() {
    for name in ["KCQL-E006", "e006", "unquoted-wildcard"] {
        let page = text(&kcql(&["rule", name], "").stdout);
        assert!(page.contains("right:  INSERT INTO t SELECT * FROM `/s/#`"), "{page}");
    }
    assert_eq!(kcql(&["rule", "E000"], "").status.code(), Some(2));
    let all = json(&kcql(&["rule", "--format", "json"], ""));
    assert!(all["rules"].as_array().unwrap().len() > 60);
    let page = text(&kcql(&["rule", "regex-outside-filter"], "").stdout);
    for part in ["\ncause:    ", "\nupstream: Stream Reactor ", "\nwrong:  ", "\nright:  "] {
        assert!(page.contains(part), "{part:?}: {page}");
    }
    for member in ["cause", "upstream", "wrong", "right"] {
        let one = &json(&kcql(&["rule", "W043", "--format", "json"], ""))["rules"][0][member];
        assert!(one.as_str().is_some_and(|text| !text.is_empty()), "{member}");
    }
}

#[test]
fn a_warning_can_be_allowed_with_a_reason() {
    let statement = "INSERT INTO t SELECT * FROM x.batch";
    let check = |text: &str| {
        let output = kcql(&["check", "--deny-warnings", "-"], text);
        (output.status.code(), super_text(&output))
    };
    assert_eq!(check(statement).0, Some(1));
    let (code, shown) =
        check(&format!("-- kcql-allow keyword-as-name: the topic is called so\n{statement}"));
    assert_eq!(code, Some(0), "{shown}");
    let (code, shown) = check(&format!("{statement} -- kcql-allow KCQL-W004"));
    assert!(code == Some(1) && shown.contains("KCQL-W037"), "{shown}");
    for unused in ["numeric-segment", "no-such-rule", "unclosed"] {
        let text = format!("-- kcql-allow keyword-as-name, {unused}: why\n{statement}");
        let (code, shown) = check(&text);
        assert!(code == Some(1) && shown.contains("KCQL-W038"), "{shown}");
    }
    let (code, _) = check(&format!(
        "{statement};\n-- kcql-allow keyword-as-name: only the second\n{statement}2"
    ));
    assert_eq!(code, Some(1), "the first statement is not allowed");
}

fn super_text(output: &Output) -> String {
    text(&output.stderr)
}

#[test]
fn a_project_allows_rules_in_a_file() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("project/deep");
    fs::create_dir_all(&folder).unwrap();
    let text_ = folder.join("a.kcql");
    fs::write(&text_, "INSERT INTO t SELECT * FROM x.batch").unwrap();
    let path = text_.to_str().unwrap();
    let config = folder.parent().unwrap().join("kcql.toml");
    fs::write(&config, "[[allow]]\nrule = \"keyword-as-name\"\nreason = \"old names\"\n").unwrap();
    assert_eq!(kcql(&["check", "--deny-warnings", path], "").status.code(), Some(0));
    for wrong in [
        "[[allow]]\nrule = \"keyword-as-name\"\nreason = \"\"\n",
        "[[allow]]\nrule = \"unclosed\"\nreason = \"x\"\n",
        "[[allow]]\nrule = \"nothing\"\nreason = \"x\"\n",
        "[[alow]]\n",
    ] {
        let other = file("wrong.toml", wrong);
        assert_eq!(
            kcql(&["check", "--config", &other, path], "").status.code(),
            Some(2),
            "{wrong}"
        );
    }
}

/// A configuration of a class with further keys.
fn configuration(name: &str, class: &str, keys: &str, kcql: &str) -> String {
    let text = format!(
        "{{\"name\": \"c\", \"config\": {{\"connector.class\": \"{class}\", {keys}\n\"connect.mqtt.kcql\": \"{kcql}\"}}}}"
    );
    file(name, &text)
}

#[test]
fn a_configuration_is_read_the_way_of_its_class() {
    let lossy = "INSERT INTO t SELECT * FROM f CAPITALIZE";
    let shown = |path: &str, flags: &[&str]| {
        let output = kcql(&[&["check", path], flags].concat(), "");
        (output.status.code(), text(&output.stderr))
    };
    let old = configuration(
        "old.json",
        "com.datamountaineer.streamreactor.connect.mqtt.source.MqttSourceConnector",
        "",
        lossy,
    );
    let (code, out) = shown(&old, &[]);
    assert!(code == Some(0) && out.contains("dialect old") && !out.contains("W016"), "{out}");
    let new = configuration("new.json", CLASS, "", lossy);
    let (code, out) = shown(&new, &[]);
    assert!(code == Some(0) && out.contains("dialect latest") && out.contains("W016"), "{out}");
    assert_eq!(shown(&new, &["--strict"]).0, Some(1));
    let lossless = configuration("lossless.json", CLASS, "\"kcql.mode\": \"strict\",", lossy);
    assert_eq!(shown(&lossless, &[]).0, Some(1));
    let keyed = configuration("keyed.json", CLASS, "\"kcql.dialect\": \"old\",", lossy);
    assert!(!shown(&keyed, &[]).1.contains("W016"));
    let own =
        configuration("own.json", "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector", "", lossy);
    let (code, out) = shown(&own, &[]);
    assert!(code == Some(1) && out.contains("strictly, dialect latest"), "{out}");
    let wrong = configuration("wrong.json", CLASS, "\"kcql.match\": \"some\",", lossy);
    assert_eq!(shown(&wrong, &[]).0, Some(2));
    let out = json(&kcql(&["check", "--format", "json", &new], ""));
    assert_eq!(
        out["reading"],
        serde_json::json!({"dialect": "latest", "mode": "compat", "match": "first"})
    );
    let out = json(&kcql(&["parse", &new], ""));
    assert_eq!(out["statements"][0]["source"], "fCAPITALIZE");
}

#[test]
fn the_class_decides_which_statements_count() {
    let two = "INSERT INTO t SELECT * FROM a/+; INSERT INTO u SELECT * FROM a/b";
    let takes = |path: &str, flags: &[&str]| {
        let command = ["route", "--format", "json", "--topic", "a/b", path];
        let out = json(&kcql(&[&command[..], flags].concat(), ""));
        let all = out["statements"].as_array().unwrap();
        all.iter().filter(|one| one["takes"] == true).count()
    };
    let lenses = configuration("first.json", CLASS, "", two);
    let own =
        configuration("all.json", "io.kcqlbridge.connect.mqtt.KcqlMqttSourceConnector", "", two);
    let keyed = configuration("match.json", CLASS, "\"kcql.match\": \"all\",", two);
    assert_eq!((takes(&lenses, &[]), takes(&own, &[]), takes(&keyed, &[])), (1, 2, 2));
    assert_eq!(takes(&lenses, &["--match", "all"]), 2);
}

#[test]
fn the_quality_of_service_is_that_of_the_configuration() {
    let statement = "INSERT INTO t SELECT * FROM f";
    let qos = |path: &str| {
        json(&kcql(&["explain", "--format", "json", path], ""))["statements"][0]["subscription"]
            ["qos"]
            .clone()
    };
    let path =
        configuration("qos.json", CLASS, "\"connect.mqtt.service.quality\": \"1\",", statement);
    assert_eq!(qos(&path), 1);
    assert!(text(&kcql(&["explain", &path], "").stdout).contains("QoS 1"));
    let path = configuration("qos2.json", CLASS, "\"mqtt.qos\": \"2\",", statement);
    assert_eq!(qos(&path), 2);
    assert_eq!(qos(statement), serde_json::Value::Null);
}

#[test]
fn the_avro_converter_asks_for_its_settings() {
    let statement = "INSERT INTO t SELECT * FROM a/+ WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.AvroConverter`";
    let told = |arguments: &[&str]| {
        let shown = text(&kcql(&[&["check"], arguments].concat(), "").stderr);
        shown.lines().find(|line| line.contains("W044")).map(str::to_owned)
    };
    assert!(told(&["--connector", "mqtt-source", statement]).is_some());
    assert!(told(&[statement]).is_none(), "not every connector is the MQTT source");
    let missing = told(&[&configuration("avro0.json", CLASS, "", statement)]);
    assert!(missing.unwrap().contains("connect.source.converter.avro.schemas, which is missing"));
    let listed = "\"avro.schemas\": \"a/+=x.avsc\",";
    let missing = told(&[&configuration("avro1.json", CLASS, listed, statement)]);
    assert!(missing.unwrap().contains("connect.converter.avro.schemas for a filter"));
    let both = format!("{listed} \"connect.converter.avro.schemas\": \"a/+=x.avsc\",");
    assert!(told(&[&configuration("avro2.json", CLASS, &both, statement)]).is_none());
}

#[test]
fn fmt_does_not_change_what_the_connector_does() {
    let lossy = configuration("fmtlossy.json", CLASS, "", "insert into t select * from a.2024.b");
    let output = kcql(&["fmt", &lossy], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("not formatted"), "{}", text(&output.stderr));
    assert_eq!(kcql(&["fmt", "--strict", &lossy], "").status.code(), Some(0));
    let fine = configuration("fmtfine.json", CLASS, "", "insert into t select * from `a`");
    assert!(text(&kcql(&["fmt", &fine], "").stdout).contains("INSERT INTO t SELECT * FROM a\""));
}

#[test]
fn fmt_keeps_the_line_ends_of_a_file() {
    let path = file("crlf.kcql", "insert into t\r\nselect * from f\r\n");
    assert_eq!(text(&kcql(&["fmt", &path], "").stdout), "INSERT INTO t\r\nSELECT *\r\nFROM f\r\n");
    let path = file("crlf2.kcql", "INSERT INTO t\r\nSELECT *\r\nFROM f\r\n");
    assert_eq!(kcql(&["fmt", "--check", &path], "").status.code(), Some(0));
}

#[test]
fn a_value_is_read_without_the_blanks_at_its_ends_as_connect_hands_it_on() {
    let shown = |name: &str, text: &str| {
        let output = kcql(&["check", "--deny-warnings", &file(name, text)], "");
        (output.status.code(), text_of(&output.stderr))
    };
    let value = "INSERT INTO t SELECT * FROM f;";
    let properties = format!("connector.class={CLASS}\nconnect.mqtt.kcql={value}");
    for (name, behind) in [("blank1", "  \nname=x\n"), ("blank2", "  \n"), ("blank3", "\\\n   \n")]
    {
        let (code, out) = shown(&format!("{name}.properties"), &format!("{properties}{behind}"));
        assert!(code == Some(0) && !out.contains("KCQL"), "{name}: {out}");
    }
    let json = |value: &str| {
        format!("{{\"connector.class\": \"{CLASS}\", \"connect.mqtt.kcql\": \"{value}\"}}")
    };
    assert_eq!(shown("blank4.json", &json(&format!("\\n {value}\\n"))).0, Some(0));
    // Within the value a blank statement is one, and upstream refuses it.
    let (code, out) = shown("blank5.json", &json(&format!("{value} ;")));
    assert!(code == Some(1) && out.contains("KCQL-E031"), "{out}");
    // A text of its own is no value of a configuration: nobody takes its blanks off.
    assert_eq!(kcql(&["check", "--compat", "-"], &format!("{value}\n")).status.code(), Some(1));
}

#[test]
fn completions_know_the_names_that_options_take() {
    for shell in ["bash", "zsh", "fish"] {
        let script = text_of(&kcql(&["completions", shell], "").stdout);
        assert!(script.contains("cassandra-sink-legacy"), "{shell}");
        assert!(script.contains("7.0"), "{shell}");
    }
}

#[test]
fn a_text_may_begin_with_a_comment() {
    let text = "-- all readings\nINSERT INTO t SELECT * FROM f";
    let output = kcql(&["fmt", text, "--one-line"], "");
    assert_eq!(text_of(&output.stdout), "/* all readings */ INSERT INTO t SELECT * FROM f\n");
    assert_eq!(kcql(&["check", "--", text], "").status.code(), Some(0));
    // An option that there is not is still told as one.
    let output = kcql(&["check", "--deny", "INSERT INTO t SELECT * FROM f"], "");
    assert!(output.status.code() == Some(2) && text_of(&output.stderr).contains("'--deny'"));
}

#[test]
fn files_that_are_nearly_right_are_read_or_refused_with_a_reason() {
    let shown = |name: &str, text: &str| {
        let output = kcql(&["check", &file(name, text)], "");
        (output.status.code(), text_of(&output.stderr))
    };
    let (code, out) = shown(
        "twice.json",
        "{\"connect.mqtt.kcql\": \"SELECT\", \"connect.mqtt.kcql\": \"INSERT INTO t SELECT * FROM f\"}",
    );
    assert!(code == Some(0) && out.contains("only the last value counts"), "{out}");
    let (code, out) =
        shown("half.json", "{\"connect.mqtt.kcql\": \"INSERT INTO t SELECT * FROM `\\ud83d`\"}");
    assert!(code == Some(2) && out.contains("half.json:1:23: "), "{out}");
    let (code, out) = shown("escape.properties", "connect.mqtt.kcql=\\u12");
    assert!(code == Some(2) && out.contains("escape.properties:1:19: "), "{out}");
    let (code, out) = shown("number.json", "{\"connect.mqtt.kcql\": 5}");
    assert!(code == Some(1) && out.contains("`5` does not begin a statement"), "{out}");
    let (code, out) = shown("object.json", "{\"connect.mqtt.kcql\": {}}");
    assert!(code == Some(2) && out.contains("object.json:1:23: "), "{out}");
    let (code, out) = shown("void.json", "");
    assert!(code == Some(2) && out.contains("void.json:1:1: "), "{out}");
    let (code, _) = shown("deep.json", &("{\"a\":".repeat(50_000) + "1" + &"}".repeat(50_000)));
    assert_eq!(code, Some(2));
}

#[test]
fn a_file_in_latin_1_stays_one() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("latin.properties");
    fs::write(&path, b"# caf\xe9\nconnect.mqtt.kcql=insert into t select * from `caf\xe9`\n")
        .unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(kcql(&["check", path], "").status.code(), Some(0));
    let output = kcql(&["fmt", path], "");
    let wanted: &[u8] = b"# caf\xe9\nconnect.mqtt.kcql=INSERT INTO t SELECT * FROM `caf\\u00E9`\n";
    assert_eq!(output.stdout, wanted);
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_no_success() {
    for arguments in [&["parse", "--format", "json", GOOD][..], &["explain", GOOD], &["rule"]] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_kcql"))
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("could not be written"), "{arguments:?}");
    }
}

#[test]
fn a_key_that_is_there_twice_counts_as_a_warning() {
    let folder = std::env::temp_dir().join(format!("kcql-twice-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("c.json");
    let twice = format!(r#"{{"connect.mqtt.kcql":"{GOOD}","connect.mqtt.kcql":"{GOOD}"}}"#);
    fs::write(&file, twice).unwrap();
    let name = file.to_str().unwrap();
    let output = kcql(&["check", name], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("again; only the last value counts"));
    assert_eq!(kcql(&["check", "--deny-warnings", name], "").status.code(), Some(1));
    fs::remove_dir_all(&folder).unwrap();
}

/// The diagnostics of a command, as `severity[code] message`, in the order of the text.
fn findings(output: &Output) -> Vec<String> {
    let all = text(&output.stderr);
    let is_title = |line: &&str| line.contains("[KCQL-");
    all.lines().filter(is_title).map(str::to_owned).collect()
}

#[test]
fn check_and_explain_agree_on_what_no_mqtt_source_takes() {
    for statement in [
        "INSERT INTO `a/b` SELECT * FROM x/+",
        "INSERT INTO .. SELECT * FROM x/+",
        "INSERT INTO `prefix_$` SELECT * FROM x/+",
        "INSERT INTO t SELECT * FROM `a/#/b`",
        "INSERT INTO t SELECT * FROM f WITHREGEX=`a(`",
        "INSERT INTO t SELECT * FROM f WITHCONVERTER=`a b`",
    ] {
        let (checked, explained) =
            (kcql(&["check", statement], ""), kcql(&["explain", statement], ""));
        let errors = |output: &Output| -> Vec<String> {
            findings(output).into_iter().filter(|line| line.starts_with("error")).collect()
        };
        assert_eq!(checked.status.code(), Some(1), "{statement}");
        assert_eq!(explained.status.code(), Some(1), "{statement}");
        assert_eq!(errors(&checked), errors(&explained), "{statement}");
    }
}

#[test]
fn a_target_that_kafka_refuses_is_noted_where_the_statement_may_be_for_a_sink() {
    let statement = "INSERT INTO `a/b` SELECT * FROM f";
    let checked = kcql(&["check", "--deny-warnings", statement], "");
    assert_eq!(checked.status.code(), Some(0));
    let shown = text(&checked.stderr);
    assert!(shown.contains("note[KCQL-E015]: target illegal in Kafka: `a/b`"), "{shown}");
    assert!(shown.contains("give --connector"), "{shown}");
    for (connector, code) in
        [("s3-source", 1), ("mqtt-source", 1), ("s3-sink", 0), ("event-hubs", 0)]
    {
        let output = kcql(&["check", "--connector", connector, statement], "");
        assert_eq!(output.status.code(), Some(code), "{connector}");
        assert_eq!(output.stderr.is_empty(), code == 0, "{connector}");
    }
}

#[test]
fn no_message_is_as_long_as_the_text() {
    let long = "b".repeat(1 << 20);
    for (name, content) in [
        ("backtick.kcql", format!("INSERT INTO t SELECT * FROM `{long}")),
        ("target.kcql", format!("INSERT INTO `a/{long}` SELECT * FROM f")),
        ("allow.kcql", format!("-- kcql-allow {long}\nINSERT INTO t SELECT * FROM f")),
        ("string.json", format!("\"{long}\"")),
        (
            "class.json",
            format!(
                r#"{{"connector.class":"{long}","kcql.mode":"{long}","connect.mqtt.kcql":"{BAD}"}}"#
            ),
        ),
        (
            "of-class.json",
            format!(r#"{{"connector.class":"io.lenses.{long}","connect.mqtt.kcql":"{BAD}"}}"#),
        ),
        ("key.json", format!(r#"{{"connect.{long}.kcql":"{BAD}"}}"#)),
        ("key.properties", format!("connect.{long}.kcql={BAD}\nconnect.{long}.kcql={BAD}")),
    ] {
        let path = file(&format!("long-{name}"), &content);
        for arguments in [
            &["check"][..],
            &["check", "--format", "json"],
            &["check", "--format", "github"],
            &["check", "--compat"],
            &["explain"],
            &["fmt"],
        ] {
            let output = kcql(&[arguments, &[path.as_str()]].concat(), "");
            let said = output.stdout.len() + output.stderr.len();
            let answer =
                matches!(arguments, ["explain" | "fmt"]) && output.status.code() == Some(0);
            assert!(said < 10_000 || answer, "{name} {arguments:?}: {said}");
            assert!(said > 0, "{name} {arguments:?}");
        }
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn route_refuses_what_is_the_topic_of_no_message() {
    let long = "a".repeat(65_536);
    for (topic, section) in [
        ("", "MQTT-4.7.3-1"),
        (&long, "MQTT-4.7.3-3"),
        ("a/+", "MQTT-3.3.2-2"),
        ("#", "MQTT-3.3.2-2"),
    ] {
        let output = kcql(&["route", "--topic", topic, GOOD], "");
        assert_eq!(output.status.code(), Some(2), "{topic:.10}");
        assert!(text(&output.stderr).contains(section), "{}", text(&output.stderr));
    }
    let longest = &long[1..];
    assert_eq!(kcql(&["route", "--topic", longest, GOOD], "").status.code(), Some(0));
}
