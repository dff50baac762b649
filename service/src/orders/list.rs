//! Orders about lists.

use std::sync::Arc;

use anyhow::{anyhow, bail};
use odata::{
    Preconditions,
    path::{ListKey, SitePath},
};
use serde::{Deserialize, Serialize};
use store::{
    Catalog, Engine, ReadOutcome,
    model::{List, Site, Strictness},
    plan::{Action, ListChange, ReadPlan},
};

use super::{Outcome, write};
use crate::config::Mode;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum ListOrder {
    SetStrictness {
        site: String,
        title: String,
        mode: Mode,
    },
    SetClosed {
        site: String,
        title: String,
        closed: bool,
    },
    /// Without a title, of all lists of the site.
    Overwrites {
        site: String,
        title: Option<String>,
    },
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
        ListOrder::Overwrites { site, title } => {
            overwrites(engine, &site, title.as_deref()).map(Outcome::text)
        }
    }
}

/// Who overwrote items of a site's lists, as a table.
fn overwrites<E: Engine>(engine: &E, site: &str, title: Option<&str>) -> anyhow::Result<String> {
    let catalog = engine.catalog();
    let lists = match title {
        Some(title) => vec![find(&catalog, site, title)?],
        None => catalog.lists_of(find_site(&catalog, site)?.id),
    };
    let ReadOutcome::Overwrites(counts) =
        engine.read(&ReadPlan::Overwrites(lists.iter().map(|l| l.id).collect()))?
    else {
        bail!("the counts cannot be read");
    };
    let mut lines = vec!["list\tcaller\tprogram\tcondition\ttimes\tfirst\tlast".to_owned()];
    for count in counts {
        let list = lists.iter().find(|l| l.id == count.list).map_or("", |l| &l.title);
        let caller = catalog.user(count.caller).map_or("", |u| &u.login);
        lines.push(format!(
            "{list}\t{caller}\t{}\t{}\t{}\t{}\t{}",
            count.user_agent,
            count.kind.name(),
            count.count,
            count.first,
            count.last
        ));
    }
    Ok(lines.join("\n"))
}

fn find_site<'a>(catalog: &'a Catalog, site: &str) -> anyhow::Result<&'a Arc<Site>> {
    let path = SitePath::parse(site).ok();
    path.and_then(|path| catalog.site(&path)).ok_or_else(|| anyhow!("there is no site {site}"))
}

fn find(catalog: &Catalog, site: &str, title: &str) -> anyhow::Result<Arc<List>> {
    let place = find_site(catalog, site)?;
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
