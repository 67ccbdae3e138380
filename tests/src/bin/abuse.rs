//! `just abuse`: how long another client's `ping` takes while each kind of abuse goes on, and how much
//! memory an idle event stream takes. Linux only, because it reads `/proc`.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on should stop"
)]

use std::io::Write as _;
use std::time::Duration;

use tests::abuse::Abuse;
use tests::census::Sample;
use tests::programs::RunningServer;
use tests::world::http_client;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// How many clients abuse the server at a time.
const CLIENTS: usize = 8;

/// How long each kind is measured, and how many pings that are at most.
const MEASURED: Duration = Duration::from_secs(10);
const MOST_PINGS: usize = 5000;

/// How many event streams are held open, and how long after the last one the memory is read.
const STREAMS: usize = 5000;
const SETTLED: Duration = Duration::from_secs(10);

/// What an idle event stream may take, in KiB.
const MOST_KIB: f64 = 24.0;

#[tokio::main]
async fn main() {
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{:<24}{:>8}{:>12}{:>12}{:>12}",
        "during", "pings", "p50", "p99", "slowest"
    )
    .unwrap();
    row(
        "nothing",
        &pings(&RunningServer::start(&["--demo"], &[]).await).await,
    );
    for abuse in Abuse::ALL {
        let server = RunningServer::start(&["--demo"], &[]).await;
        let _abuse = abuse.repeated(server.server.address, CLIENTS);
        row(abuse.name(), &pings(&server).await);
    }
    let server = RunningServer::start(&["--demo"], &[]).await;
    let _abuse = Abuse::ALL.map(|abuse| abuse.repeated(server.server.address, CLIENTS));
    row("all of them", &pings(&server).await);

    let kib = kib_per_stream().await;
    let verdict = if kib <= MOST_KIB {
        "at most"
    } else {
        "MORE THAN"
    };
    writeln!(
        out,
        "\nan idle event stream takes {kib:.1} KiB, {verdict} {MOST_KIB} KiB"
    )
    .unwrap();
}

/// What another client notices: pings in turns on a connection that is kept and on a new one.
async fn pings(server: &RunningServer) -> Vec<Duration> {
    let kept = http_client();
    let (begun, mut taken) = (Instant::now(), Vec::new());
    while begun.elapsed() < MEASURED && taken.len() < MOST_PINGS {
        let new = http_client();
        for client in [&kept, &new] {
            let asked = Instant::now();
            let answer = client
                .post(server.server.url("/mcp"))
                .header("content-type", "application/json")
                .bearer_auth("another-client")
                .body(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), 200);
            answer.bytes().await.unwrap();
            taken.push(asked.elapsed());
        }
    }
    taken.sort_unstable();
    taken
}

fn row(name: &str, sorted: &[Duration]) {
    let at = |share: usize| sorted[(sorted.len() - 1) * share / 100].as_secs_f64() * 1000.0;
    let (count, p50, p99, slowest) = (sorted.len(), at(50), at(99), at(100));
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{name:<24}{count:>8}{p50:>9.2} ms{p99:>9.2} ms{slowest:>9.2} ms"
    )
    .unwrap();
}

async fn kib_per_stream() -> f64 {
    let flags = ["--demo", "--max-sse-per-credential", "5000"];
    let server = RunningServer::start(&flags, &[]).await;
    drop(event_stream(&server).await);
    let before = resident_kib(&server);
    let mut open = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        open.push(event_stream(&server).await);
    }
    sleep(SETTLED).await;
    let after = resident_kib(&server);
    drop(open);
    (after - before) / STREAMS as f64
}

/// Opens an event stream and reads its first event.
async fn event_stream(server: &RunningServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.server.address).await.unwrap();
    stream
        .write_all(b"GET /sse HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await
        .unwrap();
    let (mut said, mut part) = (String::new(), [0; 1024]);
    while !said.contains("event: endpoint") {
        let length = stream.read(&mut part).await.unwrap();
        assert!(length > 0, "no event stream: {said}");
        said.push_str(&String::from_utf8_lossy(&part[..length]));
    }
    stream
}

/// The server's resident memory in KiB.
fn resident_kib(server: &RunningServer) -> f64 {
    let id = server.process_id().expect("it runs");
    Sample::of(id).expect("it runs, on Linux").memory as f64
}
