//! From XML to views.

use roxmltree::{Document, Node, ParsingOptions};

use super::{CamlError, Condition, FieldRef, MAX_BYTES, MAX_DEPTH, Operand, Operator, OrderKey, Value, View};
use crate::check_xml;
use crate::excerpt::excerpt;
use crate::query::Direction;

/// As many nodes as the text has room for.
const NODES: u32 = 65_536;

/// What stands in a query and says nothing of which rows there are.
const HARMLESS: [&str; 4] = ["ViewFields", "RowLimit", "QueryOptions", "Aggregations"];

/// What would change which rows are found, and cannot be left out.
const REFUSED: [&str; 5] = ["Joins", "ProjectedFields", "Membership", "DateRangesOverlap", "CalendarDate"];

type Element<'a, 'input> = Node<'a, 'input>;

pub(super) fn view(xml: &str) -> Result<View, CamlError> {
    let xml = xml.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if xml.is_empty() {
        return Ok(View::default());
    }
    if xml.len() > MAX_BYTES {
        return Err(CamlError::TooLong);
    }
    check_xml(xml, usize::MAX).map_err(|reason| CamlError::Xml(excerpt(&reason)))?;
    // A DTD is refused by default, so that there are no entities but XML's own.
    let options = ParsingOptions { nodes_limit: NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(xml, options)
        .map_err(|error| CamlError::Xml(excerpt(&error.to_string())))?;
    let root = document.root_element();
    check_depth(root)?;
    let mut view = View::default();
    if is(root, "Query") {
        query(root, &mut view)?;
    } else if is(root, "View") {
        for child in elements(root) {
            match child {
                child if is(child, "Query") => query(child, &mut view)?,
                // None at all is SharePoint's word for all.
                child if is(child, "ViewFields") => {
                    view.fields = Some(names(child)?).filter(|names| !names.is_empty());
                }
                child if is(child, "RowLimit") => view.row_limit = row_limit(child)?,
                child => within_view(child)?,
            }
        }
    } else {
        return Err(misplaced(root, "the place of <View>"));
    }
    Ok(view)
}

/// Without a stack: what is too deep must not be walked by calls within calls.
fn check_depth(root: Element<'_, '_>) -> Result<(), CamlError> {
    let (mut node, mut depth) = (root, 1);
    loop {
        if depth > MAX_DEPTH {
            return Err(CamlError::TooDeep);
        }
        if let Some(child) = node.first_element_child() {
            (node, depth) = (child, depth + 1);
            continue;
        }
        loop {
            if node == root {
                return Ok(());
            }
            if let Some(next) = node.next_sibling_element() {
                node = next;
                break;
            }
            match node.parent_element() {
                Some(parent) => (node, depth) = (parent, depth - 1),
                None => return Ok(()),
            }
        }
    }
}

/// A view has a lot that says how it looks; what belongs into its query must not be lost among that.
fn within_view(child: Element<'_, '_>) -> Result<(), CamlError> {
    let name = child.tag_name().name();
    refuse_known(child)?;
    let of_query = ["Where", "OrderBy", "GroupBy", "And", "Or", "In", "IsNull", "IsNotNull"];
    if of_query.iter().any(|known| known.eq_ignore_ascii_case(name)) || Operator::from_name(name).is_some() {
        return Err(misplaced(child, "<View>"));
    }
    Ok(())
}

fn query(query: Element<'_, '_>, view: &mut View) -> Result<(), CamlError> {
    let (mut groups, mut order) = (Vec::new(), Vec::new());
    for child in elements(query) {
        match child {
            child if is(child, "Where") => {
                let mut roots = elements(child);
                if let Some(root) = roots.next() {
                    view.require(condition(root)?);
                }
                if roots.next().is_some() {
                    return Err(incomplete(child, "one condition; two are joined by <And> or <Or>"));
                }
            }
            child if is(child, "OrderBy") => order = keys(child)?,
            child if is(child, "GroupBy") => groups = keys(child)?,
            child if HARMLESS.iter().any(|name| is(child, name)) => {}
            child => {
                refuse_known(child)?;
                return Err(misplaced(child, "<Query>"));
            }
        }
    }
    for key in groups.into_iter().chain(order) {
        if view.order.iter().all(|earlier| earlier.name != key.name) {
            view.order.push(key);
        }
    }
    Ok(())
}

fn condition(node: Element<'_, '_>) -> Result<Condition, CamlError> {
    if is(node, "And") || is(node, "Or") {
        let mut members = Vec::new();
        let mut count = 0;
        for child in elements(node) {
            count += 1;
            match condition(child)? {
                Condition::And(inner) if is(node, "And") => members.extend(inner),
                Condition::Or(inner) if is(node, "Or") => members.extend(inner),
                other => members.push(other),
            }
        }
        if count != 2 {
            return Err(incomplete(node, "exactly two conditions"));
        }
        return Ok(if is(node, "And") { Condition::And(members) } else { Condition::Or(members) });
    }
    if is(node, "IsNull") || is(node, "IsNotNull") {
        let [field] = exactly(node, ["FieldRef"], "one <FieldRef>")?;
        return Ok(Condition::Null(field_ref(field)?, is(node, "IsNull")));
    }
    if is(node, "In") {
        let [field, values] = exactly(node, ["FieldRef", "Values"], "one <FieldRef> and one <Values>")?;
        let members = elements(values).map(|value| match is(value, "Value") {
            true => operand(value),
            false => Err(misplaced(value, "<Values>")),
        });
        let members = members.collect::<Result<Vec<_>, _>>()?;
        if members.is_empty() {
            return Err(incomplete(values, "one <Value> at least"));
        }
        return Ok(Condition::In(field_ref(field)?, members));
    }
    let Some(operator) = Operator::from_name(node.tag_name().name()) else {
        refuse_known(node)?;
        return Err(misplaced(node, "<Where>"));
    };
    let [field, value] = exactly(node, ["FieldRef", "Value"], "one <FieldRef> and one <Value>")?;
    Ok(Condition::Compare { field: field_ref(field)?, operator, value: operand(value)? })
}

fn operand(value: Element<'_, '_>) -> Result<Operand, CamlError> {
    let include_time = flag(value, "IncludeTimeValue", false)?;
    let mut children = elements(value);
    let written = match (children.next(), children.next()) {
        (None, _) => Value::Text(text(value)),
        (Some(child), None) if is(child, "Today") => Value::Today(offset(child)?),
        (Some(child), None) if is(child, "Now") => Value::Now,
        (Some(child), None) if is(child, "UserID") => Value::UserId,
        (Some(child), _) => return Err(misplaced(child, "<Value>")),
    };
    let is_integer = attribute(value, "Type")
        .is_some_and(|t| ["Integer", "Counter"].iter().any(|n| n.eq_ignore_ascii_case(t)));
    Ok(Operand { value: written, include_time, is_integer })
}

fn offset(today: Element<'_, '_>) -> Result<i64, CamlError> {
    let Some(days) = attribute(today, "OffsetDays").or_else(|| attribute(today, "Offset")) else {
        return Ok(0);
    };
    let wrong = || CamlError::Wrong { text: excerpt(days), of: "a number of days" };
    let number = days.trim();
    number.strip_prefix('+').unwrap_or(number).parse::<i32>().map(i64::from).map_err(|_| wrong())
}

fn field_ref(field: Element<'_, '_>) -> Result<FieldRef, CamlError> {
    Ok(FieldRef { name: name(field)?, lookup_id: flag(field, "LookupId", false)? })
}

fn name(field: Element<'_, '_>) -> Result<String, CamlError> {
    if attribute(field, "List").is_some_and(|list| !list.is_empty()) {
        return Err(CamlError::Unsupported("FieldRef List".into()));
    }
    let name = attribute(field, "Name").map(str::trim).filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| incomplete(field, "a Name"))
}

