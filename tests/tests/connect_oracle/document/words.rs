//! What the document says in words: how transforms are set up, and what each class is for.

/// A class of transforms or predicates.
pub(super) struct Class {
    /// Without package and form.
    pub(super) name: &'static str,
    package: &'static str,
    /// Ends of its full names: `$Key`, `$Value`, or nothing.
    pub(super) forms: &'static [&'static str],
    /// What it does, in a sentence.
    pub(super) purpose: &'static str,
    /// What to know before it is used.
    pub(super) note: &'static str,
}

const APACHE: &str = "org.apache.kafka.connect.transforms.";
const OF_CONFLUENT: &str = "io.confluent.connect.transforms.";
const PREDICATE: &str = "org.apache.kafka.connect.transforms.predicates.";
const BOTH: &[&str] = &["$Key", "$Value"];
const PLAIN: &[&str] = &[""];

impl Class {
    const fn new(
        package: &'static str,
        name: &'static str,
        forms: &'static [&'static str],
        purpose: &'static str,
        note: &'static str,
    ) -> Self {
        Self { name, package, forms, purpose, note }
    }

    pub(super) fn is_predicate(&self) -> bool {
        self.package == PREDICATE
    }
}

pub(super) const HEAD: &str = "\
# Transforms and predicates

A transform changes each record on its way from the MQTT message to Kafka. It needs no code: a \
connector's config names transforms, and they run in the order of that list.

```properties
transforms=place,day
transforms.place.type=org.apache.kafka.connect.transforms.InsertField$Value
transforms.place.static.field=site
transforms.place.static.value=berlin
transforms.day.type=org.apache.kafka.connect.transforms.RegexRouter
transforms.day.regex=(.*)
transforms.day.replacement=plant.$1
```

`place` and `day` are names of your own. In JSON each line is a member of `config`: \
`\"transforms.place.static.field\": \"site\"`. A wrong setting is refused when the connector is posted.

## Before you begin

