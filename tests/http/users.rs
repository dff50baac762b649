//! Users: the caller, those that are there, and those that are ensured.

use matchlist_tests::{Options, Response, Server};
use serde_json::{Value, json};

const PLAIN: &str = "application/json;odata=nometadata";
const VERBOSE: &str = "application/json;odata=verbose";
const LOGIN: &str = "i:0#.f|membership|ann@example.test";

fn get(server: &Server, path: &str) -> Response {
    server.request("GET", path).header("Accept", PLAIN).send()
}

fn ensure(server: &Server, logon: &str) -> Response {
    let request = server.request("POST", "/sites/demo/_api/web/ensureuser").header("Accept", PLAIN);
    request.json(&json!({"logonName": logon})).send()
}

#[test]
fn the_caller_is_the_owner_in_every_format() {
    let server = Server::start(Options::default());
    let owner = get(&server, "/sites/demo/_api/web/currentuser").expect_status(200).json();
    let expected = json!({
        "Id": 1, "IsHiddenInUI": false, "LoginName": "i:0#.f|matchlist|local", "Title": "Local owner",
        "PrincipalType": 1, "Email": "", "Expiration": "", "IsEmailAuthenticationGuestUser": false,
        "IsShareByEmailGuestUser": false, "IsSiteAdmin": true,
        "UserId": {"NameId": "local", "NameIdIssuer": "urn:matchlist"}, "UserPrincipalName": null,
    });
    assert_eq!(owner, expected);
    let api = format!("http://{}/sites/demo/_api", server.address());
    let minimal = server.request("GET", "/sites/demo/_api/Web/CurrentUser?$select=Title");
    assert_eq!(
        minimal.header("Accept", "application/json").send().expect_status(200).json(),
        json!({
            "odata.metadata": format!("{api}/$metadata#SP.ApiData.Users/@Element&$select=Title"),
            "odata.type": "SP.User", "odata.id": format!("{api}/Web/GetUserById(1)"),
            "odata.editLink": "Web/GetUserById(1)", "Title": "Local owner",
        })
    );
    let verbose = server.request("GET", "/sites/demo/_api/web/currentUser").header("Accept", VERBOSE);
    let verbose = verbose.send().expect_status(200).json();
    assert_eq!(verbose["d"]["__metadata"]["type"], "SP.User");
    assert_eq!(verbose["d"]["UserId"]["__metadata"]["type"], "SP.UserIdInfo");
    // Each address that an answer gives out can be read.
    let uri = verbose["d"]["__metadata"]["uri"].as_str().unwrap().to_owned();
    let path = uri.strip_prefix(&format!("http://{}", server.address())).unwrap().to_owned();
    assert_eq!(get(&server, &path).expect_status(200).json(), expected);
}

#[test]
fn a_user_is_ensured_once_and_found_by_each_address() {
    let server = Server::start(Options::default());
    let made = ensure(&server, "Ann@Example.test").expect_status(200).json();
    assert_eq!((&made["LoginName"], &made["Email"]), (&json!(LOGIN), &json!("Ann@Example.test")));
    let id = made["Id"].as_i64().unwrap();
    assert!(id > 1, "{made}");
    for again in [
        "ann@example.test",
        "ANN@EXAMPLE.TEST",
        LOGIN,
        "I:0#.F|Membership|ann@example.TEST",
        " ann@example.test ",
    ] {
        assert_eq!(ensure(&server, again).expect_status(200).json(), made, "{again}");
    }
    let encoded = "i%3A0%23.f%7Cmembership%7Cann@example.test";
    for path in [
        format!("siteusers({id})"),
        format!("SiteUsers/getById({id})"),
        format!("getuserbyid({id})"),
        format!("GetUserById(@id)?@id={id}"),
        format!("siteUsers('{encoded}')"),
        format!("siteUsers(@v)?%40v=%27{encoded}%27"),
        format!("siteusers/getByLoginName('{}')", encoded.to_uppercase().replace("%3A", "%3a")),
        "siteUsers/getByEmail('ANN@example.test')".to_owned(),
    ] {
        let found = get(&server, &format!("/sites/demo/_api/web/{path}"));
        assert_eq!(found.expect_status(200).json(), made, "{path}");
    }
    let all = get(&server, "/_api/web/siteusers?$select=Id&$orderby=Id+desc").expect_status(200).json();
    assert_eq!(all, json!({"value": [{"Id": id}, {"Id": 1}]}));
    let filtered = get(&server, "/_api/web/siteusers?$filter=Email+eq+'ann@example.test'").json();
    assert_eq!(filtered["value"].as_array().map(Vec::len), Some(1));
    let title = get(&server, &format!("/_api/web/getuserbyid({id})/title")).expect_status(200);
    assert_eq!(title.json(), json!({"value": "Ann@Example.test"}));
}

