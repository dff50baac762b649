//! Failures as JavaScript's errors: `code` is stable, and the other members tell what is known.

use js_sys::Error;
use wasm_bindgen::JsValue;

use crate::convert::{optional, set};
use crate::failure::{Code, Failure, Missing};

/// Makes an `Error` of a failure.
pub(crate) fn to_error(failure: &Failure<JsValue>) -> JsValue {
    let error = Error::new(&failure.message);
    error.set_name("MatchlistError");
    let error = JsValue::from(error);
    set(&error, "code", &failure.code.name().into());
    set(&error, "status", &failure.status.map_or(JsValue::NULL, JsValue::from));
    set(&error, "serverCode", &optional(failure.server_code.as_deref()));
    set(&error, "serverMessage", &optional(failure.server_message.as_deref()));
    match failure.code {
        Code::NotFound => set(&error, "what", &failure.missing.unwrap_or(Missing::Unknown).name().into()),
        Code::Throttled | Code::UnknownOutcome => {
            set(&error, "retryAfter", &failure.retry_after.map_or(JsValue::NULL, JsValue::from));
        }
        _ => {}
    }
    if let Some(conflict) = &failure.conflict {
        set(&error, "current", conflict.current.as_ref().unwrap_or(&JsValue::NULL));
        set(&error, "etag", &optional(conflict.etag.as_deref()));
        set(&error, "by", &optional(conflict.by.as_deref()));
        set(&error, "at", &optional(conflict.at.as_deref()));
        set(&error, "fields", conflict.fields.as_ref().unwrap_or(&JsValue::UNDEFINED));
    }
    if let Some(cause) = &failure.cause {
        set(&error, "cause", cause);
    }
    error
}
