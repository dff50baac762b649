//! The server as a whole: built from its configuration, bound to a port, then run.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail};
use odata::{Uuid, path::SitePath};
use store::{
    Engine,
    model::UserId,
    plan::{AccessChange, Action, NewSite, WritePlan},
    sqlite::{Options, Sqlite},
};

use crate::{
    access::{self, Gate},
    clock,
    config::{PagesOf, Serve},
    http::{self, Door, Limits, Pages},
    orders::Control,
    ports::Rules,
    quota::Quotas,
};

/// A server that is bound and not yet running.
pub(crate) struct Application {
    listener: TcpListener,
    engine: Arc<Sqlite>,
    rules: Rules,
    door: Door,
    pages: Vec<Pages>,
    quotas: Quotas,
    /// Kept for as long as orders are taken.
    control: Option<Control>,
}

impl Application {
    /// Opens the database, makes the sites that shall be there, and binds the port.
    ///
    /// # Errors
    /// Where the configuration is not safe, or the folder or the port cannot be had.
    pub(crate) async fn build(config: Serve) -> anyhow::Result<Self> {
        let is_local = config.listen.ip().is_loopback();
        if !is_local && !config.insecure {
            bail!(
                "{} is reached by other machines, and no sign-in is configured: anybody could read and change \
                 everything. Listen on 127.0.0.1, or say --insecure.",
                config.listen
            );
        }
        let listener = TcpListener::bind(config.listen)
            .with_context(|| format!("cannot listen on {}", config.listen))?;
        clock::set_ahead(config.clock_ahead);
        let options = Options {
            clock: clock::millis,
            replay_window: i64::from(config.replay_window) * 3600,
            change_retention: i64::from(config.change_retention) * 24 * 3600,
            longest_query: Duration::from_secs(config.query_seconds.into()),
            ..Options::default()
        };
        let rules = Rules {
            gate: Gate { may_be_open: true },
            ledger: Arc::default(),
            least_strict: config.strict.into(),
            threshold: config.threshold,
            replay_window: options.replay_window,
            session_seconds: i64::from(config.session_hours) * 3600,
            clock: options.clock,
        };
        let engine = Arc::new(Sqlite::open(&config.data.0, options)?);
        prepare(&engine, &config.sites).await?;
        if !is_local {
            tracing::warn!(address = %config.listen, "anybody who reaches this address may read and change everything");
        }
        let limits = Limits { body: config.max_body, ..Limits::default() };
        let door = Door { local_only: is_local, cors: config.cors, limits };
        let quotas = Quotas::new(config.rate_limit);
        let only_site = match config.sites.as_slice() {
            [only] => only,
            _ => &SitePath::ROOT,
        };
        let place = |pages: PagesOf| Pages {
            site: pages.site.unwrap_or_else(|| only_site.clone()),
            folder: pages.folder,
        };
        let pages: Vec<Pages> = config.pages.into_iter().map(place).collect();
        if let Some(lost) = pages.iter().find(|p| !engine.has_site(&p.site)) {
            bail!("--pages names the site {}, which is not there; make it with --site", lost.site.as_str());
        }
        let control = Control::listen(engine.clone(), rules.ledger.clone(), rules.clock)
            .inspect_err(|error| {
                tracing::warn!(error = format!("{error:#}"), "commands need the server stopped")
            })
            .ok();
        Ok(Self { listener, engine, rules, door, pages, quotas, control })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Serves until SIGTERM or Ctrl-C, answers what is under way, and closes the database.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let Self { listener, engine, rules, door, pages, quotas, control } = self;
        let served = http::serve(listener, engine, rules, door, pages, quotas).await;
        drop(control);
        served.context("the server failed")
    }
}

/// Makes what every database has: the root site, the sites that shall be there, and the server's secret.
pub(crate) async fn prepare(engine: &Sqlite, sites: &[SitePath]) -> anyhow::Result<()> {
    ensure_sites(engine, sites).await?;
    ensure_secret(engine).await
}

/// Makes the secret that request digests are bound by, once.
async fn ensure_secret(engine: &Sqlite) -> anyhow::Result<()> {
    let secret = access::random().context("the system gives no random bits")?;
    let action = Action::ChangeAccess(AccessChange::EnsureSecret(secret));
    let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action };
    engine.write(plan).await.context("the server's secret could not be made")?;
    Ok(())
}

/// Makes the sites that shall be there.
async fn ensure_sites(engine: &Sqlite, sites: &[SitePath]) -> anyhow::Result<()> {
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
        let plan = WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action: Action::AddSite(site) };
        engine.write(plan).await.context("a site could not be made")?;
    }
    Ok(())
}
