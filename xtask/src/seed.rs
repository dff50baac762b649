//! The sample list that `cargo xtask run` adds once: number sequences in a list named Configuration.
//!
//! A list that somebody made or changed is left alone. To tell it from one whose seeding was cut short,
//! the list says in its description that it is unfinished, until its last item is in.

use anyhow::{Result, bail};
use serde_json::{Value, json};

pub(crate) const LIST: &str = "Configuration";
const ADDRESS: &str = "lists/getbytitle('Configuration')";
const UNFINISHED: &str = "Sample, being set up";
const FINISHED: &str = "Sample: the last number that each sequence gave out";

const TEXT: u8 = 2;
const NOTE: u8 = 3;
const FIELDS: [(&str, u8); 2] = [("ParamValue", TEXT), ("Description", NOTE)];
const ITEMS: [(&str, &str, &str); 2] = [
    ("LastSeqAAAA", "3", "Sequence AAAA: 3 is the last number given out, so the next one is 0004."),
    ("LastSeqBBBB", "0", "Sequence BBBB: no number has been given out yet, so the next one is 0001."),
];

/// One exchange with the root site's REST address: status and body.
pub(crate) trait Rest {
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)>;
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seeded {
    Added,
    WasThere,
}

pub(crate) fn seed(rest: &impl Rest) -> Result<Seeded> {
    match rest.send("GET", ADDRESS, None)? {
        (200, list) if list["Description"] == UNFINISHED => {}
        (200, _) => return Ok(Seeded::WasThere),
        (404, _) => {
            let list = json!({"Title": LIST, "BaseTemplate": 100, "Description": UNFINISHED});
            accepted(rest.send("POST", "lists", Some(&list))?, "adding the list")?;
        }
        refused => return accepted(refused, "reading the list").map(|()| Seeded::WasThere),
    }
    for (name, kind) in FIELDS {
        add_field(rest, name, kind)?;
    }
    for (title, value, description) in ITEMS {
        add_item(rest, title, value, description)?;
    }
    let settings = json!({"Description": FINISHED});
    accepted(rest.send("MERGE", ADDRESS, Some(&settings))?, "finishing the list")?;
    Ok(Seeded::Added)
}

fn add_field(rest: &impl Rest, name: &str, kind: u8) -> Result<()> {
    let fields = format!("{ADDRESS}/fields");
    if find(rest, &fields, |field| field["Title"] == name)? {
        return Ok(());
    }
    let field = json!({"Title": name, "FieldTypeKind": kind});
    accepted(rest.send("POST", &fields, Some(&field))?, "adding a field")
}

fn add_item(rest: &impl Rest, title: &str, value: &str, description: &str) -> Result<()> {
    let items = format!("{ADDRESS}/items");
    if find(rest, &format!("{items}?$filter=Title%20eq%20'{title}'"), |item| item["Title"] == title)? {
        return Ok(());
    }
    let item = json!({"Title": title, "ParamValue": value, "Description": description});
    accepted(rest.send("POST", &items, Some(&item))?, "adding an item")
}

fn find(rest: &impl Rest, collection: &str, wanted: impl Fn(&Value) -> bool) -> Result<bool> {
    let (status, body) = rest.send("GET", collection, None)?;
    match body["value"].as_array() {
        Some(found) if status == 200 => Ok(found.iter().any(wanted)),
        _ => bail!("the service answered {status} to a read of {collection}: {body}"),
    }
}

fn accepted((status, body): (u16, Value), what: &str) -> Result<()> {
    if !(200..300).contains(&status) {
        bail!("the service answered {status} to {what}: {body}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;

    /// A service in memory, which can be cut off after so many writes.
    #[derive(Default)]
    struct Fake {
        list: RefCell<Option<Value>>,
        fields: RefCell<Vec<Value>>,
        items: RefCell<Vec<Value>>,
        writes: Cell<usize>,
        writes_left: Cell<Option<usize>>,
    }

    impl Fake {
        fn write(&self) -> Result<()> {
            if let Some(left) = self.writes_left.get() {
                let Some(left) = left.checked_sub(1) else { bail!("cut off") };
                self.writes_left.set(Some(left));
            }
            self.writes.set(self.writes.get() + 1);
            Ok(())
        }

        fn titles(of: &RefCell<Vec<Value>>) -> Vec<String> {
            of.borrow().iter().filter_map(|each| each["Title"].as_str().map(String::from)).collect()
        }
    }

    impl Rest for Fake {
        fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)> {
            if method != "GET" {
                self.write()?;
            }
            let body = body.cloned().unwrap_or_default();
            let rest = path.strip_prefix(ADDRESS).unwrap_or(path);
            Ok(match (method, rest) {
                ("GET", "") => self.list.borrow().clone().map_or((404, Value::Null), |list| (200, list)),
                ("MERGE", "") => {
                    *self.list.borrow_mut() = Some(body);
                    (204, Value::Null)
                }
                ("POST", "lists") => {
                    *self.list.borrow_mut() = Some(body.clone());
                    (201, body)
                }
                (_, "/fields") => answer(&self.fields, method, body),
                _ => answer(&self.items, method, body),
            })
        }
    }

    fn answer(rows: &RefCell<Vec<Value>>, method: &str, body: Value) -> (u16, Value) {
        if method == "GET" {
            return (200, json!({"value": *rows.borrow()}));
        }
        rows.borrow_mut().push(body.clone());
        (201, body)
    }

    #[test]
    fn an_empty_service_gets_the_list_its_fields_and_its_items() -> Result<()> {
        let service = Fake::default();
        assert_eq!(seed(&service)?, Seeded::Added);
        assert_eq!(Fake::titles(&service.fields), ["ParamValue", "Description"]);
        assert_eq!(Fake::titles(&service.items), ["LastSeqAAAA", "LastSeqBBBB"]);
        Ok(())
    }

    #[test]
    fn a_list_that_is_there_is_left_alone() -> Result<()> {
        let service = Fake::default();
        *service.list.borrow_mut() = Some(json!({"Title": LIST, "Description": "mine"}));
        assert_eq!(seed(&service)?, Seeded::WasThere);
        assert_eq!(service.writes.get(), 0);
        Ok(())
    }

    #[test]
    fn seeding_that_was_cut_short_anywhere_is_completed_and_nothing_is_there_twice() -> Result<()> {
        let whole = Fake::default();
        seed(&whole)?;
        for cut in 0..whole.writes.get() {
            let service = Fake::default();
            service.writes_left.set(Some(cut));
            assert!(seed(&service).is_err(), "cut after {cut} writes");
            service.writes_left.set(None);
            assert_eq!(seed(&service)?, Seeded::Added, "cut after {cut} writes");
            assert_eq!(seed(&service)?, Seeded::WasThere);
            assert_eq!(service.fields, whole.fields, "cut after {cut} writes");
            assert_eq!(service.items, whole.items, "cut after {cut} writes");
        }
        Ok(())
    }

    #[test]
    fn a_refusal_is_told_with_its_status() {
        struct Refusing;
        impl Rest for Refusing {
            fn send(&self, _: &str, _: &str, _: Option<&Value>) -> Result<(u16, Value)> {
                Ok((503, json!("busy")))
            }
        }
        let error = seed(&Refusing).map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(error, "the service answered 503 to reading the list: \"busy\"");
    }
}
