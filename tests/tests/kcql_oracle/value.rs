//! The values behind the keywords, most of them such as upstream takes, some just outside: a number
//! too large, a name of the wrong kind, a stray sign. Knows nothing of the order of clauses.

use crate::generate::{columns, path, say, spelled, Random, FIELDS, ODD, TOPICS};

const FORMATS: &[&str] =
    &["AVRO", "text", "JSON", "binary", "OBJECT", "map", "Json", "PROTOBUF", "xml"];
const INTS: &[&str] = &[
    "1",
    "2",
    "5",
    "10",
    "12",
    "30",
    "99",
    "100",
    "0",
    "007",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
];

/// Items between parentheses, `each` of them.
fn list(random: &mut Random, out: &mut Vec<String>, each: impl Fn(&mut Random, &mut Vec<String>)) {
    out.push("(".to_owned());
    for number in 0..=random.below(3) {
        if number > 0 {
            out.push(",".to_owned());
        }
        each(random, out);
    }
    out.push(")".to_owned());
}

fn atom(random: &mut Random) -> String {
    match random.below(16) {
        0 => random.pick(INTS),
        1..=3 => random.pick(TOPICS),
        4 => ".",
        _ => random.pick(FIELDS),
    }
    .to_owned()
}

/// What stands behind the keyword of a clause.
pub(crate) fn value(random: &mut Random, keyword: &str, out: &mut Vec<String>) {
    match keyword {
        "AUTOCREATE" | "WITHSTRUCTURE" | "AUTOEVOLVE" | "CAPITALIZE" | "INITIALIZE"
        | "NOPARTITION" | "WITHUNWRAP" | "WITH_OVERWRITE" | "WITH_ACK" | "WITH_ENCODE_BASE64" => {}
        _ if random.one_in(40) => out.push(random.pick(ODD).to_owned()),
        "IGNORE" => columns(random, out, true),
        "PK" | "PARTITIONBY" => columns(random, out, false),
        "BATCH"
        | "PROJECTTO"
        | "LIMIT"
        | "WITHDELAY"
        | "TTL"
        | "WITH_LOCK_TIME"
        | "WITH_FLUSH_SIZE"
        | "WITH_FLUSH_INTERVAL"
        | "WITH_FLUSH_COUNT" => {
            out.push(random.pick(INTS).to_owned());
        }
        "DISTRIBUTEBY" | "CLUSTERBY" => {
            say(out, "a , b INTO");
            out.push(random.pick(INTS).to_owned());
            out.push("BUCKETS".to_owned());
        }
        "SAMPLE" => {
            out.push(random.pick(INTS).to_owned());
            out.push(spelled(random, "EVERY"));
            out.push(random.pick(INTS).to_owned());
        }
        "WITHTIMESTAMP" => out.push(random.pick(&["a", "sys_time()", "SYS_TIME()"]).to_owned()),
        "TIMESTAMPUNIT" => {
            let units = ["seconds", "MINUTES", "Hours", "DAYS", "nanoseconds", "weeks"];
            out.push(random.pick(&units).to_owned());
        }
        "WITHFORMAT" => out.push(random.pick(FORMATS).to_owned()),
        "WITHCOMPRESSION" => out.push(random.pick(&["gzip", "LZ4", "Snappy", "zip"]).to_owned()),
        "WITH_SCHEMA_EVOLUTION" => out.push(random.pick(&["match", "Add", "drop"]).to_owned()),
        "WITH_PARTITIONING" => out.push(random.pick(&["STRICT", "dynamic", "none"]).to_owned()),
        "WITHCONVERTER" | "WITHJMSSELECTOR" | "WITHREGEX" | "WITH_TABLE_LOCATION" => {
            out.push(random.pick(TOPICS).to_owned());
        }
        "KEYDELIMITER" => {
            let delimiters = ["|", "#", "`|`", "$$", "'x'", "?", "a|", "`'`"];
            out.push(random.pick(&delimiters).to_owned());
        }
        "WITHKEY" => list(random, out, |random, out| out.push(atom(random))),
        "WITHOFFSET" => {
            for number in 0..=random.below(2) {
                if number > 0 {
                    out.push(",".to_owned());
                }
                out.push("(".to_owned());
                out.push(random.pick(INTS).to_owned());
                if random.one_in(2) {
                    out.push(",".to_owned());
                    out.push(random.pick(INTS).to_owned());
                }
                out.push(")".to_owned());
            }
        }
        "WITHTAG" => list(random, out, |random, out| {
            path(random, out);
            if random.one_in(2) {
                out.push(random.pick(&["=", "as", "AS"]).to_owned());
                out.push(atom(random));
            }
        }),
        "STOREAS" => {
            out.push(atom(random));
            for _ in 0..random.below(3) {
                list(random, out, |random, out| {
                    out.push(atom(random));
                    out.push("=".to_owned());
                    out.push(atom(random));
                });
            }
        }
        "WITHTARGET" | "WITHPIPELINE" => {
            for _ in 0..=random.below(4) {
                out.push(atom(random));
            }
        }
        _ => out.push(atom(random)),
    }
}
