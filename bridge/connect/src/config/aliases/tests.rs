//! Answers that a worker of Kafka Connect 4.3.1 gave for the same configs.

use super::super::{
    source_connector_def, ConfigInfos, ErrorCounting, FrameworkDefaults, Part, Validator,
    NULL_VALUE,
};
use super::*;

/// Classes as the original has them, with the keys that matter here.
struct Classes {
    list: Vec<(&'static str, ConfigDef)>,
    interface: &'static str,
}

const REGEX_ROUTER: &str = "org.apache.kafka.connect.transforms.RegexRouter";
const FILTER: &str = "org.apache.kafka.connect.transforms.Filter";
const INSERT_FIELD: &str = "org.apache.kafka.connect.transforms.InsertField";
const HAS_HEADER: &str = "org.apache.kafka.connect.transforms.predicates.HasHeaderKey";

fn transforms() -> Classes {
    let key = |name| ConfigKey::new(name, Kind::String, "").importance(Importance::High);
    let list = vec![
        (FILTER, ConfigDef::new([])),
        (
            REGEX_ROUTER,
            ConfigDef::new([key("regex").check(Validator::NonEmpty), key("replacement")]),
        ),
    ];
    Classes { list, interface: "Transformation" }
}

fn predicates() -> Classes {
    let name = ConfigKey::new("name", Kind::String, "")
        .check(Validator::NonEmpty)
        .importance(Importance::Medium);
    Classes { list: vec![(HAS_HEADER, ConfigDef::new([name]))], interface: "Predicate" }
}

impl PluginDefs for Classes {
    fn classes(&self) -> Vec<String> {
        self.list.iter().map(|(class, _)| (*class).to_owned()).collect()
    }

    fn find(&self, written: &str) -> Result<PluginDef, ClassError> {
        let is = |class: &&str| *class == written || class.rsplit('.').next() == Some(written);
        if let Some((class, def)) = self.list.iter().find(|(class, _)| is(class)) {
            return Ok(PluginDef {
                class: (*class).to_owned(),
                version: "4.3.1",
                def: def.clone(),
            });
        }
        let class = written.to_owned();
        if written == INSERT_FIELD {
            let message = format!(
                "This class is abstract and cannot be created. Did you mean {INSERT_FIELD}$Key, \
                 {INSERT_FIELD}$Value?"
            );
            return Err(ClassError::Refused { class, message });
        }
        if written.ends_with("JsonConverter") {
            let interface = self.interface;
            let message =
                format!("Class class {class} does not implement the {interface} interface");
            return Err(ClassError::Refused { class, message });
        }
        Err(ClassError::NotFound(format!("Class {written} could not be found.")))
    }

