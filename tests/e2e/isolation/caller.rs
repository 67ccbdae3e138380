//! One of many callers: what they ask at random, through which door, and what they expect to hear.

use std::time::Duration;

use atlassian::Deployment;
use reqwest::Client;
use sandbox::{Belongings, Person, people};
use serde_json::{Value, json};
use tests::transport::{EventStream, Outcome, Transport, call, is_error, send, text};
use tests::world::{World, token_of};

use super::Dice;
use super::evidence::Evidence;

/// The beginning of every marker of the crowd.
const MARKER: &str = "marker-crowd-";

/// What somebody asks.
#[derive(Debug, Clone, Copy)]
enum Question {
    OwnIssue,
    OwnIssues,
    OwnPage,
    OwnSearch,
    /// It must not be there.
    IssueOfAnother,
    /// The own page without a credential for Confluence, so with the server's account: not there.
    OwnPageAsServer,
}

const QUESTIONS: [Question; 6] = [
    Question::OwnIssue,
    Question::OwnIssues,
    Question::OwnPage,
    Question::OwnSearch,
    Question::IssueOfAnother,
    Question::OwnPageAsServer,
];

pub(super) struct Caller<'a> {
    world: &'a World,
    client: &'a Client,
    me: &'a Person,
    neighbour: &'a Person,
    token: String,
    dice: Dice,
    stream: Option<EventStream>,
    calls: i64,
    pub(super) evidence: Evidence,
}

impl<'a> Caller<'a> {
    pub(super) fn new(
        world: &'a World,
        client: &'a Client,
        deployment: Deployment,
        me: &'a Person,
        neighbour: &'a Person,
        dice: Dice,
    ) -> Self {
        Self {
            world,
            client,
            me,
            neighbour,
            token: token_of(me, deployment),
            dice,
            stream: None,
            calls: 0,
            evidence: Evidence::default(),
        }
    }

    /// Asks something somehow, and either hears the answer or goes away before.
    pub(super) async fn next_call(&mut self) {
        let question = QUESTIONS[self.roll(QUESTIONS.len())];
        self.calls += 1;
        let (who, resource) = self.trace(question);
        self.evidence.asked(who, &resource);
        let headers = self.headers(question);
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let message = self.message(question);
        let own_stream = !matches!(question, Question::OwnPageAsServer) && self.roll(2) == 0;
        let answer = if own_stream {
            self.on_own_stream(&headers, &message).await
        } else {
            let transport = Transport::ALL[self.roll(Transport::ALL.len())];
            let asked = send(
                self.client,
                &self.world.server,
                transport,
                &headers,
                &message,
            );
            if self.roll(5) == 0 {
                let patience = Duration::from_millis(self.dice.below(20));
                tokio::time::timeout(patience, asked)
                    .await
                    .ok()
                    .map(Outcome::answer)
            } else {
                Some(asked.await.answer())
            }
        };
        if let Some(answer) = answer {
            self.check(question, &answer);
            let (who, resource) = self.trace(question);
            self.evidence.heard(who, &resource);
        }
    }

    /// Posts beside the caller's own event stream; now and then the stream is dropped before the answer.
    async fn on_own_stream(&mut self, headers: &[(&str, &str)], message: &Value) -> Option<Value> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => EventStream::open(self.client, &self.world.server, headers)
                .await
                .ok()?,
        };
        assert_eq!(stream.post(self.client, headers, message).await, None);
        if self.roll(5) == 0 {
            return None;
        }
        let answer = stream.message().await;
        self.stream = Some(stream);
        Some(answer)
    }

    /// Who asks which thing, as the sites will see it.
    fn trace(&self, question: Question) -> (String, String) {
        let own = belongings(self.me);
        let me = self.me.user_name.clone();
        match question {
            Question::OwnIssue => (me, own.issue_key.clone()),
            Question::OwnIssues => (me, "assigned".to_owned()),
            Question::OwnPage => (me, own.page_id.clone()),
            Question::OwnSearch => (me, own.marker.clone()),
            Question::IssueOfAnother => (me, belongings(self.neighbour).issue_key.clone()),
            Question::OwnPageAsServer => (people::service_account().user_name, own.page_id.clone()),
        }
    }

    fn headers(&mut self, question: Question) -> Vec<(&'static str, String)> {
        let token = self.token.clone();
        let for_jira_only = matches!(question, Question::OwnPageAsServer);
        match self.roll(2) {
            _ if for_jira_only => vec![("x-jira-token", token)],
            0 => vec![("authorization", format!("Bearer {token}"))],
            // The same credential in other headers: the event stream stays the caller's.
            _ => vec![
                ("x-jira-token", token.clone()),
                ("x-confluence-token", token),
            ],
        }
    }

    fn message(&self, question: Question) -> Value {
        let own = belongings(self.me);
        let issue = |key: &str| ("get-jira-issue", json!({"issue_key": key}));
        let page = ("get-confluence-page", json!({"page_id": own.page_id}));
        let (tool, arguments) = match question {
            Question::OwnIssue => issue(&own.issue_key),
            Question::IssueOfAnother => issue(&belongings(self.neighbour).issue_key),
            Question::OwnIssues => ("get-my-assigned-issues", json!({})),
            Question::OwnPage | Question::OwnPageAsServer => page,
            Question::OwnSearch => ("search-confluence", json!({"query": own.marker})),
        };
        call(self.calls, tool, &arguments)
    }

    /// The answer is to this call, is the caller's own, and holds nothing of anybody else.
    fn check(&self, question: Question, answer: &Value) {
        let row = format!("{} {question:?}: {answer}", self.me.user_name);
        assert_eq!(answer["id"], self.calls, "{row}");
        let own = &belongings(self.me).marker;
        let told = text(answer);
        let markers: Vec<_> = told
            .match_indices(MARKER)
            .map(|(at, _)| &told[at..])
            .collect();
        assert!(
            markers
                .iter()
                .all(|marker| marker.starts_with(own.as_str())),
            "{row}"
        );
        let not_there = matches!(
            question,
            Question::IssueOfAnother | Question::OwnPageAsServer
        );
        assert_eq!(is_error(answer), not_there, "{row}");
        assert_eq!(markers.is_empty(), not_there, "{row}");
        let identity = &answer["result"]["_meta"]["io.github.mcp-jira-confluence/identity"];
        let (service, source) = match question {
            Question::OwnIssue | Question::OwnIssues | Question::IssueOfAnother => {
                ("jira", "header")
            }
            Question::OwnPage | Question::OwnSearch => ("confluence", "header"),
            Question::OwnPageAsServer => ("confluence", "environment"),
        };
        assert_eq!(identity[service]["source"], source, "{row}");
    }

    fn roll(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap();
        usize::try_from(self.dice.below(bound)).unwrap()
    }
}

fn belongings(person: &Person) -> &Belongings {
    person.belongings.as_ref().unwrap()
}
