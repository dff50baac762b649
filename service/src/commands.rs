//! The program's commands.

use anyhow::{Context, anyhow};
use odata::{
    Preconditions, Uuid,
    path::{ListKey, SitePath},
};
use store::{
    Engine, WriteReply,
    model::{Strictness, UserId},
    plan::{Action, ListChange, NewSite, WritePlan},
    sqlite::{Location, Options, Sqlite},
};

use crate::{
    app::Application,
    config::{Cli, Command, Lists, Serve},
    telemetry,
};

/// Runs the command line.
///
/// # Errors
/// With a line that tells the user what is wrong.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(serve) => self::serve(serve).await,
        Command::Lists(Lists::Strict { title, mode, data, site }) => {
            set_strictness(&Location::Folder(data), &site, title, mode.into()).await
        }
    }
}

async fn serve(config: Serve) -> anyhow::Result<()> {
    telemetry::start();
    let application = Application::build(config).await?;
    println!("listening on http://{}", application.address());
    application.run().await
}

async fn set_strictness(
    location: &Location,
    site: &SitePath,
    title: String,
    strict: Strictness,
) -> anyhow::Result<()> {
    let engine = Sqlite::open(location, Options::default())?;
    let catalog = engine.catalog();
    let place = catalog.site(site).ok_or_else(|| anyhow!("there is no site {}", site.as_str()))?;
    let list = catalog
        .find_list(place, &ListKey::Title(title.clone()))
        .ok_or_else(|| anyhow!("there is no list '{title}' in that site"))?;
    let mut changed = store::model::List::clone(list);
    changed.strict = strict;
    let change = ListChange { list: list.clone(), changed, preconditions: Preconditions::default() };
    submit(&engine, Action::ChangeList(change)).await.context("the list could not be changed")?;
    println!("{title}: {}", strict.name());
    Ok(())
}

/// Makes the sites that shall be there.
pub(crate) async fn ensure_sites(engine: &Sqlite, sites: &[SitePath]) -> anyhow::Result<()> {
    for path in [SitePath::ROOT].iter().chain(sites) {
        if engine.has_site(path) {
            continue;
        }
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        let title = if name.is_empty() { "Home" } else { name };
        let site = NewSite {
            guid: Uuid::new_v4(),
            path: path.clone(),
            title: title.to_owned(),
            description: String::new(),
        };
        submit(engine, Action::AddSite(site)).await.context("a site could not be made")?;
    }
    Ok(())
}

async fn submit(engine: &Sqlite, action: Action) -> Result<WriteReply, store::StoreError> {
    engine.write(WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action }).await
}
