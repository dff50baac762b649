//! Statements about who may do what.

use odata::Timestamp;

use super::{Columns, Dialect, Statement, Value};
use crate::{
    StoreError,
    catalog::Access,
    model::{Fingerprint, ListId, Principal, Right, Scope, Session, SiteId, Token, TokenId, UserId},
};

/// What a row of a table of access says.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AccessRow {
    Token,
    Session,
    Password,
    Blocked,
    Grant,
    Secret,
}

/// The tables of access, whole.
pub(crate) const SELECT_ACCESS: [(AccessRow, &str); 6] = [
    (
        AccessRow::Token,
        "SELECT id, fingerprint, name, user_id, grants, created, expires, revoked, last_used FROM tokens",
    ),
    (AccessRow::Session, "SELECT fingerprint, user_id, created, expires FROM sessions"),
    (AccessRow::Password, "SELECT user_id, hash FROM passwords"),
    (AccessRow::Blocked, "SELECT user_id FROM blocked_users"),
    (AccessRow::Grant, "SELECT user_id, site_id, list_id, right FROM grants"),
    (AccessRow::Secret, "SELECT secret FROM server"),
];

/// Puts what a row of [`SELECT_ACCESS`] says in its place.
pub(crate) fn put_access(access: &mut Access, row: AccessRow, mut c: Columns) -> Result<(), StoreError> {
    match row {
        AccessRow::Token => access.put_token(Token {
            id: TokenId(c.integer()?),
            fingerprint: Fingerprint(bytes(&mut c)?),
            name: c.text()?,
            user: UserId(c.integer()?),
            grants: c.optional(Columns::text)?.as_deref().map(grants).transpose()?,
            created: time(c.integer()?),
            expires: c.optional(Columns::integer)?.map(time),
            revoked: c.optional(Columns::integer)?.map(time),
            last_used: c.optional(Columns::integer)?.map(time),
        }),
        AccessRow::Session => access.put_session(Session {
            fingerprint: Fingerprint(bytes(&mut c)?),
            user: UserId(c.integer()?),
            created: time(c.integer()?),
            expires: time(c.integer()?),
        }),
        AccessRow::Password => access.put_password(UserId(c.integer()?), &c.text()?),
        AccessRow::Blocked => access.set_blocked(UserId(c.integer()?), true),
        AccessRow::Grant => {
            let principal = match c.integer()? {
                0 => Principal::Everyone,
                user => Principal::User(UserId(user)),
            };
            let scope = match (c.integer()?, c.integer()?) {
                (site, 0) => Scope::Site(SiteId(site)),
                (_, list) => Scope::List(ListId(list)),
            };
            let right = c.text()?;
            let right = Right::from_name(&right)
                .ok_or_else(|| StoreError::Internal(format!("'{right}' is no right")))?;
            access.set_grant(principal, scope, Some(right));
        }
        AccessRow::Secret => access.put_secret(bytes(&mut c)?),
    }
    Ok(())
}

fn bytes(columns: &mut Columns) -> Result<[u8; 32], StoreError> {
    columns.blob()?.try_into().map_err(|_| StoreError::Internal("a secret has 32 bytes".into()))
}

fn grants(text: &str) -> Result<Vec<crate::model::Grant>, StoreError> {
    serde_json::from_str(text)
        .map_err(|e| StoreError::Internal(format!("a token's grants cannot be read: {e}")))
}

fn time(unix: i64) -> Timestamp {
    Timestamp::from_unix(unix).unwrap_or(Timestamp::EPOCH)
}

impl From<Fingerprint> for Value {
    fn from(fingerprint: Fingerprint) -> Self {
        Self::Blob(fingerprint.0.to_vec())
    }
}

/// A new token.
pub(crate) fn insert_token(dialect: &dyn Dialect, token: &Token) -> Statement {
    let mut sql =
        Statement::new("INSERT INTO tokens (fingerprint, name, user_id, grants, created, expires) VALUES (");
    let grants = token.grants.as_ref().map(|g| serde_json::to_string(g).unwrap_or_default());
    sql.bind_all(
        dialect,
        [
            token.fingerprint.into(),
            token.name.as_str().into(),
            token.user.0.into(),
            grants.map_or(Value::Null, Value::Text),
            token.created.unix().into(),
            token.expires.map(Timestamp::unix).into(),
        ],
    );
    sql.push(") RETURNING id");
    sql
}

