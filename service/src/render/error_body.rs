//! How what a client is told becomes a body, in the shape that it asked for.

use odata::{Format, Protocol};
use serde_json::{Map, json};

use super::{
    atom::METADATA,
    error::{Told, title},
    xml::Xml,
};

pub(super) fn json_body(format: Format, told: &Told) -> String {
    let v4 = matches!(format, Format::Light { protocol: Protocol::V4, .. });
    let message = match v4 {
        true => told.message.as_str().into(),
        false => json!({"lang": "en-US", "value": told.message}),
    };
    let mut error = Map::from_iter([("code".into(), told.code.into()), ("message".into(), message)]);
    if let Some(conflict) = &told.conflict {
        error.insert("conflict".into(), conflict.clone());
    }
    let name = if v4 || matches!(format, Format::Verbose | Format::Atom) { "error" } else { "odata.error" };
    json!({ name: error }).to_string()
}

pub(super) fn problem_body(told: &Told) -> String {
    let mut problem = json!({
        "type": "about:blank", "title": title(told.status), "status": told.status,
        "detail": told.message, "code": told.code,
    });
    if let Some(conflict) = &told.conflict {
        problem["conflict"] = conflict.clone();
    }
    problem.to_string()
}

pub(super) fn xml_body(told: &Told) -> String {
    let mut xml = Xml::new();
    xml.open("m:error", &[("xmlns:m", METADATA)]);
    xml.text("m:code", &[], told.code);
    xml.text("m:message", &[("xml:lang", "en-US")], &told.message);
    xml.close("m:error");
    xml.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xml_errors_are_well_formed() {
        let told = Told::new(406, "-1, X", "a < b & \"c\"");
        assert!(
            xml_body(&told)
                .contains("<m:message xml:lang=\"en-US\">a &lt; b &amp; &quot;c&quot;</m:message>")
        );
    }
}
