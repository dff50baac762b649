//! Values: the columns there are, what they hold, and how that is compared.

use serde_json::{Value, json};

use crate::dice::Dice;

/// A value as it is compared; a null is less than all.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) enum Cell {
    Null,
    /// A Boolean is 0 or 1.
    Number(f64),
    /// Folded; a time as UTC.
    Text(String),
    Many(Vec<Cell>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Url,
    Note,
    Integer,
    Number,
    Id,
    Flag,
    Time,
    Day,
    Guid,
    Texts,
    Ids,
}

impl Kind {
    pub(crate) fn is_ordered(self) -> bool {
        !matches!(self, Self::Note | Self::Texts | Self::Ids)
    }

    pub(crate) fn has_text(self) -> bool {
        matches!(self, Self::Text | Self::Url | Self::Note)
    }
}

/// Fields of both lists: title, kind, `FieldTypeKind`.
pub(crate) const FIELDS: [(&str, Kind, u64); 12] = [
    ("Title", Kind::Text, 2),
    ("Pick", Kind::Text, 6),
    ("Link", Kind::Url, 11),
    ("Note", Kind::Note, 3),
    ("Count", Kind::Integer, 1),
    ("Number", Kind::Number, 9),
    ("Price", Kind::Number, 10),
    ("Flag", Kind::Flag, 8),
    ("Time", Kind::Time, 4),
    ("Day", Kind::Day, 4),
    ("Code", Kind::Guid, 14),
    ("Tags", Kind::Texts, 15),
];

/// What filters and orders name.
pub(crate) const COLUMNS: [(&str, Kind); 41] = [
    ("Title", Kind::Text),
    ("Pick", Kind::Text),
    ("Link", Kind::Url),
    ("Note", Kind::Note),
    ("Count", Kind::Integer),
    ("Number", Kind::Number),
    ("Price", Kind::Number),
    ("Flag", Kind::Flag),
    ("Time", Kind::Time),
    ("Day", Kind::Day),
    ("Code", Kind::Guid),
    ("Tags", Kind::Texts),
    ("AuthorId", Kind::Id),
    ("Author/Title", Kind::Text),
    ("Author/EMail", Kind::Text),
    ("Created", Kind::Time),
    ("SiteId", Kind::Id),
    ("Site/Id", Kind::Id),
    ("Site/Title", Kind::Text),
    ("Site/Link", Kind::Url),
    ("Site/Note", Kind::Note),
    ("Site/Count", Kind::Integer),
    ("Site/Number", Kind::Number),
    ("Site/Flag", Kind::Flag),
    ("Site/Day", Kind::Day),
    ("Site/Code", Kind::Guid),
    ("Site/Tags", Kind::Texts),
    ("Site/Created", Kind::Time),
    ("LargeId", Kind::Id),
    ("Large/Id", Kind::Id),
    ("Large/Title", Kind::Text),
    ("Large/Count", Kind::Integer),
    ("SitesId", Kind::Ids),
    ("Sites/Id", Kind::Ids),
    ("ParentId", Kind::Id),
    ("Parent/Title", Kind::Text),
    ("Parent/Price", Kind::Number),
    ("Parent/SitesId", Kind::Ids),
    ("Parent/SiteId", Kind::Id),
    ("Owner/Title", Kind::Text),
    ("Owner/Id", Kind::Id),
];

const TEXTS: [&str; 28] = [
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
    "a_b",
    "ΟΔΟΣ",
    "οδός",
    "οδος 5",
    "日本",
    "😀 smile",
    "z z",
    "Zz",
    "\u{d7ff}",
    "\u{e000}x",
    "\u{fffd}",
    "\u{10ffff}",
    "\u{10ffff}\u{10ffff}",
    "10",
];
const NUMBERS: [f64; 13] = [
    -1e20,
    -3.0,
    -0.5,
    0.0,
    0.1,
    1.0,
    2.0,
    2.5,
    10.0,
    123_456_789.0,
    9_007_199_254_740_992.0,
    9_007_199_254_740_994.0,
    1e20,
];
const INTEGERS: [i32; 7] = [-2_147_483_647, -3, 0, 1, 2, 3, 2_147_483_647];
const TIMES: [&str; 7] = [
    "0999-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2024-05-01T00:00:00Z",
    "2024-05-01T10:00:00+02:00",
    "2024-05-01T08:00:00Z",
    "2024-05-01T08:00:01Z",
    "2024-12-24T00:00:00Z",
];
const GUIDS: [&str; 3] = [
    "00000000-0000-4000-8000-000000000001",
    "7c1d0b52-0000-4000-8000-00000000000f",
    "ffffffff-0000-4000-8000-000000000001",
];

/// Each character in its lower case, and all sigmas alike.
pub(crate) fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
}

pub(crate) fn text(dice: &mut Dice) -> &'static str {
    dice.one(&TEXTS)
}

/// A value that is not null: as a client sends it (of several one), and as it is compared.
pub(crate) fn value(dice: &mut Dice, kind: Kind) -> (Value, Cell) {
    match kind {
        Kind::Text | Kind::Note | Kind::Url | Kind::Texts => {
            let text = text(dice);
            (text.into(), Cell::Text(folded(text)))
        }
        Kind::Integer => {
            let number = dice.one(&INTEGERS);
            (number.into(), Cell::Number(number.into()))
        }
        Kind::Number => {
            let number = dice.one(&NUMBERS);
            let whole = number.fract() == 0.0 && number.abs() < 1e15;
            let sent =
                if whole { serde_json::from_str(&format!("{number:.0}")).unwrap() } else { json!(number) };
            (sent, Cell::Number(number))
        }
        Kind::Id | Kind::Ids => {
            let id = i32::try_from(1 + dice.below(12)).unwrap();
            (id.into(), Cell::Number(id.into()))
        }
        Kind::Flag => {
            let flag = dice.once_in(2);
            (flag.into(), Cell::Number(f64::from(u8::from(flag))))
        }
        Kind::Time | Kind::Day => {
            let sent = dice.one(&TIMES);
            let time = odata::Timestamp::parse_iso(sent).unwrap();
            (sent.into(), Cell::Text(if kind == Kind::Day { time.midnight() } else { time }.to_string()))
        }
        Kind::Guid => {
            let guid = dice.one(&GUIDS);
            (guid.into(), Cell::Text(guid.into()))
        }
    }
}

/// Up to four values of a kind.
pub(crate) fn several(dice: &mut Dice, kind: Kind) -> (Value, Cell) {
    let (sent, cells): (Vec<_>, Vec<_>) = (0..=dice.below(3)).map(|_| value(dice, kind)).unzip();
    (sent.into(), Cell::Many(cells))
}
