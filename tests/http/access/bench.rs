//! A server whose callers show tokens, and the commands that make those.

use std::process::{Command, Stdio};

use matchlist_tests::{Options, Request, Response, Server};
use serde_json::{Value, json};

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

    /// A command on the server's folder, not yet run.
    pub(super) fn prepared(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.server.command().get_program());
        command.args(arguments).arg("--data").arg(self.server.folder().unwrap()).stdin(Stdio::null());
        command
    }

    /// A command that does what it is told; gives what it says on standard output.
    #[track_caller]
    pub(super) fn run(&self, arguments: &[&str]) -> String {
        self.server.order(arguments)
    }

    /// A command that is refused; gives the line that says why.
    #[track_caller]
    pub(super) fn refused(&self, arguments: &[&str]) -> String {
        let output = self.server.run(arguments);
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
    /// The GUIDs of the Lookups of the list and of the site.
    pub(super) lookups: [String; 2],
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
        ["{list}", "{doomed}", "{guid}", "{url}"]
            .iter()
            .any(|mark| self.address.contains(mark) || self.body.contains(mark))
    }

    /// The request, without a caller.
    pub(super) fn request<'a>(&self, server: &'a Server, place: &Place) -> Request<'a> {
        let request = server.request(self.method, &self.path(place));
        match self.body {
            "" => request,
            body => {
                let content_type = if body.starts_with('<') { "text/xml" } else { "application/json" };
                request.header("Content-Type", content_type).body(place.fill(body))
            }
        }
    }
}

impl Place {
    pub(super) fn url(&self) -> String {
        format!("{}/Lists/{}", self.site, self.list)
    }

    /// Adds the lists that the marks stand for, with what is in them, and the columns of the site.
    pub(super) fn furnish(server: &Server, site: &str, [list, doomed, new]: [&str; 3]) -> Place {
        let pumps = server.list_in(site, list).text("Status").text("Doomed").number("Count");
        let pumps = pumps.field("Code", 2, json!({"Indexed": true, "EnforceUniqueValues": true}));
        for item in 1..=6 {
            let title = format!("item {item}");
            pumps.item(json!({"Title": title, "Status": "open", "Count": 1, "Code": format!("c{item}")}));
        }
        server.list_in(site, doomed);
        let add = |under: &str, body: &Value| {
            let request = server.request("POST", under).header("Accept", PLAIN).json(body);
            request.send().expect_status(201).json()["Id"].as_str().unwrap().to_owned()
        };
        let id = pumps.request("GET", "/Id").header("Accept", PLAIN).send().expect_status(200).json();
        let guid = id["value"].as_str().unwrap().to_owned();
        let columns = format!("{site}/_api/web/fields");
        for title in ["Column", "Doomed"] {
            add(&columns, &json!({"Title": format!("{new}{title}"), "FieldTypeKind": 2}));
        }
        let lookup = json!({"Title": format!("{new}Lookup"), "FieldTypeKind": 7, "LookupList": guid, "LookupField": "Title"});
        let lookups = [add(&format!("{}/fields", pumps.url()), &lookup), add(&columns, &lookup)];
        Place { site: site.into(), list: list.into(), guid, doomed: doomed.into(), new: new.into(), lookups }
    }

    fn fill(&self, text: &str) -> String {
        let url = self.url();
        let [lookup, site_lookup] = &self.lookups;
        let (column, doomed_column) = (format!("{}Column", self.new), format!("{}Doomed", self.new));
        let marks = [
            ("{column}", &column),
            ("{doomed_column}", &doomed_column),
            ("{lookup}", lookup),
            ("{site_lookup}", site_lookup),
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
