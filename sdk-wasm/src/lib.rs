//! The logic of the browser SDK, exported to JavaScript: this file converts and forwards, nothing else.
//!
//! Inside, each call is a state machine without I/O, clock or chance (`call`, `next_seq`, `edit`), which
//! `transport` drives over what the host gives. `sdk-js` is the host, and makes this pleasant to use.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "tests may panic"))]

mod address;
mod answer;
mod call;
mod client;
mod coalesce;
mod convert;
mod counter;
mod edit;
mod error;
mod failure;
mod filter;
mod json;
mod machine;
mod next_seq;
mod retry;
#[cfg(test)]
mod tests;
mod transport;

use std::pin::Pin;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::call::Verb;
use crate::failure::{Code, Failure};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.ts");

/// A site, as one page uses it.
#[wasm_bindgen]
pub struct Client(Rc<client::Client>);

/// A call in progress. Boxed, so that the code that makes it a promise is there once and not once a call.
type Running = Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>;

fn promise(running: Running) -> Promise {
    future_to_promise(running)
}

/// Runs a call on the client as a promise.
macro_rules! promise {
    ($self:ident, |$client:ident| $call:expr) => {{
        let $client = Rc::clone(&$self.0);
        promise(Box::pin(async move { $call.await }))
    }};
}

#[wasm_bindgen]
impl Client {
    /// `siteUrl` is absolute (`https://h/sites/crm`) or server-relative (an empty text, `/sites/crm`).
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(js_name = siteUrl)] site_url: &str,
        #[wasm_bindgen(unchecked_param_type = "Host")] host: JsValue,
    ) -> Result<Self, JsValue> {
        client::Client::new(site_url, host).map(|client| Self(Rc::new(client)))
    }

    /// The next number of a sequence, padded.
    #[wasm_bindgen(js_name = getNextSeq, unchecked_return_type = "Promise<string>")]
    pub fn get_next_seq(
        &self,
        abbrev: String,
        #[wasm_bindgen(unchecked_optional_param_type = "NextSeqOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.get_next_seq(&abbrev, &options))
    }

    /// Reads one item.
    #[wasm_bindgen(js_name = getItem, unchecked_return_type = "Promise<Tagged>")]
    pub fn get_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "ItemId")] id: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.get_item(&list, &id, &options))
    }

    /// Reads a page of items.
    #[wasm_bindgen(js_name = getPage, unchecked_return_type = "Promise<Page>")]
    pub fn get_page(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "PageQuery | { next: string }")] query: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.get_page(&list, &query, &options))
    }

    /// Adds an item.
    #[wasm_bindgen(js_name = addItem, unchecked_return_type = "Promise<Tagged>")]
    pub fn add_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "object")] values: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.add_item(&list, &values, &options))
    }

    /// Writes some fields of an item. `etag` is the tag to match, or `*` to force.
    #[wasm_bindgen(js_name = updateItem, unchecked_return_type = "Promise<Written>")]
    pub fn update_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "ItemId")] id: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] etag: JsValue,
        #[wasm_bindgen(unchecked_param_type = "object")] values: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.write_item(Verb::Merge, (&list, &id, &etag), &values, &options))
    }

    /// Writes all fields of an item: those that are not given become empty.
    #[wasm_bindgen(js_name = replaceItem, unchecked_return_type = "Promise<Written>")]
    pub fn replace_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "ItemId")] id: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] etag: JsValue,
        #[wasm_bindgen(unchecked_param_type = "object")] values: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.write_item(Verb::Replace, (&list, &id, &etag), &values, &options))
    }

    /// Deletes an item.
    #[wasm_bindgen(js_name = deleteItem, unchecked_return_type = "Promise<void>")]
    pub fn delete_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "ItemId")] id: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string")] etag: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.delete_item((&list, &id, &etag), &options))
    }

    /// Reads an item, lets `change` say what to write, and writes it; if somebody else was first, again.
    #[wasm_bindgen(js_name = editItem, unchecked_return_type = "Promise<Tagged>")]
    pub fn edit_item(
        &self,
        list: String,
        #[wasm_bindgen(unchecked_param_type = "ItemId")] id: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Change")] change: JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "CallOptions")] options: JsValue,
    ) -> Promise {
        promise!(self, |client| client.edit_item(&list, &id, &change, &options))
    }
}

/// Prints a filter's tree as the text of `$filter`.
#[wasm_bindgen(js_name = printFilter)]
pub fn print_filter(
    #[wasm_bindgen(unchecked_param_type = "object")] tree: JsValue,
) -> Result<String, JsValue> {
    filter::print_filter(&tree).map_err(|message| error::to_error(&Failure::new(Code::Invalid, message)))
}
