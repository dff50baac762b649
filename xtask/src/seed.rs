//! The sample lists that `cargo xtask run` adds once: number sequences in lists named Configuration, and
//! the example CRM's customers.
//!
//! A list that somebody made or changed is left alone. To tell it from one whose seeding was cut short,
//! the list says in its description that it is unfinished, until its last item is in.

use anyhow::{Result, bail};
use serde_json::{Value, json};

const UNFINISHED: &str = "Sample, being set up";

const TEXT: u8 = 2;
const NOTE: u8 = 3;

/// A list with its items.
pub(crate) struct Sample {
    /// The site's address under the service's: empty for the root site.
    pub(crate) site: &'static str,
    pub(crate) list: &'static str,
    description: &'static str,
    fields: &'static [(&'static str, u8)],
    /// Each item's values: the title's, then the fields'.
    items: &'static [&'static [&'static str]],
}

/// The list that the first page of the README speaks of comes first.
pub(crate) const SAMPLES: [Sample; 3] = [
    Sample {
        site: "",
        list: "Configuration",
        description: "Sample: the last number that each sequence gave out",
        fields: &[("ParamValue", TEXT), ("Description", NOTE)],
        items: &[
            &["LastSeqAAAA", "3", "Sequence AAAA: 3 is the last number given out, so the next one is 0004."],
            &[
                "LastSeqBBBB",
                "0",
                "Sequence BBBB: no number has been given out yet, so the next one is 0001.",
            ],
        ],
    },
    Sample {
        site: "/sites/classic",
        list: "Configuration",
        description: "Sample: the next number that each sequence gives out",
        fields: &[("ParamValue", TEXT), ("Description", NOTE)],
        items: &[
            &[
                "LastSeqAAAA",
                "4",
                "Sequence AAAA: 0004 is the next number (scripts here hand out what they read).",
            ],
            &[
                "LastSeqBBBB",
                "1",
                "Sequence BBBB: 0001 is the next number (scripts here hand out what they read).",
            ],
        ],
    },
    Sample {
        site: "",
        list: "Customers",
        description: "Sample: the customers of the example CRM",
        fields: &[("City", TEXT), ("Phone", TEXT), ("Contact", TEXT)],
        items: &[
            &["Fjord Shipping AS", "Oslo", "+47 22 00 00 01", "Ada Berg"],
            &["Nordlys Energi", "Tromsø", "+47 77 00 00 02", "Jon Dahl"],
            &["Halden Verft", "Halden", "+47 69 00 00 03", "Kari Moe"],
            &["Müller & Söhne", "Kiel", "+49 431 000004", "Jürgen Weiß"],
            &["O'Hara Fisheries", "Galway", "+353 91 000005", "Aoife O'Hara"],
            &["Blå Kaffe", "Bergen", "+47 55 00 00 06", "Nils Vik"],
            &["Contoso", "Redmond", "+1 425 555 0107", "Sam Lee"],
        ],
    },
];

/// One exchange with a site's REST address: status and body.
pub(crate) trait Rest {
    fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Result<(u16, Value)>;
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seeded {
    Added,
    WasThere,
}

/// Adds a list with its items, if it is not there.
pub(crate) fn seed(rest: &impl Rest, sample: &Sample) -> Result<Seeded> {
    let address = format!("lists/getbytitle('{}')", sample.list);
    match rest.send("GET", &address, None)? {
        (200, list) if list["Description"] == UNFINISHED => {}
        (200, _) => return Ok(Seeded::WasThere),
        (404, _) => {
            let list = json!({"Title": sample.list, "BaseTemplate": 100, "Description": UNFINISHED});
            accepted(rest.send("POST", "lists", Some(&list))?, "adding the list")?;
        }
        refused => return accepted(refused, "reading the list").map(|()| Seeded::WasThere),
    }
    for (name, kind) in sample.fields {
        add_field(rest, &address, name, *kind)?;
    }
    for values in sample.items {
        let names = ["Title"].into_iter().chain(sample.fields.iter().map(|(name, _)| *name));
        add_item(rest, &address, names.zip(values.iter().copied()).collect())?;
    }
    let settings = json!({"Description": sample.description});
    accepted(rest.send("MERGE", &address, Some(&settings))?, "finishing the list")?;
    Ok(Seeded::Added)
}

fn add_field(rest: &impl Rest, address: &str, name: &str, kind: u8) -> Result<()> {
    let fields = format!("{address}/fields");
    if find(rest, &fields, |field| field["Title"] == name)? {
        return Ok(());
    }
    let field = json!({"Title": name, "FieldTypeKind": kind});
    accepted(rest.send("POST", &fields, Some(&field))?, "adding a field")
}

fn add_item(rest: &impl Rest, address: &str, values: Vec<(&str, &str)>) -> Result<()> {
    let items = format!("{address}/items");
    let item: Value = values.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
    // The samples are few: all of them are on one page.
    if find(rest, &items, |there| there["Title"] == item["Title"])? {
        return Ok(());
    }
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

    const LIST: &str = "Configuration";
    const ADDRESS: &str = "lists/getbytitle('Configuration')";
    const SAMPLE: &Sample = &SAMPLES[0];

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
        assert_eq!(seed(&service, SAMPLE)?, Seeded::Added);
        assert_eq!(Fake::titles(&service.fields), ["ParamValue", "Description"]);
        assert_eq!(Fake::titles(&service.items), ["LastSeqAAAA", "LastSeqBBBB"]);
        Ok(())
    }

    #[test]
    fn a_list_that_is_there_is_left_alone() -> Result<()> {
        let service = Fake::default();
        *service.list.borrow_mut() = Some(json!({"Title": LIST, "Description": "mine"}));
        assert_eq!(seed(&service, SAMPLE)?, Seeded::WasThere);
        assert_eq!(service.writes.get(), 0);
        Ok(())
    }

    #[test]
    fn seeding_that_was_cut_short_anywhere_is_completed_and_nothing_is_there_twice() -> Result<()> {
        let whole = Fake::default();
        seed(&whole, SAMPLE)?;
        for cut in 0..whole.writes.get() {
            let service = Fake::default();
            service.writes_left.set(Some(cut));
            assert!(seed(&service, SAMPLE).is_err(), "cut after {cut} writes");
            service.writes_left.set(None);
            assert_eq!(seed(&service, SAMPLE)?, Seeded::Added, "cut after {cut} writes");
            assert_eq!(seed(&service, SAMPLE)?, Seeded::WasThere);
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
        let error = seed(&Refusing, SAMPLE).map_or_else(|error| error.to_string(), |_| String::new());
        assert_eq!(error, "the service answered 503 to reading the list: \"busy\"");
    }
}
