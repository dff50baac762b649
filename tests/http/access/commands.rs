//! Commands on a folder that no server has run on yet.

use matchlist_tests::{Options, Server};

#[test]
fn rights_may_be_given_before_the_first_start() {
    let mut server = Server::start(Options::on_disk());
    assert!(server.stop().success());
    for entry in std::fs::read_dir(server.folder().unwrap()).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let granted = server.run(&["user", "grant", "ann@example.test", "manage"]);
    assert_eq!(String::from_utf8_lossy(&granted.stdout), "ann@example.test may manage in /\n");
    let folder = server.folder().unwrap().display().to_string();
    let told = format!("matchlist: a new database was made in {folder}\n");
    assert_eq!(String::from_utf8_lossy(&granted.stderr), told);
    let token = server.bearer("ann's script", &["--user", "ann@example.test"]);
    server.restart();
    server.request("GET", "/_api/web").header("Authorization", &token).send().expect_status(200);
    server.request("GET", "/_api/web").send().expect_status(401);
}
