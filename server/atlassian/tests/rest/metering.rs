//! What a program can count of its requests, and the trace it can put them in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use atlassian::Deployment::DataCenter;
use atlassian::{Counted, Jira, Meter, Service, SiteSettings, TraceContext};
use http::StatusCode;
use serde_json::json;

use crate::listener::{Listener, Reply, json, reply};
use crate::{settings, token};

#[derive(Debug, Default)]
struct Tally(Mutex<Vec<(Service, Counted)>>);

impl Meter for Tally {
    fn count(&self, service: Service, counted: Counted) {
        self.0.lock().unwrap().push((service, counted));
    }
}

fn metered(url: &str) -> (Jira, Arc<Tally>) {
    let tally = Arc::new(Tally::default());
    let settings = SiteSettings {
        meter: Some(tally.clone()),
        ..settings(url, DataCenter)
    };
    (Jira::new(settings).unwrap(), tally)
}

#[tokio::test]
async fn each_try_is_counted_by_what_came_of_it_and_so_is_each_repetition() {
    let asked = AtomicUsize::new(0);
    let site = Listener::start(move |_| match asked.fetch_add(1, Ordering::Relaxed) {
        0 => Reply::Bytes(String::new()),
        1 => reply(503, &[], ""),
        _ => json(&json!({ "name": "ana" })),
    })
    .await;
    let (jira, tally) = metered(&site.url);
    jira.myself(&token()).await.unwrap();
    let expected = [
        Counted::Unanswered,
        Counted::Repeated,
        Counted::Answered(StatusCode::SERVICE_UNAVAILABLE),
        Counted::Repeated,
        Counted::Answered(StatusCode::OK),
    ];
    let counted = tally.0.lock().unwrap().clone();
    assert_eq!(counted, expected.map(|counted| (Service::Jira, counted)));
}

#[tokio::test]
async fn a_credential_that_is_held_back_is_counted_and_is_no_request() {
    let site = Listener::start(|_| reply(401, &[], "{}")).await;
    let (jira, tally) = metered(&site.url);
    for _ in 0..2 {
        jira.myself(&token()).await.unwrap_err();
    }
    let expected = [
        Counted::Answered(StatusCode::UNAUTHORIZED),
        Counted::HeldBack,
    ];
    let counted = tally.0.lock().unwrap().clone();
    assert_eq!(counted, expected.map(|counted| (Service::Jira, counted)));
}

#[tokio::test]
async fn calls_in_a_trace_carry_it_and_others_of_the_same_site_do_not() {
    let site = Listener::saying(json!({ "name": "ana" })).await;
    let (jira, _) = metered(&site.url);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let trace = TraceContext::parse(parent, Some("rojo=00f0")).unwrap();
    jira.in_trace(trace).myself(&token()).await.unwrap();
    jira.myself(&token()).await.unwrap();
    let seen = site.seen();
    assert_eq!(seen[0].header("traceparent"), Some(parent));
    assert_eq!(seen[0].header("tracestate"), Some("rojo=00f0"));
    assert_eq!(seen[1].header("traceparent"), None);
}
