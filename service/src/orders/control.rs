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
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, anyhow, bail};
use odata::Timestamp;
use store::{
    OpenError,
    sqlite::{Location, Options, Sqlite},
};

use super::{Order, Outcome, run};
use crate::{app::prepare, ledger::Ledger};

const SOCKET: &str = "control.sock";
/// How long a command waits for the server to do what it asks.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the server waits for a command to say it.
const HEARING: Duration = Duration::from_secs(5);
/// How many commands are heard at once.
const CROWD: usize = 32;
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
        let held = Held { engine: Arc::downgrade(&engine), ledger, clock };
        let heard = Arc::new(());
        thread::Builder::new().name("control".into()).spawn(move || {
            for stream in listener.incoming().flatten() {
                if held.engine.strong_count() == 0 {
                    break;
                }
                hear(stream, &heard, held.clone());
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

/// What orders are run with.
#[derive(Clone)]
struct Held {
    engine: Weak<Sqlite>,
    ledger: Arc<Ledger>,
    clock: fn() -> i64,
}

/// Hears a command on a thread of its own, as one that says nothing must not hold up the next. Where too many
/// are heard, it waits until one of them is done.
fn hear(stream: UnixStream, heard: &Arc<()>, held: Held) {
    let start = Instant::now();
    while Arc::strong_count(heard) > CROWD {
        if start.elapsed() > HEARING {
            // Its command finds the connection closed, and says so.
            tracing::warn!("an order is turned away, as too many are heard");
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let place = heard.clone();
    let serve = move || {
        if let Err(error) = serve(&held, stream) {
            tracing::warn!(%error, "an order could not be answered");
        }
        drop(place);
    };
    if let Err(error) = thread::Builder::new().name("order".into()).spawn(serve) {
        tracing::warn!(%error, "an order could not be heard");
    }
}

/// The engine is held once the order is known: it is not kept by who says nothing.
fn serve(held: &Held, mut stream: UnixStream) -> anyhow::Result<()> {
    stream.set_read_timeout(Some(HEARING))?;
    stream.set_write_timeout(Some(HEARING))?;
    let mut line = String::new();
    BufReader::new((&stream).take(LONGEST)).read_line(&mut line)?;
    let order = serde_json::from_str::<Order>(&line);
    let answer = match (order, held.engine.upgrade()) {
        (Ok(order), Some(engine)) => {
            let done = async {
                // So that what is shown is of now.
                held.ledger.write_down(&*engine).await?;
                run(&*engine, order, now(held.clock)).await
            };
            futures_executor::block_on(done).map_err(|e| format!("{e:#}"))
        }
        (Ok(_), None) => Err("the server is ending".to_owned()),
        (Err(_), _) => Err("the server is of another release: its orders are other ones".to_owned()),
    };
    serde_json::to_writer(&mut stream, &answer)?;
    Ok(())
}
