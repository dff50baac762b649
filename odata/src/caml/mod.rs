//! CAML: queries as SharePoint's older interfaces have them, in XML.
//!
//! ```text
//! view      = "<View>" [ query ] [ fields ] [ limit ] "</View>" / query            ; in any order
//! query     = "<Query>" [ "<Where>" [ condition ] "</Where>" ] [ groups ] [ order ] "</Query>"
//! condition = "<And>" condition condition "</And>" / "<Or>" condition condition "</Or>"
//!           / "<Eq>" field value "</Eq>"          ; Neq Gt Geq Lt Leq BeginsWith Contains Includes NotIncludes
//!           / "<IsNull>" field "</IsNull>"        ; IsNotNull
//!           / "<In>" field "<Values>" 1*value "</Values>" "</In>"
//! field     = "<FieldRef Name='…' LookupId='TRUE' />"
//! value     = "<Value Type='…' IncludeTimeValue='TRUE'>" ( text / "<Today OffsetDays='…' />" / "<Now />" / "<UserID />" ) "</Value>"
//! groups    = "<GroupBy>" 1*field "</GroupBy>"
//! order     = "<OrderBy>" 1*"<FieldRef Name='…' Ascending='FALSE' />" "</OrderBy>"
//! fields    = "<ViewFields>" *field "</ViewFields>"
//! limit     = "<RowLimit Paged='TRUE'>" digits "</RowLimit>"
//! ```
//!
//! Elements and attributes are read in any case. What only says how rows are shown (`Aggregations`, `QueryOptions`,
//! `Toolbar` …) is left out; what would change which rows are found, and is not served, is refused by its name. Which
//! fields there are and what they hold is not known here: values stay texts.

mod overrides;
mod paging;
mod read;
#[cfg(test)]
mod tests;

pub use overrides::{Overrides, aliased_object};
pub use paging::{PagingError, PagingInfo, paging_of_query};

use crate::query::Direction;

/// A view: which rows, in which order, and what of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What rows must fulfil.
    pub filter: Option<Condition>,
    /// The order: the fields of `GroupBy` come before those of `OrderBy`.
    pub order: Vec<OrderKey>,
    /// `ViewFields`: what is shown of a row; `None` where nothing is said.
    pub fields: Option<Vec<String>>,
    /// `RowLimit`; `None` where there is none, or 0, which is SharePoint's word for none.
    pub row_limit: Option<u32>,
}

/// What a row must fulfil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// All of them; nested `And` are one.
    And(Vec<Condition>),
    /// Some of them; nested `Or` are one.
    Or(Vec<Condition>),
    /// A field compared with a value.
    Compare {
        /// The field.
        field: FieldRef,
        /// How.
        operator: Operator,
        /// With what.
        value: Operand,
    },
    /// `IsNull`, or, where false, `IsNotNull`.
    Null(FieldRef, bool),
    /// `In`: the field is equal to one of the values, of which there is one at least.
    In(FieldRef, Vec<Operand>),
}

/// A field within a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRef {
    /// Its InternalName, as sent.
    pub name: String,
    /// `LookupId='TRUE'`: the Id of what it refers to is meant, not what is shown of it.
    pub lookup_id: bool,
}

/// How a field is compared with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `Eq`.
    Eq,
    /// `Neq`.
    Neq,
    /// `Gt`.
    Gt,
    /// `Geq`.
    Geq,
    /// `Lt`.
    Lt,
    /// `Leq`.
    Leq,
    /// `BeginsWith`.
    BeginsWith,
    /// `Contains`.
    Contains,
    /// `Includes`: one of several values is equal.
    Includes,
    /// `NotIncludes`: none of several values is equal.
    NotIncludes,
}

impl Operator {
    /// All of them, by name.
    pub const ALL: [(&'static str, Self); 10] = [
        ("Eq", Self::Eq),
        ("Neq", Self::Neq),
        ("Gt", Self::Gt),
        ("Geq", Self::Geq),
        ("Lt", Self::Lt),
        ("Leq", Self::Leq),
        ("BeginsWith", Self::BeginsWith),
        ("Contains", Self::Contains),
        ("Includes", Self::Includes),
        ("NotIncludes", Self::NotIncludes),
    ];

    /// The operator with that name, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, operator)| operator)
    }
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The value.
    pub value: Value,
    /// `IncludeTimeValue='TRUE'`: the time of day counts too, not the day alone.
    pub include_time: bool,
    /// `Type='Integer'`: of a person the Id is meant. Nothing else hangs on the type.
    pub is_integer: bool,
}

/// A value, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, which the field's type reads.
    Text(String),
    /// `<Today OffsetDays='…' />`: so many days after today.
    Today(i64),
    /// `<Now />`.
    Now,
    /// `<UserID />`: the caller.
    UserId,
}

/// One key of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderKey {
    /// The field's InternalName, as sent.
    pub name: String,
    /// Which way.
    pub direction: Direction,
}

/// Why CAML cannot be read: 400.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CamlError {
    /// It has too many bytes.
    #[error("The query is not valid. Its XML is longer than {MAX_BYTES} bytes.")]
    TooLong,
    /// Its elements stand too deep within each other.
    #[error("The query is not valid. Its elements are nested more than {MAX_DEPTH} deep.")]
    TooDeep,
    /// It is no XML, or has a DTD.
    #[error("The query is not valid. It is not XML that can be used: {0}.")]
    Xml(String),
    /// An element that means nothing where it stands.
    #[error("The query is not valid. <{name}> cannot stand within {within}.")]
    Misplaced {
        /// The element.
        name: String,
        /// What it stands in.
        within: String,
    },
    /// An element that means something, and is not served.
    #[error("The query is not valid. <{0}> is not supported.")]
    Unsupported(String),
    /// An element that does not hold what it has to.
    #[error("The query is not valid. <{element}> needs {needs}.")]
    Incomplete {
        /// The element.
        element: String,
        /// What it needs.
        needs: &'static str,
    },
    /// A text that is none of those that can stand there.
    #[error("The query is not valid. '{text}' cannot be {of}.")]
    Wrong {
        /// The text, cut to a printable length.
        text: String,
        /// What it would be.
        of: &'static str,
    },
}

/// The most bytes of a view's XML.
pub const MAX_BYTES: usize = 65_536;

/// How deep elements may be nested. A chain of `Or` is as deep as it is long, and scripts write long ones.
pub const MAX_DEPTH: usize = 200;

impl View {
    /// Parses a view or a query; an empty text asks for everything.
    pub fn parse(xml: &str) -> Result<Self, CamlError> {
        read::view(xml)
    }

    /// Lays another view over this one: what that says counts.
    #[must_use]
    pub fn under(self, other: Self) -> Self {
        Self {
            filter: other.filter.or(self.filter),
            order: if other.order.is_empty() { self.order } else { other.order },
            fields: other.fields.or(self.fields),
            row_limit: other.row_limit.or(self.row_limit),
        }
    }

    /// Adds a condition to those that rows must fulfil already.
    pub fn require(&mut self, condition: Condition) {
        self.filter = Some(match self.filter.take() {
            None => condition,
            Some(other) => Condition::And(vec![other, condition]),
        });
    }
}
