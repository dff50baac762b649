//! Filters and orders that are generated, held against plain loops over the same rows.

use std::cmp::Ordering;

use matchlist_tests::{List, Options, Server};
use serde_json::{Value, json};

use super::{encoded, ids};

const ROWS: usize = 60;
const FILTERS: usize = 300;
const ORDERS: usize = 100;

const TEXTS: [&str; 24] = [
    "alpha",
    "Alpha",
    "ALPHABET",
    "beta",
    "Straße",
    "STRASSE",
    "İzmir",
    "izmir",
    "É",
    "élan",
    "ÉLAN",
    "O'Brien",
    "a&b=c",
    "50% off",
    "a+b",
    "ΟΔΟΣ",
    "οδός",
    "οδος 5",
    "日本",
    "😀 smile",
    "z z",
    "Zz",
    "_x",
    "10",
];
const NUMBERS: [f64; 9] = [-3.0, -0.5, 0.0, 1.0, 2.0, 2.5, 10.0, 123_456_789.0, 1e20];
const TIMES: [&str; 7] = [
    "0999-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2024-05-01T08:00:00Z",
    "2024-05-01T08:00:01Z",
    "2024-12-24T00:00:00Z",
    "2025-05-31T08:59:00Z",
    "9999-12-31T23:59:59Z",
];
/// The parts of a date, and where they stand in its text.
const PARTS: [(&str, usize, usize); 6] = [
    ("year", 0, 4),
    ("month", 5, 7),
    ("day", 8, 10),
    ("hour", 11, 13),
    ("minute", 14, 16),
    ("second", 17, 19),
];
const COMPARISONS: [&str; 6] = ["eq", "ne", "gt", "ge", "lt", "le"];

/// A sequence of numbers that is the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A value as it is compared; a null is less than all.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
enum Cell {
    Null,
    Flag(bool),
    Number(f64),
    Text(String),
}

const COLUMNS: [&str; 6] = ["Title", "Note", "Pick", "Number", "Flag", "Time"];
/// A Note is neither compared nor ordered by.
const COMPARABLE: [usize; 5] = [0, 2, 3, 4, 5];

struct Row {
    id: u64,
    cells: [Cell; COLUMNS.len()],
}

fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

fn cell(column: usize, value: &Value) -> Cell {
    match value {
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::Number(number) => Cell::Number(number.as_f64().unwrap()),
        // A time's order is its text's.
        Value::String(text) if COLUMNS[column] == "Time" => Cell::Text(text.clone()),
        Value::String(text) => Cell::Text(folded(text)),
        _ => Cell::Null,
    }
}

fn value(dice: &mut Dice, column: usize) -> Value {
    match COLUMNS[column] {
        "Number" => json!(dice.one(&NUMBERS)),
        "Flag" => json!(dice.below(2) == 1),
        "Time" => json!(dice.one(&TIMES)),
        _ => json!(dice.one(&TEXTS)),
    }
}

fn add_rows(list: &List, dice: &mut Dice) -> Vec<Row> {
    let add = |_| {
        let values: Vec<Value> = (0..COLUMNS.len())
            .map(|column| if dice.below(4) == 0 { Value::Null } else { value(dice, column) })
            .collect();
        let body: serde_json::Map<_, _> =
            COLUMNS.iter().zip(&values).map(|(name, value)| (name.to_string(), value.clone())).collect();
        Row { id: list.item(body.into()), cells: std::array::from_fn(|column| cell(column, &values[column])) }
    };
    (0..ROWS).map(add).collect()
}

