//! Replays the `.http` files of `examples` on the real server and compares each answer with what the file says.
//!
//! The file is read as editors read it: `###` parts requests, `@name = value` sets a variable, `# @name x`
//! names a request, `{{x.response.headers.H}}` is a header of its answer. Ours are `# => STATUS` and
//! `# => header NAME: VALUE`. Comments stand before the request line.

use std::collections::HashMap;

use matchlist_tests::{Options, Response, Server};

#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    line: usize,
    name: Option<String>,
    status: Option<u16>,
    expected: Vec<(String, String)>,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

type Variables = HashMap<String, String>;

fn parse(text: &str) -> (Variables, Vec<Step>) {
    let mut variables = Variables::new();
    let mut steps = Vec::new();
    let mut step = Step::default();
    let mut in_body = false;
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with("###") {
            steps.push(std::mem::take(&mut step));
            in_body = false;
        } else if in_body {
            step.body.push_str(line);
            step.body.push('\n');
        } else if let Some(comment) = line.strip_prefix('#') {
            annotate(&mut step, comment.trim());
        } else if step.method.is_empty() {
            if let Some((name, value)) = line.strip_prefix('@').and_then(|set| set.split_once('=')) {
                variables.insert(name.trim().into(), value.trim().into());
            } else if let Some((method, url)) = line.split_once(' ') {
                (step.line, step.method, step.url) = (number, method.into(), url.trim().into());
            }
        } else if line.is_empty() {
            in_body = true;
        } else {
            step.headers.push(pair(line, number));
        }
    }
    steps.push(step);
    steps.retain(|step| !step.method.is_empty());
    (variables, steps)
}

fn annotate(step: &mut Step, comment: &str) {
    if let Some(name) = comment.strip_prefix("@name ") {
        step.name = Some(name.trim().into());
    } else if let Some(header) = comment.strip_prefix("=> header ") {
        step.expected.push(pair(header, 0));
    } else if let Some(status) = comment.strip_prefix("=> ") {
        step.status = Some(status.parse().unwrap_or_else(|_| panic!("`# => {status}` is no status")));
    }
}

fn pair(line: &str, number: usize) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("line {number}: not a header: {line}"));
    (name.trim().into(), value.trim().into())
}

/// Puts the values in, and theirs in turn.
fn resolved(text: &str, variables: &Variables) -> String {
    let Some((before, rest)) = text.split_once("{{") else { return text.into() };
    let (name, after) = rest.split_once("}}").unwrap_or_else(|| panic!("no end of a variable in {text}"));
    let value = variables.get(&canonical(name)).unwrap_or_else(|| panic!("no variable `{name}`"));
    format!("{before}{}{}", resolved(value, variables), resolved(after, variables))
}

fn replay(server: &Server, step: &Step, variables: &Variables) -> Response {
    let url = resolved(&step.url, variables);
    let path = url.strip_prefix(&variables["host"]).unwrap_or_else(|| panic!("{url} is not on the host"));
    let mut request = server.request(&step.method, path);
    for (name, value) in &step.headers {
        request = request.header(name, &resolved(value, variables));
    }
    let body = resolved(step.body.trim(), variables);
    if body.is_empty() { request.send() } else { request.body(body).send() }
}

/// What differs from what the file says.
fn differences(step: &Step, response: &Response) -> Vec<String> {
    let mut found = Vec::new();
    if step.status != Some(response.status) {
        found.push(format!("expected status {:?}, got {}", step.status, response.status));
    }
    for (name, value) in &step.expected {
        let got = response.header(name);
        if got != Some(value) {
            found.push(format!("expected {name}: {value}, got {got:?}"));
        }
    }
    found
}

/// Replays a file of `examples`, which has at least so many requests.
fn replay_file(name: &str, least: usize) {
    // From the package's folder, which is where Cargo and nextest run a test.
    let text = std::fs::read_to_string(format!("../examples/{name}")).unwrap();
    let (mut variables, steps) = parse(&text);
    assert!(steps.len() >= least, "only {} requests were read from {name}", steps.len());
    let server = Server::start(Options::default());
    variables.insert("host".into(), format!("http://{}", server.address()));
    // Twice: the files say of themselves that they can be taken again.
    for _ in 0..2 {
        for step in &steps {
            let response = replay(&server, step, &variables);
            let found = differences(step, &response);
            let Step { line, method, url, .. } = step;
            assert!(found.is_empty(), "{name}:{line}: {method} {url}: {found:?}\n{response}");
            if let Some(name) = &step.name {
                for (header, value) in response.headers {
                    variables.insert(canonical(&format!("{name}{OF_ANSWER}{header}")), value);
                }
            }
        }
    }
}

#[test]
fn the_walk_in_the_examples_gets_the_answers_that_it_promises() {
    replay_file("http/walk.http", 21);
}

#[test]
fn the_documents_in_the_examples_get_the_answers_that_they_promise() {
    replay_file("documents/documents.http", 25);
}

/// What stands between the name of a request and that of a header of its answer.
const OF_ANSWER: &str = ".response.headers.";

/// The name of a variable with the header's name, if it has one, in lower case: both sides may send any.
fn canonical(name: &str) -> String {
    match name.split_once(OF_ANSWER) {
        Some((request, header)) => format!("{request}{OF_ANSWER}{}", header.to_ascii_lowercase()),
        None => name.into(),
    }
}

#[test]
fn a_file_is_read_as_editors_read_it() {
    let text = "# prose\n@host = http://a\n@list = {{host}}/b\n\n### one\n# @name r\n# => 412\n# => header ETag: \"2\"\n\
                MERGE {{list}}/items(1)\nIF-MATCH: \"1\"\n\n{\"a\":\n1}\n\n###\nGET {{host}}/c?x={{r.response.headers.ETag}}\n";
    let (mut variables, steps) = parse(text);
    let first = Step {
        line: 9,
        name: Some("r".into()),
        status: Some(412),
        expected: vec![("ETag".into(), "\"2\"".into())],
        method: "MERGE".into(),
        url: "{{list}}/items(1)".into(),
        headers: vec![("IF-MATCH".into(), "\"1\"".into())],
        body: "{\"a\":\n1}\n\n".into(),
    };
    assert_eq!(steps[0], first);
    assert_eq!(resolved(&steps[0].url, &variables), "http://a/b/items(1)");
    variables.insert(canonical("r.response.headers.etag"), "2".into());
    assert_eq!(resolved(&steps[1].url, &variables), "http://a/c?x=2");
    assert_eq!(canonical("r.response.headers.Last-Modified"), canonical("r.response.headers.last-modified"));
    assert_ne!(canonical("R.response.headers.ETag"), canonical("r.response.headers.ETag"));
}
