//! A server whose callers show tokens, and the commands that make those.

use std::process::{Command, Output, Stdio};

use matchlist_tests::{Options, Request, Response, Server};

pub(super) const PLAIN: &str = "application/json;odata=nometadata";
/// The sites besides the root.
pub(super) const DEMO: &str = "/sites/demo";
pub(super) const OTHER: &str = "/sites/other";

pub(super) struct Bench {
    pub(super) server: Server,
}

impl Bench {
    /// A server that is open until its first token.
    pub(super) fn start() -> Bench {
        Bench::with(&[])
    }

    /// The same with more of the command line.
    pub(super) fn with(arguments: &[&str]) -> Bench {
        Bench { server: Server::start(Options::on_disk().with(&["--site", OTHER]).with(arguments)) }
    }

    /// A command on the server's folder, run to its end.
    pub(super) fn command(&self, arguments: &[&str]) -> Output {
        self.prepared(arguments).output().unwrap()
    }

    /// The same, not yet run.
    pub(super) fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.server.command().get_program());
        command.args(arguments).arg("--data").arg(self.server.folder().unwrap());
        command.stdin(Stdio::null()).env_remove("MATCHLIST_DATA");
        command
    }

    /// A command that does what it is told; gives what it says on standard output.
    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// A command that is refused; gives the line that says why.
    #[track_caller]
    pub(super) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments);
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        assert!(!output.status.success(), "{arguments:?}");
        assert!(output.stdout.is_empty() && !said.contains("panicked"), "{arguments:?}: {said}");
        said
    }

    /// A token of these scopes, of a user of its name.
    #[track_caller]
    pub(super) fn token(&self, name: &str, scopes: &[&str]) -> String {
        let scopes = scopes.iter().flat_map(|scope| ["--scope", scope]);
        let arguments: Vec<&str> = ["token", "create", name].into_iter().chain(scopes).collect();
        self.run(&arguments)
    }

    /// A request as whoever has the token.
    pub(super) fn as_caller(&self, token: &str, method: &str, path: &str) -> Request<'_> {
        bearing(self.server.request(method, path), token)
    }

    /// What whoever has the token reads.
    pub(super) fn get(&self, token: &str, path: &str) -> Response {
        self.as_caller(token, "GET", path).header("Accept", PLAIN).send()
    }
}

/// The request with a token; none where it is empty.
pub(super) fn bearing<'a>(request: Request<'a>, token: &str) -> Request<'a> {
    match token {
        "" => request,
        token => request.header("Authorization", &format!("Bearer {token}")),
    }
}

/// A request of each kind, as `requests.txt` has it.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    pub(super) method: &'static str,
    pub(super) address: &'static str,
    pub(super) needs: &'static str,
    body: &'static str,
}

/// What the marks of a sample stand for.
#[derive(Clone)]
pub(super) struct Place {
    pub(super) site: String,
    pub(super) list: String,
    pub(super) guid: String,
    pub(super) doomed: String,
    pub(super) new: String,
}

pub(super) fn samples() -> Vec<Sample> {
    let lines = include_str!("requests.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sample = |line: &'static str| {
        let mut parts = line.splitn(3, " | ");
        let (method, address) = parts.next().unwrap().split_once(' ').unwrap();
        let (needs, body) = (parts.next().unwrap(), parts.next().unwrap_or_default());
        Sample { method, address, needs, body }
    };
    lines.map(sample).collect()
}

impl Sample {
    pub(super) fn path(&self, place: &Place) -> String {
        place.fill(self.address).replace(' ', "%20")
    }

    /// Whether it is about a list.
    pub(super) fn names_a_list(&self) -> bool {
        ["{list}", "{doomed}", "{guid}", "{url}"].iter().any(|mark| self.address.contains(mark))
    }

    /// The request, without a caller.
    pub(super) fn request<'a>(&self, server: &'a Server, place: &Place) -> Request<'a> {
        let request = server.request(self.method, &self.path(place));
        match self.body {
            "" => request,
            body => request.header("Content-Type", "application/json").body(place.fill(body)),
        }
    }
}

impl Place {
    pub(super) fn url(&self) -> String {
        format!("{}/Lists/{}", self.site, self.list)
    }

    fn fill(&self, text: &str) -> String {
        let url = self.url();
        let marks = [
            ("{site}", &self.site),
            ("{list}", &self.list),
            ("{guid}", &self.guid),
            ("{doomed}", &self.doomed),
            ("{new}", &self.new),
            ("{url}", &url),
        ];
        marks.iter().fold(text.to_owned(), |text, (mark, value)| text.replace(mark, value))
    }
}
