//! How a run ends whose host has closed its input, and that every request has its answer by then.

use std::sync::Arc;

use bridge::Ending;
use tokio::sync::Notify;

use crate::support::{
    Host, INITIALIZE, INITIALIZED, Origin, call, in_no_time, result, settings, until,
};

async fn silent() -> Origin {
    Origin::start(|_, mut reply| async move { reply.closed().await }).await
}

#[tokio::test]
async fn the_end_of_input_with_nothing_pending_ends_the_run() {
    let host = Host::start("http://127.0.0.1:9/mcp");
    assert_eq!(host.end().await, (Ending::InputEnded, vec![]));
}

/// B-29: the Python client never reads stdin and exits before an answer is printed.
#[tokio::test]
async fn b_29_answers_still_come_after_the_end_of_input() {
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let origin = Origin::start(move |request, reply| {
        let gate = Arc::clone(&gate);
        async move {
            gate.notified().await;
            reply.json(&result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    host.send(call("2")).await;
    let ended = tokio::spawn(host.end());
    while origin.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    while origin.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    let (ending, lines) = ended.await.unwrap();
    assert_eq!(
        (ending, lines),
        (Ending::InputEnded, vec![result("1"), result("2")])
    );
}

#[tokio::test]
async fn a_whole_conversation_in_one_go_is_answered_in_order() {
    let origin = Origin::start(|request, reply| async move {
        match request.rpc_method().as_str() {
            "notifications/initialized" => reply.status(202).await,
            "" => reply.status(405).await,
            _ => reply.json(&result(&request.rpc_id())).await,
        }
    })
    .await;
    let mut host = Host::start(&origin.url);
    host.send_bytes(format!("{INITIALIZE}\n{INITIALIZED}\n{}", call("1")))
        .await;
    let (_, lines) = host.end().await;
    assert_eq!(lines, [result("0"), result("1")]);
}

#[tokio::test]
async fn a_last_notification_still_leaves() {
    let origin = Origin::answering(|_| String::new()).await;
    let mut host = Host::start(&origin.at("/mcp"));
    let note = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    host.send(note).await;
    host.end().await;
    assert_eq!(origin.requests()[0].body, note);
}

#[tokio::test]
async fn when_the_drain_ends_each_open_request_has_one_error() {
    let origin = silent().await;
    let mut host = Host::with(settings(&[&origin.at("/mcp"), "--drain", "20ms"], &[]));
    host.send(call("1")).await;
    host.send(format!("[{},{}]", call("2"), call("3"))).await;
    let (ending, lines) = in_no_time(host.end()).await;
    assert_eq!(ending, Ending::InputEnded);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines
            .iter()
            .all(|line| line.contains("did not answer within 0.02 s")),
        "{lines:?}"
    );
    let array = lines.iter().find(|line| line.starts_with('[')).unwrap();
    assert_eq!(
        serde_json::from_str::<Vec<serde_json::Value>>(array)
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn a_server_that_does_not_confirm_the_end_of_its_session_is_not_waited_for() {
    let asked = Arc::new(Notify::new());
    let told = Arc::clone(&asked);
    let origin = Origin::start(move |request, mut reply| {
        let told = Arc::clone(&told);
        async move {
            if request.method == "DELETE" {
                told.notify_one();
                return reply.closed().await;
            }
            reply.in_session("s", &result(&request.rpc_id())).await;
        }
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(INITIALIZE).await;
    let ended = tokio::spawn(host.end());
    asked.notified().await;
    assert_eq!(in_no_time(ended).await.unwrap().0, Ending::InputEnded);
    assert_eq!(origin.paths(), ["POST /mcp", "DELETE /mcp"]);
}

#[tokio::test]
async fn a_subscription_does_not_hold_up_the_end_and_is_answered_with_it() {
    let origin = silent().await;
    let mut host = Host::with(settings(&[&origin.at("/mcp"), "--drain", "3600"], &[]));
    host.send(r#"{"jsonrpc":"2.0","id":"s","method":"subscriptions/listen"}"#)
        .await;
    let (ending, lines) = in_no_time(host.end()).await;
    assert_eq!((ending, lines.len()), (Ending::InputEnded, 1), "{lines:?}");
    assert!(
        lines[0].contains("\"id\":\"s\"") && lines[0].contains("ends this subscription"),
        "{lines:?}"
    );
}

/// A server that asks the host before it answers a call, and does so when the host answers.
async fn asking() -> (Origin, Arc<Notify>) {
    let answered = Arc::new(Notify::new());
    let asked = Arc::new(Notify::new());
    let told = Arc::clone(&asked);
    let origin = Origin::start(move |request, mut reply| {
        let (answered, asked) = (Arc::clone(&answered), Arc::clone(&asked));
        async move {
            if request.rpc_method() != "tools/call" {
                reply.status(202).await;
                return answered.notify_one();
            }
            reply.open_stream(&[]).await;
            asked.notified().await;
            let question = r#"{"jsonrpc":"2.0","id":"q","method":"roots/list"}"#;
            reply.event("message", question).await;
            answered.notified().await;
            reply.event("message", &result(&request.rpc_id())).await;
        }
    })
    .await;
    (origin, told)
}

#[tokio::test]
async fn what_a_server_asks_after_the_end_of_input_is_refused_at_once() {
    let (origin, ask) = asking().await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    let ended = tokio::spawn(host.end());
    while origin.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    ask.notify_one();
    let (ending, lines) = ended.await.unwrap();
    assert_eq!((ending, lines), (Ending::InputEnded, vec![result("1")]));
    let refusal: serde_json::Value = serde_json::from_str(&origin.requests()[1].body).unwrap();
    assert_eq!(
        (&refusal["id"], &refusal["error"]["code"]),
        (&"q".into(), &(-32603).into())
    );
}

#[tokio::test]
async fn what_a_server_asked_before_the_end_of_input_is_refused_then() {
    let (origin, ask) = asking().await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.send(call("1")).await;
    ask.notify_one();
    assert_eq!(host.json().await["method"], "roots/list");
    assert_eq!(host.end().await.1, [result("1")]);
    assert!(origin.requests()[1].body.contains("\"error\""));
}

/// A server that shakes hands and never answers a call.
async fn tongue_tied() -> Origin {
    Origin::start(|request, mut reply| async move {
        match request.rpc_method().as_str() {
            "initialize" => reply.json(&result("0")).await,
            "tools/call" => reply.closed().await,
            _ => reply.status(202).await,
        }
    })
    .await
}

fn cancelled(origin: &Origin) -> Vec<String> {
    let requests = origin.requests();
    let cancelled = requests
        .iter()
        .filter(|request| request.rpc_method() == "notifications/cancelled");
    let ids = cancelled.map(|request| {
        let message: serde_json::Value = serde_json::from_str(&request.body).unwrap();
        message["params"]["requestId"].to_string()
    });
    ids.collect()
}

#[tokio::test]
async fn the_server_is_told_what_nobody_waits_for_at_the_end() {
    let origin = tongue_tied().await;
    let mut host = Host::with(settings(&[&origin.at("/mcp"), "--drain", "20ms"], &[]));
    host.answer(INITIALIZE).await;
    host.send(call("\"a\"")).await;
    let ended = tokio::spawn(host.end());
    until(|| cancelled(&origin) == ["\"a\""]).await;
    assert_eq!(in_no_time(ended).await.unwrap().1.len(), 1);
}

#[tokio::test]
async fn a_call_ends_with_the_limit_of_the_person_if_there_is_one() {
    let origin = tongue_tied().await;
    let flags = [&origin.at("/mcp"), "--call-timeout", "15s"];
    let mut host = Host::with(settings(&flags, &[]));
    host.answer(INITIALIZE).await;
    host.send(call("7")).await;
    until(|| origin.requests().len() == 2).await;
    let answer = in_no_time(host.json()).await.to_string();
    assert!(
        answer.contains("within 15 s") && answer.contains("--call-timeout"),
        "{answer}"
    );
    assert!(answer.contains("outcome unknown"), "{answer}");
    until(|| cancelled(&origin) == ["7"]).await;
    assert_eq!(in_no_time(host.end()).await.1, [""; 0], "one answer only");
}
