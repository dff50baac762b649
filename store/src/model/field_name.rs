//! Names that are made from titles: InternalName, a list's URL, EntityTypeName.

use std::fmt::Write as _;

/// How long an InternalName may be.
const INTERNAL_NAME_MAX: usize = 32;
/// How long a list's name in URLs may be.
const URL_NAME_MAX: usize = 50;

/// The InternalName of a field with this title: what no XML name of ASCII may hold is written
/// `_xHHHH_`, and the whole is cut to 32 characters. `taken` says which names are in use; a number is
/// appended until the name is free.
#[must_use]
pub fn internal_name(title: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut name = String::new();
    for (i, c) in title.trim().chars().enumerate() {
        if c == '_' || c.is_ascii_alphabetic() || (c.is_ascii_digit() && i > 0) {
            name.push(c);
        } else {
            encode(&mut name, c);
        }
    }
    name.truncate(INTERNAL_NAME_MAX);
    free(name, INTERNAL_NAME_MAX, taken)
}

/// The name of a list's folder in URLs: its title without the characters that no URL of SharePoint may
/// hold, cut to 50 characters, with a number appended until `taken` denies it.
#[must_use]
pub fn url_name(title: &str, taken: impl Fn(&str) -> bool) -> String {
    free(kept_in_urls(title).unwrap_or_else(|| "List".to_owned()), URL_NAME_MAX, taken)
}

/// The name of a view's page in URLs, made of its title likewise: `Open.aspx`.
#[must_use]
pub fn view_url_name(title: &str, taken: impl Fn(&str) -> bool) -> String {
    let page = |name: &str| format!("{name}.aspx");
    let name = kept_in_urls(title).unwrap_or_else(|| "View".to_owned());
    page(&free(name, URL_NAME_MAX, |name| taken(&page(name))))
}

fn kept_in_urls(title: &str) -> Option<String> {
    let kept = title.chars().filter(|c| !c.is_control() && !"~\"#%&*:<>?/\\{|}+'".contains(*c));
    let name: String = kept.take(URL_NAME_MAX).collect();
    let name = name.trim_matches(|c: char| c == '.' || c.is_whitespace());
    (!name.is_empty()).then(|| name.to_owned())
}

/// `EntityTypeName` of the list with this name in URLs: `Fail list` becomes `Fail_x0020_listList`.
#[must_use]
pub fn entity_type_name(url_name: &str) -> String {
    let mut name = String::new();
    for (i, c) in url_name.chars().enumerate() {
        match c {
            c if i == 0 && c.is_lowercase() => name.extend(c.to_uppercase()),
            c if c.is_alphabetic() || (c.is_ascii_digit() && i > 0) => name.push(c),
            c => encode(&mut name, c),
        }
    }
    name.push_str("List");
    // No type's name begins with `_`, as no property's does.
    if name.starts_with('_') { format!("OData_{name}") } else { name }
}

fn encode(name: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _ = write!(name, "_x{unit:04x}_");
    }
}

fn free(name: String, max: usize, taken: impl Fn(&str) -> bool) -> String {
    if !name.is_empty() && !taken(&name) {
        return name;
    }
    let numbered = |n: u32| {
        let number = n.to_string();
        let kept: String = name.chars().take(max - number.len()).collect();
        kept + &number
    };
    (0..=u32::MAX).map(numbered).find(|n| !taken(n)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_names_are_xml_names_of_ascii() {
        let check = |title: &str, name: &str| assert_eq!(internal_name(title, |_| false), name);
        check("Max load", "Max_x0020_load");
        check("Größe", "Gr_x00f6__x00df_e");
        check("1st", "_x0031_st");
        check("a-b/c", "a_x002d_b_x002f_c");
        check("😀", "_xd83d__xde00_");
        check("'; DROP TABLE items_1; --", "_x0027__x003b__x0020_DROP_x0020_");
        assert_eq!(internal_name("Status", |n| n == "Status"), "Status0");
        assert_eq!(internal_name("Status", |n| n == "Status" || n == "Status0"), "Status1");
    }

    #[test]
    fn lists_are_named_by_their_folder() {
        assert_eq!(url_name("R&D / plans", |_| false), "RD  plans");
        assert_eq!(url_name("???", |_| false), "List");
        assert_eq!(url_name("a", |n| n == "a"), "a0");
        assert_eq!(entity_type_name("bla"), "BlaList");
        assert_eq!(entity_type_name("Fail list"), "Fail_x0020_listList");
        assert_eq!(entity_type_name("a_b"), "A_x005f_bList");
        assert_eq!(entity_type_name("2024"), "OData__x0032_024List");
    }
}
