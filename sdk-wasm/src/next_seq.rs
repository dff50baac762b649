//! `getNextSeq` as a state machine: find the counter's item, raise its number, hand the number out.
//!
//! ```text
//! Reading --found--> Incrementing (the server's atomic form) --200--> done
//!         --found--> Writing (MERGE under the tag) --204--> done
//!         --missing--> Creating --> Reading
//! Writing --412, outcome unknown--> Waiting --> Writing (the 412 brought the item) | Reading
//! ```
//!
//! A number whose writing is in doubt is never handed out: the item is read again and the next one taken.

use crate::address::{ItemKey, PageQuery, Site};
use crate::answer::{Reply, Tagged};
use crate::call::{Ask, Call, Content, ItemType, Verb};
use crate::counter::{Count, Spelling, Wish};
use crate::failure::{Code, Failure, Missing};
use crate::filter::print_equal;
use crate::json::{Json, MAX_EXACT, whole};
use crate::machine::{Event, Machine, Moment, Server, Step};
use crate::retry::{Rounds, TRIES};

/// One `getNextSeq` in progress. It gives the number to hand out; the first of them, if it takes several.
#[derive(Debug)]
pub(crate) struct NextSeq<J> {
    site: Site,
    wish: Wish,
    rounds: Rounds,
    tries: u32,
    /// How a new item is to spell its number; the field's type is not known.
    creates: Spelling,
    /// How often an item was made, or tried to be.
    creations: u32,
    /// Why the last creation was refused, if it was.
    refused: Option<Box<Failure<J>>>,
    state: State<J>,
}

#[derive(Debug)]
enum State<J> {
    Reading(Call<J>),
    Writing { call: Call<J>, before: Count, id: i64 },
    Incrementing(Call<J>),
    Creating(Call<J>),
    Waiting(Option<Found>),
}

/// The counter's item.
#[derive(Clone, Debug)]
struct Found {
    id: i64,
    etag: Option<String>,
    count: Count,
}

type Turn<J> = Step<J, i64>;

impl<J: Json> NextSeq<J> {
    pub(crate) fn new(site: Site, wish: Wish) -> Self {
        let tries = TRIES.min(wish.rounds);
        let mut next_seq = Self {
            rounds: Rounds::new(wish.rounds),
            tries,
            site,
            wish,
            creates: Spelling::Text,
            creations: 0,
            refused: None,
            state: State::Waiting(None),
        };
        next_seq.state = next_seq.reading();
        next_seq
    }

    fn reading(&self) -> State<J> {
        // A title is a text, and the property's name is well-formed: this prints.
        let filter = print_equal("Title", &J::string(&self.wish.title)).ok();
        let query = PageQuery { filter, order_by: Some("Id".to_owned()), top: Some(1), select: Vec::new() };
        State::Reading(Call::new(Ask::read(self.site.items(&self.wish.list, &query)), self.tries))
    }

    /// Begins what the state holds.
    fn enter(&mut self, state: State<J>, server: &mut Server, moment: &Moment) -> Turn<J> {
        self.state = state;
        self.step(Event::Begin, server, moment)
    }

    fn was_read(&mut self, reply: &Reply<J>, server: &mut Server, moment: &Moment) -> Turn<J> {
        let Some((items, _)) = reply.page() else {
            return fail(Failure::protocol(reply, "a page of items"));
        };
        // The lowest Id is the counter, whatever order came: two who create one at once have to agree.
        let id = |item: &J| item.member("Id").or_else(|| item.member("ID"))?.number().and_then(whole);
        match items.iter().filter_map(|tagged| Some((id(&tagged.item)?, tagged))).min_by_key(|(id, _)| *id) {
            Some((id, tagged)) => match self.found(id, tagged) {
                Ok(found) => self.raise(found, server, moment),
                Err(failure) => Step::Fail(failure),
            },
            None if items.is_empty() => self.missing(server, moment),
            None => fail(Failure::protocol(reply, "items with Ids")),
        }
    }

    fn found(&self, id: i64, tagged: &Tagged<J>) -> Result<Found, Box<Failure<J>>> {
        let value = tagged.item.member(&self.wish.field);
        let count = value.as_ref().and_then(Count::read).ok_or_else(|| {
            let held = value.as_ref().and_then(J::print).unwrap_or_else(|| "nothing".to_owned());
            self.no_number(format!("holds no whole number, but {held}"))
        })?;
        Ok(Found { id, etag: tagged.etag.clone(), count })
    }

