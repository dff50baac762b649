//! Batches: each request within is answered as if it came alone, in order, and sees what those before it wrote.
//! Nothing is run before all of the batch is read. Not a transaction, but for the groups of its JSON form.

mod order;

use odata::Uuid;

use crate::{
    error::{Error, Refusal},
    execute::{self, Call},
    pipeline,
    ports::Store,
    render::{self, Reply},
    request::{Batch, BatchForm, BatchRefusal, Headers, RawRequest, RequestError, Within},
};
use order::{Address, Step};

/// How large the URL of a request may be, in bytes.
pub(crate) const MAX_URL: usize = 32 * 1024;
/// How large the headers of a request may be, in bytes.
pub(crate) const MAX_HEADERS: usize = 32 * 1024;
/// How large the bodies of all answers of a batch may be together, in bytes.
const MAX_ANSWERS: usize = 32 * 1024 * 1024;

/// Runs a batch.
pub(crate) async fn run<S: Store>(call: &Call<'_, S>, batch: &Batch) -> Result<Reply, Error> {
    check_headers(call)?;
    execute::admit(call)?;
    let headers = Headers(call.raw.headers);
    let addresses = order::addresses(batch, &call.request.site, call.raw.way.origin.as_str())
        .map_err(RequestError::from)?;
    let steps = order::steps(batch);
    let continues = batch.form == BatchForm::Parts || headers.continues_on_error();
    let mut run = Run { call, batch, addresses, replies: Vec::new(), paths: Vec::new(), size: 0 };
    run.check_groups(&steps)?;
    let count = u32::try_from(batch.requests.len()).unwrap_or(u32::MAX);
    let quota = call.rules.quotas.take_many(call.caller, count).map_err(Refusal::from)?;
    let mut stopped = false;
    for step in &steps {
        let failed = run.step(step, stopped).await;
        stopped |= failed && !continues;
    }
    let mut reply = run.render();
    if batch.form == BatchForm::Json && continues {
        reply = reply.with("Preference-Applied", "odata.continue-on-error");
    }
    Ok(match quota {
        Some(quota) => reply.with_quota(quota),
        None => reply,
    })
}

/// What is said of a write is said of each alone: taken for the whole it would be a condition that nobody judges.
fn check_headers<S: Store>(call: &Call<'_, S>) -> Result<(), RequestError> {
    let conditions = &call.request.preconditions;
    let header = if call.request.repeat.is_some() {
        "Repeatability-Request-ID (or Idempotency-Key)"
    } else if conditions.if_match.is_some() {
        "If-Match"
    } else if conditions.if_none_match.is_some() {
        "If-None-Match"
    } else if conditions.if_unmodified_since.is_some() {
        "If-Unmodified-Since"
    } else {
        return Ok(());
    };
    Err(BatchRefusal::Header(header).into())
}

/// A batch under way.
struct Run<'a, S> {
    call: &'a Call<'a, S>,
    batch: &'a Batch,
    addresses: Vec<Address>,
    /// The answers to the requests that were run, or passed over.
    replies: Vec<Reply>,
    /// The paths that they went to.
    paths: Vec<String>,
    size: usize,
}

/// A request of a batch as it is run.
struct Ready {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl<S: Store> Run<'_, S> {
    /// Refuses groups of what cannot be undone together: all but writes of items.
    fn check_groups(&self, steps: &[Step]) -> Result<(), Error> {
        for at in steps.iter().flat_map(|step| step.first..step.first + step.count) {
            let request = &self.batch.requests[at];
            if request.group.is_none() || request.under.is_some() {
                continue;
            }
            let ready = self.ready(at);
            let headers = self.within(&ready);
            if !pipeline::may_be_grouped(self.call.rules, &self.raw(&ready, &headers)) {
                let reason =
                    "an atomicityGroup holds requests that make, change, delete or increment items, and no others"
                        .to_owned();
                let refusal = BatchRefusal::Request { id: request.id.clone(), reason };
                return Err(RequestError::from(refusal).into());
            }
        }
        Ok(())
    }

    /// Runs a step, and tells whether any of it failed.
    async fn step(&mut self, step: &Step, stopped: bool) -> bool {
        let range = step.first..step.first + step.count;
        let ready: Vec<Ready> = range.clone().map(|at| self.ready(at)).collect();
        let passed_over = if stopped {
            Some(Refusal::Stopped)
        } else if self.batch.requests[range.clone()]
            .iter()
            .flat_map(|request| &request.needs)
            .any(|at| *at < step.first && !succeeded(&self.replies[*at]))
        {
            Some(Refusal::Dependency)
        } else if self.size >= MAX_ANSWERS {
            Some(Refusal::AnswersTooLarge { limit: MAX_ANSWERS })
        } else {
            None
        };
        let replies = match passed_over {
            Some(refusal) => ready.iter().map(|ready| self.refuse(ready, refusal.clone())).collect(),
            None if self.batch.requests[step.first].group.is_some() => {
                self.run_group(step.first, &ready).await
            }
            None => {
                let mut replies = Vec::with_capacity(ready.len());
                for ready in &ready {
                    replies.push(self.run_one(ready).await);
                }
                replies
            }
        };
        let failed = !replies.iter().all(succeeded);
        self.size += replies.iter().map(|reply| reply.body.len()).sum::<usize>();
        self.replies.extend(replies);
        self.paths.extend(ready.into_iter().map(|ready| ready.path));
        failed
    }

