//! The only code that knows the web framework: the door, the routes, and the bridge to the engine.

mod admission;
mod body;
mod bridge;
mod cookie;
mod door;
mod pages;
mod routes;
mod sign_in;

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_cors::Cors;
use actix_web::{
    App, HttpServer,
    middleware::{Condition, from_fn},
    web,
};
use store::sqlite::Sqlite;

use crate::{
    ledger::EVERY,
    ports::{Rules, Store as _},
    quota::Quotas,
    request::ALLOWED,
    sign_in::Desk,
};
use bridge::Bridge;
pub(crate) use door::{Door, Limits};
pub(crate) use pages::Pages;

/// The headers of answers that pages of another origin may read.
const EXPOSED: [&str; 12] = [
    "ETag",
    "Last-Modified",
    "Location",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Repeatability-Result",
    "Preference-Applied",
    "Matchlist-Features",
    "request-id",
    "SPRequestGuid",
];

/// The methods that pages of another origin may use.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "MERGE", "DELETE", "OPTIONS"];

/// How long a connection may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection is kept without a request.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How many seconds requests under way have to end when the server stops.
const DRAIN_SECONDS: u64 = 10;

/// What every worker serves with.
pub(crate) struct Served {
    bridge: Bridge<Sqlite>,
    rules: Rules,
    door: Door,
    desk: Desk,
    quotas: Quotas,
}

impl Served {
    /// Whether anybody may do anything.
    fn is_open(&self) -> bool {
        self.rules.gate.is_open(&self.bridge.catalog())
    }
}

/// Serves until SIGTERM or Ctrl-C.
pub(crate) async fn serve(
    listener: TcpListener,
    engine: Arc<Sqlite>,
    rules: Rules,
    door: Door,
    pages: Vec<Pages>,
    quotas: Quotas,
) -> std::io::Result<()> {
    let ledger = rules.ledger.clone();
    let served = web::Data::new(Served {
        bridge: Bridge::new(engine.clone()),
        rules,
        door,
        desk: Desk::new(),
        quotas,
    });
    let noting = actix_rt::spawn(keep_notes(engine.clone(), served.clone()));
    let ended = HttpServer::new(move || {
        pages
            .iter()
            .fold(App::new(), |app, pages| app.service(pages.service()))
            .app_data(served.clone())
            .wrap(from_fn(admission::guard))
            .wrap(Condition::new(!served.door.cors.is_empty(), cors(&served.door.cors)))
            // The last one wrapped sees a request first.
            .wrap(from_fn(door::guard))
            .default_service(web::to(routes::route))
    })
    .client_request_timeout(HEAD_TIMEOUT)
    .keep_alive(KEEP_ALIVE)
    .shutdown_timeout(DRAIN_SECONDS)
    .listen(listener)?
    .run()
    .await;
    noting.abort();
    if let Err(error) = ledger.write_down(&*engine).await {
        tracing::warn!(%error, "the last notes of requests were lost");
    }
    ended
}

/// Writes down what is noted of requests, now and then, and forgets what need not be known any more.
async fn keep_notes(engine: Arc<Sqlite>, served: web::Data<Served>) {
    let mut turns = actix_rt::time::interval(EVERY);
    loop {
        turns.tick().await;
        served.quotas.forget();
        if let Err(error) = served.rules.ledger.write_down(&*engine).await {
            tracing::warn!(%error, "notes of requests were lost");
        }
    }
}

/// CORS for the origins on the list. The door has turned others away already.
fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(METHODS)
        .allowed_headers(ALLOWED)
        .expose_headers(EXPOSED)
        .supports_credentials()
        .block_on_origin_mismatch(false)
        .max_age(3600);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
