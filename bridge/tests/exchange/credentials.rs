//! What goes out with a request to prove who the person is, and what does not.

use crate::support::{Host, Origin, call, result, settings};

/// The credential headers the server saw.
async fn seen(arguments: &[&str], variables: &[(&str, &str)]) -> [Option<String>; 3] {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    let url = origin.at("/mcp");
    let arguments: Vec<_> = [url.as_str()]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    Host::with(settings(&arguments, variables))
        .answer(call("1"))
        .await;
    let request = &origin.requests()[0];
    ["authorization", "x-jira-token", "x-confluence-token"]
        .map(|name| request.header(name).map(str::to_owned))
}

#[tokio::test]
async fn b_08_a_token_reaches_the_server_as_the_rules_say() {
    let some = |text: &str| Some(text.to_owned());
    let jira = ("JIRA_PERSONAL_TOKEN", "a");
    let confluence = ("CONFLUENCE_PERSONAL_TOKEN", "b");
    assert_eq!(seen(&[], &[jira]).await, [some("Bearer a"), None, None]);
    assert_eq!(
        seen(&[], &[jira, confluence]).await,
        [None, some("a"), some("b")]
    );
    let service = ["--token-headers", "service"];
    assert_eq!(seen(&service, &[jira]).await, [None, some("a"), None]);
    assert_eq!(seen(&[], &[]).await, [None, None, None]);
}

#[tokio::test]
async fn a_header_of_ones_own_goes_out_and_replaces_a_configured_one() {
    let arguments = ["--header", "Authorization: Token ${T}"];
    let variables = [("JIRA_PERSONAL_TOKEN", "a"), ("T", "mine")];
    assert_eq!(
        seen(&arguments, &variables).await,
        [Some("Token mine".to_owned()), None, None]
    );
}

#[tokio::test]
async fn no_header_of_a_browser_or_a_cookie_is_sent() {
    let origin = Origin::start(|request, reply| async move {
        let headers = [
            ("content-type", "application/json"),
            ("set-cookie", "session=other"),
        ];
        reply
            .answer(200, &headers, &result(&request.rpc_id()))
            .await;
    })
    .await;
    let mut host = Host::start(&origin.at("/mcp"));
    host.answer(call("1")).await;
    host.answer(call("2")).await;
    for request in origin.requests() {
        for name in ["cookie", "origin", "referer", "accept-encoding"] {
            assert_eq!(request.header(name), None, "{name}");
        }
        let agent = request.header("user-agent").unwrap();
        assert!(agent.starts_with("mcp-jira-confluence-bridge/"), "{agent}");
    }
}

#[tokio::test]
async fn a_name_that_meant_this_machine_at_start_cannot_mean_another_one_later() {
    let origin = Origin::answering(|request| result(&request.rpc_id())).await;
    // Known to the settings, and to no resolver.
    let url = origin.url.replace("127.0.0.1", "me.invalid");
    let mut host = Host::with(settings(&[&url], &[("JIRA_PERSONAL_TOKEN", "a")]));
    assert_eq!(host.answer(call("1")).await, 1);
}