    async fn run_one(&self, ready: &Ready) -> Reply {
        let Call { store, rules, caller, .. } = *self.call;
        if let Some(refusal) = self.unfit(ready) {
            return self.refuse(ready, refusal);
        }
        let headers = self.within(ready);
        let raw = self.raw(ready, &headers);
        let mut reply = pipeline::answer_within(store, rules, &raw, caller).await;
        let method = Headers(&headers).method(&ready.method);
        if method.name() == "HEAD" {
            reply.body.clear();
        }
        if method.is_safe() && self.size + reply.body.len() > MAX_ANSWERS {
            return self.refuse(ready, Refusal::AnswersTooLarge { limit: MAX_ANSWERS });
        }
        tracing::debug!(method = method.name(), path = ready.path, status = reply.status, "within a batch");
        reply
    }

    async fn run_group(&self, first: usize, group: &[Ready]) -> Vec<Reply> {
        let Call { store, rules, caller, .. } = *self.call;
        let unfit = group.iter().enumerate().find_map(|(at, ready)| Some((at, self.unfit(ready)?)));
        let headers: Vec<_> = group.iter().map(|ready| self.within(ready)).collect();
        let raws: Vec<_> =
            group.iter().zip(&headers).map(|(ready, headers)| self.raw(ready, headers)).collect();
        let done = match unfit {
            Some((at, refusal)) => Err((at, self.refuse(&group[at], refusal))),
            // Below a resource that another request made there may be what no group holds.
            None => match raws.iter().position(|raw| !pipeline::may_be_grouped(rules, raw)) {
                Some(at) => Err((at, self.refuse(&group[at], Refusal::NotGrouped))),
                None => pipeline::answer_together(store, rules, &raws, caller).await,
            },
        };
        let (failed, mut reply) = match done {
            Ok(replies) => return replies,
            Err((at, reply)) => (at, Some(reply)),
        };
        let told = Refusal::Undone { failed: self.batch.requests[first + failed].id.clone() };
        let answer = |(at, ready)| match reply.take_if(|_| at == failed) {
            Some(reply) => reply,
            None => self.refuse(ready, told.clone()),
        };
        group.iter().enumerate().map(answer).collect()
    }

    /// Requests within are bounded as those that come alone. What another request made may be of another site: the
    /// digest is not.
    fn unfit(&self, ready: &Ready) -> Option<Refusal> {
        let head: usize = ready.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum();
        if ready.path.len() + ready.query.len() > MAX_URL {
            Some(Refusal::UrlTooLong { limit: MAX_URL })
        } else if head > MAX_HEADERS {
            Some(Refusal::HeadersTooLarge { limit: MAX_HEADERS })
        } else if !order::is_of(&self.call.request.site, &ready.path) {
            Some(Refusal::OtherSite)
        } else {
            None
        }
    }

    /// A request with what it refers to in place, as far as that is known.
    fn ready(&self, at: usize) -> Ready {
        let request = &self.batch.requests[at];
        let mut headers = request.request.headers.clone();
        for (place, of) in &request.tags_of {
            let tag = self.replies.get(*of).and_then(|reply| reply.header("ETag"));
            if let (Some(tag), Some((_, value))) = (tag, headers.get_mut(*place)) {
                *value = tag.to_owned();
            }
        }
        let (path, query) = match &self.addresses[at] {
            Address::At { path, query } => (path.clone(), query.clone()),
            Address::Under { request, path, query } => {
                let made = self.replies.get(*request).and_then(|reply| reply.header("Location"));
                let made = made.and_then(|url| odata::batch::Target::parse(url, &self.call.request.site));
                let base = made.map(|target| target.path).or_else(|| self.paths.get(*request).cloned());
                (base.unwrap_or_default() + path, query.clone())
            }
        };
        let (method, body) = (request.request.method.clone(), request.request.body.clone());
        Ready { method, path, query, headers, body }
    }

    fn within<'r>(&'r self, ready: &'r Ready) -> Within<'r> {
        Within { own: &ready.headers, outer: self.call.raw.headers, form: self.batch.form }
    }

    fn raw<'r>(&self, ready: &'r Ready, headers: &'r Within<'r>) -> RawRequest<'r> {
        let Ready { method, path, query, body, .. } = ready;
        let (way, session) = (self.call.raw.way.clone(), self.call.raw.session);
        RawRequest { method, path, query, headers, body, way, session }
    }

    fn refuse(&self, ready: &Ready, refusal: Refusal) -> Reply {
        pipeline::refuse(&self.raw(ready, &self.within(ready)), refusal)
    }

    fn render(self) -> Reply {
        match self.batch.form {
            BatchForm::Parts => {
                render::batch_in_parts(&format!("batchresponse_{}", Uuid::new_v4()), &self.replies)
            }
            BatchForm::Json => {
                let named = self.batch.requests.iter().zip(self.replies);
                let replies: Vec<_> =
                    named.map(|(r, reply)| (r.id.as_str(), r.group.as_deref(), reply)).collect();
                render::batch_in_json(&replies)
            }
        }
    }
}

fn succeeded(reply: &Reply) -> bool {
    reply.status / 100 < 4
}
