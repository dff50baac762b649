//! How an order reaches a database: directly, or, where a server has it, by a socket in its folder that
//! only the server's own user can open.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    os::unix::{
        fs::PermissionsExt as _,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow, bail};
use odata::Timestamp;
use store::{
    Engine, OpenError,
    sqlite::{Location, Options, Sqlite},
};

use super::{Order, Outcome, run};
use crate::{app::prepare, ledger::Ledger};

const SOCKET: &str = "control.sock";
/// How long either side waits for the other.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest order, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Runs an order on the database of a folder.
///
/// # Errors
/// With a line that tells the user what is wrong.
pub(crate) async fn deliver(folder: &Path, order: Order) -> anyhow::Result<Outcome> {
    let is_new = !folder.join(Sqlite::FILE).exists();
    let options = Options::default();
    let clock = options.clock;
    match Sqlite::open(&Location::Folder(folder.to_owned()), options) {
        Ok(engine) => {
            prepare(&engine, &[]).await?;
            let mut outcome = run(&engine, order, now(clock)).await?;
            if is_new {
                outcome.notes.push(format!("a new database was made in {}", folder.display()));
            }
            Ok(outcome)
        }
        Err(OpenError::InUse { .. }) => send(&folder.join(SOCKET), &order),
        Err(error) => Err(error.into()),
    }
}

fn now(clock: fn() -> i64) -> Timestamp {
    Timestamp::from_unix(clock().div_euclid(1000)).unwrap_or(Timestamp::EPOCH)
}

fn send(socket: &Path, order: &Order) -> anyhow::Result<Outcome> {
    let mut stream = UnixStream::connect(socket)
        .with_context(|| format!("a server has the database, and does not listen at {}", socket.display()))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    serde_json::to_writer(&mut stream, order)?;
    stream.write_all(b"\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).context("the server did not answer")?;
    let answer: Result<Outcome, String> =
        serde_json::from_str(&answer).context("the server's answer cannot be read")?;
    answer.map_err(|text| anyhow!(text))
}

/// The server's end of the socket. Dropping it removes the socket.
pub(crate) struct Control {
    path: PathBuf,
}

impl Control {
    /// Listens for orders in the engine's folder.
    ///
    /// # Errors
    /// Where the socket cannot be made, as in a folder whose path is too long for one.
    pub(crate) fn listen(
        engine: Arc<Sqlite>,
        ledger: Arc<Ledger>,
        clock: fn() -> i64,
    ) -> anyhow::Result<Self> {
        let path = engine.folder().join(SOCKET);
        // One that a crash left: the folder's lock says that nobody else listens.
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            bail!("cannot replace {}: {error}", path.display());
        }
        let listener =
            UnixListener::bind(&path).with_context(|| format!("cannot make {}", path.display()))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600))?;
        let weak = Arc::downgrade(&engine);
        thread::Builder::new().name("control".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(engine) = weak.upgrade() else { break };
                if let Err(error) = serve(&engine, &ledger, stream, clock) {
                    tracing::warn!(%error, "an order could not be answered");
                }
            }
        })?;
        Ok(Self { path })
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn serve(engine: &Sqlite, ledger: &Ledger, mut stream: UnixStream, clock: fn() -> i64) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new((&stream).take(LONGEST)).read_line(&mut line)?;
    let answer = match serde_json::from_str::<Order>(&line) {
        Ok(order) => futures_executor::block_on(async {
            // So that what is shown is of now.
            ledger.write_down(engine).await?;
            run(engine, order, now(clock)).await
        })
        .map_err(|e| format!("{e:#}")),
        Err(_) => Err("the server is of another release: its orders are other ones".to_owned()),
    };
    serde_json::to_writer(&mut stream, &answer)?;
    Ok(())
}
