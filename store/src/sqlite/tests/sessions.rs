//! Tests of sessions: that none comes to be, or lives on, against what was decided meanwhile.

use super::*;
use crate::{
    model::{Fingerprint, Session},
    plan::AccessChange,
};

fn change(store: &Store, change: AccessChange) -> Result<(), StoreError> {
    store.write(Action::ChangeAccess(change)).map(drop)
}

fn sign_in(store: &Store, number: u8, password: &str) -> Result<(), StoreError> {
    let (created, expires) = (Timestamp::EPOCH, Timestamp::from_unix(100).unwrap());
    let fingerprint = Fingerprint([number; 32]);
    let session = Session { fingerprint, user: UserId::LOCAL_OWNER, created, expires };
    change(store, AccessChange::AddSession(session, password.into()))
}

fn is_there(store: &Store, number: u8, at: i64) -> bool {
    let at = Timestamp::from_unix(at).unwrap();
    store.engine.catalog().access().session(&Fingerprint([number; 32]), at).is_some()
}

#[test]
fn a_session_needs_the_password_that_the_user_still_has() {
    let store = Store::temporary();
    let user = UserId::LOCAL_OWNER;
    assert!(matches!(sign_in(&store, 1, "old"), Err(StoreError::StaleCatalog)));
    change(&store, AccessChange::SetPassword(user, "old".into())).unwrap();
    sign_in(&store, 1, "old").unwrap();
    assert!(is_there(&store, 1, 99) && !is_there(&store, 1, 100));
    // The password was compared, then it was changed, then the session came.
    change(&store, AccessChange::SetPassword(user, "new".into())).unwrap();
    assert!(!is_there(&store, 1, 0));
    assert!(matches!(sign_in(&store, 2, "old"), Err(StoreError::StaleCatalog)));
    sign_in(&store, 2, "new").unwrap();
    change(&store, AccessChange::SetBlocked(user, true)).unwrap();
    assert!(matches!(sign_in(&store, 3, "new"), Err(StoreError::StaleCatalog)));
    change(&store, AccessChange::SetBlocked(user, false)).unwrap();
    assert!(![1, 2, 3].into_iter().any(|number| is_there(&store, number, 0)));
}