#[test]
fn logins_of_other_kinds_are_users_too_and_what_is_none_is_refused() {
    let server = Server::start(Options::default());
    let claim = ensure(&server, "i:0e.t|idp|bob").expect_status(200).json();
    assert_eq!((&claim["Title"], &claim["Email"]), (&json!("bob"), &json!("")));
    let windows = ensure(&server, "CORP\\bob").expect_status(200).json();
    assert_eq!((&windows["LoginName"], &windows["Title"]), (&json!("i:0#.w|corp\\bob"), &json!("CORP\\bob")));
    let everyone = ensure(&server, "c:0(.s|true").expect_status(200).json();
    assert_eq!(everyone["PrincipalType"], 4);
    let long = format!("{}@example.test", "x".repeat(300));
    for logon in
        ["", " ", "bob", "bob@", "@example.test", "a b@c", "x|y", "i:0#.f|membership|", "a\u{7}@b", &long]
    {
        let refused = ensure(&server, logon).expect_status(400).json();
        assert_eq!(refused["odata.error"]["code"], "-2147024809, System.ArgumentException", "{logon}");
    }
    for body in [json!({}), json!({"logonName": 1}), json!({"logonName": null})] {
        server.request("POST", "/_api/web/ensureuser").json(&body).send().expect_status(400);
    }
    assert_eq!(get(&server, "/_api/web/siteusers").json()["value"].as_array().map(Vec::len), Some(4));
}

#[test]
fn the_login_may_stand_in_the_address_as_the_python_client_sends_it() {
    let server = Server::start(Options::default());
    let request = server.request("POST", "/sites/demo/_api/Web/EnsureUser('ann@example.test')");
    let ensured = request.header("Accept", PLAIN).send().expect_status(200).json();
    assert_eq!(ensured, ensure(&server, "ann@example.test").expect_status(200).json());
    server.request("POST", "/_api/web/ensureuser(7)").send().expect_status(400);
}

#[test]
fn a_user_that_is_not_there_is_404() {
    let server = Server::start(Options::default());
    for path in [
        "siteusers(9)",
        "getuserbyid(9)",
        "siteusers('x')",
        "siteusers/getbyemail('')",
        "siteusers/getbyemail('a@b')",
    ] {
        let missing = get(&server, &format!("/_api/web/{path}")).expect_status(404).json();
        let error = &missing["odata.error"];
        assert_eq!(error["code"], "-2146232832, Microsoft.SharePoint.SPException", "{path}");
        assert_eq!(error["message"]["value"], "User cannot be found.", "{path}");
    }
    get(&server, "/_api/web/currentuser/Nothing").expect_status(404);
    get(&server, "/_api/web/ensureuser").expect_status(405);
    server.request("DELETE", "/_api/web/siteusers(1)").send().expect_status(405);
}

#[test]
fn ensuring_is_safe_to_repeat_and_users_stay() {
    let mut server = Server::start(Options::on_disk());
    let send = |server: &Server| {
        let request = server.request("POST", "/_api/web/ensureuser").header("Accept", PLAIN);
        let request = request.header("Idempotency-Key", "\"one\"");
        request.json(&json!({"logonName": "ann@example.test"})).send().expect_status(200)
    };
    let (first, second) = (send(&server), send(&server));
    assert_eq!(first.body, second.body);
    assert_eq!(second.header("Repeatability-Result"), Some("accepted"));
    server.restart();
    let id = first.json()["Id"].clone();
    let found: Value = get(&server, &format!("/_api/web/getuserbyid({id})")).expect_status(200).json();
    assert_eq!(found["LoginName"], LOGIN);
}

#[test]
fn many_at_once_make_one_user() {
    let server = Server::start(Options::default());
    let ids: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|i| {
                let client = server.client();
                scope.spawn(move || {
                    let logon = if i % 2 == 0 { "ann@example.test" } else { "ANN@example.test" };
                    let request = client.request("POST", "/_api/web/ensureuser").header("Accept", PLAIN);
                    request.json(&json!({"logonName": logon})).send().expect_status(200).json()["Id"].clone()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}
