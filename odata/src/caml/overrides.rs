//! What `RenderListDataAsStream` takes besides a view, from the URL's query or from `overrideParameters`:
//! `FilterField1=Title&FilterValue1=x&FilterOp1=BeginsWith&SortField=ID&SortDir=Desc&InplaceSearchQuery=x&View=…`.

use uuid::Uuid;

use super::{CamlError, Condition, FieldRef, Operand, Operator, OrderKey, Value, View};
use crate::encoding::decode_form;
use crate::excerpt::excerpt;
use crate::name::parse_guid;
use crate::query::Direction;

/// What is asked for besides a view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// What rows must fulfil too.
    pub conditions: Vec<Condition>,
    /// The order; where it is not empty, that of the view does not count.
    pub order: Vec<OrderKey>,
    /// The view that is meant where none is sent; the empty GUID is none.
    pub view: Option<Uuid>,
}

/// What stands between several values of one filter.
const SEPARATOR: &str = ";#";

impl Overrides {
    /// Parses the options of a raw query string. What has another name is left to others.
    pub fn parse(raw_query: &str) -> Result<Self, CamlError> {
        let mut pairs = Vec::new();
        for member in raw_query.split('&') {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            let wrong = || CamlError::Wrong { text: excerpt(member), of: "read" };
            if let Some(name) = decode_form(name).filter(|name| is_known(name)) {
                pairs.push((name, decode_form(value).ok_or_else(wrong)?));
            }
        }
        Self::read(&pairs)
    }

    /// Reads names and values. What has another name is left to others.
    pub fn read(pairs: &[(String, String)]) -> Result<Self, CamlError> {
        let mut found = Self::default();
        let value_of = |name: &str, number: &str| {
            let wanted = format!("{name}{number}");
            pairs.iter().find(|(n, _)| n.eq_ignore_ascii_case(&wanted)).map(|(_, value)| value.trim())
        };
        for (name, value) in pairs {
            let value = value.trim();
            if let Some(number) = numbered(name, "FilterField").filter(|_| !value.is_empty()) {
                let operator = value_of("FilterOp", number).unwrap_or_default();
                let text = value_of("FilterValue", number).unwrap_or_default();
                let lookup_id = value_of("FilterLookupId", number).is_some_and(is_yes);
                let field = FieldRef { name: value.to_owned(), lookup_id };
                found.conditions.push(condition(field, operator, text)?);
            } else if let Some(number) = numbered(name, "FilterFields").filter(|_| !value.is_empty()) {
                let values = value_of("FilterValues", number).unwrap_or_default();
                let lookup_id = value_of("FilterLookupId", number).is_some_and(is_yes);
                let field = FieldRef { name: value.to_owned(), lookup_id };
                found.conditions.push(one_of(field, values));
            } else if let Some(number) = numbered(name, "SortField").filter(|_| !value.is_empty()) {
                let direction = match value_of("SortDir", number).unwrap_or_default() {
                    text if text.is_empty() || text.to_ascii_lowercase().starts_with("asc") => {
                        Direction::Ascending
                    }
                    text if text.to_ascii_lowercase().starts_with("desc") => Direction::Descending,
                    text => return Err(CamlError::Wrong { text: excerpt(text), of: "a SortDir" }),
                };
                found.order.push(OrderKey { name: value.to_owned(), direction });
            } else if ["View", "ViewId"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
                let wrong = || CamlError::Wrong { text: excerpt(value), of: "the Id of a view" };
                if !value.is_empty() {
                    let id = parse_guid(value).ok_or_else(wrong)?;
                    found.view = Some(id).filter(|id| !id.is_nil());
                }
            } else if name.eq_ignore_ascii_case("InplaceSearchQuery") && !value.is_empty() {
                found.conditions.push(Condition::Compare {
                    field: FieldRef { name: "Title".to_owned(), lookup_id: false },
                    operator: Operator::Contains,
                    value: operand(value),
                });
            }
        }
        Ok(found)
    }

    /// Those of another are added; its order and its view count before these.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.conditions.extend(other.conditions);
        Self {
            conditions: self.conditions,
            order: if other.order.is_empty() { self.order } else { other.order },
            view: other.view.or(self.view),
        }
    }

    /// Lays them over a view.
    pub fn apply(self, view: &mut View) {
        for condition in self.conditions {
            view.require(condition);
        }
        if !self.order.is_empty() {
            view.order = self.order;
        }
    }
}

