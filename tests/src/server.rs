//! The real binary, on a free port and a folder of its own. Dropping a server kills it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

use crate::builders::List;
use crate::client::{Client, Request};
use crate::wire::LIMIT;

/// How a server is started. By default: in memory, with `/sites/demo`.
#[derive(Debug, Clone)]
pub struct Options {
    on_disk: bool,
    /// A command that runs the server, which follows as its last arguments. `{folder}` is the data's.
    within: Vec<String>,
    arguments: Vec<String>,
}

pub struct Server {
    options: Options,
    folder: Option<TempDir>,
    running: Running,
    client: Client,
}

/// One run of the binary; `restart` makes another.
struct Running {
    child: Child,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
    /// Ends when standard error is closed.
    logger: Option<JoinHandle<()>>,
    /// Hears when standard output is closed, which is when the process is gone.
    gone: Mutex<Receiver<()>>,
}

impl Default for Options {
    fn default() -> Self {
        let arguments = vec!["--site".into(), "/sites/demo".into()];
        Options { on_disk: false, within: Vec::new(), arguments }
    }
}

impl Options {
    /// A temporary folder, for tests that restart or kill.
    pub fn on_disk() -> Self {
        Options { on_disk: true, ..Options::default() }
    }

    /// A folder on a file system of its own, of so many megabytes, that is gone when the server ends; see
    /// [`Server::seen`]. Without root's rights it needs name spaces of users.
    #[cfg(target_os = "linux")]
    pub fn on_a_disk_of(megabytes: u32) -> Self {
        let as_root: &[&str] = match rustix::process::geteuid().is_root() {
            true => &["unshare", "--mount"],
            false => &["unshare", "--user", "--map-root-user", "--mount"],
        };
        let size = format!("size={megabytes}m");
        let mount = "mount -t tmpfs -o \"$1\" none \"$2\" && shift 2 && exec \"$@\"";
        let within = [as_root, &["sh", "-c", mount, "sh", &size, "{folder}"]].concat();
        Options { within: within.into_iter().map(str::to_owned).collect(), ..Options::on_disk() }
    }

    /// A folder whose files may stop growing; see [`Server::let_files_grow_to`].
    #[cfg(target_os = "linux")]
    pub fn on_a_disk_that_may_fail() -> Self {
        // By default the system ends a process whose file grows too large.
        let within = ["sh", "-c", "trap '' XFSZ && exec \"$@\"", "sh"];
        Options { within: within.into_iter().map(str::to_owned).collect(), ..Options::on_disk() }
    }

    /// More of the command line, such as `&["--strict", "condition"]`.
    pub fn with(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
        self
    }
}

impl Server {
    pub fn start(options: Options) -> Server {
        let folder = options.on_disk.then(|| {
            tempfile::Builder::new()
                .prefix("matchlist-test-")
                .tempdir()
                .unwrap_or_else(|error| panic!("no temporary folder: {error}"))
        });
        let running = Running::start(&options, folder.as_ref().map(TempDir::path));
        let client = Client::new(running.address);
        Server { options, folder, running, client }
    }

    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// The folder of `--data`; none in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// A file of the folder, also where the server has a file system of its own.
    #[cfg(target_os = "linux")]
    pub fn seen(&self, name: &str) -> PathBuf {
        let folder = self.folder().unwrap_or_else(|| panic!("no folder: use Options::on_disk()"));
        let inside = folder.strip_prefix("/").unwrap_or(folder);
        Path::new(&format!("/proc/{}/root", self.running.child.id())).join(inside).join(name)
    }

    /// From now on writing beyond so many bytes of a file fails, or without a number nothing does.
    #[cfg(target_os = "linux")]
    pub fn let_files_grow_to(&self, bytes: Option<u64>) {
        use rustix::process::{Pid, Resource, Rlimit, prlimit};
        let limit = Rlimit { current: bytes, maximum: None };
        prlimit(Some(Pid::from_child(&self.running.child)), Resource::Fsize, limit)
            .unwrap_or_else(|error| panic!("cannot limit the server's files: {error}"));
    }

    /// What the server has logged so far.
    pub fn log(&self) -> String {
        self.running.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another connection, for another thread.
    pub fn client(&self) -> Client {
        Client::new(self.address())
    }

    /// A request on the server's own connection.
    pub fn request(&self, method: &str, path: &str) -> Request<'_> {
        self.client.request(method, path)
    }

