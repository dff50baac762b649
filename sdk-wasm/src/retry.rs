//! When to try again. Two bounds: `Tries` for one request that was refused or got no reply, `Rounds` for a
//! read and a write that lost a race.

/// How often one request is tried.
pub(crate) const TRIES: u32 = 5;

const TRY_BASE: f64 = 500.0;
const TRY_CAP: f64 = 30_000.0;
const ROUND_BASE: f64 = 10.0;
const ROUND_CAP: f64 = 1_000.0;
/// A server that asks for more is not waited for: the caller is told how long it would take.
const LONGEST_WAIT: f64 = 3_600_000.0;

/// Full jitter: anything from nothing to a ceiling that doubles. (Waiting a fixed time would let those who
/// collided once collide again.)
fn jitter(base: f64, cap: f64, waits: u32, random: f64) -> f64 {
    // Beyond 2^16 every base is over its cap.
    let ceiling = (base * f64::from(1_u32 << waits.min(16))).min(cap);
    (random * ceiling).floor()
}

/// The tries of one request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tries {
    left: u32,
    waits: u32,
}

impl Tries {
    pub(crate) const fn new(tries: u32) -> Self {
        Self { left: tries, waits: 0 }
    }

    /// After a try that failed: how many milliseconds to wait before the next, or `None` if there is none.
    /// `asked` is what Retry-After says.
    pub(crate) fn again(&mut self, asked: Option<f64>, random: f64) -> Option<f64> {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 || asked.is_some_and(|wait| wait > LONGEST_WAIT) {
            return None;
        }
        let wait = asked.unwrap_or_else(|| jitter(TRY_BASE, TRY_CAP, self.waits, random));
        self.waits += 1;
        Some(wait)
    }
}

/// The rounds of read and write of one call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rounds {
    all: u32,
    left: u32,
    waits: u32,
    rested: bool,
}

impl Rounds {
    pub(crate) const fn new(rounds: u32) -> Self {
        Self { all: rounds, left: rounds, waits: 0, rested: true }
    }

    /// How many there were to begin with.
    pub(crate) const fn all(&self) -> u32 {
        self.all
    }

    /// After a lost round: how many milliseconds to wait, or `None` if that was the last.
    ///
    /// The first comes at once. `in_hand` says that the refusal brought the present item: what is in hand
    /// grows old in a wait, so that a wait is followed by a round without one, or whoever waits longest
    /// would lose for ever.
    pub(crate) fn again(&mut self, in_hand: bool, random: f64) -> Option<f64> {
        let is_first = self.left == self.all;
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            return None;
        }
        if is_first || (in_hand && self.rested) {
            self.rested = false;
            return Some(0.0);
        }
        self.rested = true;
        self.waits += 1;
        Some(jitter(ROUND_BASE, ROUND_CAP, self.waits - 1, random))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALMOST_ONE: f64 = 0.999_999;

    #[test]
    fn jitter_is_full_and_capped() {
        let highest = |waits| jitter(500.0, 30_000.0, waits, ALMOST_ONE);
        assert_eq!([0, 1, 2, 5, 6, 99].map(highest), [499.0, 999.0, 1999.0, 15999.0, 29999.0, 29999.0]);
        assert_eq!(jitter(500.0, 30_000.0, 9, 0.0), 0.0);
        assert_eq!(jitter(10.0, 1_000.0, 0, 0.5), 5.0);
    }

    #[test]
    fn tries_end() {
        let mut tries = Tries::new(3);
        assert_eq!(tries.again(None, 0.5), Some(250.0));
        assert_eq!(tries.again(Some(7_000.0), 0.5), Some(7_000.0));
        assert_eq!(tries.again(None, 0.5), None);
        assert_eq!(tries.again(None, 0.5), None);
        assert_eq!(Tries::new(1).again(None, 0.5), None);
    }

    #[test]
    fn a_day_is_not_waited_for() {
        assert_eq!(Tries::new(5).again(Some(86_400_000.0), 0.5), None);
        assert_eq!(Tries::new(5).again(Some(LONGEST_WAIT), 0.5), Some(LONGEST_WAIT));
    }

    #[test]
    fn the_first_round_comes_at_once_and_later_ones_rest() {
        let mut rounds = Rounds::new(6);
        let waits = (0..6).map(|_| rounds.again(false, ALMOST_ONE)).collect::<Vec<_>>();
        assert_eq!(waits, [Some(0.0), Some(9.0), Some(19.0), Some(39.0), Some(79.0), None]);
    }

    #[test]
    fn with_the_item_in_hand_every_other_round_comes_at_once() {
        let mut rounds = Rounds::new(6);
        let waits = (0..6).map(|_| rounds.again(true, ALMOST_ONE)).collect::<Vec<_>>();
        assert_eq!(waits, [Some(0.0), Some(9.0), Some(0.0), Some(19.0), Some(0.0), None]);
    }

    #[test]
    fn no_wait_of_a_long_storm_is_over_a_second() {
        let mut rounds = Rounds::new(100);
        let waits = std::iter::from_fn(|| rounds.again(false, ALMOST_ONE)).collect::<Vec<_>>();
        assert_eq!(waits.len(), 99);
        assert!(waits.iter().all(|wait| *wait < 1_000.0));
    }
}
