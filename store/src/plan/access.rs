//! Changes of who may do what.

use std::sync::Arc;

use odata::Timestamp;

use crate::model::{Fingerprint, Grant, Principal, Right, Scope, Session, TokenId, UserId};

/// A change of who may do what.
#[derive(Clone, Debug)]
pub enum AccessChange {
    /// Makes a token.
    AddToken(NewToken),
    /// Ends a token for good; one that has ended stays so.
    RevokeToken(TokenId),
    /// Notes when tokens were last used.
    NoteUse(Vec<(TokenId, Timestamp)>),
    /// Gives a right at a place, or with `None` takes back what was given there.
    SetGrant(Principal, Scope, Option<Right>),
    /// Sets the hash of a user's password (a PHC string), and ends the user's sessions.
    SetPassword(UserId, String),
    /// Lets a user not call any more, or again.
    SetBlocked(UserId, bool),
    /// A browser has signed in with the password of which this is the hash. Where that is no longer the
    /// user's, or the user is blocked, there is no session.
    AddSession(Session, Arc<str>),
    /// A browser has signed out.
    EndSession(Fingerprint),
    /// Sets the server's secret, unless it has one.
    EnsureSecret([u8; 32]),
}

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// What it is known by.
    pub fingerprint: Fingerprint,
    /// What it is for.
    pub name: String,
    /// As whom it acts.
    pub user: UserId,
    /// What it may do; `None`: what its user may do.
    pub grants: Option<Vec<Grant>>,
    /// When it ends, if it does.
    pub expires: Option<Timestamp>,
}
