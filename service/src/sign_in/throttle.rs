//! How often may be tried to sign in: as whom, and from where. Only tries count, right or wrong, so that
//! it does not tell which users there are.

use std::{
    hash::{BuildHasher as _, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use quick_cache::sync::Cache;

/// Tries for an account: so many at once, then as many in a minute.
const PER_ACCOUNT: u32 = 10;
/// The same from an address.
const PER_ADDRESS: u32 = 30;
/// After how many tries those of long ago are forgotten.
const SWEEP: u32 = 1024;
/// Of how many accounts it is known from where their owners sign in.
const KNOWN: usize = 10_000;

type Limiter<K, C> = RateLimiter<K, DefaultKeyedStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The limits. Keys are hashes, so that a long login takes no more memory than a short one.
pub(super) struct Throttle<C: Clock = DefaultClock> {
    clock: C,
    addresses: Limiter<u64, C>,
    accounts: Limiter<u64, C>,
    /// An owner is counted apart at an address from which they have signed in before: others, who use up
    /// what the account has, cannot lock them out.
    owners: Limiter<(u64, u64), C>,
    known: Cache<(u64, u64), ()>,
    hash: RandomState,
    tries: AtomicU32,
}

impl Throttle {
    pub(super) fn new() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Throttle<C> {
    fn with_clock(clock: C) -> Self {
        Self {
            addresses: RateLimiter::dashmap_with_clock(a_minute(PER_ADDRESS), clock.clone()),
            accounts: RateLimiter::dashmap_with_clock(a_minute(PER_ACCOUNT), clock.clone()),
            owners: RateLimiter::dashmap_with_clock(a_minute(PER_ACCOUNT), clock.clone()),
            known: Cache::new(KNOWN),
            hash: RandomState::new(),
            tries: AtomicU32::new(0),
            clock,
        }
    }

    /// Counts a try.
    ///
    /// # Errors
    /// With how long to wait, where there were too many. Such a try does not count.
    pub(super) fn check(&self, account: &str, address: Option<IpAddr>) -> Result<(), Duration> {
        if self.tries.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.sweep();
        }
        let (account, address) = self.keys(account, address);
        self.addresses.check_key(&address).map_err(|until| until.wait_time_from(self.clock.now()))?;
        let counted = match self.known.get(&(account, address)) {
            Some(()) => self.owners.check_key(&(account, address)),
            None => self.accounts.check_key(&account),
        };
        counted.map_err(|until| until.wait_time_from(self.clock.now()))
    }

    /// Notes that the owner of an account signed in.
    pub(super) fn note_success(&self, account: &str, address: Option<IpAddr>) {
        self.known.insert(self.keys(account, address), ());
    }

    fn keys(&self, account: &str, address: Option<IpAddr>) -> (u64, u64) {
        (self.hash.hash_one(account), self.hash.hash_one(address.map(network)))
    }

    fn sweep(&self) {
        self.addresses.retain_recent();
        self.accounts.retain_recent();
        self.owners.retain_recent();
    }
}

fn a_minute(tries: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN))
}

/// Whoever has an address of IPv6 has all of its /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn throttle() -> (Throttle<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (Throttle::with_clock(clock.clone()), clock)
    }

    fn from(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    fn tries(throttle: &Throttle<FakeRelativeClock>, account: &str, last: u8) -> usize {
        (0..100).take_while(|_| throttle.check(account, from(last)).is_ok()).count()
    }

    #[test]
    fn an_account_has_ten_quick_tries_then_one_each_six_seconds() {
        let (throttle, clock) = throttle();
        assert_eq!(tries(&throttle, "ann", 1), 10);
        assert_eq!(throttle.check("ann", from(2)), Err(Duration::from_secs(6)));
        assert_eq!(throttle.check("bob", from(2)), Ok(()), "another account is not concerned");
        // Tries that do not count do not put it off either.
        clock.advance(Duration::from_secs(5));
        assert_eq!(throttle.check("ann", from(2)), Err(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        assert_eq!(tries(&throttle, "ann", 3), 1);
        clock.advance(Duration::from_secs(60));
        assert_eq!(tries(&throttle, "ann", 4), 10);
    }

    #[test]
    fn an_address_has_thirty_tries_a_minute_whomever_they_are_for() {
        let (throttle, clock) = throttle();
        let accounts: Vec<String> = (0..100).map(|n| format!("user {n}")).collect();
        let let_in = accounts.iter().filter(|name| throttle.check(name, from(1)).is_ok()).count();
        assert_eq!(let_in, 30);
        clock.advance(Duration::from_secs(2));
        assert_eq!(throttle.check("ann", from(1)), Ok(()));
        assert_eq!(throttle.check("ann", from(1)), Err(Duration::from_secs(2)));
        let of_a_network = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        let let_in =
            accounts.iter().zip(0..).filter(|(name, n)| throttle.check(name, of_a_network(*n)).is_ok());
        assert_eq!(let_in.count(), 30, "a /64 is one address");
    }

    #[test]
    fn others_do_not_lock_an_owner_out_from_where_the_owner_has_signed_in() {
        let (throttle, _) = throttle();
        assert_eq!(throttle.check("ann", from(1)), Ok(()));
        throttle.note_success("ann", from(1));
        assert_eq!(tries(&throttle, "ann", 2), 9);
        assert!(throttle.check("ann", from(3)).is_err());
        assert_eq!(tries(&throttle, "ann", 1), 10);
    }

    #[test]
    fn those_of_long_ago_are_forgotten() {
        let (throttle, clock) = throttle();
        for n in 0..SWEEP - 1 {
            let _ = throttle.check(&format!("user {n}"), from(u8::try_from(n % 250).unwrap()));
        }
        clock.advance(Duration::from_secs(120));
        throttle.check("ann", from(1)).unwrap();
        assert_eq!((throttle.accounts.len(), throttle.addresses.len()), (1, 1));
    }
}
