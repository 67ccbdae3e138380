//! Case 78: a token whose variable ends in a line end.

use tests::fault::JIRA_TOKEN;
use tests::fault::bridge::Setup;
use tests::fault::message::{call, result};
use tests::fault::origin::Origin;
use tests::fault::request::fingerprint;

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
