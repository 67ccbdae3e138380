//! The host of one bridge: asks at a steady rate and reads every line; what it is owed is the ledger's
//! matter.

use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use super::ledger::{Account, Ledger, Request};
use super::plan::Plan;
use super::site::Transport;
use crate::fault::message::{INITIALIZE, INITIALIZED, cancel, notification};
use crate::fault::{CONFLUENCE_TOKEN, JIRA_TOKEN, SECRETS};
use crate::programs::Program;

/// How long a bridge may take to answer `initialize`, and to end: its drain time and a little.
const PATIENCE: Duration = Duration::from_secs(40);

const TICK: Duration = Duration::from_millis(10);
/// How many requests leave in one tick at most, when others had to wait.
const BURST: u64 = 20;
/// Every so many requests one is cancelled right after it was sent.
const CANCELLED_EVERY: u64 = 50;

type Shared = Arc<Mutex<Ledger>>;

/// A bridge and who asks it.
pub(super) struct Host {
    process: u32,
    child: Child,
    ledger: Shared,
    asking: JoinHandle<ChildStdin>,
    reading: JoinHandle<()>,
    listening: JoinHandle<()>,
}

impl Host {
    /// Starts a bridge, shakes hands where that is done, and begins to ask.
    ///
    /// # Panics
    /// When the bridge does not start.
    pub(super) async fn start(transport: Transport, url: &str, plan: &Plan) -> Self {
        let mut command = Program::Bridge.command();
        let child = command
            .args([url, "--log-level", "error"])
            .env("JIRA_PERSONAL_TOKEN", JIRA_TOKEN)
            .env("CONFLUENCE_PERSONAL_TOKEN", CONFLUENCE_TOKEN)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        let ledger = Shared::default();
        let stdout = child.stdout.take().expect("it is piped");
        let reading = tokio::spawn(each_line(stdout, Arc::clone(&ledger), Ledger::take));
        let stderr = child.stderr.take().expect("it is piped");
        let listening = tokio::spawn(each_line(stderr, Arc::clone(&ledger), overhear));
        let mut asker = Asker {
            input: child.stdin.take().expect("it is piped"),
            ledger: Arc::clone(&ledger),
            transport,
            next: 1,
        };
        asker.shake_hands().await;
        Self {
            process: child.id().expect("it is running"),
            child,
            ledger,
            asking: tokio::spawn(asker.ask(*plan)),
            reading,
            listening,
        }
    }

    /// The operating system's number of the bridge.
    pub(super) fn process(&self) -> u32 {
        self.process
    }

    /// Notes requests that have waited for too long.
    pub(super) fn look_for_overdue(&self) {
        held(&self.ledger).look_for_overdue();
    }

    /// Closes the bridge's input when all was asked, and waits for its end.
    pub(super) async fn end(mut self) -> Account {
        let input = self.asking.await.expect("asking does not fail");
        drop(input);
        let ended = timeout(PATIENCE, self.child.wait()).await;
        let code = ended
            .ok()
            .and_then(Result::ok)
            .and_then(|status| status.code());
        if code != Some(0) {
            held(&self.ledger).broke(format!("the bridge ended with {code:?}"));
            // It may be running still, and nobody would read the end of its output.
            let _gone = self.child.start_kill();
        }
        for reader in [self.reading, self.listening] {
            reader.await.expect("reading does not fail");
        }
        held(&self.ledger).close()
    }
}

/// Writes requests, each with a number of its own.
struct Asker {
    input: ChildStdin,
    ledger: Shared,
    transport: Transport,
    next: u64,
}

impl Asker {
    async fn shake_hands(&mut self) {
        if self.transport == Transport::Modern {
            return;
        }
        held(&self.ledger).owe(0, Request::Read);
        self.write(INITIALIZE).await;
        let answered = async {
            while held(&self.ledger).waiting() > 0 {
                sleep(TICK).await;
            }
        };
        timeout(PATIENCE, answered)
            .await
            .expect("initialize is answered");
        self.write(INITIALIZED).await;
    }

    /// Asks as fast as the plan says, and catches up after the bridge was waited for.
    async fn ask(mut self, plan: Plan) -> ChildStdin {
        let start = Instant::now();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            ticks.tick().await;
            let elapsed = start.elapsed();
            if elapsed >= plan.time {
                return self.input;
            }
            let due = elapsed.as_millis() * u128::from(plan.calls_per_second) / 1000;
            let due = u64::try_from(due).unwrap_or(u64::MAX);
            for _ in 0..due.saturating_sub(self.next).min(BURST) {
                if held(&self.ledger).waiting() < plan.in_flight_at(elapsed) {
                    self.ask_one().await;
                }
            }
        }
    }

    async fn ask_one(&mut self) {
        let id = self.next;
        self.next += 1;
        let (request, line) = self.line(id);
        held(&self.ledger).owe(id, request);
        self.write(&line).await;
        if id.is_multiple_of(CANCELLED_EVERY) {
            held(&self.ledger).cancel(id);
            self.write(&cancel(&id.to_string())).await;
            self.write(&notification("notifications/roots/list_changed"))
                .await;
        }
    }

    /// Half of the requests read, every tenth lists the tools, the others may change something.
    fn line(&self, id: u64) -> (Request, String) {
        let (request, method, params) = match id % 10 {
            0 => (Request::Read, "tools/list", String::new()),
            1..=5 => (
                Request::Read,
                "resources/read",
                format!(r#""uri":"x:{id}","#),
            ),
            _ => (
                Request::Effect,
                "tools/call",
                r#""name":"create","arguments":{},"#.to_owned(),
            ),
        };
        let meta = match self.transport {
            Transport::Modern => r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#,
            _ => "{}",
        };
        let line = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{{{params}"_meta":{meta}}}}}"#
        );
        (request, line)
    }

    /// A bridge that is gone is found by what it leaves unanswered.
    async fn write(&mut self, line: &str) {
        let _gone = self.input.write_all(format!("{line}\n").as_bytes()).await;
    }
}

async fn each_line(output: impl AsyncRead + Unpin, ledger: Shared, take: fn(&mut Ledger, &str)) {
    let mut lines = BufReader::new(output).lines();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => take(&mut held(&ledger), &line),
            Ok(None) => return,
            Err(error) => return held(&ledger).broke(format!("a line cannot be read: {error}")),
        }
    }
}

/// What may not be on standard error.
fn overhear(ledger: &mut Ledger, line: &str) {
    if SECRETS.iter().any(|secret| line.contains(secret)) {
        ledger.broke("standard error shows a secret".to_owned());
    }
    if line.contains("panicked") {
        ledger.broke(format!("standard error: {line}"));
    }
}

fn held(ledger: &Shared) -> MutexGuard<'_, Ledger> {
    ledger.lock().unwrap_or_else(PoisonError::into_inner)
}
