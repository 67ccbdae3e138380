//! What the host gets to read, line by line.

use super::*;
use crate::gathering::Gathering;
use crate::pending::Ticket;
use crate::reply::GivenUp;
use crate::stdio::{LineReceiver, queue};

fn host() -> (Host, LineReceiver) {
    let (sender, lines) = queue();
    let context = Context {
        server: "http://h/mcp".to_owned(),
        host: "h".to_owned(),
        sources: Vec::new(),
    };
    (Host::new(context, sender), lines)
}

fn ask(host: &Host, id: i64, role: Role, batch: Option<&Arc<Gathering>>) -> RequestId {
    let id = RequestId::from(id);
    if let Some(batch) = batch {
        batch.expect_one();
    }
    let ticket = Ticket {
        batch: batch.cloned(),
        ..Ticket::of(role)
    };
    host.pending().register(id.clone(), ticket).unwrap();
    id
}

fn next(lines: &mut LineReceiver) -> String {
    String::from_utf8(lines.try_recv().unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn an_answer_is_written_as_the_server_wrote_it_and_only_once() {
    let (host, mut lines) = host();
    ask(&host, 1, Role::Ordinary, None);
    let answer = r#"{ "jsonrpc":"2.0","x":1.0,"id":1.0 ,"result":{"b":1,"a":2e1} }"#;
    host.deliver(&Bytes::from(answer)).await;
    host.deliver(&Bytes::from(answer)).await;
    host.fail(&[RequestId::from(1)], &Failure::GivenUp(GivenUp::Stopped))
        .await;
    assert_eq!(next(&mut lines), answer);
    assert!(lines.try_recv().is_none(), "no second answer");
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_dropped_and_a_request_of_the_server_is_not() {
    let (host, mut lines) = host();
    ask(&host, 1, Role::Ordinary, None);
    host.deliver(&Bytes::from(r#"{"jsonrpc":"2.0","id":2,"result":{}}"#))
        .await;
    host.deliver(&Bytes::from(r#"{"jsonrpc":"2.0","id":null,"result":{}}"#))
        .await;
    host.deliver(&Bytes::from(r#"{"id":1,"result":{}}"#)).await;
    host.deliver(&Bytes::from("<html>")).await;
    let ping = "{\"jsonrpc\":\"2.0\",\n\"id\":1,\"method\":\"ping\"}";
    host.deliver(&Bytes::from(ping)).await;
    let line = ping.replace('\n', " ");
    assert_eq!(next(&mut lines), line, "its id is of the other direction");
    assert!(lines.try_recv().is_none());
    assert_eq!(host.pending().waiting().len(), 1);
}

#[tokio::test]
async fn an_error_under_no_id_of_ours_answers_the_one_request_that_was_asked() {
    for foreign in ["null", "\"server-error\"", "8"] {
        let (host, mut lines) = host();
        let id = ask(&host, 7, Role::Ordinary, None);
        let body = Bytes::from(format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":{foreign},\"error\":{{\"code\":-1,\n\"z\":1.0}}}}"
        ));
        host.deliver_reply(&body, &[id]).await;
        assert_eq!(
            next(&mut lines),
            r#"{"jsonrpc":"2.0","id":7,"error":{"code":-1, "z":1.0}}"#
        );
    }
}

#[tokio::test]
async fn an_error_under_the_id_of_another_request_answers_that_one() {
    let (host, mut lines) = host();
    let id = ask(&host, 7, Role::Ordinary, None);
    ask(&host, 8, Role::Ordinary, None);
    let body = r#"{"jsonrpc":"2.0","id":8,"error":{"code":-1}}"#;
    host.deliver_reply(&Bytes::from(body), &[id]).await;
    assert_eq!(next(&mut lines), body);
    assert_eq!(host.pending().waiting().len(), 1);
}

#[tokio::test]
async fn a_result_under_another_id_answers_nothing() {
    let (host, mut lines) = host();
    let id = ask(&host, 7, Role::Ordinary, None);
    let body = r#"{"jsonrpc":"2.0","id":"x","result":{}}"#;
    host.deliver_reply(&Bytes::from(body), &[id]).await;
    assert!(lines.try_recv().is_none());
}

#[tokio::test]
async fn an_array_of_the_server_becomes_single_lines() {
    let (host, mut lines) = host();
    ask(&host, 1, Role::Ordinary, None);
    ask(&host, 2, Role::Ordinary, None);
    let array = "[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}},\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}]";
    host.deliver(&Bytes::from(array)).await;
    assert!(next(&mut lines).contains("\"id\":2"));
    assert!(next(&mut lines).contains("\"id\":1"));
}

#[tokio::test]
async fn answers_to_a_batch_of_the_host_leave_as_one_array() {
    let (host, mut lines) = host();
    let batch = Arc::new(Gathering::default());
    ask(&host, 1, Role::Ordinary, Some(&batch));
    let second = ask(&host, 2, Role::Ordinary, Some(&batch));
    let third = ask(&host, 3, Role::Ordinary, Some(&batch));
    host.deliver(&Bytes::from(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#))
        .await;
    assert!(lines.try_recv().is_none(), "not complete yet");
    host.forget(&third).await;
    host.fail(&[second], &Failure::GivenUp(GivenUp::Stopped))
        .await;
    let line = next(&mut lines);
    let array: Vec<serde_json::Value> = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (array.len(), &array[0]["id"], &array[1]["id"]),
        (2, &1.into(), &2.into())
    );
}

#[tokio::test]
async fn the_revision_is_read_in_passing_and_only_from_initialize() {
    let (host, mut lines) = host();
    let answer = |id: i64| {
        Bytes::from(format!(
            r#"{{"jsonrpc":"2.0","id":{id},"result":{{"protocolVersion":"2025-03-26"}}}}"#
        ))
    };
    ask(&host, 1, Role::Ordinary, None);
    host.deliver(&answer(1)).await;
    assert!(!host.session().has_batches());
    ask(&host, 2, Role::Initialize, None);
    host.deliver(&answer(2)).await;
    assert!(host.session().has_batches());
    assert_eq!(next(&mut lines), answer(1));
    assert_eq!(next(&mut lines), answer(2));
}

#[tokio::test]
async fn a_forgotten_request_is_not_answered_any_more() {
    let (host, mut lines) = host();
    let id = ask(&host, 1, Role::Ordinary, None);
    host.forget(&id).await;
    host.deliver(&Bytes::from(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#))
        .await;
    host.pending().idle().await;
    assert!(lines.try_recv().is_none());
}
