//! A case: a filter, an order and a page size; how it is generated, spelt, answered by loops, and made smaller.

use std::{cmp::Ordering, fmt};

use crate::{
    dice::Dice,
    values::{COLUMNS, Cell, Kind, folded, text, value},
    world::{Row, World},
};

pub(crate) struct Case {
    pub(crate) filter: Option<Filter>,
    /// Columns, and whether each descends.
    pub(crate) order: Vec<(&'static str, bool)>,
    /// How many rows a page has; all pages are one answer.
    pub(crate) top: usize,
}

#[derive(Clone)]
pub(crate) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// A column, an operator, the literal as it is spelt and as it is compared, and whether it stands first.
    Compare {
        column: &'static str,
        operator: &'static str,
        spelt: String,
        cell: Cell,
        turned: bool,
    },
    Text {
        column: &'static str,
        function: &'static str,
        part: String,
    },
    /// A part of a date, by its place in the text of a time.
    Part {
        column: &'static str,
        part: &'static str,
        operator: &'static str,
        number: i64,
    },
    Holds(&'static str),
}

/// Parts of dates, and where they stand in the text of a time.
const PARTS: [(&str, std::ops::Range<usize>); 6] = [
    ("year", 0..4),
    ("month", 5..7),
    ("day", 8..10),
    ("hour", 11..13),
    ("minute", 14..16),
    ("second", 17..19),
];

/// What they are compared with: some that times of the worlds have, and some that none has.
const PART_NUMBERS: [i64; 12] = [-1, 0, 1, 5, 12, 59, 999, 1969, 1970, 2024, 9999, 10_000];

const OPERATORS: [(&str, &str); 6] =
    [("eq", "eq"), ("ne", "ne"), ("lt", "gt"), ("le", "ge"), ("gt", "lt"), ("ge", "le")];

impl Case {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut order = Vec::new();
        for _ in 0..dice.below(4) {
            order.push((dice.one(&columns(Kind::is_ordered)), dice.once_in(2)));
        }
        Self {
            filter: (!dice.once_in(12)).then(|| Filter::new(dice, 3)),
            order,
            top: if dice.once_in(4) { dice.one(&[1, 2, 3, 7]) } else { 5_000 },
        }
    }

    /// What `docs/wire.md` says that is found.
    pub(crate) fn expected(&self, world: &World) -> Vec<i64> {
        let holds = |row: &&Row| self.filter.as_ref().is_none_or(|filter| filter.holds(row));
        let mut rows: Vec<&Row> = world.rows.iter().filter(holds).collect();
        rows.sort_by(|a, b| {
            let mut ordering = Ordering::Equal;
            for (column, descending) in &self.order {
                // Null is less than all, and equal to null.
                let by_column = a.cells[column].partial_cmp(&b.cells[column]).unwrap();
                ordering = ordering.then(if *descending { by_column.reverse() } else { by_column });
            }
            ordering.then(a.id.cmp(&b.id))
        });
        rows.iter().map(|row| row.id).collect()
    }

    /// Cases that ask less.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let with = |filter: Option<Filter>| Self { filter, order: self.order.clone(), top: self.top };
        let mut cases = vec![];
        if let Some(filter) = &self.filter {
            cases.push(with(None));
            cases.extend(filter.smaller().into_iter().map(|filter| with(Some(filter))));
        }
        for at in 0..self.order.len() {
            let mut order = self.order.clone();
            order.remove(at);
            cases.push(Self { filter: self.filter.clone(), order, top: self.top });
        }
        if self.top != 5_000 {
            cases.push(Self { top: 5_000, ..with(self.filter.clone()) });
        }
        cases
    }

    pub(crate) fn columns(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.order.iter().map(|(column, _)| *column).collect();
        if let Some(filter) = &self.filter {
            filter.columns(&mut all);
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The options, encoded.
    pub(crate) fn query(&self) -> String {
        let encode = |text: &str| -> String {
            let byte =
                |b: u8| if b.is_ascii_alphanumeric() { char::from(b).into() } else { format!("%{b:02X}") };
            text.bytes().map(byte).collect()
        };
        let mut query = format!("$top={}", self.top);
        if let Some(filter) = &self.filter {
            query += &format!("&$filter={}", encode(&filter.to_string()));
        }
        if !self.order.is_empty() {
            query += &format!("&$orderby={}", encode(&self.order_text()));
        }
        query
    }

    fn order_text(&self) -> String {
        let key = |(column, descending): &(&str, bool)| {
            format!("{column}{}", if *descending { " desc" } else { "" })
        };
        self.order.iter().map(key).collect::<Vec<_>>().join(",")
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let filter = self.filter.as_ref().map(Filter::to_string).unwrap_or_default();
        write!(f, "$top={} $filter={filter} $orderby={}", self.top, self.order_text())
    }
}

fn columns(which: impl Fn(Kind) -> bool) -> Vec<&'static str> {
    COLUMNS.iter().filter(|(_, kind)| which(*kind)).map(|(name, _)| *name).collect()
}

