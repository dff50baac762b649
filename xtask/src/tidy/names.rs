//! Names and words that belong to one place: the web framework, the drivers, and SQL.

use super::token::{Kind, Token, reads};
use super::{File, Tree, Violation};

const ENGINES: [&str; 2] = ["store/src/sqlite/", "store/src/postgres/"];

pub(super) fn actix(tree: &Tree) -> Vec<Violation> {
    let outside = tree.layers().filter(|file| !file.is_under(&["service/src/http/"]));
    each_token(outside, |file, tokens, at| {
        let token = &tokens[at];
        if token.kind != Kind::Word || !token.text.starts_with("actix") {
            return None;
        }
        // `main` needs a runtime to start in, and no more.
        let starts_main = file.path == "service/src/main.rs"
            && (token.is("actix_rt") || reads(tokens, at, &["actix_web", ":", ":", "main"]));
        (!starts_main).then(|| format!("`{}` outside service/src/http", token.text))
    })
}

pub(super) fn drivers(tree: &Tree) -> Vec<Violation> {
    each_token(tree.layers(), |file, tokens, at| {
        let home = match tokens[at].text.as_str() {
            "rusqlite" | "r2d2_sqlite" | "libsqlite3_sys" | "sqlite3" => "store/src/sqlite/",
            "r2d2_postgres" | "tokio_postgres" | "postgres_types" => "store/src/postgres/",
            // Our own module has the driver's name; only a path that begins with it is the driver.
            "postgres" if at > 0 && tokens[at - 1].is("use") => "store/src/postgres/",
            "r2d2" if file.is_under(&ENGINES) => return None,
            "r2d2" => "an engine",
            _ => return None,
        };
        (tokens[at].kind == Kind::Word && !file.is_under(&[home]))
            .then(|| format!("the driver `{}` outside {home}", tokens[at].text))
    })
}

pub(super) fn sql(tree: &Tree) -> Vec<Violation> {
    let outside = tree.layers().filter(|file| !file.is_under(&["store/src/sql/"]));
    each_token(outside, |_, tokens, at| {
        let token = &tokens[at];
        (token.kind == Kind::String && is_sql(&token.text))
            .then(|| format!("SQL: {}", shortened(&token.text)))
    })
}

pub(super) fn transactions(tree: &Tree) -> Vec<Violation> {
    let outside =
        tree.layers().filter(|file| !file.is_under(&ENGINES) && !file.is_under(&["store/src/sql/"]));
    each_token(outside, |_, tokens, at| {
        let token = &tokens[at];
        (token.kind == Kind::String && is_transaction(&token.text))
            .then(|| format!("engine statement: {}", shortened(&token.text)))
    })
}

fn each_token<'a>(
    files: impl Iterator<Item = &'a File>,
    objection: impl Fn(&File, &[Token], usize) -> Option<String>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in files {
        let tokens = file.tokens();
        for (at, token) in tokens.iter().enumerate() {
            if !token.is_test
                && let Some(what) = objection(file, tokens, at)
            {
                violations.push(file.at(token.line, what));
            }
        }
    }
    violations
}

/// A statement in any case, or a fragment in capitals. `DELETE` alone is an HTTP method.
fn is_sql(literal: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = literal.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).collect();
    let lower: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let has = |word: &str| lower.iter().any(|each| each == word);
    let statement = match lower.first().map(String::as_str) {
        Some("select") => has("from"),
        Some("update") => has("set"),
        Some("insert" | "replace") => lower.get(1).is_some_and(|next| next == "into" || next == "or"),
        Some("delete") => lower.get(1).is_some_and(|next| next == "from"),
        Some("create" | "drop" | "alter") => lower
            .iter()
            .skip(1)
            .take(3)
            .any(|word| matches!(word.as_str(), "table" | "index" | "view" | "trigger")),
        _ => false,
    };
    const FRAGMENTS: [&str; 9] =
        ["SELECT", "INSERT", "UPDATE", "FROM", "WHERE", "JOIN", "VALUES", "RETURNING", "COLLATE"];
    statement
        || words.iter().any(|word| FRAGMENTS.contains(word))
        || words.windows(2).any(|pair| matches!(pair, ["ORDER" | "GROUP", "BY"]))
}

