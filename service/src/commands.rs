//! The program's commands.

use anyhow::{Context, anyhow};
use odata::{
    Preconditions,
    path::{ListKey, SitePath},
};
use store::{
    Engine,
    model::{Strictness, UserId},
    plan::{Action, ListChange, WritePlan},
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
    let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Action::ChangeList(change) };
    engine.write(plan).await.context("the list could not be changed")?;
    println!("{title}: {}", strict.name());
    Ok(())
}
