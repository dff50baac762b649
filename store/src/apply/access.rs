//! Writes to who may do what.

use std::sync::Arc;

use super::Context;
use crate::{
    StoreError, Written,
    catalog::Access,
    model::{Token, TokenId},
    plan::{AccessChange, NewToken},
    sql,
};

pub(super) fn change(cx: &mut Context<'_>, change: &AccessChange) -> Result<Written, StoreError> {
    match change {
        AccessChange::AddToken(token) => return add_token(cx, token),
        AccessChange::RevokeToken(id) => {
            let now = cx.now();
            if cx.execute(|d| sql::revoke_token(d, *id, now))? == 0 {
                return Err(StoreError::TokenNotFound);
            }
            access(cx).change_token(*id, |token| token.revoked = token.revoked.or(Some(now)));
        }
        AccessChange::NoteUse(uses) => {
            for (id, at) in uses {
                cx.execute(|d| sql::note_use(d, *id, *at))?;
                access(cx).change_token(*id, |token| token.last_used = token.last_used.max(Some(*at)));
            }
        }
        AccessChange::SetGrant(principal, scope, right) => {
            cx.execute(|d| sql::delete_grant(d, *principal, *scope))?;
            if let Some(right) = right {
                cx.execute(|d| sql::insert_grant(d, *principal, *scope, *right))?;
            }
            access(cx).set_grant(*principal, *scope, *right);
        }
        AccessChange::SetPassword(user, hash) => {
            cx.execute(|d| sql::set_password(d, *user, hash))?;
            cx.execute(|d| sql::delete_sessions_of(d, *user))?;
            access(cx).put_password(*user, hash);
            access(cx).end_sessions_of(*user);
        }
        AccessChange::SetBlocked(user, blocked) => {
            cx.execute(|d| sql::set_blocked(d, *user, *blocked))?;
            cx.execute(|d| sql::delete_sessions_of(d, *user))?;
            access(cx).set_blocked(*user, *blocked);
            access(cx).end_sessions_of(*user);
        }
        AccessChange::AddSession(session, password) => {
            let now = cx.catalog.access();
            if now.password(session.user) != Some(password) || now.is_blocked(session.user) {
                return Err(StoreError::StaleCatalog);
            }
            cx.execute(|d| sql::delete_ended_sessions(d, session.created))?;
            cx.execute(|d| sql::insert_session(d, session))?;
            access(cx).put_session(session.clone());
        }
        AccessChange::EndSession(fingerprint) => {
            cx.execute(|d| sql::delete_session(d, *fingerprint))?;
            access(cx).end_session(fingerprint);
        }
        AccessChange::EnsureSecret(secret) => {
            if cx.catalog.access().secret().is_none() {
                cx.execute(|d| sql::insert_secret(d, *secret))?;
                access(cx).put_secret(*secret);
            }
        }
    }
    Ok(Written::AccessChanged)
}

fn access<'a>(cx: &'a mut Context<'_>) -> &'a mut Access {
    Arc::make_mut(cx.catalog).access_mut()
}

fn add_token(cx: &mut Context<'_>, new: &NewToken) -> Result<Written, StoreError> {
    let mut token = Token {
        id: TokenId(0),
        fingerprint: new.fingerprint,
        name: new.name.clone(),
        user: new.user,
        grants: new.grants.clone(),
        created: cx.now(),
        expires: new.expires,
        revoked: None,
        last_used: None,
    };
    let id = TokenId(cx.returning(|d| sql::insert_token(d, &token))?);
    token.id = id;
    access(cx).put_token(token);
    Ok(Written::TokenAdded(id))
}
