//! `editItem` as a state machine: read, let the caller change, write under the tag; on 412 again.

use crate::address::{ItemKey, Site};
use crate::answer::{Reply, Tagged, merged};
use crate::call::{Ask, Call, Content, ItemType, Verb};
use crate::failure::{Code, Failure};
use crate::json::Json;
use crate::machine::{Event, Machine, Moment, Server, Step};
use crate::retry::{Rounds, TRIES};

/// Where an edit has got to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Turn<J> {
    /// The caller is asked for the values to write; the answer goes to [`Edit::changed`].
    Change(Tagged<J>),
    /// The item was written.
    Done(Tagged<J>),
}

/// One edit in progress.
#[derive(Debug)]
pub(crate) struct Edit<J> {
    site: Site,
    list: String,
    key: ItemKey,
    rounds: Rounds,
    tries: u32,
    state: State<J>,
}

#[derive(Debug)]
enum State<J> {
    Reading(Call<J>),
    /// The caller has the item.
    Asked(Tagged<J>),
    Writing {
        call: Call<J>,
        base: J,
        values: J,
    },
    Waiting(Option<Tagged<J>>),
}

type EditStep<J> = Step<J, Turn<J>>;

impl<J: Json> Edit<J> {
    pub(crate) fn new(site: Site, list: String, key: ItemKey, rounds: u32) -> Self {
        let state = State::Waiting(None);
        Self { site, list, key, rounds: Rounds::new(rounds), tries: TRIES.min(rounds), state }
    }

    /// Takes the values that the caller wants written, as an object; the machine goes on with
    /// [`Event::Begin`].
    pub(crate) fn changed(&mut self, values: J) -> Result<(), Box<Failure<J>>> {
        let State::Asked(tagged) = &self.state else {
            return Err(Box::new(Failure::new(Code::Invalid, "No change was asked for.")));
        };
        let json = values.print().filter(|_| values.members().is_some()).ok_or_else(|| {
            Failure::new(Code::Invalid, "What the change gives is an object of values, or undefined.")
        })?;
        let item_type = ItemType { list: self.list.clone(), url: self.site.item_type(&self.list) };
        let ask = Ask {
            verb: Verb::Merge,
            url: self.url(),
            if_match: tagged.etag.clone(),
            body: Some(Content { json, item_type: Some(item_type) }),
        };
        let base = tagged.item.clone();
        self.state = State::Writing { call: Call::new(ask, self.tries), base, values };
        Ok(())
    }

    fn url(&self) -> String {
        self.site.item(&self.list, &self.key)
    }

    /// Gives the caller an item to change.
    fn ask(&mut self, tagged: Tagged<J>) -> EditStep<J> {
        if tagged.etag.is_none() {
            let message = "The server gives the item without a tag, so that it cannot be changed safely.";
            return fail(Failure::new(Code::Protocol, message));
        }
        self.state = State::Asked(tagged.clone());
        Step::Done(Turn::Change(tagged))
    }

    fn was_refused(
        &mut self,
        mut failure: Box<Failure<J>>,
        server: &mut Server,
        moment: &Moment,
    ) -> EditStep<J> {
        if !failure.is_lost_race() {
            return Step::Fail(failure);
        }
        let present = failure.conflict.as_ref().and_then(|conflict| {
            Some(Tagged { item: conflict.current.clone()?, etag: Some(conflict.etag.clone()?) })
        });
        let Some(wait) = self.rounds.again(present.is_some(), moment.random) else {
            let rounds = self.rounds.all();
            failure.code = Code::Attempts;
            failure.message =
                format!("The item was changed by others in all of {rounds} attempts to edit it.");
            return Step::Fail(failure);
        };
        self.state = State::Waiting(present);
        if wait > 0.0 { Step::Sleep(wait) } else { self.step(Event::Awake, server, moment) }
    }
}

impl<J: Json> Machine<J> for Edit<J> {
    type Output = Turn<J>;

    fn step(&mut self, event: Event<J>, server: &mut Server, moment: &Moment) -> EditStep<J> {
        let call = match &mut self.state {
            State::Waiting(present) => {
                return match present.take() {
                    Some(tagged) => self.ask(tagged),
                    None => {
                        self.state = State::Reading(Call::new(Ask::read(self.url()), self.tries));
                        self.step(Event::Begin, server, moment)
                    }
                };
            }
            State::Asked(tagged) => return Step::Done(Turn::Change(tagged.clone())),
            State::Reading(call) | State::Writing { call, .. } => call,
        };
        let end = match call.step(event, server, moment).within() {
            Ok(step) => return step,
            Err(end) => end,
        };
        match (&self.state, end) {
            (State::Reading(_), Ok(reply)) => match reply.item() {
                Some(tagged) => self.ask(tagged),
                None => fail(Failure::protocol(&reply, "an item")),
            },
            (State::Writing { base, values, .. }, Ok(reply)) => {
                Step::Done(Turn::Done(written(&reply, base, values)))
            }
            (State::Writing { .. }, Err(failure)) => self.was_refused(failure, server, moment),
            (_, Err(failure)) => Step::Fail(failure),
            (_, Ok(reply)) => fail(Failure::protocol(&reply, "nothing, as nothing was asked")),
        }
    }
}

/// The item after the write: as the server gives it, else as it must be.
fn written<J: Json>(reply: &Reply<J>, base: &J, values: &J) -> Tagged<J> {
    let item = reply.item().map_or_else(|| merged(base, values), |tagged| tagged.item);
    // The header's tag is the write's own; without one the caller has to read again.
    let etag = reply.etag.clone().or_else(|| reply.item()?.etag);
    Tagged { item, etag }
}

fn fail<J, T>(failure: Failure<J>) -> Step<J, T> {
    Step::Fail(Box::new(failure))
}
