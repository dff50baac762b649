//! Conditions in CAML that make sense or do not: what resolves is answered, whatever it asks.

use crate::{dice::Dice, values::text, world::World};

const FIELDS: [&str; 31] = [
    "Title",
    "Pick",
    "Link",
    "Note",
    "Count",
    "Number",
    "Price",
    "Flag",
    "Time",
    "Day",
    "Code",
    "Tags",
    "Site",
    "Sites",
    "Large",
    "Parent",
    "Owner",
    "Author",
    "Editor",
    "Created",
    "Modified",
    "ID",
    "GUID",
    "owshiddenversion",
    "FSObjType",
    "ContentTypeId",
    "FileRef",
    "LinkTitle",
    "OData_Title",
    "SiteId",
    "Nowhere",
];
const OPERATORS: [&str; 10] =
    ["Eq", "Neq", "Gt", "Geq", "Lt", "Leq", "BeginsWith", "Contains", "Includes", "NotIncludes"];
const VALUES: [&str; 14] = [
    "",
    "1",
    "0",
    "-3",
    "2.5",
    "1e400",
    "TRUE",
    "no",
    "2024-05-01",
    "9999-12-31T23:59:59Z",
    "0001-01-01",
    ";#3;#",
    "7c1d0b52-0000-4000-8000-00000000000f",
    "'; --",
];
const MADE: [&str; 5] =
    ["<Today/>", "<Today OffsetDays='-2147483648'/>", "<Today OffsetDays='9999'/>", "<Now/>", "<UserID/>"];

/// A view of one condition or two, in some order.
pub(crate) fn view(dice: &mut Dice) -> String {
    let leaf = |dice: &mut Dice| {
        let by_id = if dice.once_in(3) { " LookupId='TRUE'" } else { "" };
        let field = format!("<FieldRef Name='{}'{by_id}/>", dice.one(&FIELDS));
        let value = |dice: &mut Dice| {
            let time = if dice.once_in(2) { " IncludeTimeValue='TRUE'" } else { "" };
            let inner = match dice.below(4) {
                0 => dice.one(&MADE).to_owned(),
                1 => text(dice).replace('&', "&amp;").replace('<', "&lt;"),
                _ => dice.one(&VALUES).to_owned(),
            };
            format!("<Value Type='Text'{time}>{inner}</Value>")
        };
        match dice.below(8) {
            0 => format!("<IsNull>{field}</IsNull>"),
            1 => format!("<IsNotNull>{field}</IsNotNull>"),
            2 => format!("<In>{field}<Values>{}{}</Values></In>", value(dice), value(dice)),
            _ => {
                let operator = dice.one(&OPERATORS);
                format!("<{operator}>{field}{}</{operator}>", value(dice))
            }
        }
    };
    let condition = match dice.below(3) {
        0 => format!("<And>{}{}</And>", leaf(dice), leaf(dice)),
        _ => leaf(dice),
    };
    let order = match dice.below(3) {
        0 => format!("<OrderBy><FieldRef Name='{}'/></OrderBy>", dice.one(&FIELDS)),
        _ => String::new(),
    };
    format!("<View><Query><Where>{condition}</Where>{order}</Query><RowLimit>5</RowLimit></View>")
}

#[test]
fn what_resolves_is_answered() {
    let world = World::new(3);
    let mut dice = Dice::new(33);
    let answered = (0..4_000).filter(|_| world.answers(&view(&mut dice))).count();
    assert!((800..3_600).contains(&answered), "{answered} of 4000 make sense");
}