/// Notes when a token was revoked; the first time stays.
pub(crate) fn revoke_token(dialect: &dyn Dialect, id: TokenId, now: Timestamp) -> Statement {
    let mut sql = Statement::new("UPDATE tokens SET revoked = COALESCE(revoked, ");
    sql.bind(dialect, now.unix()).push(") WHERE id = ").bind(dialect, id.0);
    sql
}

/// Notes when a token was last used.
pub(crate) fn note_use(dialect: &dyn Dialect, id: TokenId, at: Timestamp) -> Statement {
    let mut sql = Statement::new("UPDATE tokens SET last_used = ");
    sql.bind(dialect, at.unix()).push(" WHERE id = ").bind(dialect, id.0);
    sql
}

fn grant_key(principal: Principal, scope: Scope) -> [Value; 3] {
    let user = match principal {
        Principal::Everyone => 0,
        Principal::User(user) => user.0,
    };
    let (site, list) = match scope {
        Scope::Site(site) => (site.0, 0),
        Scope::List(list) => (0, list.0),
    };
    [user.into(), site.into(), list.into()]
}

/// Takes back what was granted at a place.
pub(crate) fn delete_grant(dialect: &dyn Dialect, principal: Principal, scope: Scope) -> Statement {
    let mut sql = Statement::new("DELETE FROM grants WHERE (user_id, site_id, list_id) = (");
    sql.bind_all(dialect, grant_key(principal, scope)).push(")");
    sql
}

/// Grants a right at a place.
pub(crate) fn insert_grant(
    dialect: &dyn Dialect,
    principal: Principal,
    scope: Scope,
    right: Right,
) -> Statement {
    let mut sql = Statement::new("INSERT INTO grants (user_id, site_id, list_id, right) VALUES (");
    sql.bind_all(dialect, grant_key(principal, scope).into_iter().chain([right.name().into()])).push(")");
    sql
}

/// Sets a user's password.
pub(crate) fn set_password(dialect: &dyn Dialect, user: UserId, hash: &str) -> Statement {
    let mut sql = Statement::new("INSERT INTO passwords (user_id, hash) VALUES (");
    sql.bind_all(dialect, [user.0.into(), hash.into()]);
    sql.push(") ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash");
    sql
}

/// Blocks a user, or lets them in again.
pub(crate) fn set_blocked(dialect: &dyn Dialect, user: UserId, blocked: bool) -> Statement {
    if !blocked {
        return of_user(dialect, "DELETE FROM blocked_users WHERE user_id = ", user);
    }
    let mut sql = Statement::new("INSERT INTO blocked_users (user_id) VALUES (");
    sql.bind(dialect, user.0).push(") ON CONFLICT DO NOTHING");
    sql
}

/// A new session.
pub(crate) fn insert_session(dialect: &dyn Dialect, session: &Session) -> Statement {
    let mut sql = Statement::new("INSERT INTO sessions (fingerprint, user_id, created, expires) VALUES (");
    let times = [session.created, session.expires].map(|t| t.unix().into());
    sql.bind_all(dialect, [session.fingerprint.into(), session.user.0.into()].into_iter().chain(times));
    sql.push(")");
    sql
}

/// Deletes a session.
pub(crate) fn delete_session(dialect: &dyn Dialect, fingerprint: Fingerprint) -> Statement {
    let mut sql = Statement::new("DELETE FROM sessions WHERE fingerprint = ");
    sql.bind(dialect, fingerprint);
    sql
}

/// Deletes the sessions that have ended by then.
pub(crate) fn delete_ended_sessions(dialect: &dyn Dialect, now: Timestamp) -> Statement {
    let mut sql = Statement::new("DELETE FROM sessions WHERE expires <= ");
    sql.bind(dialect, now.unix());
    sql
}

/// Deletes all sessions of a user.
pub(crate) fn delete_sessions_of(dialect: &dyn Dialect, user: UserId) -> Statement {
    of_user(dialect, "DELETE FROM sessions WHERE user_id = ", user)
}

fn of_user(dialect: &dyn Dialect, text: &str, user: UserId) -> Statement {
    let mut sql = Statement::new(text);
    sql.bind(dialect, user.0);
    sql
}

/// Sets the server's secret.
pub(crate) fn insert_secret(dialect: &dyn Dialect, secret: [u8; 32]) -> Statement {
    let mut sql = Statement::new("INSERT INTO server (id, secret) VALUES (1, ");
    sql.bind(dialect, secret.to_vec()).push(")");
    sql
}
