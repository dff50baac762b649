//! Metadata URLs: what an answer's members are, as a URL into `$metadata`.

use odata::Protocol;

use super::View;

/// The metadata URL of a set, or of one element of it, with the names that are selected.
///
/// OData 3 has `#SP.ApiData.Lists/@Element&$select=Title`, OData 4 `#SP.ApiData.Lists(Title)/$entity`.
pub(super) fn context_url(
    view: &View,
    protocol: Protocol,
    set: &str,
    is_element: bool,
    selected: Option<&[String]>,
) -> String {
    let start = format!("{}/$metadata#{set}", view.links.api());
    match protocol {
        Protocol::V3 => {
            let element = if is_element { "/@Element" } else { "" };
            let select = selected.map(|names| format!("&$select={}", names.join(","))).unwrap_or_default();
            start + element + &select
        }
        Protocol::V4 => {
            let element = if is_element { "/$entity" } else { "" };
            let select = selected.map(|names| format!("({})", gathered(names))).unwrap_or_default();
            start + &select + element
        }
    }
}

/// `Title,Site(Id,Title)` of `Title,Site/Id,Site/Title`.
fn gathered(names: &[String]) -> String {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for name in names {
        let (first, within) = name.split_once('/').map_or((name.as_str(), None), |(f, w)| (f, Some(w)));
        match groups.iter_mut().find(|(group, _)| *group == first) {
            Some((_, members)) => members.extend(within),
            None => groups.push((first, within.into_iter().collect())),
        }
    }
    let spelt = |(first, within): &(&str, Vec<&str>)| match within.is_empty() {
        true => (*first).to_owned(),
        false => format!("{first}({})", within.join(",")),
    };
    groups.iter().map(spelt).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_gathered() {
        let names = ["Title", "Site/Id", "Author/Title", "Site/Title"].map(str::to_owned);
        assert_eq!(gathered(&names), "Title,Site(Id,Title),Author(Title)");
    }
}
