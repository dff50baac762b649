//! Threshold mode: queries that would have to look at every row of a long list are refused.

use odata::query::Comparison;

use super::{Column, ItemsQuery, Predicate, Test};
use crate::model::SystemProperty;

impl ItemsQuery {
    /// Whether the query is refused for a list of so many items: the list has more than the threshold, and
    /// neither an index nor the order of Ids leads to the rows.
    pub(crate) fn is_over_threshold(&self, item_count: i64) -> bool {
        let over = self.threshold.is_some_and(|most| u64::try_from(item_count).is_ok_and(|n| n > most));
        over && !self.begins_at_index()
    }

    /// A filter has to lead to its rows itself: whatever the order, rows that do not fulfil it would be
    /// looked at in vain. Without one the order's first key decides.
    fn begins_at_index(&self) -> bool {
        match (&self.predicate, self.order.first()) {
            (Some(predicate), _) => predicate.is_found_by_index(),
            (None, Some(first)) => first.column.is_indexed(),
            (None, None) => true,
        }
    }
}

impl Predicate {
    /// Whether an index leads to the rows that fulfil it.
    fn is_found_by_index(&self) -> bool {
        match self {
            Self::And(members) => members.iter().any(Self::is_found_by_index),
            Self::Or(members) => members.iter().all(Self::is_found_by_index),
            Self::Member { .. } => false,
            Self::Test { column, test, negated } => {
                let bounded = match test {
                    Test::Null(is_null) => is_null != negated,
                    // The opposite of an order is the other order; that of equality is nearly every row.
                    Test::Compare(comparison, _) => match comparison {
                        Comparison::Equal => !negated,
                        Comparison::NotEqual => *negated,
                        _ => true,
                    },
                    Test::In(_) | Test::StartsWith(_) => !negated,
                    Test::EndsWith(_) | Test::Contains(_) | Test::Part(..) => false,
                };
                bounded && column.is_indexed()
            }
        }
    }
}

impl Column {
    /// Whether rows are found by it without looking at all of them.
    fn is_indexed(&self) -> bool {
        match self {
            Self::Field(field) => field.indexed,
            Self::System(property) => matches!(property, SystemProperty::Id | SystemProperty::IdUpper),
            Self::Through { .. } => false,
        }
    }
}
