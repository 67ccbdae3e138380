//! A host in front of a bridge that runs in this process.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use bridge::settings::Settings;
use bridge::signals::Stop;
use bridge::{Ending, run};
use tokio::io::{
    AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, Lines,
    duplex,
};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Long enough for any machine, and shorter than the bridge waits for answers at its end unless told
/// otherwise (30 s); only a broken test waits for it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a host of a bridge can do.
pub(crate) struct Host {
    input: DuplexStream,
    output: Lines<BufReader<DuplexStream>>,
    stop: Option<oneshot::Sender<Stop>>,
    run: JoinHandle<Ending>,
}

/// Settings as the program would read them, with no waiting for servers that are not there, and with
/// as much time as a busy machine may take for what has only to be quick for a person.
pub(crate) fn settings(arguments: &[&str], variables: &[(&str, &str)]) -> Settings {
    let resolve = |_: &str| -> io::Result<Vec<IpAddr>> { Ok(vec![Ipv4Addr::LOCALHOST.into()]) };
    let arguments = ["bridge"].iter().chain(arguments);
    let environment = variables.iter().copied().collect();
    let mut settings = Settings::read(arguments, &environment, &resolve).unwrap();
    if !settings.timing.connect_wait.is_zero() && settings.timing.connect_wait.as_secs() == 10 {
        settings.timing.connect_wait = Duration::ZERO;
    }
    settings.timing.farewell = PATIENCE / 2;
    settings.timing.wake = PATIENCE / 2;
    settings
}

/// Waits until something is so that nobody tells of.
pub(crate) async fn until(is_so: impl Fn() -> bool) {
    let becoming = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, becoming).await.expect("it becomes so");
}

/// Waits for something while the clock of this test runs ahead to whatever is timed next. What has to
/// pass over a socket has to be there before: the clock does not wait for it.
pub(crate) async fn in_no_time<T>(awaited: impl Future<Output = T>) -> T {
    tokio::time::pause();
    let outcome = awaited.await;
    tokio::time::resume();
    outcome
}

/// Why the program would not start.
pub(crate) fn refusal(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let arguments = ["bridge"].iter().chain(arguments);
    let environment = variables.iter().copied().collect();
    let read = Settings::read(arguments, &environment, &|_| Ok(Vec::new()));
    read.unwrap_err().to_string()
}

impl Host {
    /// Starts a bridge to this address.
    pub(crate) fn start(url: &str) -> Self {
        Self::with(settings(&[url], &[]))
    }

    /// Starts a bridge with these settings.
    pub(crate) fn with(settings: Settings) -> Self {
        let (input, bridge_input) = duplex(64 * 1024);
        let (bridge_output, output) = duplex(64 * 1024);
        let (stop, stopped) = oneshot::channel();
        let run = tokio::spawn(async move {
            let stop = async {
                match stopped.await {
                    Ok(stop) => stop,
                    Err(_) => std::future::pending().await,
                }
            };
            run(&settings, bridge_input, bridge_output, stop).await
        });
        Self {
            input,
            output: BufReader::new(output).lines(),
            stop: Some(stop),
            run,
        }
    }

    /// Writes one line.
    pub(crate) async fn send(&mut self, line: impl AsRef<str>) {
        self.send_bytes(format!("{}\n", line.as_ref())).await;
    }

    /// Writes bytes as they are.
    pub(crate) async fn send_bytes(&mut self, bytes: impl AsRef<[u8]>) {
        self.input.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Reads the next line.
    pub(crate) async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.output.next_line())
            .await
            .expect("a line comes in time");
        line.unwrap().expect("the output is open")
    }

    /// Reads the next line as JSON.
    pub(crate) async fn json(&mut self) -> serde_json::Value {
        let line = self.line().await;
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    /// Writes a line and reads the next one as JSON.
    pub(crate) async fn ask(&mut self, line: impl AsRef<str>) -> serde_json::Value {
        self.send(line).await;
        self.json().await
    }

    /// Reads the next line, which is a result, and returns its id.
    pub(crate) async fn answered(&mut self) -> serde_json::Value {
        let mut answer = self.json().await;
        assert!(answer.get("result").is_some(), "{answer}");
        answer["id"].take()
    }

    /// Writes a line and reads the result that answers it; returns its id.
    pub(crate) async fn answer(&mut self, line: impl AsRef<str>) -> serde_json::Value {
        self.send(line).await;
        self.answered().await
    }

    /// The whole handshake.
    pub(crate) async fn shake_hands(&mut self) {
        assert_eq!(self.answer(super::INITIALIZE).await, 0);
        self.send(super::INITIALIZED).await;
    }

    /// Writes a line and reads the message of the error that answers it.
    pub(crate) async fn error(&mut self, line: impl AsRef<str>) -> String {
        let answer = self.ask(line).await;
        assert_eq!(answer["error"]["code"], -32603, "{answer}");
        answer["error"]["message"].as_str().unwrap().to_owned()
    }

    /// Asks the bridge to stop.
    pub(crate) fn stop(&mut self, stop: Stop) {
        self.stop.take().unwrap().send(stop).unwrap();
    }

    /// Closes the input and returns how the run ended and what else was written.
    pub(crate) async fn end(mut self) -> (Ending, Vec<String>) {
        self.close_input().await;
        self.ended().await
    }

    /// Closes the input and lets the bridge go on.
    pub(crate) async fn close_input(&mut self) {
        self.input.shutdown().await.unwrap();
    }

    /// Waits for the end without reading, and returns how many bytes there were to read.
    pub(crate) async fn unread(self) -> (Ending, usize) {
        let ending = timeout(PATIENCE, self.run)
            .await
            .expect("the run ends in time");
        let mut rest = Vec::new();
        let mut output = self.output.into_inner();
        output.read_to_end(&mut rest).await.unwrap();
        (ending.unwrap(), rest.len())
    }

    /// Waits for the end and returns what else was written.
    pub(crate) async fn ended(mut self) -> (Ending, Vec<String>) {
        let mut rest = Vec::new();
        let read = async {
            while let Some(line) = self.output.next_line().await.unwrap() {
                rest.push(line);
            }
        };
        timeout(PATIENCE, read)
            .await
            .expect("the output is closed in time");
        let ending = timeout(PATIENCE, self.run)
            .await
            .expect("the run ends in time");
        (ending.unwrap(), rest)
    }

    /// Closes the host's reading side.
    pub(crate) async fn stop_reading(self) -> Ending {
        let Self {
            input, output, run, ..
        } = self;
        drop(output);
        let mut input = input;
        let line = format!("{}\n", super::call("1"));
        let _gone = input.write_all(line.as_bytes()).await;
        timeout(PATIENCE, run)
            .await
            .expect("the run ends in time")
            .unwrap()
    }
}
