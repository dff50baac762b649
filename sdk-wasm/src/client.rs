//! The calls, typed: each makes its machine, lets the host drive it, and gives what it ended with.

use std::cell::RefCell;
use std::task::{Poll, Waker};

use js_sys::{Function, Object, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::address::{ItemKey, PageQuery, Site};
use crate::answer::{Reply, Tagged};
use crate::call::{Ask, Call, Content, ItemType, Verb};
use crate::coalesce::{End, Queues, Ticket, Turn};
use crate::convert::{self, ItemName, Page, set};
use crate::counter::Wish;
use crate::edit::{self, Edit};
use crate::error::to_error;
use crate::failure::{Code, Failure, Missing};
use crate::filter::print_equal;
use crate::json::{Json, whole};
use crate::machine::Server;
use crate::next_seq::NextSeq;
use crate::retry::TRIES;
use crate::transport::{Host, Waking, refuse_aborted};

/// A site, as one page uses it.
pub(crate) struct Client {
    site: Site,
    host: Host,
    server: RefCell<Server>,
    shared: RefCell<Queues<JsValue>>,
    /// The calls that wait in `shared`.
    wakers: RefCell<Vec<Waker>>,
}

type Answer<T> = Result<T, JsValue>;

/// Turns a refusal of an argument into a JavaScript error.
fn refused(failure: Box<Failure<JsValue>>) -> JsValue {
    to_error(&failure)
}

fn failed(code: Code, message: impl Into<String>) -> JsValue {
    to_error(&Failure::new(code, message))
}

impl Client {
    pub(crate) fn new(site_url: &str, host: JsValue) -> Answer<Self> {
        let site = Site::parse(site_url).ok_or_else(|| {
            failed(
                Code::Invalid,
                format!("'{site_url}' is not the URL of a site, like https://host/sites/crm or /sites/crm."),
            )
        })?;
        let host = Host::new(host)
            .map_err(|lacks| failed(Code::Invalid, format!("The host has no function '{}'.", lacks.0)))?;
        Ok(Self {
            site,
            host,
            server: RefCell::default(),
            shared: RefCell::default(),
            wakers: RefCell::default(),
        })
    }

    pub(crate) async fn get_next_seq(&self, abbrev: &str, options: &JsValue) -> Answer<JsValue> {
        let wish = convert::wish(abbrev, options).map_err(refused)?;
        let signal = convert::signal(options);
        let number = match convert::coalesces(options) {
            true => self.share(&wish, &signal).await?,
            false => self.reserve(wish.clone(), &signal).await?,
        };
        Ok(wish.print(number).into())
    }

    /// The first number of a block.
    async fn reserve(&self, wish: Wish, signal: &JsValue) -> Answer<i64> {
        self.host.drive(&mut NextSeq::new(self.site.clone(), wish), &self.server, signal).await
    }

    /// The same, of a block that may be shared with other calls.
    async fn share(&self, wish: &Wish, signal: &JsValue) -> Answer<i64> {
        refuse_aborted(signal)?;
        let ticket = self.shared.borrow_mut().join(wish.clone());
        loop {
            let wish = match self.wait(ticket, signal).await? {
                Turn::Lead(wish) => wish,
                Turn::End(end) => return end,
                Turn::Wait => continue,
            };
            let (end, reason) = match (self.reserve(wish, signal).await, refuse_aborted(signal)) {
                (Ok(first), _) => (End::Block(first), None),
                (Err(_), Err(reason)) => (End::Left, Some(reason)),
                (Err(error), Ok(())) => (End::Failed(error), None),
            };
            self.shared.borrow_mut().ended(ticket, end);
            self.wake();
            if let Some(reason) = reason {
                return Err(reason);
            }
        }
    }

    /// Waits until the call has something to do, or is aborted.
    async fn wait(&self, ticket: Ticket, signal: &JsValue) -> Answer<Turn<JsValue>> {
        let mut waking = None;
        std::future::poll_fn(|context| {
            // First: what has ended is taken, as it is without sharing.
            let turn = self.shared.borrow_mut().turn(ticket);
            if !matches!(turn, Turn::Wait) {
                return Poll::Ready(Ok(turn));
            }
            if let Err(reason) = refuse_aborted(signal) {
                self.shared.borrow_mut().leave(ticket);
                self.wake();
                return Poll::Ready(Err(reason));
            }
            waking.get_or_insert_with(|| Waking::new(signal, context.waker().clone()));
            self.wakers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Lets all calls that wait see whether it is their turn.
    fn wake(&self) {
        self.wakers.take().into_iter().for_each(Waker::wake);
    }

    pub(crate) async fn get_item(&self, list: &str, id: &JsValue, options: &JsValue) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let key = self.resolve(&list, id, options).await?;
        let reply = self.call(Ask::read(self.site.item(&list, &key)), options).await?;
        Ok(convert::tagged(&expect_item(&reply)?))
    }

    pub(crate) async fn get_page(&self, list: &str, query: &JsValue, options: &JsValue) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let url = match convert::page(query).map_err(refused)? {
            Page::Query(query) => self.site.items(&list, &query),
            Page::Next(link) => self
                .site
                .next(&link)
                .ok_or_else(|| failed(Code::Invalid, format!("'{link}' is not the link of a page.")))?,
        };
        let reply = self.call(Ask::read(url), options).await?;
        let (items, next) =
            reply.page().ok_or_else(|| to_error(&Failure::protocol(&reply, "a page of items")))?;
        let page = Object::new().into();
        set(&page, "items", &JsValue::array(items.iter().map(convert::tagged).collect()));
        if let Some(next) = next {
            set(&page, "next", &next.into());
        }
        Ok(page)
    }

    pub(crate) async fn add_item(&self, list: &str, values: &JsValue, options: &JsValue) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let ask = Ask {
            verb: Verb::Add,
            url: self.site.items(&list, &PageQuery::default()),
            if_match: None,
            body: Some(self.content(&list, values)?),
        };
        let reply = self.call(ask, options).await?;
        Ok(convert::tagged(&expect_item(&reply)?))
    }

    /// MERGE or PUT.
    pub(crate) async fn write_item(
        &self,
        verb: Verb,
        (list, id, etag): (&str, &JsValue, &JsValue),
        values: &JsValue,
        options: &JsValue,
    ) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let if_match = Some(convert::tag(etag).map_err(refused)?);
        let body = Some(self.content(&list, values)?);
        let key = self.resolve(&list, id, options).await?;
        let ask = Ask { verb, url: self.site.item(&list, &key), if_match, body };
        let reply = self.call(ask, options).await?;
        let tag = reply.etag.clone().or_else(|| reply.item()?.etag);
        let written = Object::new().into();
        set(&written, "etag", &convert::optional(tag.as_deref()));
        Ok(written)
    }

    pub(crate) async fn delete_item(
        &self,
        (list, id, etag): (&str, &JsValue, &JsValue),
        options: &JsValue,
    ) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let if_match = Some(convert::tag(etag).map_err(refused)?);
        let key = self.resolve(&list, id, options).await?;
        let url = self.site.item(&list, &key);
        self.call(Ask { verb: Verb::Delete, url, if_match, body: None }, options).await?;
        Ok(JsValue::UNDEFINED)
    }

    pub(crate) async fn edit_item(
        &self,
        list: &str,
        id: &JsValue,
        change: &JsValue,
        options: &JsValue,
    ) -> Answer<JsValue> {
        let list = convert::title(list).map_err(refused)?;
        let change = change
            .dyn_ref::<Function>()
            .ok_or_else(|| failed(Code::Invalid, "editItem takes a function that makes the change."))?;
        let rounds = convert::attempts(options, 10).map_err(refused)?;
        let signal = convert::signal(options);
        let key = self.resolve(&list, id, options).await?;
        let mut edit = Edit::new(self.site.clone(), list, key, rounds);
        loop {
            let tagged = match self.host.drive(&mut edit, &self.server, &signal).await? {
                edit::Turn::Done(tagged) => return Ok(convert::tagged(&tagged)),
                edit::Turn::Change(tagged) => tagged,
            };
            let given = change.call1(&JsValue::UNDEFINED, &tagged.item)?;
            let values = JsFuture::from(Promise::resolve(&given)).await?;
            if Json::is_null(&values) {
                return Ok(convert::tagged(&tagged));
            }
            edit.changed(values).map_err(refused)?;
        }
    }

    fn content(&self, list: &str, values: &JsValue) -> Answer<Content> {
        let item_type = ItemType { list: list.to_owned(), url: self.site.item_type(list) };
        let json = convert::values(values).map_err(refused)?;
        Ok(Content { json, item_type: Some(item_type) })
    }

    async fn call(&self, ask: Ask, options: &JsValue) -> Answer<Reply<JsValue>> {
        let tries = convert::attempts(options, TRIES).map_err(refused)?;
        self.host.drive(&mut Call::new(ask, tries), &self.server, &convert::signal(options)).await
    }

    /// The address of an item. Other servers than Matchlist have none by the value of a field, so there
    /// the Id is looked up first.
    async fn resolve(&self, list: &str, id: &JsValue, options: &JsValue) -> Answer<ItemKey> {
        let (name, value) = match convert::item_name(id).map_err(refused)? {
            ItemName::Id(id) => return Ok(ItemKey::Id(id)),
            ItemName::Field { name, value } => (name, value),
        };
        let filter = print_equal(&name, &value).map_err(|message| failed(Code::Invalid, message))?;
        let key = convert::key(&name, &value).map_err(refused)?;
        if self.server.borrow().is_matchlist {
            return Ok(key);
        }
        let query = PageQuery {
            select: vec!["Id".to_owned()],
            filter: Some(filter.clone()),
            order_by: None,
            top: Some(2),
        };
        let reply = self.call(Ask::read(self.site.items(list, &query)), options).await?;
        if self.server.borrow().is_matchlist {
            return Ok(key);
        }
        let found = |tagged: &Tagged<JsValue>| {
            let id = tagged.item.member("Id").or_else(|| tagged.item.member("ID"))?;
            id.number().and_then(whole).map(ItemKey::Id)
        };
        let unreadable = || to_error(&Failure::protocol(&reply, "a page of items with Ids"));
        let (items, _) = reply.page().ok_or_else(unreadable)?;
        match items.as_slice() {
            [one] => found(one).ok_or_else(unreadable),
            [] => {
                let mut failure = Failure::new(Code::NotFound, format!("No item has {filter}."));
                failure.missing = Some(Missing::Item);
                Err(to_error(&failure))
            }
            _ => Err(failed(Code::Invalid, format!("More than one item has {filter}."))),
        }
    }
}

fn expect_item(reply: &Reply<JsValue>) -> Answer<Tagged<JsValue>> {
    reply.item().ok_or_else(|| to_error(&Failure::protocol(reply, "an item")))
}
