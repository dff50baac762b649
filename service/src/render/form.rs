//! What became of values that were sent as a form's texts.

use serde_json::{Value, json};

use super::{Reply, View, property::returned};

/// What became of one value.
#[derive(Clone, Debug)]
pub(crate) struct FormResult {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
    /// Why the field cannot hold it.
    pub(crate) error: Option<String>,
}

/// SharePoint's number for "the value cannot be used".
const FAILED: i64 = -2_146_232_832;

/// The answer to a form: 200 also where a value failed, in which case nothing was written.
pub(crate) fn form_results(view: &View, method: &str, item: i64, results: &[FormResult]) -> Reply {
    let row = |result: &FormResult| {
        json!({
            "ErrorCode": if result.error.is_some() { FAILED } else { 0 },
            "ErrorMessage": result.error,
            "FieldName": result.name,
            "FieldValue": result.value,
            "HasException": result.error.is_some(),
            "ItemId": item,
        })
    };
    let rows: Value = results.iter().map(row).collect();
    returned(view, method, "SP.ListItemFormUpdateValue", &rows)
}
