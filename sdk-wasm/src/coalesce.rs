//! Calls of one page that share a reservation: while one is under way, further calls for the same counter
//! wait, and when it ends all that wait take one block together, each its own part, in the order of the calls.
//!
//! No future and no JavaScript here: `client.rs` asks each call's [`Queues::turn`], and tells how things ended.
//! One of those that share a reservation leads: it alone drives it, under its own signal. If the leader is
//! aborted, the others wait for another; what it may have reserved is burnt, as whether it was is not known.

use crate::counter::Wish;

/// How many numbers one reservation takes at most; the option `count` of one call has the same bound.
pub(crate) const MOST: i64 = 1_000_000_000;

/// All calls of a client that wait for one another. `E` is why a reservation failed.
#[derive(Debug)]
pub(crate) struct Queues<E> {
    /// In the order of the calls.
    calls: Vec<Shared<E>>,
    last: u32,
}

/// A call's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ticket(u32);

#[derive(Debug)]
struct Shared<E> {
    /// `None` if the call left while numbers were being reserved for it: its part stays between the others'.
    ticket: Option<Ticket>,
    wish: Wish,
    state: State<E>,
}

#[derive(Debug)]
enum State<E> {
    Waiting,
    /// Its numbers are part of the reservation under way, whose leader this is.
    Reserving(Ticket),
    Ended(Result<i64, E>),
}

/// What a call has to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Turn<E> {
    Wait,
    /// Reserve this for all that share it, and tell [`Queues::ended`].
    Lead(Wish),
    /// Its first number, or why there is none. The call has left.
    End(Result<i64, E>),
}

/// How a reservation ended.
#[derive(Debug)]
pub(crate) enum End<E> {
    /// With the first number of the block.
    Block(i64),
    Failed(E),
    /// Its leader was aborted.
    Left,
}

impl<E> Default for Queues<E> {
    fn default() -> Self {
        Self { calls: Vec::new(), last: 0 }
    }
}

/// Whether two calls may share a block: their options are the same, but for those that are each call's own.
fn are_alike(a: &Wish, b: &Wish) -> bool {
    let others = Wish { count: a.count, pad: a.pad, ..b.clone() };
    *a == others
}

impl<E: Clone> Queues<E> {
    pub(crate) fn join(&mut self, wish: Wish) -> Ticket {
        self.last = self.last.wrapping_add(1);
        let ticket = Ticket(self.last);
        self.calls.push(Shared { ticket: Some(ticket), wish, state: State::Waiting });
        ticket
    }

    /// What the call has to do now. To be asked again whenever another call ended or left.
    pub(crate) fn turn(&mut self, ticket: Ticket) -> Turn<E> {
        let Some(at) = self.place(ticket) else { return Turn::Wait };
        match self.calls[at].state {
            State::Reserving(_) => Turn::Wait,
            State::Ended(_) => match self.calls.remove(at).state {
                State::Ended(end) => Turn::End(end),
                State::Waiting | State::Reserving(_) => Turn::Wait,
            },
            State::Waiting => {
                let wish = self.calls[at].wish.clone();
                let is_behind = |(other_at, other): (usize, &Shared<E>)| {
                    are_alike(&other.wish, &wish)
                        && match other.state {
                            State::Waiting => other_at < at,
                            State::Reserving(_) => true,
                            State::Ended(_) => false,
                        }
                };
                if self.calls.iter().enumerate().any(is_behind) {
                    Turn::Wait
                } else {
                    self.lead(ticket, wish)
                }
            }
        }
    }

    fn lead(&mut self, leader: Ticket, mut wish: Wish) -> Turn<E> {
        let mut count = 0;
        for call in &mut self.calls {
            if !matches!(call.state, State::Waiting) || !are_alike(&call.wish, &wish) {
                continue;
            }
            if count + call.wish.count > MOST {
                // Those behind it wait too, or a large block would wait for ever.
                break;
            }
            count += call.wish.count;
            call.state = State::Reserving(leader);
        }
        wish.count = count;
        Turn::Lead(wish)
    }

    /// The reservation that this call led has ended.
    pub(crate) fn ended(&mut self, leader: Ticket, end: End<E>) {
        if matches!(end, End::Left) {
            self.leave(leader);
        }
        let mut taken = 0;
        for call in &mut self.calls {
            if !matches!(call.state, State::Reserving(of) if of == leader) {
                continue;
            }
            call.state = match &end {
                End::Block(first) => State::Ended(Ok(first + taken)),
                End::Failed(why) => State::Ended(Err(why.clone())),
                End::Left => State::Waiting,
            };
            taken += call.wish.count;
        }
        self.calls.retain(|call| call.ticket.is_some() || matches!(call.state, State::Reserving(_)));
    }

    /// The call waits no longer. Numbers that are being reserved for it are burnt.
    pub(crate) fn leave(&mut self, ticket: Ticket) {
        let Some(at) = self.place(ticket) else { return };
        match self.calls[at].state {
            State::Reserving(_) => self.calls[at].ticket = None,
            State::Waiting | State::Ended(_) => drop(self.calls.remove(at)),
        }
    }

