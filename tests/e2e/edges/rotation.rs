//! Case 26: tokens that change while the bridge runs.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, result, sentence};
use tests::fault::origin::Origin;
use tests::fault::request::fingerprint;
use tests::fault::roles::plain;
use tests::fault::{CONFLUENCE_TOKEN, JIRA_TOKEN};

/// A server that takes only the token of [`CONFLUENCE_TOKEN`] in Jira's header.
async fn wanting_the_new_token() -> Origin {
    plain(|request, reply| async move {
        let wanted = fingerprint(CONFLUENCE_TOKEN);
        match request.header("x-jira-token") {
            Some(token) if token == wanted => reply.json(&result(&request.rpc_id())).await,
            _ => reply.status(401).await,
        }
    })
    .await
}

/// Both services have a token of their own, so that both service headers are sent throughout.
fn with_file(url: &str, file: &std::path::Path) -> Setup {
    Setup::to(url)
        .without("JIRA_PERSONAL_TOKEN")
        .variable("JIRA_PERSONAL_TOKEN_FILE", file.to_str().unwrap())
        .variable("CONFLUENCE_PERSONAL_TOKEN", "another-t0ken")
}

#[tokio::test]
async fn case_26_a_token_file_is_read_again_once_on_401() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, JIRA_TOKEN).unwrap();
    let origin = wanting_the_new_token().await;
    let mut bridge: Bridge = with_file(&origin.at("/mcp"), &file).start();
    bridge.shake_hands().await;
    // The file says what it said before: nothing is gained by a second attempt.
    let said = sentence(&bridge.ask(call("1")).await);
    assert!(said.contains("JIRA_PERSONAL_TOKEN_FILE"), "{said}");
    assert!(origin.count("tools/call") <= 2, "no loop");
    std::fs::write(&file, CONFLUENCE_TOKEN).unwrap();
    let answer = bridge.ask(call("2")).await;
    assert!(answer.get("result").is_some(), "{answer}");
    bridge.end().await;
}

#[cfg(unix)]
#[tokio::test]
async fn case_26_a_hangup_signal_makes_it_read_token_files_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, CONFLUENCE_TOKEN).unwrap();
    let origin = wanting_the_new_token().await;
    let mut bridge = with_file(&origin.at("/mcp"), &file).start();
    bridge.shake_hands().await;
    assert!(bridge.ask(call("1")).await.get("result").is_some());
    std::fs::write(&file, JIRA_TOKEN).unwrap();
    bridge.signal("HUP").await;
    // Signals arrive in their own time: the first call with the new token is the proof.
    let mut id = 2;
    while bridge
        .ask(call(&id.to_string()))
        .await
        .get("result")
        .is_some()
    {
        id += 1;
    }
    let last = origin.requests().pop().unwrap();
    assert_eq!(last.header("x-jira-token"), Some(&*fingerprint(JIRA_TOKEN)));
    bridge.end().await;
}
