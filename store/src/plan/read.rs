//! Reads: one item, a page of items, and what else is looked up.

use std::sync::Arc;

use odata::{
    Literal, Preconditions,
    path::{ItemKey, ListKey, ViewKey},
    query::{Comparison, Direction, Paging, QueryOptions, SkipToken, Top},
};

use super::{Column, PlanError, Predicate, Test};
use crate::{
    Catalog,
    model::{
        Field, FieldValue, Item, ItemId, Key, List, ListId, ListView, Site, SystemProperty, UserId, fold,
    },
};

/// A read.
#[derive(Debug)]
pub enum ReadPlan {
    /// One item.
    Item {
        /// Its list.
        list: Arc<List>,
        /// Which.
        target: ItemTarget,
        /// The conditions that it will be held against.
        preconditions: Preconditions,
        /// What is read with it of other lists.
        related: Vec<Related>,
    },
    /// A page of items.
    Items(Arc<ItemsQuery>),
    /// The states of lists.
    ListStates(Vec<ListId>),
    /// The counts of writes to lists' items that named no version, the newest first.
    Overwrites(Vec<ListId>),
    /// The answer that was stored for an id of a caller, if that is not too old to count.
    Replay {
        /// The caller.
        caller: UserId,
        /// The id.
        id: String,
    },
}

impl ReadPlan {
    /// Whether it takes so little time that it may run where requests are served.
    #[must_use]
    pub const fn is_short(&self) -> bool {
        !matches!(self, Self::Items(_))
    }
}

/// Which item.
#[derive(Clone, Debug)]
pub enum ItemTarget {
    /// The one with this Id.
    Id(ItemId),
    /// The one whose unique field has this value.
    Key {
        /// The field.
        field: Arc<Field>,
        /// The value, never null.
        value: FieldValue,
    },
}

/// A query for a page of items.
#[derive(Clone, Debug)]
pub struct ItemsQuery {
    /// The list.
    pub list: Arc<List>,
    /// What rows must fulfil.
    pub predicate: Option<Predicate>,
    /// The keys of the order in which rows are read; the Id follows them.
    pub order: Vec<OrderTerm>,
    /// Which way the Id goes, which decides between rows of the same keys.
    pub by_id: Direction,
    /// Whether rows are read against the order that was asked for, as those before a row are. The page
    /// has them in the order that was asked for.
    pub backward: bool,
    /// The row that the page follows as rows are read: its keys, in the order's order, and its Id.
    pub after: Option<(Vec<Key>, ItemId)>,
    /// How many rows to leave out first.
    pub skip: u64,
    /// How many rows at most; with 0 none is read.
    pub limit: u32,
    /// Whether the number of all rows that fulfil the predicate is asked for.
    pub count: bool,
    /// The most items that a list may have whose rows are looked at one by one.
    pub threshold: Option<u64>,
    /// What is read with them of other lists.
    pub related: Vec<Related>,
}

/// A Lookup field whose items are read too.
#[derive(Clone, Debug)]
pub struct Related {
    /// The field.
    pub field: Arc<Field>,
    /// The list that it refers to.
    pub list: Arc<List>,
}

/// One key of an order.
#[derive(Clone, Debug)]
pub struct OrderTerm {
    /// The column.
    pub column: Column,
    /// Which way.
    pub direction: Direction,
}

impl Catalog {
    /// The list that a URL names.
    ///
    /// # Errors
    /// One of the `List…NotFound`.
    pub fn resolve_list(&self, site: &Site, key: &ListKey) -> Result<Arc<List>, PlanError> {
        self.find_list(site, key).cloned().ok_or_else(|| match key {
            ListKey::Title(title) => PlanError::ListTitleNotFound { title: title.clone() },
            ListKey::Id(_) => PlanError::ListIdNotFound,
            ListKey::Url(_) => PlanError::ListUrlNotFound,
            ListKey::EntitySet(name) => PlanError::SetNotFound { name: name.clone(), instead: Vec::new() },
        })
    }
}

impl List {
    /// The view that a URL names; of several with a title the first, one in that case before others.
    ///
    /// # Errors
    /// [`PlanError::ViewNotFound`].
    pub fn resolve_view(&self, key: &ViewKey) -> Result<&Arc<ListView>, PlanError> {
        let found = match key {
            ViewKey::Id(guid) => self.views.iter().find(|view| view.guid == *guid),
            ViewKey::Title(title) => {
                let exactly = || self.views.iter().find(|view| view.title == *title);
                let folded = fold(title);
                exactly().or_else(|| self.views.iter().find(|view| fold(&view.title) == folded))
            }
            ViewKey::Default => self.default_view(),
        };
        found.ok_or(PlanError::ViewNotFound)
    }

