//! The program's commands.

use std::io::{IsTerminal as _, stdin};

use anyhow::{Context, bail};

use crate::{
    access::hash_password,
    app::Application,
    config::{Cli, Command, Lists, Password, Place, Serve, Token, User},
    orders::{ListOrder, Order, TokenOrder, UserOrder, deliver},
    telemetry,
};

/// Runs the command line.
///
/// # Errors
/// With a line that tells the user what is wrong.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let (order, place) = match cli.command {
        Command::Serve(serve) => return self::serve(serve).await,
        Command::Token(command) => token(command),
        Command::User(command) => user(command)?,
        Command::Lists(command) => lists(command),
    };
    let outcome = deliver(&place.data, order).await?;
    for note in outcome.notes {
        eprintln!("matchlist: {note}");
    }
    println!("{}", outcome.text);
    Ok(())
}

async fn serve(config: Serve) -> anyhow::Result<()> {
    telemetry::start();
    let application = Application::build(config).await?;
    println!("listening on {}", application.url());
    application.run().await
}

fn token(command: Token) -> (Order, Place) {
    let (order, place) = match command {
        Token::Create { name, user, scopes, days, place } => {
            (TokenOrder::Create { name, user, scopes, days }, place)
        }
        Token::List { place } => (TokenOrder::List, place),
        Token::Revoke { id, place } => (TokenOrder::Revoke(id), place),
    };
    (Order::Token(order), place)
}

fn user(command: User) -> anyhow::Result<(Order, Place)> {
    let (order, place) = match command {
        User::Add { login, password, place } => {
            let password = read_password(password)?.map(|p| hash_password(&p)).transpose()?;
            (UserOrder::Add { login, password }, place)
        }
        User::List { place } => (UserOrder::List, place),
        User::Grant { login, right, path, place } => (UserOrder::Grant { login, right, path }, place),
        User::Ungrant { login, path, place } => (UserOrder::Ungrant { login, path }, place),
        User::Block { login, place } => (UserOrder::SetBlocked { login, blocked: true }, place),
        User::Unblock { login, place } => (UserOrder::SetBlocked { login, blocked: false }, place),
    };
    Ok((Order::User(order), place))
}

fn lists(command: Lists) -> (Order, Place) {
    let (order, list) = match command {
        Lists::Strict { title, strictness, list } => {
            let (site, mode) = (list.site.as_str().to_owned(), strictness.mode());
            (ListOrder::SetStrictness { site, title, mode }, list)
        }
        Lists::Close { title, list } => {
            (ListOrder::SetClosed { site: list.site.as_str().to_owned(), title, closed: true }, list)
        }
        Lists::Open { title, list } => {
            (ListOrder::SetClosed { site: list.site.as_str().to_owned(), title, closed: false }, list)
        }
        Lists::Overwrites { title, list } => {
            (ListOrder::Overwrites { site: list.site.as_str().to_owned(), title }, list)
        }
    };
    (Order::List(order), list.place)
}

/// The password that the options ask for, which is not shown as it is typed.
fn read_password(options: Password) -> anyhow::Result<Option<String>> {
    if options.ask && stdin().is_terminal() {
        return rpassword::prompt_password("Password: ").map(Some).context("the password cannot be read");
    }
    if !options.ask && !options.from_stdin {
        return Ok(None);
    }
    let mut line = String::new();
    stdin().read_line(&mut line).context("the password cannot be read")?;
    match line.trim_end_matches(['\r', '\n']) {
        "" => bail!("the password is empty"),
        password => Ok(Some(password.to_owned())),
    }
}
