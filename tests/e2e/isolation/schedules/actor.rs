//! Somebody who carries out their part of a schedule and knows what they may hear.

use sandbox::{Belongings, Person, people};
use serde_json::{Value, json};
use server::Policy;
use tests::transport::{EventStream, call, is_error, text};
use tests::world::token_of;
use tokio::time::{sleep, timeout};

use super::super::evidence::Evidence;
use super::plan::{CredentialForm, Door, Ending, Question, Step};
use super::{DELAY, Place, door};

/// The beginning of every marker of the crowd.
const MARKER: &str = "marker-crowd-";

/// Ids of pings, far from those of calls.
const PINGS: i64 = 1_000_000;

/// The code with which a POST is answered that was cancelled.
const CANCELLED: i64 = -32800;

/// Who is who for one actor.
#[derive(Clone, Copy)]
pub(super) struct Company<'a> {
    pub(super) me: &'a Person,
    /// Another actor of the schedule.
    pub(super) neighbour: &'a Person,
    /// Somebody who calls nothing and only meddles.
    pub(super) bystander: &'a Person,
}

pub(super) struct Actor<'a> {
    place: &'a Place,
    schedule: u64,
    company: Company<'a>,
    stream: Option<EventStream>,
    session: Option<String>,
    calls: i64,
    pub(super) evidence: Evidence,
}

/// What a call leads to.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    /// The caller's own thing.
    Own,
    /// A refusal of the site, asked with the credential of this source.
    NotThere(&'static str),
    /// A refusal of the server, which has no credential for the call; the site is not asked.
    NoCredential,
}

impl<'a> Actor<'a> {
    pub(super) fn new(place: &'a Place, schedule: u64, company: Company<'a>) -> Self {
        Self {
            place,
            schedule,
            company,
            stream: None,
            session: None,
            calls: 0,
            evidence: Evidence::default(),
        }
    }

    /// Takes one step and checks what is heard.
    pub(super) async fn act(&mut self, step: Step) {
        self.calls += 1;
        let asked = self.trace(step.question);
        if let Some((who, resource)) = &asked {
            self.evidence.asked(who.clone(), resource);
        }
        let answer = match step.ending {
            Ending::Answered => Some(self.ask(step).await.expect("an answer")),
            Ending::Abandoned(patience) => {
                let answer = timeout(patience, self.ask(step)).await;
                // A stream that is dropped with an answer under way is not used again.
                answer.unwrap_or(None)
            }
            // In revision 2026-07-28 that is going away.
            Ending::Cancelled if step.door == Door::Stateless => {
                timeout(DELAY, self.ask(step)).await.unwrap_or(None)
            }
            Ending::Cancelled => {
                let answer = self.ask_and_cancel(step).await;
                answer.filter(|answer| answer["error"]["code"] != CANCELLED)
            }
            Ending::CancelledByStranger => {
                let stranger = self.headers_of(self.company.bystander, step.credential);
                let meddling = self.meddle(stranger, self.calls);
                let (answer, ()) = tokio::join!(self.ask(step), meddling);
                Some(answer.expect("an answer that nobody else can cancel"))
            }
        };
        let Some(answer) = answer else { return };
        self.check(step, &answer);
        if let Some((who, resource)) = &asked {
            self.evidence.heard(who.clone(), resource);
        }
    }

    async fn ask(&mut self, step: Step) -> Option<Value> {
        let Place { client, world, .. } = self.place;
        let headers = self.headers(step);
        let message = self.message(step.question);
        match step.door {
            Door::Post => door::post(client, &world.server, &headers, &message).await,
            Door::Batch => door::batch(client, &world.server, &headers, &message).await,
            Door::Stateless => door::stateless(client, &world.server, &headers, message).await,
            Door::Session => {
                let headers = self.in_session(headers).await;
                door::post(client, &world.server, &headers, &message).await
            }
            Door::EventStream => {
                let mut stream = self.stream(&headers).await;
                let headers = borrowed(&headers);
                assert_eq!(stream.post(client, &headers, &message).await, None);
                let answer = self.until(&mut stream, self.calls).await;
                self.stream = Some(stream);
                Some(answer)
            }
        }
    }

    async fn ask_and_cancel(&mut self, step: Step) -> Option<Value> {
        let id = self.calls;
        if step.door == Door::EventStream {
            return self.ask_and_cancel_on_stream(step).await;
        }
        let mut headers = self.headers(step);
        if step.door == Door::Session {
            headers = self.in_session(headers).await;
        }
        let cancelling = self.meddle(headers, id);
        let (answer, ()) = tokio::join!(self.ask(step), cancelling);
        answer
    }

    /// A ping that follows tells when the server has dealt with the cancellation.
    async fn ask_and_cancel_on_stream(&mut self, step: Step) -> Option<Value> {
        let client = &self.place.client;
        let (headers, id) = (self.headers(step), self.calls);
        let mut stream = self.stream(&headers).await;
        let cancelled = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
        let ping = json!({"jsonrpc": "2.0", "id": PINGS + id, "method": "ping"});
        for message in [self.message(step.question), cancelled, ping] {
            let refused = stream.post(client, &borrowed(&headers), &message).await;
            assert_eq!(refused, None);
        }
        let mut answer = None;
        loop {
            let message = stream.message().await;
            self.hears_of_nobody_else(&message);
            if message["id"] == PINGS + id {
                break;
            }
            if message["id"] == id {
                answer = Some(message);
            }
        }
        self.stream = Some(stream);
        answer
    }