    /// The item that a URL names.
    ///
    /// # Errors
    /// Where no item can have the Id, or the key is not a value of a field of unique values.
    pub fn resolve_item(&self, key: &ItemKey) -> Result<ItemTarget, PlanError> {
        match key {
            ItemKey::Id(id) if *id > 0 => Ok(ItemTarget::Id(ItemId(*id))),
            ItemKey::Id(_) => Err(PlanError::ItemNotFound),
            ItemKey::Field { name, value } => {
                let field = self
                    .field_by_property(name)
                    .ok_or_else(|| PlanError::UnknownColumn { name: name.clone() })?;
                if !field.unique {
                    return Err(PlanError::NotAKey { name: name.clone() });
                }
                let sent = match value {
                    Literal::Null => serde_json::Value::Null,
                    Literal::Boolean(b) => (*b).into(),
                    Literal::Integer(i) => (*i).into(),
                    Literal::Number(n) => (*n).into(),
                    Literal::String(s) => s.as_str().into(),
                    Literal::DateTime(t) => t.to_string().into(),
                    Literal::Guid(g) => g.to_string().into(),
                };
                let wrong = |wrong| PlanError::WrongValue { name: name.clone(), wrong };
                let value = field.read(&sent).map_err(wrong)?;
                if value.key == Key::Null {
                    return Err(wrong(crate::model::WrongValue::Type("a key is not empty")));
                }
                Ok(ItemTarget::Key { field: field.clone(), value })
            }
        }
    }
}

/// How many keys an order may have: the condition for the next page grows with their square.
const MAX_ORDER_KEYS: usize = 10;

impl ItemsQuery {
    /// Resolves the options of a read of items.
    ///
    /// # Errors
    /// Where a name, a literal or the token does not fit the list.
    pub fn resolve(
        catalog: &Catalog,
        list: Arc<List>,
        options: &QueryOptions,
        related: Vec<Related>,
    ) -> Result<Self, PlanError> {
        let predicate = options.filter.as_ref().map(|f| Predicate::resolve(catalog, &list, f)).transpose()?;
        let mut order = Vec::with_capacity(options.order_by.len());
        let mut by_id = Direction::Ascending;
        if options.order_by.len() > MAX_ORDER_KEYS {
            return Err(PlanError::Refused {
                reason: format!("$orderby takes up to {MAX_ORDER_KEYS} keys."),
            });
        }
        for key in &options.order_by {
            let column = Column::resolve(catalog, &list, &key.property).map_err(|error| match error {
                PlanError::NotUsable { name, .. } => PlanError::NotUsable { name, clause: "$orderby" },
                error => error,
            })?;
            if matches!(column, Column::System(SystemProperty::Id | SystemProperty::IdUpper)) {
                // No two rows have the same Id: further keys decide nothing.
                by_id = key.direction;
                break;
            }
            if !column.is_comparable() {
                let name = key.property.path.join("/");
                return Err(PlanError::NotUsable { name, clause: "$orderby" });
            }
            order.push(OrderTerm { column, direction: key.direction });
        }
        let after = match &options.skip_token {
            Some(token) => Some(after(&order, token)?),
            None => None,
        };
        let query = Self {
            list,
            predicate,
            order,
            by_id,
            backward: false,
            after,
            skip: options.skip.unwrap_or(0),
            limit: options.top.unwrap_or(Top::DEFAULT).rows(),
            count: options.count,
            threshold: None,
            related,
        };
        let backward = options.skip_token.as_ref().is_some_and(|token| token.paging == Paging::Backward);
        Ok(if backward { query.turned() } else { query })
    }

    /// The same with rows read the other way.
    fn turned(mut self) -> Self {
        for term in &mut self.order {
            term.direction = term.direction.reversed();
        }
        Self { by_id: self.by_id.reversed(), backward: !self.backward, ..self }
    }

    /// The query that shows whether rows follow the one with these keys in the order that was asked for.
    pub(crate) fn onward(&self, last: &Item, keys: Vec<Key>) -> Self {
        let query = if self.backward { self.clone().turned() } else { self.clone() };
        let after = Some((keys, last.id));
        Self { after, skip: 0, limit: 0, count: false, related: Vec::new(), ..query }
    }

