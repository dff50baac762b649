//! Orders about users and what they may do.

use serde::{Deserialize, Serialize};
use store::{Catalog, Engine, model::Principal, plan::AccessChange};

use super::{
    Outcome, change_access,
    place::{ensure_user, find_user, principal, scope, show},
};
use crate::config::Grade;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum UserOrder {
    /// The password is hashed already.
    Add {
        login: String,
        password: Option<String>,
    },
    List,
    Grant {
        login: String,
        right: Grade,
        path: String,
    },
    Ungrant {
        login: String,
        path: String,
    },
    SetBlocked {
        login: String,
        blocked: bool,
    },
}

pub(super) async fn run<E: Engine>(engine: &E, order: UserOrder) -> anyhow::Result<Outcome> {
    match order {
        UserOrder::Add { login, password } => {
            let user = ensure_user(engine, &login).await?;
            let has_password = password.is_some();
            if let Some(hash) = password {
                change_access(engine, AccessChange::SetPassword(user, hash)).await?;
            }
            let with = if has_password { "with that password" } else { "without a password" };
            Ok(Outcome::text(format!("user {} is {login}, {with}", user.0)))
        }
        UserOrder::List => Ok(Outcome::text(list(&engine.catalog()))),
        UserOrder::Grant { login, right, path } => {
            let catalog = engine.catalog();
            let scope = scope(&catalog, &path)?;
            let principal = principal(engine, &login).await?;
            change_access(engine, AccessChange::SetGrant(principal, scope, Some(right.into()))).await?;
            Ok(Outcome::text(format!(
                "{login} may {} in {}",
                store::model::Right::from(right).name(),
                show(&catalog, scope)
            )))
        }
        UserOrder::Ungrant { login, path } => {
            let catalog = engine.catalog();
            let scope = scope(&catalog, &path)?;
            let principal = match login.as_str() {
                "everyone" => Principal::Everyone,
                login => Principal::User(find_user(&catalog, login)?),
            };
            change_access(engine, AccessChange::SetGrant(principal, scope, None)).await?;
            Ok(Outcome::text(format!("nothing is granted to {login} in {}", show(&catalog, scope))))
        }
        UserOrder::SetBlocked { login, blocked } => {
            let user = find_user(&engine.catalog(), &login)?;
            change_access(engine, AccessChange::SetBlocked(user, blocked)).await?;
            Ok(Outcome::text(format!("{login} is {}", if blocked { "blocked" } else { "let in again" })))
        }
    }
}

fn list(catalog: &Catalog) -> String {
    let access = catalog.access();
    let granted = |principal| {
        let of = access.grants().filter(|(to, _)| *to == principal);
        of.map(|(_, g)| format!("{}:{}", g.right.name(), show(catalog, g.scope)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut lines = vec!["id\tlogin\tname\tpassword\tmay".to_owned()];
    lines.push(format!("\teveryone\t\t\t{}", granted(Principal::Everyone)));
    for user in catalog.users() {
        lines.push(format!(
            "{}\t{}\t{}\t{}\t{}",
            user.id.0,
            user.login,
            user.title,
            if access.password(user.id).is_some() { "yes" } else { "no" },
            if access.is_blocked(user.id) {
                "nothing: blocked".into()
            } else {
                granted(Principal::User(user.id))
            },
        ));
    }
    lines.join("\n")
}
