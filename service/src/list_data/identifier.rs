//! Titles made identifiers, as SharePoint 2010 did: `config list` becomes `ConfigList`.

/// A title as an identifier: what no name holds is left out, and each word begins with a capital. One that would
/// not begin with a letter begins with `c_`.
pub(super) fn identifier(title: &str) -> String {
    let mut name = String::with_capacity(title.len());
    let mut begins = true;
    for c in title.chars() {
        if !stands_in_name(c) {
            begins = true;
            continue;
        }
        name.push(if begins { capital(c) } else { c });
        begins = false;
    }
    if !name.starts_with(begins_name) {
        name.insert_str(0, "c_");
    }
    name
}

/// The capital of a letter, where that is one letter which a name may hold.
fn capital(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if stands_in_name(upper) => upper,
        _ => c,
    }
}

/// Letters that begin names in XML 1.0 in all its editions, but for the rare ones that only some know.
fn begins_name(c: char) -> bool {
    let known = matches!(c, 'A'..='Z' | 'a'..='z'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{131}' | '\u{134}'..='\u{13e}'
        | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}' | '\u{388}'..='\u{38a}' | '\u{38c}'
        | '\u{38e}'..='\u{3a1}' | '\u{3a3}'..='\u{3ce}' | '\u{401}'..='\u{40c}' | '\u{40e}'..='\u{44f}'
        | '\u{451}'..='\u{45c}' | '\u{45e}'..='\u{481}' | '\u{5d0}'..='\u{5ea}' | '\u{621}'..='\u{63a}'
        | '\u{641}'..='\u{64a}' | '\u{e01}'..='\u{e2e}' | '\u{3041}'..='\u{3094}' | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fa5}' | '\u{ac00}'..='\u{d7a3}');
    known && c.is_alphabetic()
}

fn stands_in_name(c: char) -> bool {
    c == '_' || c.is_ascii_digit() || begins_name(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_become_identifiers() {
        for (title, expected) in [
            ("Configuration", "Configuration"),
            ("config list", "ConfigList"),
            ("wash-up / dry", "WashUpDry"),
            ("Größe in m²", "GrößeInM"),
            ("straße", "Straße"),
            ("ßx", "ßx"),
            ("1st", "c_1st"),
            ("_x", "c__x"),
            ("Max_load", "Max_load"),
            ("★", "c_"),
            ("", "c_"),
            ("a<b>&\"'\u{1}\u{10ffff}", "AB"),
            ("名前 リスト", "名前リスト"),
        ] {
            assert_eq!(identifier(title), expected, "{title}");
        }
    }
}
