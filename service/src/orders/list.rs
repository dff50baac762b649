//! Orders about lists.

use std::sync::Arc;

use anyhow::anyhow;
use odata::{
    Preconditions,
    path::{ListKey, SitePath},
};
use serde::{Deserialize, Serialize};
use store::{
    Catalog, Engine,
    model::{List, Strictness},
    plan::{Action, ListChange},
};

use super::{Outcome, write};
use crate::config::Mode;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ListOrder {
    SetStrictness { site: String, title: String, mode: Mode },
    SetClosed { site: String, title: String, closed: bool },
}

pub(super) async fn run<E: Engine>(engine: &E, order: ListOrder) -> anyhow::Result<Outcome> {
    match order {
        ListOrder::SetStrictness { site, title, mode } => {
            let strict = Strictness::from(mode);
            change(engine, &site, &title, |list| list.strict = strict).await?;
            Ok(Outcome::text(format!("{title}: {}", strict.name())))
        }
        ListOrder::SetClosed { site, title, closed } => {
            change(engine, &site, &title, |list| list.closed = closed).await?;
            let now = if closed {
                "only rights of its own hold in it"
            } else {
                "the rights of its site hold in it"
            };
            Ok(Outcome::text(format!("{title}: {now}")))
        }
    }
}

fn find(catalog: &Catalog, site: &str, title: &str) -> anyhow::Result<Arc<List>> {
    let path = SitePath::parse(site).ok();
    let place =
        path.and_then(|path| catalog.site(&path)).ok_or_else(|| anyhow!("there is no site {site}"))?;
    let list = catalog.find_list(place, &ListKey::Title(title.to_owned()));
    list.cloned().ok_or_else(|| anyhow!("there is no list '{title}' in that site"))
}

/// Changes a list; another change meanwhile makes it begin anew.
async fn change<E: Engine>(
    engine: &E,
    site: &str,
    title: &str,
    change: impl Fn(&mut List),
) -> anyhow::Result<()> {
    for _ in 0..16 {
        let list = find(&engine.catalog(), site, title)?;
        let mut changed = List::clone(&list);
        change(&mut changed);
        let plan = ListChange { list, changed, preconditions: Preconditions::default() };
        match write(engine, Action::ChangeList(plan)).await {
            Err(e) if matches!(e.downcast_ref(), Some(store::StoreError::StaleCatalog)) => {}
            other => return other.map(drop),
        }
    }
    Err(anyhow!("the list is changed by others all the time; try again"))
}