    /// Adds a list to the root site.
    pub fn list(&self, title: &str) -> List<'_> {
        List::add(&self.client, "", title)
    }

    /// Adds a list to a site, such as `/sites/demo`.
    pub fn list_in(&self, site: &str, title: &str) -> List<'_> {
        List::add(&self.client, site, title)
    }

    /// A list that is there, by its address; after a restart, for one.
    pub fn list_at(&self, url: &str) -> List<'_> {
        List::at(&self.client, url)
    }

    /// Asks the server to end (SIGTERM), and waits until it has.
    pub fn stop(&mut self) -> ExitStatus {
        self.running.ask_to_end();
        self.running.wait()
    }

    /// Ends the server as a crash would (SIGKILL).
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Starts again on the same folder, after `stop` or `kill`. The port is another one.
    pub fn restart(&mut self) {
        assert!(self.options.on_disk, "a server in memory has nothing to restart on: use Options::on_disk()");
        self.running.kill();
        self.running = Running::start(&self.options, self.folder());
        self.client = self.client();
    }

    /// Starts again with more of the command line.
    pub fn restart_with(&mut self, arguments: &[&str]) {
        self.options = self.options.clone().with(arguments);
        self.restart();
    }

    /// Runs `matchlist` with these arguments on the server's folder, beside the server.
    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        let folder = self.folder().unwrap_or_else(|| panic!("no folder: use Options::on_disk()"));
        command.args(arguments).arg("--data").arg(folder).stdin(Stdio::null());
        command.output().unwrap_or_else(|error| panic!("cannot run {arguments:?}: {error}"))
    }

    /// Runs `matchlist` with these arguments, which must succeed; what it printed, without the last line's
    /// end.
    pub fn order(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {told}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// A new token, such as `&["--scope", "read:/"]`, as an `Authorization` header has it.
    pub fn bearer(&self, name: &str, arguments: &[&str]) -> String {
        format!("Bearer {}", self.order(&[&["token", "create", name], arguments].concat()))
    }

    /// The same as `order`, with lines on standard input.
    pub fn order_with_input(&self, arguments: &[&str], input: &str) -> String {
        let mut command = Command::new(binary());
        command.args(arguments).arg("--data").arg(self.folder().unwrap_or(Path::new("")));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {arguments:?}: {error}"));
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input.as_bytes());
        }
        let output =
            child.wait_with_output().unwrap_or_else(|error| panic!("{arguments:?} did not end: {error}"));
        assert!(output.status.success(), "{arguments:?} failed");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// The command of a further server on the same data, which is not started.
    pub fn command(&self) -> Command {
        command(&self.options, self.folder())
    }
}

fn command(options: &Options, folder: Option<&Path>) -> Command {
    let folder = folder.unwrap_or(Path::new(":memory:"));
    let mut command = match options.within.split_first() {
        None => Command::new(binary()),
        Some((program, arguments)) => {
            let mut command = Command::new(program);
            let placed = |argument: &String| match argument.as_str() {
                "{folder}" => folder.as_os_str().to_owned(),
                other => other.into(),
            };
            command.args(arguments.iter().map(placed)).arg(binary());
            command
        }
    };
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(folder).args(&options.arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// `$MATCHLIST_BIN`, or the binary beside the test's own, where Cargo puts it.
fn binary() -> PathBuf {
    if let Some(named) = std::env::var_os("MATCHLIST_BIN") {
        return named.into();
    }
    let name = format!("matchlist{}", std::env::consts::EXE_SUFFIX);
    let test = std::env::current_exe().unwrap_or_default();
    test.ancestors()
        .skip(1)
        .take(3)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!(
                "no `{name}` above {}: run `cargo build -p matchlist`, or set MATCHLIST_BIN",
                test.display()
            )
        })
}

impl Running {
    fn start(options: &Options, folder: Option<&Path>) -> Running {
        let mut child = command(options, folder)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", binary().display()));
        let log = Arc::new(Mutex::new(String::new()));
        let logger = child.stderr.take().map(|stderr| {
            let log = Arc::clone(&log);
            thread::spawn(move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                    log.push_str(&line);
                    log.push('\n');
                }
            })
        });
        let (tell_line, line) = channel();
        let (tell_gone, gone) = channel();
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut stdout = BufReader::new(stdout);
                let mut line = String::new();
                let _ = stdout.read_line(&mut line);
                let _ = tell_line.send(line);
                let _ = stdout.read_to_end(&mut Vec::new());
                let _ = tell_gone.send(());
            });
        }
        let said = line.recv_timeout(LIMIT).unwrap_or_default();
        let address = said.trim_end().strip_prefix("listening on http://").and_then(|text| text.parse().ok());
        let unreachable = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut running =
            Running { child, address: address.unwrap_or(unreachable), log, logger, gone: Mutex::new(gone) };
        if address.is_none() {
            running.kill();
            panic!("the server said {said:?} where `listening on http://ADDR:PORT` was expected");
        }
        running
    }

    #[cfg(unix)]
    fn ask_to_end(&mut self) {
        use rustix::process::{Pid, Signal, kill_process};
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .unwrap_or_else(|error| panic!("cannot signal the server: {error}"));
    }

    #[cfg(not(unix))]
    fn ask_to_end(&mut self) {
        let _ = self.child.kill();
    }

    fn wait(&mut self) -> ExitStatus {
        let gone = self.gone.get_mut().unwrap_or_else(PoisonError::into_inner);
        if gone.recv_timeout(LIMIT).is_err() {
            panic!("the server was asked to end, and did not within {LIMIT:?}");
        }
        let status = self.child.wait();
        self.end_log();
        status.unwrap_or_else(|error| panic!("cannot wait for the server: {error}"))
    }

    /// Waits for the last lines, which are the ones that tell why.
    fn end_log(&mut self) {
        if let Some(logger) = self.logger.take() {
            let _ = logger.join();
        }
    }

    fn kill(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.end_log();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!("--- what the server logged ---");
            eprint!("{}", self.log.lock().unwrap_or_else(PoisonError::into_inner));
        }
    }
}