    /// The other lists whose items the answer hangs on.
    #[must_use]
    pub fn other_lists(&self) -> Vec<ListId> {
        let mut lists: Vec<_> = self.related.iter().map(|r| r.list.id).collect();
        lists.extend(self.order.iter().filter_map(|term| term.column.other_list()));
        if let Some(predicate) = &self.predicate {
            predicate.other_lists(&mut lists);
        }
        lists.sort_unstable();
        lists.dedup();
        lists
    }

    /// The token of the page that follows the one whose last row is this.
    #[must_use]
    pub fn token(&self, last: &Item, keys: &[Key]) -> SkipToken {
        let names = self.order.iter().map(|term| term.column.token_name());
        let (paging, id) = (Paging::Forward, last.id.0);
        SkipToken { paging, id, keys: names.zip(keys.iter().map(Key::to_token)).collect() }
    }

    /// The token of the page that lies before the one whose first row is this.
    #[must_use]
    pub fn token_before(&self, first: &Item, keys: &[Key]) -> SkipToken {
        SkipToken { paging: Paging::Backward, ..self.token(first, keys) }
    }

    /// What rows must fulfil: the filter, and that they come after the page before.
    pub(crate) fn conditions(&self) -> Vec<Predicate> {
        let mut all: Vec<_> = self.predicate.iter().cloned().collect();
        if let Some((keys, id)) = &self.after {
            all.extend(self.following(keys, *id));
        }
        all
    }

    /// The rows after one with these keys: those with a later first key, or with the same first key and
    /// a later second one, and so on to the Id. A bound on the first key comes first, for its index.
    fn following(&self, keys: &[Key], id: ItemId) -> Vec<Predicate> {
        let id_column = || Column::System(SystemProperty::Id);
        let later = match self.by_id {
            Direction::Ascending => Comparison::Greater,
            Direction::Descending => Comparison::Less,
        };
        let after_id = Test::Compare(later, Key::Integer(id.0));
        let mut alternatives = Vec::with_capacity(keys.len() + 1);
        let mut equal: Vec<Predicate> = Vec::new();
        for (term, key) in self.order.iter().zip(keys) {
            if let Some(later) = term.later_than(key) {
                let mut all = equal.clone();
                all.push(later);
                alternatives.push(Predicate::And(all));
            }
            equal.push(term.same_as(key));
        }
        equal.push(Predicate::test(id_column(), after_id));
        alternatives.push(Predicate::And(equal));
        let mut all = Vec::with_capacity(2);
        if let (Some(term), Some(key)) = (self.order.first(), keys.first()) {
            all.extend(term.not_before(key));
        }
        all.push(Predicate::Or(alternatives));
        all
    }
}

impl OrderTerm {
    fn test(&self, comparison: Comparison, key: &Key) -> Predicate {
        Predicate::test(self.column.clone(), Test::Compare(comparison, key.clone()))
    }

    fn null(&self, is_null: bool) -> Predicate {
        Predicate::test(self.column.clone(), Test::Null(is_null))
    }

    fn same_as(&self, key: &Key) -> Predicate {
        match key {
            Key::Null => self.null(true),
            key => self.test(Comparison::Equal, key),
        }
    }

    /// Null is first when ascending and last when descending.
    fn later_than(&self, key: &Key) -> Option<Predicate> {
        match (self.direction, key) {
            (Direction::Ascending, Key::Null) => Some(self.null(false)),
            (Direction::Ascending, key) => Some(self.test(Comparison::Greater, key)),
            (Direction::Descending, Key::Null) => None,
            (Direction::Descending, key) => {
                Some(Predicate::Or(vec![self.test(Comparison::Less, key), self.null(true)]))
            }
        }
    }

    fn not_before(&self, key: &Key) -> Option<Predicate> {
        match (self.direction, key) {
            (Direction::Ascending, Key::Null) => None,
            (Direction::Ascending, key) => Some(self.test(Comparison::GreaterOrEqual, key)),
            (Direction::Descending, Key::Null) => Some(self.null(true)),
            (Direction::Descending, _) => None,
        }
    }
}

fn after(order: &[OrderTerm], token: &SkipToken) -> Result<(Vec<Key>, ItemId), PlanError> {
    // A token of Ids alone is what clients make by hand; it fits the default order only.
    if token.keys.len() != order.len() {
        return Err(PlanError::WrongSkipToken);
    }
    let mut keys = Vec::with_capacity(order.len());
    for (term, (name, value)) in order.iter().zip(&token.keys) {
        if term.column.token_name() != *name {
            return Err(PlanError::WrongSkipToken);
        }
        keys.push(term.column.key_of_token(value).ok_or(PlanError::WrongSkipToken)?);
    }
    Ok((keys, ItemId(token.id)))
}