/// The value of the first alias in a raw query string that stands for an object: `@v1={"ViewXml":"…"}`.
#[must_use]
pub fn aliased_object(raw_query: &str) -> Option<String> {
    raw_query.split('&').find_map(|member| {
        let (name, value) = member.split_once('=')?;
        let value = decode_form(name)?.starts_with('@').then(|| decode_form(value))??;
        value.trim_start().starts_with('{').then_some(value)
    })
}

/// The number behind a name, which may be none.
fn numbered<'a>(name: &'a str, begin: &str) -> Option<&'a str> {
    let number = name.get(begin.len()..)?;
    let same = name.get(..begin.len())?.eq_ignore_ascii_case(begin);
    (same && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

fn is_known(name: &str) -> bool {
    let begins = ["Filter", "Sort"];
    begins.iter().any(|b| name.get(..b.len()).is_some_and(|p| p.eq_ignore_ascii_case(b)))
        || ["View", "ViewId", "InplaceSearchQuery"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn condition(field: FieldRef, operator: &str, text: &str) -> Result<Condition, CamlError> {
    Ok(match operator.to_ascii_lowercase().as_str() {
        // As the header menus of lists ask for "(Empty)".
        "" | "eq" if text.is_empty() => Condition::Null(field, true),
        "" => Condition::Compare { field, operator: Operator::Eq, value: operand(text) },
        "isnull" => Condition::Null(field, true),
        "isnotnull" => Condition::Null(field, false),
        "in" => one_of(field, text),
        _ => match Operator::from_name(operator) {
            Some(operator) => Condition::Compare { field, operator, value: operand(text) },
            None => return Err(CamlError::Wrong { text: excerpt(operator), of: "a FilterOp" }),
        },
    })
}

fn one_of(field: FieldRef, values: &str) -> Condition {
    let values: Vec<&str> = values.split(SEPARATOR).collect();
    match values.as_slice() {
        [""] => Condition::Null(field, true),
        values => Condition::In(field, values.iter().map(|value| operand(value)).collect()),
    }
}

fn operand(text: &str) -> Operand {
    Operand { value: Value::Text(text.to_owned()), include_time: false, is_integer: false }
}

fn is_yes(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(name: &str, lookup_id: bool) -> FieldRef {
        FieldRef { name: name.into(), lookup_id }
    }

    #[test]
    fn filters_orders_and_views_are_read() {
        let found = Overrides::parse(
            "FilterField1=ID&FilterValue1=1&FilterOp1=Geq&filterfield2=Site&FilterValue2=3&FilterLookupId2=1\
             &FilterField3=State&FilterValue3=&FilterFields4=State&FilterValues4=open%3B%23done\
             &InplaceSearchQuery=a+b&SortField=ID&SortDir=Desc&View={7C1D0B52-0000-4000-8000-0000000000AB}&x=%zz",
        )
        .unwrap();
        let compare = |field, operator, text| Condition::Compare { field, operator, value: operand(text) };
        assert_eq!(
            found.conditions,
            [
                compare(field("ID", false), Operator::Geq, "1"),
                compare(field("Site", true), Operator::Eq, "3"),
                Condition::Null(field("State", false), true),
                Condition::In(field("State", false), vec![operand("open"), operand("done")]),
                compare(field("Title", false), Operator::Contains, "a b"),
            ]
        );
        assert_eq!(found.order, [OrderKey { name: "ID".into(), direction: Direction::Descending }]);
        assert!(found.view.is_some());
        let none = "View=00000000-0000-0000-0000-000000000000&FilterValue1=x&$top=5&FilterField=";
        assert_eq!(Overrides::parse(none), Ok(Overrides::default()));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for query in ["View=x", "FilterField1=A&FilterOp1=Like", "SortField=A&SortDir=up", "FilterField1=%zz"]
        {
            assert!(Overrides::parse(query).is_err(), "{query}");
        }
    }

    #[test]
    fn objects_stand_behind_aliases() {
        assert_eq!(aliased_object("a=1&%40v1=%7B%22a%22%3A+1%7D").as_deref(), Some("{\"a\": 1}"));
        assert_eq!(aliased_object("@v='x'&@w= {}").as_deref(), Some(" {}"));
        assert_eq!(aliased_object("@v='x'&v={}"), None);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".*", near in "(Filter|Field|Value|Op|Sort|View|[0-9ü=&%]){0,16}") {
            let _ = (Overrides::parse(&text), Overrides::parse(&near), aliased_object(&text));
        }
    }
}