- **Fields need data that is read.** Without `WITHCONVERTER` the value is the payload as bytes, and \
transforms of fields fail, most with `Only Struct objects supported …`. Write \
``WITHCONVERTER=`io.lenses.streamreactor.connect.converters.source.JsonSimpleConverter` `` into the \
KCQL, and `value.converter=org.apache.kafka.connect.json.JsonConverter` (with \
`value.converter.schemas.enable=false` for plain JSON) into the config. Transforms of topics and \
headers work with bytes, too.
- **The class name is written in full,** and `$Key` or `$Value` at its end says which part of the \
record is changed: `org.apache.kafka.connect.transforms.Cast$Value`.
- **Data may have a schema or none.** Transforms do the same with both, and keep the schema right. \
What JsonSimpleConverter reads has one. In the examples, data with a schema show their type in \
parentheses; the others have none.
- **A record of an MQTT source has no timestamp and no partition:** Kafka gives them later. \
Transforms that ask for them find nothing.
- **Its headers** are, under Confluent's class name, message id, QoS, retained and duplicate; \
otherwise there are none but those that transforms add.
- **Its key** is an object of MQTT topic and packet id under the Lenses class names, a text with \
`WITHKEY`, and the MQTT topic under the other class names.
- **Where a transform fails,** `errors.tolerance` decides: \
[DELIVERY.md](DELIVERY.md#messages-that-cannot-become-records).

All settings of a class stand in [CONFIG.md](CONFIG.md#transforms), and what is not as in Kafka \
Connect in [DIFFERENCES.md](DIFFERENCES.md).

This page is made from the vectors in `tests/oracle/connect` (`ORACLE_REWRITE=1 make oracle` writes \
it). `x` stands for a name of your own. What stands under *after* is what Apache Kafka Connect 4.3 itself makes of the record, and what \
the bridge makes of it: tests compare both. Of Confluent's classes, which are not Apache's, it is what \
their documentation says. Only those parts of a record are shown that the transform reads or changes.
";

pub(super) const PREDICATES_HEAD: &str = "
## Predicates

A predicate says of a record whether a transform is to be applied to it. It is named and set up like a \
transform, under `predicates`, and any transform may refer to it: `transforms.<name>.predicate` is its \
name, and `transforms.<name>.negate=true` turns it around. A record that the transform is not applied \
to passes it unchanged. The examples drop records; write another transform's class in place of \
Filter's, and it changes only some.
";

/// Those whose examples stand in the document, in its order.
pub(super) const TRANSFORMS: &[Class] = &[
    Class::new(APACHE, "Cast", BOTH, "Converts fields, or a whole key or value, to another type.", ""),
    Class::new(APACHE, "DropHeaders", PLAIN, "Removes headers by name.", ""),
    Class::new(
        APACHE,
        "ExtractField",
        BOTH,
        "Takes one field out and makes it the whole key or value.",
        "",
    ),
    Class::new(APACHE, "Filter", PLAIN, "Drops every record that it is applied to.", ""),
    Class::new(APACHE, "Flatten", BOTH, "Makes nested fields fields of the top, with names joined.", ""),
    Class::new(APACHE, "HeaderFrom", BOTH, "Moves or copies fields into headers.", ""),
    Class::new(APACHE, "HoistField", BOTH, "Wraps the whole key or value into one field.", ""),
    Class::new(
        APACHE,
        "InsertField",
        BOTH,
        "Adds a constant, the topic, the timestamp or the partition as fields.",
        "",
    ),
    Class::new(APACHE, "InsertHeader", PLAIN, "Adds a header with a constant.", ""),
    Class::new(APACHE, "MaskField", BOTH, "Replaces what stands in fields.", ""),
    Class::new(APACHE, "RegexRouter", PLAIN, "Renames the topic where the whole name matches.", ""),
    Class::new(APACHE, "ReplaceField", BOTH, "Keeps, drops and renames fields.", ""),
    Class::new(APACHE, "SetSchemaMetadata", BOTH, "Sets name and version of a schema.", ""),
    Class::new(
        APACHE,
        "TimestampConverter",
        BOTH,
        "Converts times between text, number and Connect's own types.",
        "Patterns are those of Java's `SimpleDateFormat`: `yyyy-MM-dd HH:mm:ss`.",
    ),
    Class::new(
        APACHE,
        "TimestampRouter",
        PLAIN,
        "Puts the record's timestamp into the topic.",
        "**Not behind an MQTT source:** it needs the record's timestamp, and records of the MQTT \
         connectors carry none, so that it fails for each of them (validation warns of it). Where \
         the payload holds a time, use [MessageTimestampRouter](#messagetimestamprouter).",
    ),
    Class::new(
        APACHE,
        "ValueToKey",
        PLAIN,
        "Makes a key of fields of the value.",
        "With Lenses' connector, `WITHKEY` in the KCQL does that without a transform.",
    ),
    Class::new(
        OF_CONFLUENT,
        "Drop",
        BOTH,
        "Confluent's. Makes the key or the value null.",
        "",
    ),
    Class::new(
        OF_CONFLUENT,
        "ExtractTopic",
        &["$Header", "$Key", "$Value"],
        "Confluent's. Takes the topic from the key, the value, a field or a header.",
        "A path (`field.format=JSON_PATH`) must lead to one field: paths to many places (`..`, `*`, \
         filters) are refused, and a header is found by its name only.",
    ),
    Class::new(
        OF_CONFLUENT,
        "MessageTimestampRouter",
        PLAIN,
        "Confluent's. Puts a time that the message holds into the topic.",
        "",
    ),
    Class::new(
        OF_CONFLUENT,
        "TombstoneHandler",
        PLAIN,
        "Confluent's. Says what becomes of records whose value is null.",
        "`behavior` is `warn` unless set: dropped, with a warning. (Confluent's `ignore` ignores the record, it does not pass it on; RecordIsTombstone with Filter does the same.)",
    ),
    Class::new(
        OF_CONFLUENT,
        "TopicRegexRouter",
        PLAIN,
        "Confluent's. The same as [RegexRouter](#regexrouter).",
        "`io.confluent.connect.cloud.transforms.TopicRegexRouter` is the same, too.",
    ),
];

pub(super) const PREDICATES: &[Class] = &[
    Class::new(PREDICATE, "HasHeaderKey", PLAIN, "True where the record has such a header.", ""),
    Class::new(PREDICATE, "RecordIsTombstone", PLAIN, "True where the value is null.", ""),
    Class::new(
        PREDICATE,
        "TopicNameMatches",
        PLAIN,
        "True where the whole topic name matches.",
        "",
    ),
];

/// Vectors of the reference that are shown, each with what it shows.
pub(super) const CONFLUENT: &[(&str, &str)] = &[
    ("drop/value", "Kafka takes a record without value for the deletion of its key, where topics are compacted."),
    ("drop/key", "A schema goes with it, unless `schema.behavior` says otherwise."),
    ("extract-topic/value/field", "From a field of the value."),
    ("extract-topic/json-path/value/brackets", "From a nested field; `$.f1.f3` is the same path."),
    ("extract-topic/header", "From a header."),
    (
        "extract-topic/missing-skipped",
        "Where the field may be missing; without `skip.missing.or.null` that is an error.",
    ),
    ("message-timestamp-router", "The first field of the list that is there counts."),
    ("tombstone-handler/ignore", "Dropped, without a warning. `fail` makes it an error."),
    ("topic-regex-router/match", ""),
];
