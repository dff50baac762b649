//! How many requests a caller may make in a minute.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    Quota as Rate, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use store::model::{TokenId, UserId};

use crate::{
    access::{Caller, Proof},
    error::Refusal,
};

/// How many requests a caller may make in a minute, if nothing else was chosen.
const USUAL: u32 = 12_000;
/// How many requests without good credentials an address may make in a minute.
const REFUSED: u32 = 600;

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Token(TokenId),
    User(UserId),
    /// Nobody who is known: an address, or the half of an IPv6 address that a network is told by.
    Address(IpAddr),
}

type Limiter = RateLimiter<Who, DefaultKeyedStateStore<Who>, DefaultClock, StateInformationMiddleware>;

/// The limits of requests a minute.
#[derive(Debug)]
pub(crate) struct Quotas {
    callers: Option<Limiter>,
    /// Whether those who call an open server are counted, too.
    counts_open: bool,
    refused: Limiter,
    limit: u32,
}

/// What is left to a caller; or how long it has to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// How many requests a minute.
    pub(crate) limit: u32,
    /// How many are left by now.
    pub(crate) remaining: u32,
    /// In how many seconds there is all of it, or, where nothing is left, one.
    pub(crate) reset: u64,
}

impl From<Quota> for Refusal {
    fn from(quota: Quota) -> Self {
        Self::TooMany { limit: quota.limit, reset: quota.reset }
    }
}

impl Quotas {
    /// With so many requests a minute; 0 for no limit. Without a number it is [`USUAL`], and whoever calls
    /// an open server is not counted.
    pub(crate) fn new(chosen: Option<u32>) -> Self {
        let limit = chosen.unwrap_or(USUAL);
        let limiter = |limit| RateLimiter::keyed(Rate::per_minute(limit)).with_middleware();
        let refused = NonZeroU32::new(REFUSED).unwrap_or(NonZeroU32::MIN);
        let callers = NonZeroU32::new(limit).map(limiter);
        Self { callers, counts_open: chosen.is_some(), refused: limiter(refused), limit }
    }

    /// Counts a request of a caller. `None` where there is no limit.
    ///
    /// # Errors
    /// Where nothing is left.
    pub(crate) fn take(&self, caller: &Caller) -> Result<Option<Quota>, Quota> {
        self.take_many(caller, 1)
    }

    /// Counts several requests of a caller at once, all of them or none. More than are let in within a minute
    /// count as all of those.
    ///
    /// # Errors
    /// Where fewer are left.
    pub(crate) fn take_many(&self, caller: &Caller, count: u32) -> Result<Option<Quota>, Quota> {
        let who = match caller.proof() {
            Proof::Open if !self.counts_open => return Ok(None),
            Proof::Token(token, _) => Who::Token(token),
            Proof::Open | Proof::Issued(_) | Proof::Session(_) | Proof::Proxy => Who::User(caller.user),
        };
        self.callers.as_ref().map(|limiter| check(limiter, &who, self.limit, count)).transpose()
    }

    /// Counts a request without good credentials.
    ///
    /// # Errors
    /// Where nothing is left.
    pub(crate) fn take_refused(&self, address: IpAddr) -> Result<(), Quota> {
        let network = match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(v6) => v6
                .to_ipv4_mapped()
                .map_or_else(|| Ipv6Addr::from(u128::from(v6) & (u128::MAX << 64)).into(), IpAddr::V4),
        };
        check(&self.refused, &Who::Address(network), REFUSED, 1).map(drop)
    }

    /// Forgets those who have all of theirs again.
    pub(crate) fn forget(&self) {
        for limiter in self.callers.iter().chain([&self.refused]) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn check(limiter: &Limiter, who: &Who, limit: u32, count: u32) -> Result<Quota, Quota> {
    let count = NonZeroU32::new(count.min(limit)).unwrap_or(NonZeroU32::MIN);
    match limiter.check_key_n(who, count) {
        Err(_) => Err(Quota { limit, remaining: 0, reset: 60 }),
        Ok(Ok(state)) => {
            let remaining = state.remaining_burst_capacity();
            let missing = u64::from(limit.saturating_sub(remaining));
            Ok(Quota { limit, remaining, reset: (missing * 60).div_ceil(u64::from(limit.max(1))) })
        }
        Ok(Err(refused)) => {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            Err(Quota { limit, remaining: 0, reset: seconds_up(wait) })
        }
    }
}

fn seconds_up(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}
