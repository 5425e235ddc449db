//! Names of the converter classes that WITHCONVERTER takes, in both of the original's packages.
//!
//! The only list of them: what a statement is checked against and what it is run with cannot differ.

use connect::config::nearest;

/// A class that WITHCONVERTER names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceClass {
    /// The payload as it is.
    Bytes,
    /// JSON with an inferred schema, scalars optional.
    JsonSimple,
    /// JSON checked and passed on as text.
    JsonPassThrough,
    /// JSON with an inferred schema, scalars required.
    JsonOptNull,
    /// JSON with an inferred schema under the topic's own name.
    JsonWithSchemaEvolution,
}

/// Why a class cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceClassError {
    /// A class of the original that arrives later.
    #[error("converter {class} is not supported yet; use JsonSimpleConverter or BytesConverter")]
    NotYet {
        /// The class as written.
        class: String,
    },
    /// A class of the worker level.
    #[error("{class} is a converter for value.converter and not for WITHCONVERTER")]
    ForValueConverter {
        /// The class as written.
        class: String,
    },
    /// A class that nobody knows; the words before the hint are Kafka's.
    #[error("Class {class} could not be found.{}", .meant.as_ref().map_or_else(String::new, |full| format!(" Did you mean {full}?")))]
    Unknown {
        /// The class as written.
        class: String,
        /// The class that was probably meant.
        meant: Option<String>,
    },
}

const PACKAGES: [&str; 2] = [
    "com.datamountaineer.streamreactor.connect.converters.source",
    "io.lenses.streamreactor.connect.converters.source",
];

const AVRO: &str = "AvroConverter";
const RESILIENT: &str = "JsonResilientConverter";

impl SourceClass {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Bytes,
        Self::JsonSimple,
        Self::JsonPassThrough,
        Self::JsonOptNull,
        Self::JsonWithSchemaEvolution,
    ];

    /// The class of a name; none names the default, Bytes.
    pub fn of_name(class: Option<&str>) -> Result<Self, SourceClassError> {
        let Some(class) = class else { return Ok(Self::Bytes) };
        let (package, simple) = class.rsplit_once('.').unwrap_or(("", class));
        let known_package = PACKAGES.contains(&package);
        if known_package {
            if let Some(found) = Self::ALL.into_iter().find(|it| it.simple_name() == simple) {
                return Ok(found);
            }
            if simple == AVRO {
                return Err(SourceClassError::NotYet { class: class.to_owned() });
            }
        }
        if simple == RESILIENT {
            return Err(SourceClassError::ForValueConverter { class: class.to_owned() });
        }
        Err(SourceClassError::Unknown { class: class.to_owned(), meant: meant(class, simple) })
    }

    /// The name without its package.
    pub fn simple_name(self) -> &'static str {
        match self {
            Self::Bytes => "BytesConverter",
            Self::JsonSimple => "JsonSimpleConverter",
            Self::JsonPassThrough => "JsonPassThroughConverter",
            Self::JsonOptNull => "JsonOptNullConverter",
            Self::JsonWithSchemaEvolution => "JsonConverterWithSchemaEvolution",
        }
    }
}

/// A right name in a wrong package is likelier than any slip within a name.
fn meant(class: &str, simple: &str) -> Option<String> {
    let known: Vec<String> = PACKAGES
        .iter()
        .flat_map(|package| {
            SourceClass::ALL
                .into_iter()
                .map(SourceClass::simple_name)
                .chain([AVRO])
                .map(move |name| format!("{package}.{name}"))
        })
        .collect();
    let same_name = known.iter().find(|full| full.rsplit('.').next() == Some(simple));
    same_name
        .map(String::as_str)
        .or_else(|| nearest(class, known.iter().map(String::as_str)))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(class: &str) -> String {
        SourceClass::of_name(Some(class)).unwrap_err().to_string()
    }

    #[test]
    fn every_class_is_found_in_both_packages() {
        assert_eq!(SourceClass::of_name(None), Ok(SourceClass::Bytes));
        for package in PACKAGES {
            for class in SourceClass::ALL {
                let full = format!("{package}.{}", class.simple_name());
                assert_eq!(SourceClass::of_name(Some(&full)), Ok(class));
            }
            let avro = format!("{package}.AvroConverter");
            assert!(error(&avro).starts_with(&format!("converter {avro} is not supported yet")));
            let resilient = format!("{package}.JsonResilientConverter");
            assert_eq!(
                error(&resilient),
                format!("{resilient} is a converter for value.converter and not for WITHCONVERTER")
            );
        }
    }

    #[test]
    fn an_unknown_class_gets_a_hint_where_one_is_near() {
        assert_eq!(error("x.Y"), "Class x.Y could not be found.");
        // The old documentation's order of the packages.
        assert_eq!(
            error("com.datamountaineer.streamreactor.connect.source.converters.JsonSimpleConverter"),
            "Class com.datamountaineer.streamreactor.connect.source.converters.JsonSimpleConverter \
             could not be found. Did you mean com.datamountaineer.streamreactor.connect.converters\
             .source.JsonSimpleConverter?"
        );
        let slip = "io.lenses.streamreactor.connect.converters.source.JsonSimpelConverter";
        assert!(error(slip).ends_with(
            "Did you mean io.lenses.streamreactor.connect.converters.source.JsonSimpleConverter?"
        ));
        assert_eq!(error("ProtobufConverter"), "Class ProtobufConverter could not be found.");
        assert!(error("BytesConverter").contains("Did you mean"));
    }
}