impl Filter {
    fn new(dice: &mut Dice, depth: usize) -> Self {
        let members = |dice: &mut Dice| (0..2 + dice.below(2)).map(|_| Self::new(dice, depth - 1)).collect();
        match dice.below(if depth == 0 { 8 } else { 12 }) {
            0..=3 => Self::comparison(dice),
            4 | 5 => {
                let column = dice.one(&columns(Kind::has_text));
                let function = dice.one(&["startswith", "substringof"]);
                let chars: Vec<char> = text(dice).chars().collect();
                let start = if function == "startswith" { 0 } else { dice.below(chars.len()) };
                let part: String = chars[start..].iter().take(dice.below(4)).collect();
                Self::Text {
                    column,
                    function,
                    part: if dice.once_in(2) { part.to_lowercase() } else { part },
                }
            }
            6 => Self::Holds(dice.one(&columns(|kind| kind == Kind::Flag))),
            7 => Self::Part {
                column: dice.one(&columns(|kind| matches!(kind, Kind::Time | Kind::Day))),
                part: if dice.once_in(2) { "year" } else { dice.one(&PARTS.map(|(part, _)| part)) },
                operator: dice.one(&OPERATORS).0,
                number: dice.one(&PART_NUMBERS),
            },
            8 => Self::Not(Box::new(Self::new(dice, depth - 1))),
            9 | 10 => Self::All(members(dice)),
            _ => Self::Any(members(dice)),
        }
    }

    fn comparison(dice: &mut Dice) -> Self {
        let (column, kind) = dice.one(&COLUMNS);
        let turned = dice.once_in(4);
        if dice.once_in(5) || kind == Kind::Note {
            let operator = dice.one(&["eq", "ne"]);
            return Self::Compare { column, operator, spelt: "null".into(), cell: Cell::Null, turned };
        }
        let operator = if kind.is_ordered() { dice.one(&OPERATORS).0 } else { dice.one(&["eq", "ne"]) };
        let (spelt, cell) = literal(dice, kind);
        Self::Compare { column, operator, spelt, cell, turned }
    }