    fn place(&self, ticket: Ticket) -> Option<usize> {
        self.calls.iter().position(|call| call.ticket == Some(ticket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::wish;

    type Calls = Queues<&'static str>;

    fn of(count: i64) -> Wish {
        Wish { count, ..wish() }
    }

    fn join(queues: &mut Calls, calls: usize) -> Vec<Ticket> {
        (0..calls).map(|_| queues.join(wish())).collect()
    }

    #[test]
    fn the_first_goes_at_once_and_those_behind_it_share() {
        let mut queues = Calls::default();
        let calls = join(&mut queues, 4);
        assert_eq!(queues.turn(calls[1]), Turn::Wait, "it is not the first");
        let first = queues.join(Wish { list: "Another".into(), ..wish() });
        assert_eq!(queues.turn(first), Turn::Lead(Wish { list: "Another".into(), ..wish() }));
        let mut alone = Calls::default();
        let first = alone.join(wish());
        assert_eq!(alone.turn(first), Turn::Lead(of(1)));
        let behind = join(&mut alone, 3);
        assert!(behind.iter().all(|call| alone.turn(*call) == Turn::Wait));
        alone.ended(first, End::Block(4));
        assert_eq!(alone.turn(first), Turn::End(Ok(4)));
        assert_eq!(alone.turn(behind[0]), Turn::Lead(of(3)));
        assert_eq!((alone.turn(behind[0]), alone.turn(behind[2])), (Turn::Wait, Turn::Wait));
        alone.ended(behind[0], End::Block(5));
        // In the order of the calls, whichever asks first.
        for (call, number) in [(2, 7), (0, 5), (1, 6)] {
            assert_eq!(alone.turn(behind[call]), Turn::End(Ok(number)));
        }
        assert!(alone.calls.is_empty());
    }

    #[test]
    fn each_gets_as_many_as_it_asked_for_and_other_options_keep_apart() {
        let mut queues = Calls::default();
        let running = queues.join(wish());
        queues.turn(running);
        let alike = [of(5), Wish { pad: 9, ..of(2) }, of(1)].map(|wish| queues.join(wish));
        let others = [
            Wish { title: "LastSeqBBBB".into(), ..wish() },
            Wish { field: "Other".into(), ..wish() },
            Wish { returns: crate::counter::Returns::Read, ..wish() },
            Wish { create: true, ..wish() },
            Wish { rounds: 1, ..wish() },
        ];
        for other in others {
            let ticket = queues.join(other.clone());
            assert_eq!(queues.turn(ticket), Turn::Lead(other));
        }
        queues.ended(running, End::Block(1));
        assert_eq!(queues.turn(alike[0]), Turn::Lead(of(8)));
        queues.ended(alike[0], End::Block(2));
        assert_eq!(alike.map(|call| queues.turn(call)), [2, 7, 9].map(|number| Turn::End(Ok(number))));
    }

    #[test]
    fn a_failure_rejects_all_that_share_and_nobody_else() {
        let mut queues = Calls::default();
        let calls = join(&mut queues, 3);
        assert_eq!(queues.turn(calls[0]), Turn::Lead(of(3)));
        let later = queues.join(wish());
        queues.ended(calls[0], End::Failed("busy"));
        assert!(calls.iter().all(|call| queues.turn(*call) == Turn::End(Err("busy"))));
        assert_eq!(queues.turn(later), Turn::Lead(of(1)));
    }

    #[test]
    fn who_leaves_before_the_reservation_takes_no_number_and_later_burns_its_own() {
        let mut queues = Calls::default();
        let calls = join(&mut queues, 4);
        queues.leave(calls[1]);
        assert_eq!(queues.turn(calls[0]), Turn::Lead(of(3)));
        queues.leave(calls[2]);
        queues.ended(calls[0], End::Block(10));
        assert_eq!(queues.turn(calls[3]), Turn::End(Ok(12)), "11 is burnt");
        assert_eq!(queues.turn(calls[0]), Turn::End(Ok(10)));
        assert_eq!(queues.turn(calls[2]), Turn::Wait);
        assert!(queues.calls.is_empty());
    }

    #[test]
    fn a_leader_that_is_aborted_is_followed_by_another() {
        let mut queues = Calls::default();
        let calls = join(&mut queues, 4);
        assert_eq!(queues.turn(calls[0]), Turn::Lead(of(4)));
        queues.leave(calls[2]);
        queues.join(wish());
        queues.ended(calls[0], End::Left);
        assert_eq!(queues.turn(calls[3]), Turn::Wait);
        assert_eq!(queues.turn(calls[1]), Turn::Lead(of(3)), "the new one is with them");
        queues.ended(calls[1], End::Left);
        assert_eq!(queues.turn(calls[3]), Turn::Lead(of(2)));
        queues.ended(calls[3], End::Block(9));
        assert_eq!(queues.turn(calls[3]), Turn::End(Ok(9)));
    }

    #[test]
    fn a_block_has_a_bound_and_nobody_overtakes() {
        let mut queues = Calls::default();
        let calls = [of(MOST - 1), of(2), of(1)].map(|wish| queues.join(wish));
        assert_eq!(queues.turn(calls[0]), Turn::Lead(of(MOST - 1)));
        queues.ended(calls[0], End::Block(1));
        assert_eq!(queues.turn(calls[2]), Turn::Wait);
        assert_eq!(queues.turn(calls[1]), Turn::Lead(of(3)));
    }
}
