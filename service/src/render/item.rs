//! Answers that are items, or about them.

use odata::{Format, Metadata, Protocol, path::Service, query::QueryOptions};
use serde_json::{Map, Value};
use store::{
    Catalog,
    model::{Item, List},
};

use super::{
    Reply, View,
    atom::{self, Types},
    entity::{context_name, count_member, quoted},
    item_writer::{Shown, Writer},
    links::item_link,
    list_data,
    property::bare,
};
use crate::request::Prefer;

fn body(view: &View, shown: Shown<'_>, item: &Item) -> String {
    if view.service == Service::ListData {
        return list_data::single(view, shown, item);
    }
    if view.format == Format::Atom {
        return atom::rendered(view, Types::of(shown), String::new, |view| body(view, shown, item));
    }
    let mut out = String::with_capacity(item.doc.len() + 1024);
    let writer = Writer::new(view, shown);
    if view.format == Format::Verbose {
        out.push_str("{\"d\":");
        writer.write(&mut out, item, true);
        out.push('}');
    } else {
        writer.write(&mut out, item, true);
    }
    out
}

/// An item's values in the light form, also those that are given only where they are selected.
pub(crate) fn light_values(view: &View, catalog: &Catalog, list: &List, item: &Item) -> Map<String, Value> {
    let all = QueryOptions::parse("$select=*,owshiddenversion,OData__UIVersion").unwrap_or_default();
    let selection = list.resolve_selection(catalog, &all).unwrap_or_default();
    serde_json::from_str(&body(&bare(view), Shown::own(list, &selection), item)).unwrap_or_default()
}

/// An item as an answer of its own.
pub(crate) fn item(view: &View, shown: Shown<'_>, item: &Item) -> Reply {
    Reply::json(200, view.format, body(view, shown, item))
        .with("ETag", view.tag(item.version))
        .modified(item.modified)
}

/// The present item within the answer to a failed precondition.
pub(crate) fn conflict_item(view: &View, list: &List, item: &Item) -> String {
    if view.service == Service::ListData {
        return list_data::embedded(view, list, item);
    }
    // A conflict is told in JSON, also to who accepts Atom beside `application/problem+json`.
    let format = if view.format == Format::Atom { Format::Verbose } else { view.format };
    let mut out = String::new();
    Writer::new(&View { format, ..view.clone() }, Shown::whole(list)).write(&mut out, item, false);
    out
}

/// A page of items, with the URL of the next one and the number of rows on all of them.
pub(crate) fn items(
    view: &View,
    shown: Shown<'_>,
    items: &[Item],
    next: Option<&str>,
    total: Option<i64>,
) -> String {
    if view.service == Service::ListData {
        return list_data::page(view, shown, items, next, total);
    }
    let writer = Writer::new(view, shown);
    if view.format == Format::Atom {
        return atom::rendered(
            view,
            Types::of(shown),
            || writer.address(),
            |view| self::items(view, shown, items, next, total),
        );
    }
    let mut out = String::with_capacity(items.iter().map(|i| i.doc.len() + 700).sum::<usize>() + 256);
    let count = total.map(|total| count_member(view.format, total));
    let (open, close, next_name) = match view.format {
        Format::Verbose | Format::Atom => ("{\"d\":{\"results\":[".to_owned(), "}}", "__next"),
        Format::Light { metadata, protocol } => {
            let context = match metadata {
                Metadata::Minimal => {
                    format!("\"{}\":{},", context_name(protocol), writer.context(protocol, false))
                }
                Metadata::None => String::new(),
            };
            let next_name = if protocol == Protocol::V3 { "odata.nextLink" } else { "@odata.nextLink" };
            // As SharePoint has it, the link stands before the rows.
            let link = next.map(|url| format!("\"{next_name}\":{},", quoted(url))).unwrap_or_default();
            let count = count.as_ref().map(|count| format!("{count},")).unwrap_or_default();
            (format!("{{{context}{count}{link}\"value\":["), "}", next_name)
        }
    };
    out.push_str(&open);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        writer.write(&mut out, item, false);
    }
    out.push(']');
    if let (Format::Verbose, Some(count)) = (view.format, &count) {
        out.push_str(&format!(",{count}"));
    }
    if let (Format::Verbose, Some(url)) = (view.format, next) {
        out.push_str(&format!(",\"{next_name}\":{}", quoted(url)));
    }
    out.push_str(close);
    out
}

/// The answer to a new item.
pub(crate) fn added(view: &View, list: &List, item: &Item) -> Reply {
    let location = match view.service {
        Service::Api | Service::Soap => view.links.absolute(&item_link(list, item.id)),
        Service::ListData => list_data::address(view, list, item),
    };
    let reply = match view.prefer {
        Prefer::Minimal => Reply::new(204).with("Preference-Applied", "return=minimal"),
        _ => Reply::json(201, view.format, body(view, Shown::whole(list), item)),
    };
    reply.with("Location", location).with("ETag", view.tag(item.version)).modified(item.modified)
}

/// The answer to a changed item.
pub(crate) fn changed(view: &View, list: &List, item: &Item) -> Reply {
    let reply = match view.prefer {
        Prefer::Representation => Reply::json(200, view.format, body(view, Shown::whole(list), item))
            .with("Preference-Applied", "return=representation"),
        _ => Reply::new(204),
    };
    reply.with("ETag", view.tag(item.version)).modified(item.modified)
}

/// The answer to an increment.
pub(crate) fn increment(view: &View, item: &Item, value: i64, first: i64) -> Reply {
    let result = format!("{{\"value\":{value},\"first\":{first}}}");
    let body = match view.format {
        Format::Verbose => format!("{{\"d\":{{\"Increment\":{result}}}}}"),
        Format::Atom => {
            atom::property("Increment", "Edm.Null", &serde_json::json!({"value": value, "first": first}))
        }
        Format::Light { .. } => result,
    };
    Reply::json(200, view.format, body).with("ETag", view.tag(item.version)).modified(item.modified)
}