    /// Tells the server that the answer of this id is not wanted, some time after the call.
    fn meddle(&self, headers: door::Headers, id: i64) -> impl Future<Output = ()> + use<'a> {
        let Place { client, world, .. } = self.place;
        async move {
            sleep(DELAY / 2).await;
            door::cancel(client, &world.server, &headers, id).await;
        }
    }

    /// The message of this id; what comes before it answers what was cancelled.
    async fn until(&self, stream: &mut EventStream, id: i64) -> Value {
        loop {
            let message = stream.message().await;
            if message["id"] == id {
                return message;
            }
            self.hears_of_nobody_else(&message);
        }
    }

    async fn stream(&mut self, headers: &door::Headers) -> EventStream {
        match self.stream.take() {
            Some(stream) => stream,
            None => {
                let Place { client, world, .. } = self.place;
                let opened = EventStream::open(client, &world.server, &borrowed(headers)).await;
                opened.unwrap_or_else(|refused| panic!("{refused:?}"))
            }
        }
    }

    async fn in_session(&mut self, mut headers: door::Headers) -> door::Headers {
        let Place { client, world, .. } = self.place;
        let id = match &self.session {
            Some(id) => id.clone(),
            None => door::session(client, &world.server, &headers).await,
        };
        self.session = Some(id.clone());
        headers.push(("mcp-session-id", id));
        headers
    }

    fn headers(&self, step: Step) -> door::Headers {
        match step.question {
            Question::OwnPageAsNobody => Vec::new(),
            Question::OwnPageWithoutCredential => {
                vec![(
                    "x-jira-token",
                    token_of(self.company.me, self.place.deployment),
                )]
            }
            _ => self.headers_of(self.company.me, step.credential),
        }
    }

    fn headers_of(&self, person: &Person, form: CredentialForm) -> door::Headers {
        let token = token_of(person, self.place.deployment);
        match form {
            CredentialForm::Bearer => vec![("authorization", format!("Bearer {token}"))],
            CredentialForm::ServiceHeaders => vec![
                ("x-jira-token", token.clone()),
                ("x-confluence-token", token),
            ],
        }
    }

    fn message(&self, question: Question) -> Value {
        let own = belongings(self.company.me);
        let issue = |key: &str| ("get-jira-issue", json!({"issue_key": key}));
        let (tool, arguments) = match question {
            Question::OwnIssue => issue(&own.issue_key),
            Question::IssueOfAnother => issue(&belongings(self.company.neighbour).issue_key),
            Question::OwnIssues => ("get-my-assigned-issues", json!({})),
            Question::OwnSearch => ("search-confluence", json!({"query": own.marker})),
            Question::OwnPage | Question::OwnPageWithoutCredential | Question::OwnPageAsNobody => {
                ("get-confluence-page", json!({"page_id": own.page_id}))
            }
        };
        call(self.calls, tool, &arguments)
    }

    /// What must come of it, by the rules in `docs/authentication.md`.
    fn outcome(&self, question: Question) -> Outcome {
        match (question, self.place.policy) {
            (Question::IssueOfAnother, _) => Outcome::NotThere("header"),
            (Question::OwnPageAsNobody, Policy::HeadersOnly)
            | (Question::OwnPageWithoutCredential, Policy::HeadersOnly | Policy::Fallback) => {
                Outcome::NoCredential
            }
            (Question::OwnPageAsNobody | Question::OwnPageWithoutCredential, _) => {
                Outcome::NotThere("environment")
            }
            _ => Outcome::Own,
        }
    }

    /// Who asks a site for which thing, as the site will see it.
    fn trace(&self, question: Question) -> Option<(String, String)> {
        let own = belongings(self.company.me);
        let resource = match question {
            Question::OwnIssue => own.issue_key.clone(),
            Question::IssueOfAnother => belongings(self.company.neighbour).issue_key.clone(),
            Question::OwnIssues => "assigned".to_owned(),
            Question::OwnSearch => own.marker.clone(),
            Question::OwnPage | Question::OwnPageWithoutCredential | Question::OwnPageAsNobody => {
                own.page_id.clone()
            }
        };
        let who = match self.outcome(question) {
            Outcome::NoCredential => return None,
            Outcome::NotThere("environment") => people::service_account().user_name,
            Outcome::Own | Outcome::NotThere(_) => self.company.me.user_name.clone(),
        };
        Some((who, resource))
    }

    fn check(&self, step: Step, answer: &Value) {
        let row = format!("schedule {}: {step:?}: {answer}", self.schedule);
        assert_eq!(answer["id"], self.calls, "{row}");
        self.hears_of_nobody_else(answer);
        let told = text(answer).contains(&belongings(self.company.me).marker);
        let outcome = self.outcome(step.question);
        let own = matches!(outcome, Outcome::Own);
        assert_eq!((told, is_error(answer)), (own, !own), "{row}");
        let service = match step.question {
            Question::OwnIssue | Question::OwnIssues | Question::IssueOfAnother => "jira",
            _ => "confluence",
        };
        let identity = &answer["result"]["_meta"]["io.github.mcp-jira-confluence/identity"];
        let source = match outcome {
            Outcome::Own => json!("header"),
            Outcome::NotThere(source) => json!(source),
            Outcome::NoCredential => Value::Null,
        };
        assert_eq!(identity[service]["source"], source, "{row}");
    }

    /// No marker of anybody else is in it.
    fn hears_of_nobody_else(&self, message: &Value) {
        let own = &belongings(self.company.me).marker;
        let told = message.to_string();
        let foreign = told
            .match_indices(MARKER)
            .any(|(at, _)| !told[at..].starts_with(own.as_str()));
        assert!(!foreign, "schedule {}: {own}: {told}", self.schedule);
    }
}

fn belongings(person: &Person) -> &Belongings {
    person.belongings.as_ref().unwrap()
}

fn borrowed(headers: &door::Headers) -> Vec<(&str, &str)> {
    let pairs = headers.iter();
    pairs.map(|(name, value)| (*name, value.as_str())).collect()
}
