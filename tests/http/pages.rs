//! Pages that came from SharePoint: served beside the lists, with what SharePoint gives its pages.

use std::fs;
use std::process::Command;

use matchlist_tests::{Options, Server};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with a page, a script in a folder below, and a hidden file.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.html"), "<title>start</title>").unwrap();
    fs::create_dir(folder.path().join("lib")).unwrap();
    fs::write(folder.path().join("lib/a b.js"), "let x = 1").unwrap();
    fs::write(folder.path().join(".secret"), "hidden").unwrap();
    folder
}

fn server(pages: &[String]) -> Server {
    let mut arguments = vec!["--site", "/sites/classic"];
    for each in pages {
        arguments.extend(["--pages", each]);
    }
    Server::start(Options::default().with(&arguments))
}

#[test]
fn a_folder_is_served_under_its_site() {
    let folder = folder();
    let server = server(&[format!("/sites/classic={}", folder.path().display())]);
    let client = server.client();
    let page = client.get("/sites/classic/SitePages/index.html").expect_status(200);
    assert_eq!(
        (page.header("Content-Type"), page.text().as_str()),
        (Some("text/html; charset=utf-8"), "<title>start</title>")
    );
    assert_eq!(client.get("/sites/classic/SitePages/").expect_status(200).text(), page.text());
    assert_eq!(client.get("/sites/classic/SitePages/lib/a%20b.js").expect_status(200).text(), "let x = 1");
    for path in [
        "/SitePages/index.html",
        "/sites/classic/SitePages/none.html",
        "/sites/classic/SitePages/.secret",
        "/sites/classic/SitePages/../../../../etc/passwd",
        "/sites/classic/SitePages/%2e%2e/%2e%2e/etc/passwd",
        "/sites/classic/SitePages/..%2f..%2fetc%2fpasswd",
    ] {
        let status = client.get(path).status;
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
    let foreign =
        client.request("GET", "/sites/classic/SitePages/index.html").header("Origin", "http://evil.example");
    foreign.send().expect_status(403);
    // The API of the site is where it was.
    client.get("/sites/classic/_api/web/lists").expect_status(200);
}

#[test]
fn without_a_site_the_only_one_or_else_the_root_has_the_pages() {
    let folder = folder();
    let plain = folder.path().display().to_string();
    let one = Server::start(Options::default().with(&["--pages", &plain]));
    one.client().get("/sites/demo/SitePages/index.html").expect_status(200);
    server(&[plain]).client().get("/SitePages/index.html").expect_status(200);
}

#[test]
fn the_script_tells_a_page_where_it_is_and_gives_it_a_digest() {
    let folder = folder();
    let server = server(&[format!("/sites/classic={}", folder.path().display())]);
    let client = server.client();
    for (site, relative) in [("", ""), ("/sites/classic", "/sites/classic")] {
        let script = client.get(&format!("{site}/_layouts/15/matchlist.js")).expect_status(200);
        assert_eq!(script.header("Content-Type"), Some("text/javascript;charset=utf-8"));
        assert_eq!(script.header("Cache-Control"), Some("no-store"));
        let text = script.text();
        let context = text.split("var context = ").nth(1).and_then(|rest| rest.split(";\n").next()).unwrap();
        let context: Value = serde_json::from_str(context).unwrap();
        assert_eq!(context["siteServerRelativeUrl"], relative);
        assert_eq!(context["webServerRelativeUrl"], relative);
        assert_eq!(context["webAbsoluteUrl"], format!("http://{}{site}", server.address()));
        assert_eq!((&context["userId"], &context["formDigestTimeoutSeconds"]), (&1.into(), &1800.into()));
        assert!(context["formDigestValue"].as_str().unwrap().starts_with("0x"));
    }
    client.get("/sites/none/_layouts/15/matchlist.js").expect_status(404);
}

#[test]
fn pages_that_cannot_be_served_are_told_at_the_start() {
    let folder = folder();
    let program = server(&[]).command().get_program().to_owned();
    let said = |pages: String| {
        let mut command = Command::new(&program);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data", ":memory:", "--pages", &pages]);
        let output = command.output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let none = said("/no/such/folder".into());
    assert!(none.contains("there is no folder '/no/such/folder'"), "{none}");
    let lost = said(format!("/sites/none={}", folder.path().display()));
    assert!(lost.contains("/sites/none") && lost.contains("--site"), "{lost}");
}
