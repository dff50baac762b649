//! `$expand` of what stands round items: their list, their content type, their values as texts.

use odata::{
    path::FieldTexts,
    query::{Property, QueryOptions, Select},
};
use store::{
    Catalog,
    model::{List, SHOWN_AROUND, Site},
    plan::{PlanError, Related, Selection, related},
};

use super::{
    Call,
    read::{list_state, one},
    thing::looked_up,
};
use crate::{
    error::Error,
    ports::Store,
    render::{self, Around, Entity},
};

/// What is shown of the items of a list, of themselves and of what stands round them, and the Lookup fields
/// whose items are needed for it.
pub(super) async fn resolve<S: Store>(
    call: &Call<'_, S>,
    catalog: &Catalog,
    site: &Site,
    list: &std::sync::Arc<List>,
    options: &QueryOptions,
) -> Result<(Selection, Around, Vec<Related>), Error> {
    if options.expand.is_empty() {
        // Nearly every read.
        return Ok((list.resolve_selection(catalog, options)?, Around::default(), Vec::new()));
    }
    // A field of that name is meant first.
    let stands_round = |p: &Property| {
        p.path
            .first()
            .is_some_and(|n| SHOWN_AROUND.contains(&n.as_str()) && list.field_by_entity_name(n).is_none())
    };
    let (outer, own) = options.expand.iter().cloned().partition(&stands_round);
    let expand: Vec<Property> = outer;
    let is_expanded =
        |p: &Property| stands_round(p) && expand.iter().any(|e| e.path.first() == p.path.first());
    let (outer, own_select): (Vec<Select>, Vec<Select>) =
        options.select.iter().cloned().partition(|s| matches!(s, Select::Property(p) if is_expanded(p)));
    let select: Vec<Property> =
        outer.into_iter().filter_map(|s| if let Select::Property(p) = s { Some(p) } else { None }).collect();
    let own = QueryOptions { select: own_select, expand: own, ..Default::default() };
    let mut selection = list.resolve_selection(catalog, &own)?;
    if own.select.is_empty() && !options.select.is_empty() {
        selection = Some(Vec::new());
    }
    let mut related = related(&selection);
    let mut around = Around::default();
    for name in SHOWN_AROUND.into_iter().filter(|name| expand.iter().any(|e| e.path[0] == *name)) {
        let (select, expand) = (under(&select, name), under(&expand, name));
        around
            .names
            .extend(select.iter().map(|p| [&[name.to_owned()], p.path.as_slice()].concat().join("/")));
        let texts = match name {
            "FieldValuesAsText" => FieldTexts::Text,
            "FieldValuesAsHtml" => FieldTexts::Html,
            "FieldValuesForEdit" => FieldTexts::Edit,
            _ => {
                let entity = if name == "ParentList" {
                    let state = list_state(call, list).await?;
                    // Not its fields, which would be many times as large as any item.
                    let mut entity = render::list_entity_with_nested(call.view, site, list, &state);
                    entity.nested.retain(|(name, _)| *name != "Fields");
                    entity
                } else {
                    render::content_type_entity(site, list)
                };
                around.same.push((name, render::embedded(call.view, &narrowed(entity, select, expand)?)));
                continue;
            }
        };
        if let Some(deeper) = expand.iter().find(|e| !e.path.is_empty()) {
            let name = format!("{name}/{}", deeper.path.join("/"));
            return Err(PlanError::UnknownProperty { name }.into());
        }
        let whole = select.iter().any(|p| p.path.is_empty());
        let selected = if whole { Vec::new() } else { select.iter().map(|p| p.path.join("/")).collect() };
        around.texts.push((name, texts, selected));
    }
    if !around.texts.is_empty() {
        related.extend(looked_up(catalog, list));
    }
    Ok((selection, around, related))
}

fn narrowed(entity: Entity, select: Vec<Property>, expand: Vec<Property>) -> Result<Entity, Error> {
    let is_whole = select.iter().any(|p| p.path.is_empty());
    let mut select: Vec<Select> =
        select.into_iter().filter(|p| !p.path.is_empty()).map(Select::Property).collect();
    if is_whole {
        select.push(Select::All);
    }
    let expand = expand.into_iter().filter(|p| !p.path.is_empty()).collect();
    one(entity, &QueryOptions { select, expand, ..Default::default() })
}

/// The rests of the paths that begin with a name.
fn under(paths: &[Property], name: &str) -> Vec<Property> {
    let under = paths.iter().filter(|p| p.path.first().is_some_and(|n| n == name));
    under.map(|p| Property { path: p.path[1..].to_vec(), span: p.span }).collect()
}
