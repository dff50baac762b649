//! Query options of ListData.svc under the names of `_api`.

use odata::query::{Expr, OrderBy, Property, QueryOptions, Select};
use store::{Catalog, model::List, plan::PlanError};

use crate::list_data::{Columns, Sets};

/// The options, with every name resolved.
pub(super) fn resolve(
    catalog: &Catalog,
    sets: &Sets,
    list: &List,
    sent: &QueryOptions,
) -> Result<QueryOptions, PlanError> {
    let names = Names { catalog, sets, columns: Columns::of(list) };
    let order =
        |key: &OrderBy| Ok(OrderBy { property: names.column(&key.property)?, direction: key.direction });
    let (select, expand) = names.selection(sent)?;
    Ok(QueryOptions {
        select,
        expand,
        filter: sent.filter.clone().map(|filter| names.filter(filter)).transpose()?,
        order_by: sent.order_by.iter().map(order).collect::<Result<_, PlanError>>()?,
        ..sent.clone()
    })
}

struct Names<'a> {
    catalog: &'a Catalog,
    sets: &'a Sets,
    columns: Columns,
}

impl Names<'_> {
    /// The path that `_api` has for a property, or for one of what a Lookup refers to.
    fn path(&self, path: &[String]) -> Option<Vec<String>> {
        match path {
            [name] => Some(vec![self.columns.find(name)?.api_name().to_owned()]),
            [navigation, name] => {
                let (field, set) = self.columns.navigation(self.sets, navigation)?;
                let target = Columns::of(self.catalog.list(set.list)?);
                Some(vec![field.entity_name().to_owned(), target.find(name)?.api_name().to_owned()])
            }
            _ => None,
        }
    }

    /// What a filter or an order names.
    fn column(&self, property: &Property) -> Result<Property, PlanError> {
        match self.path(&property.path) {
            Some(path) => Ok(Property { path, span: property.span }),
            None => Err(PlanError::UnknownColumn { name: property.path.join("/") }),
        }
    }

    fn filter(&self, expr: Expr) -> Result<Expr, PlanError> {
        let all = |members: Vec<Expr>| members.into_iter().map(|m| self.filter(m)).collect::<Result<_, _>>();
        Ok(match expr {
            Expr::And(members) => Expr::And(all(members)?),
            Expr::Or(members) => Expr::Or(all(members)?),
            Expr::Not(inner) => Expr::Not(Box::new(self.filter(*inner)?)),
            Expr::Compare { property, comparison, value, span } => {
                Expr::Compare { property: self.column(&property)?, comparison, value, span }
            }
            Expr::Part { part, property, comparison, value } => {
                Expr::Part { part, property: self.column(&property)?, comparison, value }
            }
            Expr::In { property, values } => Expr::In { property: self.column(&property)?, values },
            Expr::Text { property, matching, text } => {
                Expr::Text { property: self.column(&property)?, matching, text }
            }
            Expr::Holds(property) => Expr::Holds(self.column(&property)?),
        })
    }

    /// What is selected and expanded. OData 2 gives the whole of what is expanded unless parts of it are selected,
    /// so that all of it is selected here.
    fn selection(&self, sent: &QueryOptions) -> Result<(Vec<Select>, Vec<Property>), PlanError> {
        if sent.select.is_empty() && sent.expand.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let unknown = |property: &Property| PlanError::UnknownProperty { name: property.path.join("/") };
        let is_expanded = |name: &str| sent.expand.iter().any(|e| e.path.first().is_some_and(|n| n == name));
        let (mut select, mut expand) = (Vec::new(), Vec::new());
        let mut add =
            |path: Vec<String>| select.push(Select::Property(Property { path, span: Default::default() }));
        let everything = || self.columns.iter().map(|column| vec![column.api_name().to_owned()]);
        if sent.select.is_empty() || sent.select.contains(&Select::All) {
            everything().for_each(&mut add);
        }
        for property in
            sent.select.iter().filter_map(|s| if let Select::Property(p) = s { Some(p) } else { None })
        {
            match property.path.as_slice() {
                // Its link is given, which is there always.
                [name] if self.columns.navigation(self.sets, name).is_some() => {}
                [name, _] if !is_expanded(name) => {
                    return Err(PlanError::UnselectedExpansion { name: name.clone() });
                }
                path => add(self.path(path).ok_or_else(|| unknown(property))?),
            }
        }
        for property in &sent.expand {
            let [name] = property.path.as_slice() else { return Err(unknown(property)) };
            let (field, set) = self.columns.navigation(self.sets, name).ok_or_else(|| unknown(property))?;
            let target = self.catalog.list(set.list).ok_or_else(|| unknown(property))?;
            let is_within =
                |s: &Select| matches!(s, Select::Property(p) if p.path.len() == 2 && p.path[0] == *name);
            if !sent.select.iter().any(is_within) {
                let entity_name = field.entity_name();
                let within = Columns::of(target);
                within.iter().for_each(|c| add(vec![entity_name.to_owned(), c.api_name().to_owned()]));
            }
            let path = vec![field.entity_name().to_owned()];
            expand.push(Property { path, span: property.span });
        }
        if select.is_empty() {
            // Links alone: there is no way to ask for nothing.
            let path = vec!["Id".to_owned()];
            select.push(Select::Property(Property { path, span: Default::default() }));
        }
        Ok((select, expand))
    }
}
