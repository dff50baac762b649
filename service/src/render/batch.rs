//! Answers to batches, in the form that the batch had.

use odata::batch::{PartAnswer, print_answers};

use super::{Reply, entity::quoted, error::title};

/// Headers that speak of a connection.
const NOT_WITHIN: [&str; 1] = ["Connection"];

/// The answer in parts.
pub(crate) fn batch_in_parts(boundary: &str, replies: &[Reply]) -> Reply {
    let answers: Vec<PartAnswer<'_>> = replies
        .iter()
        .map(|reply| PartAnswer {
            status: reply.status,
            reason: reason(reply.status),
            headers: headers(reply).collect(),
            body: &reply.body,
        })
        .collect();
    let content_type = format!("multipart/mixed; boundary={boundary}");
    Reply { body: print_answers(boundary, &answers), ..Reply::new(200).with("Content-Type", content_type) }
}

/// The answer in JSON; each reply with its request's id and group.
pub(crate) fn batch_in_json(replies: &[(&str, Option<&str>, Reply)]) -> Reply {
    let size: usize = replies.iter().map(|(_, _, reply)| reply.body.len() + 400).sum();
    let mut out = String::with_capacity(size);
    out.push_str("{\"responses\":[");
    for (at, (id, group, reply)) in replies.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&format!("{{\"id\":{},", quoted(id)));
        if let Some(group) = group {
            out.push_str(&format!("\"atomicityGroup\":{},", quoted(group)));
        }
        let lines: Vec<String> = headers(reply)
            .map(|(name, value)| format!("{}:{}", quoted(&name.to_ascii_lowercase()), quoted(value)))
            .collect();
        out.push_str(&format!("\"status\":{},\"headers\":{{{}}}", reply.status, lines.join(",")));
        if !reply.body.is_empty() {
            let body = String::from_utf8_lossy(&reply.body);
            let is_json = reply.header("Content-Type").is_some_and(|t| t.contains("json"));
            out.push_str(",\"body\":");
            out.push_str(&if is_json { body } else { quoted(&body).into() });
        }
        out.push('}');
    }
    out.push_str("]}");
    let content_type = "application/json;charset=utf-8";
    Reply { body: out.into_bytes(), ..Reply::new(200).with("Content-Type", content_type) }
}

fn headers(reply: &Reply) -> impl Iterator<Item = (&str, &str)> {
    reply.headers.iter().filter(|(n, _)| !NOT_WITHIN.contains(n)).map(|(n, v)| (*n, v.as_str()))
}

/// What a status is called.
const fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        304 => "Not Modified",
        other => title(other),
    }
}
