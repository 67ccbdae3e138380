//! Cases 78 to 80 and 84: what a person configured, and many bridges at once.

use tests::fault::bridge::{Bridge, Setup};
use tests::fault::message::{call, result};
use tests::fault::origin::Origin;
use tests::fault::request::fingerprint;
use tests::fault::{CONFLUENCE_TOKEN, JIRA_TOKEN};

/// Nothing listens there; these bridges never get so far.
const NOWHERE: &str = "http://127.0.0.1:9/mcp";

async fn refused(setup: Setup) -> String {
    let (code, said) = setup.refused().await;
    assert_eq!(code, Some(2), "{said}");
    said
}

#[tokio::test]
async fn case_78_a_token_with_a_sign_no_header_may_hold_is_refused_by_name_and_not_shown() {
    let inner_break = format!("{JIRA_TOKEN}\nx");
    for token in [
        inner_break.as_str(),
        "tok\u{e9}n",
        "a\u{7}b",
        "two words",
        "",
    ] {
        let setup = Setup::to(NOWHERE).variable("JIRA_PERSONAL_TOKEN", token);
        let said = refused(setup).await;
        assert!(said.contains("JIRA_PERSONAL_TOKEN"), "{token:?}: {said}");
        assert!(token.is_empty() || !said.contains(token), "{said}");
    }
}

#[tokio::test]
async fn case_78_a_trailing_line_end_is_trimmed_as_shells_leave_one() {
    let origin = Origin::json(|request| result(&request.rpc_id())).await;
    let token = format!("{JIRA_TOKEN}\n");
    let setup = Setup::to(&origin.at("/mcp")).variable("JIRA_PERSONAL_TOKEN", &token);
    let mut bridge = setup.start();
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    let sent = &origin.requests()[0];
    assert_eq!(sent.header("x-jira-token"), Some(&*fingerprint(JIRA_TOKEN)));
    bridge.end().await;
}

#[tokio::test]
async fn case_78_a_trailing_line_end_is_trimmed_as_files_have_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{JIRA_TOKEN}\r\n")).unwrap();
    let setup = |url: &str| {
        Setup::to(url)
            .without("JIRA_PERSONAL_TOKEN")
            .variable("JIRA_PERSONAL_TOKEN_FILE", file.to_str().unwrap())
    };
    assert_tokens_arrive(setup).await;
}

async fn assert_tokens_arrive(setup: impl Fn(&str) -> Setup) {
    let origin = Origin::json(|request| result(&request.rpc_id())).await;
    let mut bridge = setup(&origin.at("/mcp")).start();
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    let request = origin.requests().pop().unwrap();
    let (jira, confluence) = (fingerprint(JIRA_TOKEN), fingerprint(CONFLUENCE_TOKEN));
    assert_eq!(request.header("x-jira-token"), Some(&*jira));
    assert_eq!(request.header("x-confluence-token"), Some(&*confluence));
    bridge.end().await;
}

#[tokio::test]
async fn case_79_a_variable_that_is_unset_or_unclosed_does_not_become_an_empty_header() {
    for (header, expected) in [
        ("X-Own: ${NO_SUCH_VARIABLE}", "NO_SUCH_VARIABLE"),
        ("X-Own: ${JIRA_PERSONAL_TOKEN", "closing brace"),
        ("X-Own: a${}b", "X-Own"),
    ] {
        let said = refused(Setup::to(NOWHERE).flags(&["--header", header])).await;
        assert!(
            said.to_lowercase().contains(&expected.to_lowercase()),
            "{header}: {said}"
        );
    }
}

#[tokio::test]
async fn case_80_of_a_header_given_twice_the_last_one_counts_and_reserved_ones_are_refused() {
    let origin = Origin::json(|request| result(&request.rpc_id())).await;
    let setup = Setup::to(&origin.at("/mcp")).flags(&[
        "--header",
        "X-Team: one",
        "--header",
        "x-TEAM: two",
    ]);
    let mut bridge = setup.start();
    assert_eq!(bridge.ask(call("1")).await["id"], 1);
    assert_eq!(origin.requests()[0].header("x-team"), Some("two"));
    let ended = bridge.end().await;
    assert!(
        ended.stderr.contains("x-team is given twice"),
        "{}",
        ended.stderr
    );

    for name in [
        "Host",
        "content-length",
        "Mcp-Session-Id",
        "mcp-method",
        "Accept",
    ] {
        let header = format!("{name}: x");
        let said = refused(Setup::to(NOWHERE).flags(&["--header", &header])).await;
        assert!(said.contains("refused"), "{name}: {said}");
    }
}

#[tokio::test]
async fn case_84_ten_bridges_started_together_do_not_know_of_each_other() {
    let origin = Origin::json(|request| result(&request.rpc_id())).await;
    let mut bridges: Vec<_> = (0..10).map(|_| Bridge::to(&origin.at("/mcp"))).collect();
    for bridge in &mut bridges {
        bridge.send(call("1")).await;
    }
    for bridge in bridges {
        let mut bridge = bridge;
        assert_eq!(bridge.json().await["id"], 1);
        assert_eq!(bridge.end().await.code, Some(0));
    }
    assert_eq!(origin.count("tools/call"), 10);
}