    /// Takes the next number: in the server's atomic form where it has one, else under the tag.
    fn raise(&mut self, found: Found, server: &mut Server, moment: &Moment) -> Turn<J> {
        let Some(after) = found.count.plus(self.wish.count) else {
            return Step::Fail(self.no_number(format!("cannot hold more than {}", found.count.value)));
        };
        let (verb, url, json, if_match) = if server.next_sequence && after.value <= MAX_EXACT {
            let url = self.site.increment(&self.wish.list, found.id);
            (Verb::Increment, url, self.wish.increment(), None)
        } else if found.etag.is_some() {
            let url = self.site.item(&self.wish.list, &ItemKey::Id(found.id));
            (Verb::Merge, url, self.wish.values(after), found.etag)
        } else {
            // Without a condition a number could be given twice.
            let message = "The server gives the item without a tag, so that it cannot be changed safely.";
            return fail(Failure::new(Code::Protocol, message));
        };
        let item_type = (verb == Verb::Merge).then(|| self.item_type());
        let call =
            Call::new(Ask { verb, url, if_match, body: Some(Content { json, item_type }) }, self.tries);
        let state = match verb {
            Verb::Increment => State::Incrementing(call),
            _ => State::Writing { call, before: found.count, id: found.id },
        };
        self.enter(state, server, moment)
    }

    fn item_type(&self) -> ItemType {
        ItemType { list: self.wish.list.clone(), url: self.site.item_type(&self.wish.list) }
    }

    fn missing(&mut self, server: &mut Server, moment: &Moment) -> Turn<J> {
        if !self.wish.create {
            return Step::Fail(self.not_found(Failure::new(Code::NotFound, ""), Missing::Item));
        }
        if let Some(refusal) = self.refused.take() {
            // Nobody else made it. If the field is not for texts, it may be for numbers.
            if self.creates == Spelling::Number {
                return Step::Fail(refusal);
            }
            self.creates = Spelling::Number;
        }
        if self.creations == TRIES {
            let message = format!("'{}' was made, and yet cannot be read.", self.wish.title);
            return fail(Failure::new(Code::Protocol, message));
        }
        self.creations += 1;
        let ask = Ask {
            verb: Verb::Add,
            url: self.site.items(&self.wish.list, &PageQuery::default()),
            if_match: None,
            body: Some(Content { json: self.wish.new_item(self.creates), item_type: Some(self.item_type()) }),
        };
        self.enter(State::Creating(Call::new(ask, self.tries)), server, moment)
    }

    /// After a creation, whatever became of it, what counts is what a read finds: somebody else may have
    /// been first.
    fn was_created(
        &mut self,
        end: Result<Reply<J>, Box<Failure<J>>>,
        server: &mut Server,
        moment: &Moment,
    ) -> Turn<J> {
        match end {
            Ok(_) => {}
            Err(failure) => match failure.code {
                Code::Invalid | Code::Conflict => self.refused = Some(failure),
                // Where titles are unique, a rival was first; some servers say so with 500.
                Code::Server if failure.is_duplicate() => self.refused = Some(failure),
                Code::UnknownOutcome => {}
                _ => return Step::Fail(failure),
            },
        }
        self.enter(self.reading(), server, moment)
    }

    /// The write under the tag ended.
    fn was_written(
        &mut self,
        end: Result<Reply<J>, Box<Failure<J>>>,
        (id, before): (i64, Count),
        server: &mut Server,
        moment: &Moment,
    ) -> Turn<J> {
        let failure = match end {
            Ok(_) => return Step::Done(self.wish.hand_out(before.value)),
            Err(failure) => failure,
        };
        // The refusal may have brought the present item, which saves a read.
        let present = failure.conflict.as_ref().and_then(|conflict| {
            let item = conflict.current.clone()?;
            Some(Tagged { item, etag: Some(conflict.etag.clone()?) })
        });
        match present.map(|tagged| self.found(id, &tagged)) {
            Some(Err(no_number)) => Step::Fail(no_number),
            Some(Ok(found)) => self.again(Some(found), failure, server, moment),
            None => self.was_refused(failure, server, moment),
        }
    }