fn is_transaction(literal: &str) -> bool {
    let mut words = literal.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    match words.next() {
        Some("BEGIN" | "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "VACUUM") => true,
        Some(first) => first.eq_ignore_ascii_case("pragma") && words.next().is_some(),
        None => false,
    }
}

fn shortened(literal: &str) -> String {
    let short: String = literal.chars().take(40).collect();
    if short.len() < literal.len() { format!("{short:?}…") } else { format!("{short:?}") }
}

#[cfg(test)]
mod tests {
    use super::super::tests::objections;
    use super::*;

    const QUERY: &str = "fn a() {\n  let q = \"SELECT doc FROM items_7\";\n}";

    #[test]
    fn actix_is_seen_outside_http_and_not_inside() {
        let text = "//! actix\nuse actix_web::web;\n#[cfg(test)] mod tests { #[actix_rt::test] fn a() {} }";
        assert_eq!(
            objections(actix, "service/src/pipeline.rs", text),
            ["2: `actix_web` outside service/src/http"]
        );
        assert!(objections(actix, "service/src/http/routes.rs", text).is_empty());
    }

    #[test]
    fn main_may_start_the_runtime_and_no_more() {
        let text =
            "#[actix_web::main]\nasync fn main() {}\nuse actix_web::App;\nfn a() { actix_rt::System::new() }";
        assert_eq!(
            objections(actix, "service/src/main.rs", text),
            ["3: `actix_web` outside service/src/http"]
        );
        assert_eq!(objections(actix, "service/src/app.rs", text).len(), 3);
    }

    #[test]
    fn a_driver_is_seen_outside_its_engine() {
        let text =
            "use rusqlite::Connection;\nfn a(p: r2d2::Pool) {}\nmod postgres;\nuse crate::postgres::Engine;";
        let seen =
            ["1: the driver `rusqlite` outside store/src/sqlite/", "2: the driver `r2d2` outside an engine"];
        assert_eq!(objections(drivers, "store/src/apply.rs", text), seen);
        assert!(objections(drivers, "store/src/sqlite/bind.rs", text).is_empty());
        let seen = ["1: the driver `postgres` outside store/src/postgres/"];
        assert_eq!(objections(drivers, "store/src/sqlite/mod.rs", "use postgres::Client;"), seen);
    }

    #[test]
    fn sql_is_seen_outside_store_sql_also_in_the_engines() {
        let seen = ["2: SQL: \"SELECT doc FROM items_7\""];
        assert_eq!(objections(sql, "store/src/sqlite/mod.rs", QUERY), seen);
        assert_eq!(objections(sql, "service/src/pipeline.rs", QUERY), seen);
        assert!(objections(sql, "store/src/sql/select.rs", QUERY).is_empty());
        assert!(objections(sql, "store/src/sqlite/tests.rs", QUERY).is_empty());
        assert!(
            objections(sql, "store/src/apply.rs", &format!("#[cfg(test)]\nmod tests {{ {QUERY} }}"))
                .is_empty()
        );
    }

    #[test]
    fn sql_is_told_from_prose_and_from_http() {
        for text in
            ["select 1 from t", "insert into t", "create unique index i", " WHERE id = ?1", "a ORDER BY b"]
        {
            assert!(is_sql(text), "{text}");
        }
        for text in
            ["DELETE", "MERGE", "update the item", "create a list", "from", "$select", "delete", "GET"]
        {
            assert!(!is_sql(text), "{text}");
        }
    }

    #[test]
    fn transactions_and_pragmas_are_seen_outside_the_engines() {
        let text =
            "fn a() { run(\"BEGIN IMMEDIATE\");\n run(\"pragma user_version\");\n log(\"BEGINNING\") }";
        let seen =
            ["1: engine statement: \"BEGIN IMMEDIATE\"", "2: engine statement: \"pragma user_version\""];
        assert_eq!(objections(transactions, "store/src/apply.rs", text), seen);
        assert!(objections(transactions, "store/src/sqlite/mod.rs", text).is_empty());
    }
}