    fn holds(&self, row: &Row) -> bool {
        match self {
            Self::All(members) => members.iter().all(|member| member.holds(row)),
            Self::Any(members) => members.iter().any(|member| member.holds(row)),
            Self::Not(inner) => !inner.holds(row),
            Self::Holds(column) => row.cells[column] == Cell::Number(1.0),
            Self::Text { column, function, part } => match &row.cells[column] {
                Cell::Text(has) if *function == "startswith" => has.starts_with(&folded(part)),
                Cell::Text(has) => has.contains(&folded(part)),
                _ => false,
            },
            Self::Part { column, part, operator, number } => {
                let place = &PARTS.iter().find(|(name, _)| name == part).unwrap().1;
                let has = match &row.cells[column] {
                    Cell::Text(time) => Some(time[place.clone()].parse::<i64>().unwrap()),
                    _ => None,
                };
                match *operator {
                    "eq" => has == Some(*number),
                    "ne" => has != Some(*number),
                    "lt" => has.is_some_and(|has| has < *number),
                    "le" => has.is_some_and(|has| has <= *number),
                    "gt" => has.is_some_and(|has| has > *number),
                    _ => has.is_some_and(|has| has >= *number),
                }
            }
            Self::Compare { column, operator, cell, .. } => {
                let has = &row.cells[column];
                let asked_null = *cell == Cell::Null || *cell == Cell::Text(String::new());
                let equal = match has {
                    Cell::Many(members) => members.contains(cell),
                    Cell::Null => matches!(*operator, "eq" | "ne") && asked_null,
                    has => has == cell,
                };
                // A null is neither less nor greater than anything.
                let ordering = (*has != Cell::Null).then(|| has.partial_cmp(cell).unwrap());
                match *operator {
                    "eq" => equal,
                    "ne" => !equal,
                    "lt" => ordering == Some(Ordering::Less),
                    "le" => ordering.is_some_and(Ordering::is_le),
                    "gt" => ordering == Some(Ordering::Greater),
                    _ => ordering.is_some_and(Ordering::is_ge),
                }
            }
        }
    }

    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Not(inner) => {
                let mut all = vec![(**inner).clone()];
                all.extend(inner.smaller().into_iter().map(|smaller| Self::Not(Box::new(smaller))));
                all
            }
            Self::All(members) | Self::Any(members) => {
                let mut all = members.clone();
                for (at, member) in members.iter().enumerate() {
                    for smaller in member.smaller() {
                        let mut others = members.clone();
                        others[at] = smaller;
                        all.push(match self {
                            Self::All(_) => Self::All(others),
                            _ => Self::Any(others),
                        });
                    }
                }
                all
            }
            Self::Text { column, function, part } if !part.is_empty() => {
                let shorter = part.chars().take(part.chars().count() - 1).collect();
                vec![Self::Text { column, function, part: shorter }]
            }
            _ => Vec::new(),
        }
    }

    fn columns(&self, all: &mut Vec<&'static str>) {
        match self {
            Self::All(members) | Self::Any(members) => members.iter().for_each(|member| member.columns(all)),
            Self::Not(inner) => inner.columns(all),
            Self::Compare { column, .. }
            | Self::Text { column, .. }
            | Self::Part { column, .. }
            | Self::Holds(column) => all.push(column),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |members: &[Self], word: &str| {
            members.iter().map(Self::to_string).collect::<Vec<_>>().join(&format!(" {word} "))
        };
        match self {
            // No parentheses within: `and` binds closer than `or`.
            Self::Any(members) => write!(f, "({})", joined(members, "or")),
            Self::All(members) => write!(f, "({})", joined(members, "and")),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::Holds(column) => write!(f, "{column}"),
            Self::Text { column, function: "startswith", part } => {
                write!(f, "startswith({column},{})", quoted(part))
            }
            Self::Text { column, part, .. } => write!(f, "substringof({},{column})", quoted(part)),
            Self::Part { column, part, operator, number } => {
                write!(f, "{part}({column}) {operator} {number}")
            }
            Self::Compare { column, operator, spelt, turned: false, .. } => {
                write!(f, "{column} {operator} {spelt}")
            }
            Self::Compare { column, operator, spelt, .. } => {
                let turned = OPERATORS.iter().find(|(one, _)| one == operator).unwrap().1;
                write!(f, "{spelt} {turned} {column}")
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A literal of a kind, in one of its spellings, and what it is compared as.
fn literal(dice: &mut Dice, kind: Kind) -> (String, Cell) {
    let (sent, cell) = value(dice, kind);
    let spelt = match (kind, sent) {
        (Kind::Flag, sent) => match (sent == true, dice.below(3)) {
            (flag, 0) => flag.to_string(),
            (flag, 1) => u8::from(flag).to_string(),
            (flag, _) => format!("'{}'", u8::from(flag)),
        },
        (Kind::Integer | Kind::Number | Kind::Id | Kind::Ids, number) => match dice.below(3) {
            0 => format!("'{number}'"),
            1 if number.as_i64().is_some() => format!("{number}L"),
            _ => number.to_string(),
        },
        (Kind::Time | Kind::Day, sent) => {
            format!("{}'{}'", dice.one(&["datetime", ""]), sent.as_str().unwrap())
        }
        (Kind::Guid, sent) => {
            let text = sent.as_str().unwrap();
            format!(
                "{}'{}'",
                dice.one(&["guid", ""]),
                if dice.once_in(2) { text.to_uppercase() } else { text.into() }
            )
        }
        (_, sent) => {
            let sent = if dice.once_in(20) { "" } else { sent.as_str().unwrap() };
            let other = if dice.once_in(2) { sent.to_lowercase() } else { sent.to_owned() };
            return (quoted(&other), Cell::Text(folded(&other)));
        }
    };
    // A day is kept as its midnight; what it is compared with is a time.
    let cell = if kind == Kind::Day { value_of_time(&spelt) } else { cell };
    (spelt, cell)
}

fn value_of_time(spelt: &str) -> Cell {
    let text = spelt.split('\'').nth(1).unwrap();
    Cell::Text(odata::Timestamp::parse_iso(text).unwrap().to_string())
}