/// The fields within `OrderBy` and `GroupBy`.
fn keys(order: Element<'_, '_>) -> Result<Vec<OrderKey>, CamlError> {
    let key = |field: Element<'_, '_>| {
        if !is(field, "FieldRef") {
            return Err(misplaced(field, "<OrderBy>"));
        }
        let ascending = flag(field, "Ascending", true)?;
        let direction = if ascending { Direction::Ascending } else { Direction::Descending };
        Ok(OrderKey { name: name(field)?, direction })
    };
    elements(order).map(key).collect()
}

fn names(fields: Element<'_, '_>) -> Result<Vec<String>, CamlError> {
    let field = |field: Element<'_, '_>| match is(field, "FieldRef") {
        true => name(field),
        false => Err(misplaced(field, "<ViewFields>")),
    };
    elements(fields).map(field).collect()
}

fn row_limit(limit: Element<'_, '_>) -> Result<Option<u32>, CamlError> {
    let text = text(limit);
    let digits = text.trim();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CamlError::Wrong { text: excerpt(digits), of: "a RowLimit" });
    }
    let rows = if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u32::MAX) };
    Ok((rows > 0).then_some(rows))
}

/// The children that an element has to have, and no others, in the order of the names.
fn exactly<'a, 'input, const N: usize>(
    node: Element<'a, 'input>,
    expected: [&str; N],
    needs: &'static str,
) -> Result<[Element<'a, 'input>; N], CamlError> {
    let children: Vec<_> = elements(node).collect();
    let found = expected.map(|name| children.iter().copied().find(|child| is(*child, name)));
    if let Some(other) = children.iter().find(|child| !expected.iter().any(|name| is(**child, name))) {
        refuse_known(*other)?;
        return Err(misplaced(*other, &format!("<{}>", node.tag_name().name())));
    }
    if children.len() != N || found.iter().any(Option::is_none) {
        return Err(incomplete(node, needs));
    }
    Ok(found.map(|child| child.unwrap_or(node)))
}

