//! What the command line asks of a database: run on it, or by the server that runs on it.

mod control;
mod list;
mod place;
mod token;
mod user;

pub(crate) use control::{Control, deliver};
pub(crate) use list::ListOrder;
pub(crate) use token::TokenOrder;
pub(crate) use user::UserOrder;

use odata::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    Engine, WriteReply, Written,
    model::UserId,
    plan::{AccessChange, Action, WritePlan},
};

/// What is asked of a database.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    Token(TokenOrder),
    User(UserOrder),
    List(ListOrder),
}

/// What came of an order.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What was asked for.
    pub(crate) text: String,
    /// What a person should know besides.
    pub(crate) notes: Vec<String>,
}

impl Outcome {
    fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), notes: Vec::new() }
    }
}

/// Runs an order.
///
/// # Errors
/// With a line that tells the user what is wrong; then nothing has changed.
pub(crate) async fn run<E: Engine>(engine: &E, order: Order, now: Timestamp) -> anyhow::Result<Outcome> {
    match order {
        Order::Token(order) => token::run(engine, order, now).await,
        Order::User(order) => user::run(engine, order).await,
        Order::List(order) => list::run(engine, order).await,
    }
}

async fn write<E: Engine>(engine: &E, action: Action) -> anyhow::Result<Written> {
    match engine.write(WritePlan { caller: UserId::LOCAL_OWNER, repeat: None, action }).await? {
        WriteReply::Done(written) => Ok(written),
        WriteReply::Repeated(_) => anyhow::bail!("an order has no replay id"),
    }
}

async fn change_access<E: Engine>(engine: &E, change: AccessChange) -> anyhow::Result<Written> {
    write(engine, Action::ChangeAccess(change)).await
}