    fn configure_error(&self, class: &str, settings: &ConfigMap) -> Option<String> {
        let bad = class == REGEX_ROUTER && settings.get("replacement")? == "$9";
        bad.then(|| "No group 9".to_owned())
    }
}

fn answer(config: &[(&str, &str)]) -> ConfigInfos {
    answer_with_nulls(config, &[])
}

fn answer_with_nulls(config: &[(&str, &str)], nulls: &[&str]) -> ConfigInfos {
    let nulls: Vec<String> = nulls.iter().map(|key| (*key).to_owned()).collect();
    let mut all: ConfigMap =
        [("name", "c"), ("connector.class", "x")].map(|(k, v)| (k.into(), v.into())).into();
    all.extend(config.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
    let plain = source_connector_def(&FrameworkDefaults::default());
    let first = plain.parse(&all);
    let (transforms, predicates) = (transforms(), predicates());
    let transforms = Family::Transforms.aliased(&first, &all, &transforms);
    let predicates = Family::Predicates.aliased(&first, &all, &predicates);
    let both = || transforms.iter().chain(&predicates);
    let def = ConfigDef::new(plain.into_keys().chain(both().flat_map(AliasEntry::keys)));
    let mut parsed = def.parse_with_nulls(&all, &nulls);
    both().for_each(|alias| alias.judge(&all, &nulls, &mut parsed));
    check_predicates(&transforms, &predicates, &mut parsed);
    let mut infos = ConfigInfos::new("x");
    infos.push(&Part { def: &def, parsed: &parsed, prefix: "", counting: ErrorCounting::Messages });
    infos
}

/// `name|value|errors` of each key of an alias.
fn lines(config: &[(&str, &str)]) -> Vec<String> {
    let infos = answer(config);
    let values = infos.configs.iter().filter_map(|info| info.value.as_ref());
    let of_alias = values.filter(|v| {
        v.name.starts_with("transforms.")
            || v.name.starts_with("predicates.")
            || !v.errors.is_empty()
    });
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".into());
    of_alias.map(|v| format!("{}|{}|{}", v.name, shown(&v.value), v.errors.join(";"))).collect()
}

#[test]
fn an_alias_brings_its_keys_in_kafkas_order() {
    let infos = answer(&[
        ("transforms", "a"),
        ("transforms.a.type", "RegexRouter"),
        ("transforms.a.regex", "(x)"),
        ("transforms.a.replacement", "y"),
    ]);
    assert_eq!(infos.error_count, 0);
    assert_eq!(infos.groups.last().unwrap(), "Transforms: a");
    let seen: Vec<String> = infos
        .configs
        .iter()
        .filter_map(|info| Some((info.definition.as_ref()?, info.value.as_ref()?)))
        .filter(|(d, _)| d.name.starts_with("transforms."))
        .map(|(d, v)| {
            let default = d.default_value.as_deref().unwrap_or("-");
            let value = v.value.as_deref().unwrap_or("-");
            format!(
                "{}|{}|{}|{default}|{:?}|{}|{:?}|{}|{value}|{}",
                d.name,
                d.kind.name(),
                d.required,
                d.importance,
                d.order,
                d.width,
                d.display_name,
                v.recommended_values.len()
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            format!("transforms.a.type|CLASS|true|-|High|0|Long|Transformation type for a|{REGEX_ROUTER}|2"),
            "transforms.a.plugin.version|STRING|false|4.3.1|High|1|Long|Transformation version for a|4.3.1|1".into(),
            "transforms.a.regex|STRING|true|-|High|2|None|regex|(x)|0".into(),
            "transforms.a.replacement|STRING|true|-|High|3|None|replacement|y|0".into(),
            "transforms.a.negate|BOOLEAN|false|false|Medium|4|None|negate|false|0".into(),
            "transforms.a.predicate|STRING|false|-|Medium|5|None|predicate|-|0".into(),
        ]
    );
}

#[test]
fn a_type_that_cannot_be_had() {
    for (class, line) in [
        ("", "transforms.a.type|-|Invalid value  for configuration transforms.a.type: Class  could not be found.".to_owned()),
        ("x.Y", "transforms.a.type|-|Invalid value x.Y for configuration transforms.a.type: Class x.Y could not be found.".into()),
        (INSERT_FIELD, format!("transforms.a.type|{INSERT_FIELD}|This class is abstract and cannot be created. Did you mean {INSERT_FIELD}$Key, {INSERT_FIELD}$Value?")),
        ("o.JsonConverter", "transforms.a.type|o.JsonConverter|Class class o.JsonConverter does not implement the Transformation interface".into()),
    ] {
        let got = lines(&[("transforms", "a"), ("transforms.a.type", class)]);
        assert_eq!(got, [line, "transforms.a.plugin.version|-|".into()], "{class}");
    }
    let missing =
        "Missing required configuration \"predicates.p.type\" which has no default value.";
    assert_eq!(
        lines(&[("predicates", "p")]),
        [format!("predicates.p.type|-|{missing}"), "predicates.p.plugin.version|-|".into()]
    );
}

#[test]
fn a_negation_needs_a_predicate() {
    let message = "Config 'transforms.a.negate' was provided but there is no config \
                   'transforms.a.predicate' defining a predicate to be negated.";
    let with = |negate, more: &[(&'static str, &'static str)]| {
        let base =
            [("transforms", "a"), ("transforms.a.type", FILTER), ("transforms.a.negate", negate)];
        lines(&[&base, more].concat())
    };
    assert_eq!(with("false", &[])[0], format!("transforms.a.type|{FILTER}|{message}"));
    let both = with("x", &[]);
    assert_eq!(both[0], format!("transforms.a.type|{FILTER}|{message}"));
    assert_eq!(
        both[2],
        "transforms.a.negate|-|Invalid value x for configuration transforms.a.negate: Expected \
         value to be either true or false"
    );
    let named = [
        ("transforms.a.predicate", "p"),
        ("predicates", "p"),
        ("predicates.p.type", "HasHeaderKey"),
        ("predicates.p.name", "h"),
    ];
    assert!(with("true", &named).iter().all(|line| line.ends_with('|')));
}

#[test]
fn a_check_names_the_key_as_the_plugin_does_and_a_note_the_alias() {
    let got = lines(&[
        ("predicates", "p"),
        ("predicates.p.type", "HasHeaderKey"),
        ("predicates.p.name", ""),
    ]);
    assert_eq!(
        got[2],
        "predicates.p.name||Invalid value  for configuration name: String must be non-empty \
         (predicates.p.name)"
    );
}

#[test]
fn an_alias_named_twice_is_one_and_refused() {
    let got = lines(&[("transforms", "a,a"), ("transforms.a.type", FILTER)]);
    assert_eq!(
        got[0],
        "transforms|a,a|Invalid value [a, a] for configuration transforms: Duplicate alias provided."
    );
    assert_eq!(got.len(), 1 + 4);
}

#[test]
fn an_empty_alias_is_an_alias_without_a_type() {
    let got = lines(&[("transforms", "a,"), ("transforms.a.type", FILTER)]);
    assert_eq!(
        got[4],
        "transforms..type|-|Missing required configuration \"transforms..type\" which has no \
         default value."
    );
}

#[test]
fn unknown_predicates_are_found_before_the_task_starts() {
    let base =
        [("transforms", "a"), ("transforms.a.type", FILTER), ("transforms.a.predicate", "q")];
    let got = lines(&base);
    assert!(
        got[3].contains(
            "Invalid value q for configuration transforms.a.predicate: there is no \
                             such predicate; name it in 'predicates'"
        ),
        "{got:?}"
    );
    let more = [("predicates", "p"), ("predicates.p.type", HAS_HEADER), ("predicates.p.name", "h")];
    let got = lines(&[base, more].concat());
    assert!(got[3].ends_with("no such predicate; 'predicates' names p"), "{got:?}");
}

#[test]
fn settings_that_are_wrong_together_are_told_with_the_alias() {
    let got = lines(&[
        ("transforms", "a"),
        ("transforms.a.type", "RegexRouter"),
        ("transforms.a.regex", "x"),
        ("transforms.a.replacement", "$9"),
    ]);
    assert_eq!(got[0], format!("transforms.a.type|{REGEX_ROUTER}|transforms.a: No group 9"));
}

#[test]
fn a_null_counts_as_written_when_a_negation_looks_for_its_predicate() {
    let filter = [("transforms", "a"), ("transforms.a.type", FILTER)];
    let infos = answer_with_nulls(&filter, &["transforms.a.negate"]);
    let errors = |name: &str| infos.value(name).unwrap().errors.clone();
    assert_eq!(
        errors("transforms.a.type"),
        ["Config 'transforms.a.negate' was provided but there is no config \
          'transforms.a.predicate' defining a predicate to be negated."]
    );
    assert_eq!(errors("transforms.a.negate").last().unwrap(), NULL_VALUE);
    let negated = [filter.as_slice(), &[("transforms.a.negate", "true")]].concat();
    let infos = answer_with_nulls(&negated, &["transforms.a.predicate"]);
    assert!(infos.value("transforms.a.type").unwrap().errors.is_empty());
}
