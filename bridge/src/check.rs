//! The self-test: is the server there, which transport fits, which way of presenting the credentials
//! works, and who does the server take one for. The only part of the bridge that understands answers.

mod answers;
mod conversation;
mod door;
mod report;

use std::time::Duration;

use http::{HeaderMap, Method};
use serde_json::json;
use shared::protocol::method;
use tokio::io::AsyncWrite;
use url::Url;

use crate::keyring::Keyring;
use crate::reply::Context;
use crate::settings::{Credentials, Settings, shown};
use crate::upstream::{Link, Reply, Wire};

use answers::{Identity, WHO_AM_I};
use conversation::Conversation;
use door::Door;
use report::{Report, Verdict};

/// How long one answer may take.
const ANSWER_WAIT: Duration = Duration::from_secs(30);

/// Tries everything and writes one line per check to `output`. Returns the exit code: 0 when
/// everything that is configured works, else 1.
pub async fn check(settings: &Settings, output: impl AsyncWrite + Unpin) -> i32 {
    let mut report = Report::new(output);
    for notice in &settings.notices {
        report.add(Verdict::Note, "settings", notice).await;
    }
    if !settings.credentials.sources.is_empty() {
        let sources = settings.credentials.sources.join(", ");
        report
            .add(
                Verdict::Ok,
                "settings",
                &format!("credentials from {sources}"),
            )
            .await;
    }
    if reach(settings, &mut report).await {
        let mut tools = None;
        for door in Door::all(&settings.credentials) {
            tools = tools.or(knock(settings, &door, &mut report).await);
        }
        if let Some(count) = tools {
            report
                .add(Verdict::Ok, "tools", &format!("{count} offered"))
                .await;
        }
    }
    report.finish().await
}

/// Whether anything answers at the address. `/health` is our server's; others need not have it.
async fn reach(settings: &Settings, report: &mut Report<impl AsyncWrite + Unpin>) -> bool {
    let url = health_url(settings);
    let without_credentials = Settings {
        credentials: Credentials::default(),
        rotation: None,
        ..settings.clone()
    };
    let wire = Wire::new(&without_credentials, Keyring::of(&without_credentials));
    let answer = wire.request(Method::GET, &url, HeaderMap::new()).await;
    let (verdict, text) = match answer {
        Ok(Reply::Accepted(response)) => {
            let body = response.bytes().await.unwrap_or_default();
            let status = answers::health(&body).unwrap_or_else(|| "answers".to_owned());
            (Verdict::Ok, format!("{} {status}", shown(&url)))
        }
        Ok(Reply::Refused(refusal)) if refusal.is_gateway_error() => {
            let status = refusal.status;
            let text = format!(
                "{} says {status}: a proxy is there, the server behind it may be down",
                shown(&url)
            );
            (Verdict::Note, text)
        }
        Ok(Reply::Refused(refusal)) => {
            let status = refusal.status;
            (
                Verdict::Ok,
                format!("answers, without {} ({status})", shown(&url)),
            )
        }
        Err(failure) => {
            let sentence = failure.to_error(&Context::of(settings)).message;
            (Verdict::Failed, sentence)
        }
    };
    report.add(verdict, "server", &text).await;
    verdict != Verdict::Failed
}

fn health_url(settings: &Settings) -> Url {
    let endpoint = &settings.target.candidates()[0];
    let mut url = endpoint.join("health").unwrap_or_else(|_| endpoint.clone());
    url.set_query(None);
    url
}

/// Tries one door: handshake, tools, identity. Returns how many tools the server offers.
async fn knock(
    settings: &Settings,
    door: &Door,
    report: &mut Report<impl AsyncWrite + Unpin>,
) -> Option<usize> {
    let credentials = match &door.credentials {
        Ok(credentials) => credentials.clone(),
        Err(why) => {
            report.add(Verdict::Skipped, &door.name, why).await;
            return None;
        }
    };
    let settings = Settings {
        credentials,
        // Each door is tried with what it says on it.
        rotation: None,
        ..settings.clone()
    };
    let mut conversation = Conversation::new(&settings, ANSWER_WAIT);
    let talked = talk(&mut conversation, door, report).await;
    conversation.close().await;
    match talked {
        Ok((text, count)) => {
            report.add(Verdict::Ok, &door.name, &text).await;
            Some(count)
        }
        Err(sentence) => {
            report
                .add(door.verdict_of_failure(), &door.name, &sentence)
                .await;
            None
        }
    }
}

async fn talk(
    conversation: &mut Conversation,
    door: &Door,
    report: &mut Report<impl AsyncWrite + Unpin>,
) -> Result<(String, usize), String> {
    let handshake = json!({
        "protocolVersion": shared::protocol::Revision::V2025_11_25.as_str(),
        "capabilities": {},
        "clientInfo": {
            "name": "mcp-jira-confluence-bridge check",
            "version": env!("CARGO_PKG_VERSION"),
        },
    });
    let welcome = conversation.ask(method::INITIALIZE, handshake).await?;
    if let Some(link) = conversation.link().await {
        let revision = answers::revision(&welcome);
        report
            .add_once(Verdict::Ok, "transport", &describe(&link, &revision))
            .await;
    }
    conversation.tell(method::INITIALIZED).await;
    let tools = tools(conversation).await?;
    let mut text = format!("{} tools", tools.len());
    if tools.iter().any(|name| name == WHO_AM_I) {
        let call = json!({ "name": WHO_AM_I, "arguments": { "max_results": 1 } });
        let answer = conversation.ask(method::TOOLS_CALL, call).await?;
        match answers::identity(&answer) {
            Identity::Known(who) => text = format!("{text}; {who}"),
            Identity::Untold => {
                text.push_str("; acts as: unknown (the server does not tell)");
            }
            Identity::Refused(why) if door.needs_jira => return Err(why),
            Identity::Refused(why) => {
                // Our server begins with the name of the service, others need not.
                let why = why.strip_prefix("Jira: ").unwrap_or(&why);
                text = format!("{text}; Jira: {why}");
            }
        }
    }
    Ok((text, tools.len()))
}

/// The most pages of tools that are read; a server that never ends its list is not followed for ever.
const MAX_PAGES: usize = 100;

async fn tools(conversation: &mut Conversation) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut params = json!({});
    for _ in 0..MAX_PAGES {
        let page = conversation.ask(method::TOOLS_LIST, params).await?;
        names.extend(answers::tool_names(&page));
        match answers::next_cursor(&page) {
            Some(cursor) => params = json!({ "cursor": cursor }),
            None => break,
        }
    }
    Ok(names)
}

fn describe(link: &Link, revision: &str) -> String {
    match link {
        Link::Streamable(streamable) => {
            format!(
                "messages by POST to {}, revision {revision}",
                shown(streamable.url())
            )
        }
        Link::Legacy(legacy) => format!(
            "HTTP with SSE (2024-11-05) at {}, revision {revision}",
            shown(legacy.url())
        ),
    }
}