fn refuse_known(node: Element<'_, '_>) -> Result<(), CamlError> {
    match REFUSED.into_iter().find(|name| is(node, name)) {
        // A join of nothing changes nothing.
        Some("Joins" | "ProjectedFields") if elements(node).next().is_none() => Ok(()),
        Some(name) => Err(CamlError::Unsupported(name.into())),
        None => Ok(()),
    }
}

fn elements<'a, 'input: 'a>(node: Element<'a, 'input>) -> impl Iterator<Item = Element<'a, 'input>> {
    node.children().filter(Node::is_element)
}

/// All text right within an element; comments part it.
fn text(node: Element<'_, '_>) -> String {
    node.children().filter(Node::is_text).filter_map(|child| child.text()).collect()
}

fn is(node: Element<'_, '_>, name: &str) -> bool {
    node.tag_name().name().eq_ignore_ascii_case(name)
}

fn attribute<'a>(node: Element<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes().find(|a| a.name().eq_ignore_ascii_case(name)).map(|a| a.value())
}

/// `TRUE`, `True`, `1`; `FALSE`, `0`.
fn flag(node: Element<'_, '_>, name: &str, default: bool) -> Result<bool, CamlError> {
    match attribute(node, name).map(str::trim) {
        None | Some("") => Ok(default),
        Some(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(true),
        Some(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(false),
        Some(text) => Err(CamlError::Wrong { text: excerpt(text), of: "TRUE or FALSE" }),
    }
}

fn misplaced(node: Element<'_, '_>, within: &str) -> CamlError {
    CamlError::Misplaced { name: excerpt(node.tag_name().name()), within: within.into() }
}

fn incomplete(node: Element<'_, '_>, needs: &'static str) -> CamlError {
    CamlError::Incomplete { element: excerpt(node.tag_name().name()), needs }
}
