//! The host: how requests are sent, time is told and chance is drawn. This alone drives the machines.

use std::cell::RefCell;
use std::task::Waker;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::answer::Reply;
use crate::convert::set;
use crate::error::to_error;
use crate::failure::{Code, Failure};
use crate::json::{Json, whole};
use crate::machine::{Event, Machine, Moment, Request, Server, Step};

/// What the host gave: `send`, `sleep`, `random`, `uuid` and `now`.
pub(crate) struct Host(JsValue);

/// A host without one of its functions.
#[derive(Debug)]
pub(crate) struct Lacks(pub(crate) &'static str);

const FUNCTIONS: [&str; 5] = ["send", "sleep", "random", "uuid", "now"];

impl Host {
    pub(crate) fn new(host: JsValue) -> Result<Self, Lacks> {
        let lacks = |name: &&str| host.member(name).is_none_or(|function| !function.is_function());
        match FUNCTIONS.into_iter().find(lacks) {
            Some(name) => Err(Lacks(name)),
            None => Ok(Self(host)),
        }
    }

    fn call(&self, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
        let function: Function = Reflect::get(&self.0, &JsValue::from_str(name))?.dyn_into()?;
        function.apply(&self.0, arguments)
    }

    async fn promised(&self, name: &str, arguments: &Array) -> Result<JsValue, JsValue> {
        JsFuture::from(Promise::resolve(&self.call(name, arguments)?)).await
    }

    fn moment(&self) -> Result<Moment, JsValue> {
        let number = |name| Ok::<_, JsValue>(self.call(name, &Array::new())?.as_f64().unwrap_or_default());
        Ok(Moment {
            now: number("now")?,
            random: number("random")?.clamp(0.0, 1.0),
            uuid: self.call("uuid", &Array::new())?.as_string().unwrap_or_default(),
        })
    }

    async fn sleep(&self, milliseconds: f64, signal: &JsValue) -> Result<(), JsValue> {
        self.promised("sleep", &Array::of2(&milliseconds.into(), signal)).await.map(drop)
    }

    /// What came of a request; `Err` is a reason to end the call with, as it is.
    async fn send(&self, request: &Request, signal: &JsValue) -> Result<Event<JsValue>, JsValue> {
        let headers = Object::new().into();
        for (name, value) in &request.headers {
            set(&headers, name, &value.into());
        }
        let object = Object::new().into();
        set(&object, "method", &request.method.into());
        set(&object, "url", &request.url.as_str().into());
        set(&object, "headers", &headers);
        if let Some(body) = &request.body {
            set(&object, "body", &body.into());
        }
        if signal.is_object() {
            set(&object, "signal", signal);
        }
        let reply = match self.promised("send", &Array::of1(&object)).await {
            Ok(reply) => reply,
            Err(reason) => return refuse_aborted(signal).map(|()| Event::Lost(reason)),
        };
        let is_unsent = reply.member("unsent").is_some_and(|unsent| unsent.is_truthy());
        let has_status = reply.member("status").is_some();
        if is_unsent && !has_status {
            return Err(reply.member("reason").unwrap_or_default());
        }
        let status = reply.member("status").and_then(|status| status.as_f64()).and_then(whole);
        let header = |name: &str| -> Option<String> {
            let function: Function = reply.member("header")?.dyn_into().ok()?;
            function.call1(&reply, &JsValue::from_str(name)).ok()?.as_string()
        };
        let text = reply.member("text").and_then(|text| text.as_string()).unwrap_or_default();
        // A status that is none becomes 0, which every call takes for a broken protocol.
        let status = status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        let reply = Reply::read(status, header, &text);
        Ok(if is_unsent { Event::Unsent(reply) } else { Event::Replied(reply) })
    }

    /// Drives a machine to its end. What it rejects with is an error of ours, the signal's own reason,
    /// or the host's reason for sending nothing.
    pub(crate) async fn drive<M: Machine<JsValue>>(
        &self,
        machine: &mut M,
        server: &RefCell<Server>,
        signal: &JsValue,
    ) -> Result<M::Output, JsValue> {
        let mut event = Event::Begin;
        loop {
            let moment = self.moment()?;
            // Borrowed for the step alone: scripts run between the steps, and may call us again.
            let step = machine.step(event, &mut server.borrow_mut(), &moment);
            event = match step {
                Step::Send(request) => {
                    refuse_aborted(signal)?;
                    self.send(&request, signal).await?
                }
                Step::Sleep(milliseconds) => {
                    refuse_aborted(signal)?;
                    if let Err(reason) = self.sleep(milliseconds, signal).await {
                        refuse_aborted(signal)?;
                        return Err(reason);
                    }
                    Event::Awake
                }
                Step::Done(output) => return Ok(output),
                Step::Fail(failure) => return Err(to_error(&failure)),
            };
        }
    }
}

/// Fails with the signal's reason, as it is, if the signal is aborted.
pub(crate) fn refuse_aborted(signal: &JsValue) -> Result<(), JsValue> {
    let is_aborted = signal.member("aborted").is_some_and(|aborted| aborted.is_truthy());
    if !is_aborted {
        return Ok(());
    }
    Err(signal.member("reason").unwrap_or_else(|| {
        // Signals older than `reason`.
        to_error(&Failure::new(Code::Invalid, "The call was aborted."))
    }))
}

/// Wakes a task when a signal is aborted; no longer once it is dropped.
pub(crate) struct Waking<'a> {
    signal: &'a JsValue,
    closure: Closure<dyn FnMut(JsValue)>,
}

impl<'a> Waking<'a> {
    pub(crate) fn new(signal: &'a JsValue, waker: Waker) -> Self {
        let waking = Self { signal, closure: Closure::new(move |_| waker.wake_by_ref()) };
        waking.call("addEventListener");
        waking
    }

    /// A signal that is none is never aborted.
    fn call(&self, name: &str) {
        let function = self.signal.member(name).and_then(|function| function.dyn_into::<Function>().ok());
        let arguments = Array::of2(&"abort".into(), self.closure.as_ref());
        let _ignored = function.map(|function| function.apply(self.signal, &arguments));
    }
}

impl Drop for Waking<'_> {
    fn drop(&mut self) {
        self.call("removeEventListener");
    }
}
