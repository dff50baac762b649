//! What can go wrong with a request, by the stage that says so.

use store::{StoreError, plan::PlanError};

use crate::{access::AccessError, request::RequestError};

/// A refusal or a failure. What a client is told is in `render::error`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It is refused before it is read.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Its caller may not make it.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// It cannot be read.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It makes no sense against the catalog.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The store refused it, or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a request is refused before it is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The Host is none that names this machine: perhaps a name that was bound anew to it.
    #[error(
        "Access denied. The Host of the request does not name this machine, and no sign-in is configured."
    )]
    ForeignHost,
    /// A proxy sends it for a client on another machine, and no sign-in is configured.
    #[error("Access denied. The request comes from another machine, and no sign-in is configured.")]
    ForeignClient,
    /// The Host is none under which this server is reached.
    #[error("This server is not reached under that name; 'matchlist serve --host NAME' adds one.")]
    OtherHost,
    /// Host is missing, comes twice, or cannot be read.
    #[error("The request does not name its host once.")]
    Host,
    /// What the proxy tells cannot be read, or contradicts itself.
    #[error("What the proxy tells of the request, in X-Forwarded-… or Forwarded, has no single meaning.")]
    Forwarded,
    /// The Origin is neither our own nor on the list of those that may call.
    #[error(
        "Access denied. Pages of this origin may not call the service; 'matchlist serve --cors ORIGIN' lets them."
    )]
    ForeignOrigin,
    /// The caller has made as many requests as it may.
    #[error("Too many requests: {limit} a minute are let in. Try again in {reset} s.")]
    TooMany {
        /// How many requests a minute.
        limit: u32,
        /// In how many seconds one is let in again.
        reset: u64,
    },
    /// The body came too slowly.
    #[error("The body did not arrive in time.")]
    SlowBody,
    /// The body is too large.
    #[error("The body is larger than {limit} bytes.")]
    BodyTooLarge {
        /// How large it may be.
        limit: usize,
    },
    /// The URL is too long.
    #[error("The URL is longer than {limit} bytes.")]
    UrlTooLong {
        /// How long it may be.
        limit: usize,
    },
    /// The headers are too large.
    #[error("The headers are larger than {limit} bytes.")]
    HeadersTooLarge {
        /// How large they may be.
        limit: usize,
    },
    /// Two lengths of the body, or two ways to tell it.
    #[error("The request tells the length of its body in more than one way, or not at all readably.")]
    Framing,
    /// Another request of its atomicity group failed.
    #[error("Nothing of this atomicity group was done, as its request '{failed}' failed.")]
    Undone {
        /// Which.
        failed: String,
    },
    /// It cannot be undone with the others of its atomicity group.
    #[error("An atomicityGroup holds requests that make, change, delete or increment items, and no others.")]
    NotGrouped,
    /// What it refers to is of another site than the batch.
    #[error("Its URL is not of the site that the batch was sent to.")]
    OtherSite,
    /// A request of the batch that it depends on failed.
    #[error("This request was not run, as one that it depends on did not succeed.")]
    Dependency,
    /// A request before it in the batch failed.
    #[error(
        "This request was not run, as one before it did not succeed. 'Prefer: odata.continue-on-error' runs the rest."
    )]
    Stopped,
    /// The answers to the batch would be too large.
    #[error("The answers to a batch have {limit} bytes at most. Ask for less, or in several batches.")]
    AnswersTooLarge {
        /// How large all answers may be.
        limit: usize,
    },
    /// CONNECT, or a WebSocket: all that follows would count as the body.
    #[error("This server has neither tunnels nor WebSockets.")]
    Tunnel,
}
