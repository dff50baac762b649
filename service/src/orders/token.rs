//! Orders about tokens.

use anyhow::{Context, bail};
use odata::Timestamp;
use serde::{Deserialize, Serialize};
use store::{
    Catalog, Engine, Written,
    model::{Grant, Rights, Token, TokenId},
    plan::{AccessChange, NewToken},
};

use super::{
    Outcome, change_access,
    place::{ensure_user, scope, show},
};
use crate::{access::TokenSecret, config::ScopeText};

#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum TokenOrder {
    Create { name: String, user: Option<String>, scopes: Vec<ScopeText>, days: u32 },
    List,
    Revoke(i64),
}

pub(super) async fn run<E: Engine>(engine: &E, order: TokenOrder, now: Timestamp) -> anyhow::Result<Outcome> {
    match order {
        TokenOrder::Create { name, user, scopes, days } => {
            create(engine, name, user, &scopes, days, now).await
        }
        TokenOrder::List => Ok(Outcome::text(list(&engine.catalog(), now))),
        TokenOrder::Revoke(id) => {
            change_access(engine, AccessChange::RevokeToken(TokenId(id))).await?;
            Ok(Outcome::text(format!("token {id} is revoked")))
        }
    }
}

async fn create<E: Engine>(
    engine: &E,
    name: String,
    user: Option<String>,
    scopes: &[ScopeText],
    days: u32,
    now: Timestamp,
) -> anyhow::Result<Outcome> {
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(|c| c.is_control() || c == '|') {
        bail!("a token's name has 1 to 100 characters, without '|' and line breaks");
    }
    let catalog = engine.catalog();
    let grants = scopes
        .iter()
        .map(|s| Ok(Grant { scope: scope(&catalog, &s.path)?, right: s.right.into() }))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let login = user.unwrap_or_else(|| format!("i:0#.f|matchlist|{name}"));
    let user = ensure_user(engine, &login).await?;
    let secret = TokenSecret::new().context("the system gives no random bits")?;
    let expires = match days {
        0 => None,
        days => Some(Timestamp::from_unix(now.unix() + i64::from(days) * 86_400).context("too many days")?),
    };
    let new = NewToken {
        fingerprint: secret.fingerprint(),
        name,
        user,
        grants: (!grants.is_empty()).then_some(grants),
        expires,
    };
    let may_nothing = new.grants.is_none()
        && matches!(engine.catalog().access().rights_of(user), Rights::Granted(g) if g.is_empty());
    let was_open = !engine.catalog().access().is_configured();
    let Written::TokenAdded(id) = change_access(engine, AccessChange::AddToken(new)).await? else {
        bail!("the token could not be made");
    };
    let mut notes = vec![format!("token {} is shown this once; keep it where secrets are kept", id.0)];
    if may_nothing {
        notes.push(
            "its user has no rights yet, so that it may do nothing: see --scope, or 'matchlist user grant'"
                .into(),
        );
    }
    if was_open {
        notes.push("from now on a server on this database asks every caller for a token or a sign-in".into());
    }
    Ok(Outcome { text: secret.as_str().to_owned(), notes })
}

fn list(catalog: &Catalog, now: Timestamp) -> String {
    let mut lines = vec!["id\tname\tuser\tmay\tcreated\tends\tlast used".to_owned()];
    for token in catalog.access().tokens() {
        let user = catalog.user(token.user).map_or("", |user| user.login.as_str());
        let time = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| at.to_string());
        lines.push(format!(
            "{}\t{}\t{user}\t{}\t{}\t{}\t{}",
            token.id.0,
            token.name,
            may(catalog, &token),
            token.created,
            match token.revoked {
                Some(at) => format!("revoked {at}"),
                None if !token.is_good(now) => format!("expired {}", time(token.expires)),
                None => time(token.expires),
            },
            time(token.last_used),
        ));
    }
    lines.join("\n")
}

fn may(catalog: &Catalog, token: &Token) -> String {
    let Some(grants) = &token.grants else { return "as its user".into() };
    let shown = grants.iter().map(|g| format!("{}:{}", g.right.name(), show(catalog, g.scope)));
    shown.collect::<Vec<_>>().join(" ")
}
