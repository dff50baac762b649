//! What a test needs to be there: lists, fields and items, each made by the request that a client would send.

use serde_json::{Value, json};

use crate::client::{Client, Request, Response};

/// A list on a server.
pub struct List<'a> {
    client: &'a Client,
    url: String,
}

impl<'a> List<'a> {
    pub(crate) fn add(client: &'a Client, site: &str, title: &str) -> List<'a> {
        let lists = format!("{site}/_api/web/lists");
        client
            .request("POST", &lists)
            .json(&json!({"Title": title, "BaseTemplate": 100}))
            .send()
            .expect_status(201);
        List { client, url: format!("{lists}/getbytitle('{}')", escaped(title)) }
    }

    pub(crate) fn at(client: &'a Client, url: &str) -> List<'a> {
        List { client, url: url.to_owned() }
    }

    /// The address of the list, without the host.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn items_url(&self) -> String {
        format!("{}/items", self.url)
    }

    pub fn item_url(&self, id: u64) -> String {
        format!("{}/items({id})", self.url)
    }

    pub fn text(self, title: &str) -> Self {
        self.field(title, 2, json!({}))
    }

    pub fn note(self, title: &str) -> Self {
        self.field(title, 3, json!({}))
    }

    pub fn date_time(self, title: &str) -> Self {
        self.field(title, 4, json!({}))
    }

    pub fn choice(self, title: &str, choices: &[&str]) -> Self {
        self.field(title, 6, json!({"Choices": choices}))
    }

    pub fn boolean(self, title: &str) -> Self {
        self.field(title, 8, json!({}))
    }

    pub fn number(self, title: &str) -> Self {
        self.field(title, 9, json!({}))
    }

    /// A field of a kind (`FieldTypeKind`), with settings such as `{"Required": true}`.
    pub fn field(self, title: &str, kind: u8, settings: Value) -> Self {
        let mut body = json!({"Title": title, "FieldTypeKind": kind});
        if let (Some(body), Value::Object(settings)) = (body.as_object_mut(), settings) {
            body.extend(settings);
        }
        self.request("POST", "/fields").json(&body).send().expect_status(201);
        self
    }

    /// Sets properties of the list, such as `{"MatchlistStrict": "condition"}`.
    pub fn set(self, properties: Value) -> Self {
        self.request("MERGE", "").json(&properties).send().expect_status(204);
        self
    }

    /// Adds an item and returns its Id.
    pub fn item(&self, values: Value) -> u64 {
        let added = self
            .request("POST", "/items")
            .header("Accept", "application/json;odata=nometadata")
            .json(&values)
            .send()
            .expect_status(201);
        added.json()["Id"].as_u64().unwrap_or_else(|| panic!("no Id in {added}"))
    }

    /// The item as it is, with its tag in the response's header.
    pub fn read(&self, id: u64) -> Response {
        self.request("GET", &format!("/items({id})"))
            .header("Accept", "application/json;odata=nometadata")
            .send()
            .expect_status(200)
    }

    /// A request to what is under the list, such as `("DELETE", "/items(1)")`.
    pub fn request(&self, method: &str, under: &str) -> Request<'a> {
        self.client.request(method, &format!("{}{under}", self.url))
    }
}

/// A title as a quoted literal in a path: apostrophes doubled, then percent-encoded.
fn escaped(title: &str) -> String {
    let mut text = String::new();
    for byte in title.replace('\'', "''").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~'!*".contains(&byte) {
            text.push(byte.into());
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_title_is_quoted_first_and_encoded_after() {
        assert_eq!(escaped("Tasks"), "Tasks");
        assert_eq!(escaped("O'Brien & sons/Øl"), "O''Brien%20%26%20sons%2F%C3%98l");
    }
}
