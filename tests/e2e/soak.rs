//! The soak in seconds: the same program as `just soak`, so that it cannot rot.

use tests::soak::{Plan, run};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_under_load_in_every_transport_breaks_no_rule() {
    let plan = Plan::seconds(4);
    let report = run(&plan).await;
    assert_eq!(report.objections(), [""; 0], "{report}");
    assert!(report.calls() > 400, "{report}");
}
