//! Schemas as JSON, right and wrong, read by JsonConverter.

use serde_json::json;

use super::json_to::CLASS;
use super::shorthand::Catalogue;

pub(super) fn fill(c: &mut Catalogue) {
    for (n, (schema, payload)) in [
        ("{\"type\":\"int33\"}", "1"),
        ("{\"type\":1}", "1"),
        ("{\"type\":null}", "1"),
        ("{\"type\":\"INT32\"}", "1"),
        ("{\"type\":\"int32\",\"optional\":\"true\"}", "null"),
        ("{\"type\":\"int32\",\"optional\":1}", "null"),
        ("{\"type\":\"int32\",\"name\":1}", "1"),
        ("{\"type\":\"int32\",\"name\":null,\"version\":null,\"doc\":null}", "1"),
        ("{\"type\":\"int32\",\"version\":1.5}", "1"),
        ("{\"type\":\"int32\",\"version\":\"1\"}", "1"),
        ("{\"type\":\"int32\",\"doc\":1}", "1"),
        ("{\"type\":\"int32\",\"parameters\":[]}", "1"),
        ("{\"type\":\"int32\",\"parameters\":{\"a\":1}}", "1"),
        ("{\"type\":\"int32\",\"parameters\":{\"a\":null}}", "1"),
        ("{\"type\":\"int32\",\"parameters\":{}}", "1"),
        ("{\"type\":\"int32\",\"default\":null}", "1"),
        ("{\"type\":\"int32\",\"default\":\"x\"}", "1"),
        ("{\"type\":\"string\",\"default\":1}", "\"a\""),
        ("{\"type\":\"int32\",\"extra\":1}", "1"),
        ("{\"type\":\"array\"}", "[]"),
        ("{\"type\":\"array\",\"items\":null}", "[]"),
        ("{\"type\":\"array\",\"items\":{}}", "[]"),
        ("{\"type\":\"array\",\"items\":{\"type\":\"int32\"}}", "[1,null]"),
        ("{\"type\":\"map\"}", "{}"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"string\"}}", "{}"),
        ("{\"type\":\"map\",\"values\":{\"type\":\"string\"}}", "{}"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":{\"type\":\"int32\"}}", "[[1,2],[3,4]]"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":{\"type\":\"int32\"}}", "{\"1\":2}"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":{\"type\":\"int32\"}}", "[[1]]"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"int32\"},\"values\":{\"type\":\"int32\"}}", "[1]"),
        ("{\"type\":\"map\",\"keys\":{\"type\":\"string\"},\"values\":{\"type\":\"int32\"}}", "[[\"a\",1]]"),
        ("{\"type\":\"struct\"}", "{}"),
        ("{\"type\":\"struct\",\"fields\":{}}", "{}"),
        ("{\"type\":\"struct\",\"fields\":[]}", "{}"),
        ("{\"type\":\"struct\",\"fields\":[1]}", "{}"),
        ("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\"}]}", "{}"),
        ("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"field\":1}]}", "{}"),
        ("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"field\":\"\"}]}", "{\"\":1}"),
        ("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"field\":\"a\"},{\"type\":\"int8\",\"field\":\"a\"}]}", "{\"a\":1}"),
        ("{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"field\":\"a\"}],\"default\":{\"a\":1}}", "{\"a\":2}"),
        ("{\"type\":\"int64\",\"name\":\"org.apache.kafka.connect.data.Date\",\"version\":1}", "1"),
        ("{\"type\":\"string\",\"name\":\"org.apache.kafka.connect.data.Timestamp\"}", "\"x\""),
        ("{\"type\":\"int32\",\"name\":\"org.apache.kafka.connect.data.Time\"}", "86400000"),
        ("{\"type\":\"int32\",\"name\":\"org.apache.kafka.connect.data.Time\"}", "-1"),
        ("{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\"}", "\"AJY=\""),
        ("{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\"}}", "\"\""),
        ("{\"type\":\"float\"}", "\"NaN\""),
        ("{\"type\":\"double\"}", "\"Infinity\""),
        ("{\"type\":\"double\"}", "9223372036854775808"),
        ("{\"type\":\"float\"}", "3.5e38"),
        ("{\"type\":\"bytes\"}", "\"!!\""),
        ("{\"type\":\"bytes\"}", "\"AA\""),
        ("{\"type\":\"bytes\"}", "\" AA==\""),
        ("{\"type\":\"int64\"}", "9223372036854775808"),
        ("{\"type\":\"int64\"}", "1.9"),
        ("{\"type\":\"int8\"}", "128"),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("{{\"schema\":{schema},\"payload\":{payload}}}");
        c.from_bytes(&format!("schema/{n}"), CLASS, json!({}), Some(text.as_bytes()));
    }
}
