//! Cases in CAML, as far as it can say them: it has no `not`, and looks at no more of a lookup than what is shown.

use crate::{
    case::{Case, Filter},
    values::{COLUMNS, Cell, Kind},
};

/// How CAML names a column: its field, and whether the Id is meant.
fn named(column: &str) -> Option<(&str, bool)> {
    Some(match column {
        "Author/Title" => ("Author", false),
        "Site/Title" => ("Site", false),
        "Large/Count" => ("Large", false),
        "Parent/Title" => ("Parent", false),
        "Owner/Title" => ("Owner", false),
        path if path.ends_with("/Id") => (&path[..path.len() - 3], true),
        path if path.contains('/') => return None,
        name if name.ends_with("Id") => (&name[..name.len() - 2], true),
        name => (name, false),
    })
}

pub(crate) fn kind(column: &str) -> Kind {
    COLUMNS.iter().find(|(name, _)| *name == column).unwrap().1
}

/// Whether CAML compares days alone: those columns hold times.
pub(crate) fn is_time(column: &str) -> bool {
    matches!(kind(column), Kind::Time | Kind::Day)
}

impl Case {
    /// The view that asks the same, if there is one.
    pub(crate) fn view_xml(&self) -> Option<String> {
        let condition = match &self.filter {
            None => String::new(),
            Some(filter) => format!("<Where>{}</Where>", filter.caml(false)?),
        };
        let mut order = String::new();
        for (column, descending) in &self.order {
            let (name, false) = named(column)? else { return None };
            order += &format!("<FieldRef Name='{name}' Ascending='{}'/>", !descending);
        }
        Some(format!(
            "<View><Query>{condition}<OrderBy>{order}</OrderBy></Query><RowLimit>{}</RowLimit></View>",
            self.top
        ))
    }
}

impl Filter {
    fn caml(&self, negated: bool) -> Option<String> {
        let joined = |members: &[Self], word: &str| {
            let mut all = members.iter().map(|member| member.caml(negated));
            let first = all.next()?;
            all.try_fold(first?, |before, next| Some(format!("<{word}>{before}{}</{word}>", next?)))
        };
        match self {
            Self::All(members) => joined(members, if negated { "Or" } else { "And" }),
            Self::Any(members) => joined(members, if negated { "And" } else { "Or" }),
            Self::Not(inner) => inner.caml(!negated),
            Self::Holds(column) => {
                leaf(column, if negated { "Neq" } else { "Eq" }, "<Value Type='Boolean'>1</Value>")
            }
            Self::Text { .. } if negated => None,
            Self::Part { .. } => None,
            Self::Text { column, function, part } => {
                let word = if *function == "startswith" { "BeginsWith" } else { "Contains" };
                leaf(column, word, &format!("<Value Type='Text'>{}</Value>", escaped(part)))
            }
            Self::Compare { column, operator, cell: Cell::Null, .. } => {
                leaf(column, if (*operator == "eq") == negated { "IsNotNull" } else { "IsNull" }, "")
            }
            Self::Compare { column, operator, spelt, turned, .. } => {
                let exact = if *turned { "" } else { " IncludeTimeValue='TRUE'" };
                let value = format!("<Value Type='Text'{exact}>{}</Value>", escaped(&bare(spelt)));
                let (word, opposite) = match *operator {
                    "eq" => ("Eq", "Neq"),
                    "ne" => ("Neq", "Eq"),
                    "lt" => ("Lt", "Geq"),
                    "le" => ("Leq", "Gt"),
                    "gt" => ("Gt", "Leq"),
                    _ => ("Geq", "Lt"),
                };
                match (negated, word) {
                    (false, word) => leaf(column, word, &value),
                    (true, "Eq" | "Neq") => leaf(column, opposite, &value),
                    // What is null is not less, and not greater.
                    (true, _) => Some(format!(
                        "<Or>{}{}</Or>",
                        leaf(column, opposite, &value)?,
                        leaf(column, "IsNull", "")?
                    )),
                }
            }
        }
    }
}

fn leaf(column: &str, word: &str, value: &str) -> Option<String> {
    let (name, by_id) = named(column)?;
    let by_id = if by_id { " LookupId='TRUE'" } else { "" };
    Some(format!("<{word}><FieldRef Name='{name}'{by_id}/>{value}</{word}>"))
}

/// What a literal spells.
fn bare(spelt: &str) -> String {
    match (spelt.find('\''), spelt.rfind('\'')) {
        (Some(first), Some(last)) => spelt[first + 1..last].replace("''", "'"),
        _ => spelt.trim_end_matches('L').to_owned(),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