    /// A write did not go as it should: what a read can put right is read again.
    fn was_refused(&mut self, failure: Box<Failure<J>>, server: &mut Server, moment: &Moment) -> Turn<J> {
        let is_passing =
            failure.is_lost_race() || matches!(failure.code, Code::UnknownOutcome | Code::NotFound);
        if is_passing { self.again(None, failure, server, moment) } else { Step::Fail(failure) }
    }

    /// The next round: after a wait, with the item that is in hand or a read.
    fn again(
        &mut self,
        found: Option<Found>,
        why: Box<Failure<J>>,
        server: &mut Server,
        moment: &Moment,
    ) -> Turn<J> {
        let Some(wait) = self.rounds.again(found.is_some(), moment.random) else {
            return Step::Fail(self.spent(why));
        };
        self.state = State::Waiting(found);
        if wait > 0.0 { Step::Sleep(wait) } else { self.step(Event::Awake, server, moment) }
    }

    /// The last round is lost.
    fn spent(&self, mut why: Box<Failure<J>>) -> Box<Failure<J>> {
        if why.is_lost_race() {
            let (Wish { title, list, .. }, rounds) = (&self.wish, self.rounds.all());
            why.code = Code::Attempts;
            why.message =
                format!("'{title}' in the list '{list}' was changed by others in all of {rounds} attempts.");
        }
        why
    }

    fn no_number(&self, what: String) -> Box<Failure<J>> {
        let Wish { title, list, field, .. } = &self.wish;
        let message = format!("The field '{field}' of '{title}' in the list '{list}' {what}.");
        Box::new(Failure::new(Code::NotANumber, message))
    }

    /// Says what to create, and how.
    fn not_found(&self, mut failure: Failure<J>, missing: Missing) -> Box<Failure<J>> {
        let Wish { title, list, field, .. } = &self.wish;
        failure.missing = Some(missing);
        failure.message = match missing {
            Missing::Item => format!(
                "There is no '{title}': create an item titled {title} in list {list} with {field} \"0\", or pass create: true."
            ),
            _ => format!(
                "There is no list '{list}' here: create it with a text field {field}, and in it an item titled {title} with {field} \"0\"."
            ),
        };
        Box::new(failure)
    }
}

impl<J: Json> Machine<J> for NextSeq<J> {
    type Output = i64;

    fn step(&mut self, event: Event<J>, server: &mut Server, moment: &Moment) -> Turn<J> {
        let call = match &mut self.state {
            State::Waiting(found) => {
                return match found.take() {
                    Some(found) => self.raise(found, server, moment),
                    None => self.enter(self.reading(), server, moment),
                };
            }
            State::Reading(call) | State::Incrementing(call) | State::Creating(call) => call,
            State::Writing { call, .. } => call,
        };
        let end = match call.step(event, server, moment).within() {
            Ok(step) => return step,
            Err(end) => end,
        };
        match (&self.state, end) {
            (State::Reading(_), Ok(reply)) => self.was_read(&reply, server, moment),
            (State::Reading(_), Err(failure)) if failure.code == Code::NotFound => {
                let missing = failure.missing.filter(|missing| *missing != Missing::List);
                match missing {
                    Some(_) => Step::Fail(failure),
                    None => Step::Fail(self.not_found(*failure, Missing::List)),
                }
            }
            (State::Incrementing(_), Ok(reply)) => match reply.increment() {
                Some((last, first)) if is_block(last, first, self.wish.count) => {
                    Step::Done(self.wish.hand_out(first - 1))
                }
                _ => fail(Failure::protocol(&reply, "a block of the size that was asked for")),
            },
            (State::Incrementing(_), Err(failure)) => self.was_refused(failure, server, moment),
            (State::Writing { before, id, .. }, end) => {
                let counter = (*id, *before);
                self.was_written(end, counter, server, moment)
            }
            (State::Creating(_), end) => self.was_created(end, server, moment),
            (State::Reading(_) | State::Waiting(_), Err(failure)) => Step::Fail(failure),
            (State::Waiting(_), Ok(reply)) => {
                fail(Failure::protocol(&reply, "nothing, as nothing was asked"))
            }
        }
    }
}

fn is_block(last: i64, first: i64, count: i64) -> bool {
    last.checked_sub(first).and_then(|size| size.checked_add(1)) == Some(count)
}

fn fail<J, T>(failure: Failure<J>) -> Step<J, T> {
    Step::Fail(Box::new(failure))
}
