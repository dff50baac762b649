//! The statuses of pages that tell why somebody is not signed in. Their words are the error's own.

use store::StoreError;

use crate::sign_in::{SignInError, whole_seconds};

/// The status of a refusal to sign in, and after how many seconds to try again.
pub(crate) fn sign_in_status(error: &SignInError) -> (u16, Option<u64>) {
    match error {
        SignInError::NotReadable => (400, None),
        // 401 would have to name a scheme that browsers know.
        SignInError::ForeignPage | SignInError::Wrong => (403, None),
        SignInError::TooOften(wait) => (429, Some(whole_seconds(*wait))),
        SignInError::Busy | SignInError::Failed(StoreError::Busy) => (503, Some(2)),
        SignInError::Failed(_) => (500, None),
    }
}