enum Filter {
    Join(Box<Filter>, &'static str, Box<Filter>),
    Not(Box<Filter>),
    Compare(usize, &'static str, Value),
    In(usize, Vec<Value>),
    Part(usize, &'static str, i64),
    Starts(usize, String),
    Ends(usize, String),
    Contains(usize, String),
    Flag,
}

fn filter(dice: &mut Dice, depth: usize) -> Filter {
    match dice.below(if depth == 0 { 9 } else { 13 }) {
        0 => Filter::Flag,
        1 => Filter::Starts(dice.below(3), part(dice, true)),
        2 => Filter::Contains(dice.below(3), part(dice, false)),
        3 => Filter::Compare(dice.below(COLUMNS.len()), dice.one(&["eq", "ne"]), Value::Null),
        4 | 5 => {
            let column = dice.one(&COMPARABLE);
            Filter::Compare(column, dice.one(&COMPARISONS), value(dice, column))
        }
        6 => {
            let column = dice.one(&COMPARABLE);
            let mut one = |_| if dice.below(6) == 0 { Value::Null } else { value(dice, column) };
            Filter::In(column, (0..4).map(&mut one).collect())
        }
        7 => {
            let part = dice.below(PARTS.len());
            let number = number_at(dice.one(&TIMES), part) + dice.one(&[-1, 0, 0, 0, 1]);
            Filter::Part(part, dice.one(&COMPARISONS), number)
        }
        8 => {
            let text = dice.one(&TEXTS);
            let from = dice.below(text.chars().count());
            Filter::Ends(dice.below(3), text.chars().skip(from).collect())
        }
        9 => Filter::Not(Box::new(filter(dice, depth - 1))),
        _ => {
            let left = Box::new(filter(dice, depth - 1));
            Filter::Join(left, dice.one(&["and", "or"]), Box::new(filter(dice, depth - 1)))
        }
    }
}

/// A few characters of a text that rows have, in either case.
fn part(dice: &mut Dice, begins: bool) -> String {
    let chars: Vec<char> = dice.one(&TEXTS).chars().collect();
    let start = if begins { 0 } else { dice.below(chars.len()) };
    let part: String = chars[start..].iter().take(1 + dice.below(3)).collect();
    if dice.below(2) == 0 { part.to_lowercase() } else { part }
}

/// A part of a time as it stands in its text.
fn number_at(time: &str, part: usize) -> i64 {
    let (_, start, end) = PARTS[part];
    time[start..end].parse().unwrap()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn printed(filter: &Filter, dice: &mut Dice) -> String {
    match filter {
        Filter::Join(left, word, right) => {
            format!("({} {word} {})", printed(left, dice), printed(right, dice))
        }
        Filter::Not(inner) => format!("not ({})", printed(inner, dice)),
        Filter::Starts(column, text) => format!("startswith({},{})", COLUMNS[*column], quoted(text)),
        Filter::Contains(column, text) => format!("substringof({}, {})", quoted(text), COLUMNS[*column]),
        Filter::Ends(column, text) => format!("endswith({},{})", COLUMNS[*column], quoted(text)),
        Filter::Part(part, comparison, number) => format!("{}(Time) {comparison} {number}", PARTS[*part].0),
        Filter::In(column, values) => {
            let values: Vec<String> = values.iter().map(|value| literal(*column, value, dice)).collect();
            format!("{} in ({})", COLUMNS[*column], values.join(dice.one(&[",", ", "])))
        }
        Filter::Flag => dice.one(&["Flag", "Flag eq true", "Flag eq 1"]).into(),
        Filter::Compare(column, comparison, value) => {
            format!("{} {comparison} {}", COLUMNS[*column], literal(*column, value, dice))
        }
    }
}

fn literal(column: usize, value: &Value, dice: &mut Dice) -> String {
    match value {
        Value::String(time) if COLUMNS[column] == "Time" => {
            format!("{}'{time}'", dice.one(&["datetime", ""]))
        }
        Value::String(text) => quoted(text),
        Value::Number(number) if dice.below(2) == 0 => format!("'{number}'"),
        Value::Bool(flag) if dice.below(2) == 0 => u8::from(*flag).to_string(),
        other => other.to_string(),
    }
}

fn compares<T: PartialOrd>(has: &T, comparison: &str, asked: &T) -> bool {
    match comparison {
        "eq" => has == asked,
        "ne" => has != asked,
        "gt" => has > asked,
        "ge" => has >= asked,
        "lt" => has < asked,
        _ => has <= asked,
    }
}

fn holds(filter: &Filter, row: &Row) -> bool {
    let text = |column: usize| match &row.cells[column] {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    };
    match filter {
        Filter::Join(left, "and", right) => holds(left, row) && holds(right, row),
        Filter::Join(left, _, right) => holds(left, row) || holds(right, row),
        Filter::Not(inner) => !holds(inner, row),
        Filter::Starts(column, part) => text(*column).is_some_and(|text| text.starts_with(&folded(part))),
        Filter::Contains(column, part) => text(*column).is_some_and(|text| text.contains(&folded(part))),
        Filter::Ends(column, part) => text(*column).is_some_and(|text| text.ends_with(&folded(part))),
        Filter::Part(part, comparison, asked) => match text(5) {
            Some(time) => compares(&number_at(time, *part), comparison, asked),
            None => *comparison == "ne",
        },
        Filter::In(column, values) => values.iter().any(|one| cell(*column, one) == row.cells[*column]),
        Filter::Flag => row.cells[4] == Cell::Flag(true),
        Filter::Compare(column, comparison, value) => {
            let (has, asked) = (&row.cells[*column], cell(*column, value));
            let comparable = *has != Cell::Null && asked != Cell::Null;
            (comparable || matches!(*comparison, "eq" | "ne")) && compares(has, comparison, &asked)
        }
    }
}

/// Keys of an order with their directions; `descending` turns null to the end as well.
type Order = Vec<(usize, bool)>;

fn order(dice: &mut Dice) -> Order {
    (0..=dice.below(3)).map(|_| (dice.one(&COMPARABLE), dice.below(2) == 1)).collect()
}

fn compare(order: &Order, a: &Row, b: &Row) -> Ordering {
    let by_key = order.iter().map(|(column, descending)| {
        let ordering = a.cells[*column].partial_cmp(&b.cells[*column]).unwrap();
        if *descending { ordering.reverse() } else { ordering }
    });
    by_key.fold(Ordering::Equal, Ordering::then).then(a.id.cmp(&b.id))
}

fn expected(rows: &[Row], filter: Option<&Filter>, order: &Order) -> Vec<u64> {
    let mut found: Vec<&Row> = rows.iter().filter(|row| filter.is_none_or(|f| holds(f, row))).collect();
    found.sort_by(|a, b| compare(order, a, b));
    found.iter().map(|row| row.id).collect()
}

#[test]
fn generated_filters_and_orders_find_what_plain_loops_find() {
    let server = Server::start(Options::default());
    let list = server.list("Rows").note("Note").number("Number").boolean("Flag").date_time("Time");
    // An index must not change what is found.
    let list = list.field("Pick", 6, json!({"Indexed": true, "Choices": ["alpha", "beta"]}));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let rows = add_rows(&list, &mut dice);

    let (mut empty, mut whole) = (0, 0);
    for _ in 0..FILTERS {
        let filter = filter(&mut dice, 3);
        let text = printed(&filter, &mut dice);
        let expected = expected(&rows, Some(&filter), &Vec::new());
        empty += usize::from(expected.is_empty());
        whole += usize::from(expected.len() == ROWS);
        assert_eq!(ids(&list, &format!("$filter={}", encoded(&text))), expected, "{text}");
    }
    assert!(
        empty < FILTERS / 2 && whole < FILTERS / 4,
        "{empty} found nothing, {whole} all: too dull a test"
    );

    for _ in 0..ORDERS {
        let (filter, order) = (filter(&mut dice, 1), order(&mut dice));
        let text = printed(&filter, &mut dice);
        let keys: Vec<String> = order
            .iter()
            .map(|(column, descending)| {
                let word = if *descending { " desc" } else { dice.one(&["", " asc"]) };
                format!("{}{word}", COLUMNS[*column])
            })
            .collect();
        let keys = keys.join(",");
        let query = format!("$orderby={}", encoded(&keys));
        assert_eq!(ids(&list, &query), expected(&rows, None, &order), "{keys}");
        let query = format!("$filter={}&$skip=3&$orderby={}", encoded(&text), encoded(&keys));
        let found: Vec<u64> = expected(&rows, Some(&filter), &order).into_iter().skip(3).collect();
        assert_eq!(ids(&list, &query), found, "{text} by {keys}");
    }
}
