//! Too many connections, and a system that has no room for another one.

use tests::transport::EventStream;

use super::*;

#[tokio::test]
async fn a_connection_too_many_is_told_so_and_the_next_one_is_served_when_there_is_room() {
    let server = server(&["--max-connections", "2"]).await;
    let mut first = TcpStream::connect(server.address).await.unwrap();
    let second = TcpStream::connect(server.address).await.unwrap();
    // Connections are counted in the order in which they are accepted, which is that of their coming.
    let told = in_time(send(server.address, request(PING, "").as_bytes())).await;
    let (status, message) = refusal(&told.unwrap());
    assert_eq!(status, 503);
    assert!(
        message.contains("2 open connections, as many as --max-connections"),
        "{message}"
    );
    // Who is in is served.
    let last = request(PING, "connection: close\r\n");
    first.write_all(last.as_bytes()).await.unwrap();
    assert!(
        in_time(said(&mut first))
            .await
            .unwrap()
            .starts_with("HTTP/1.1 200 OK")
    );
    drop(second);
    while !in_time(send(server.address, last.as_bytes()))
        .await
        .is_ok_and(|told| told.starts_with("HTTP/1.1 200 OK"))
    {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn event_streams_are_counted_by_credential() {
    let server = server(&["--max-sse-per-credential", "1"]).await;
    let client = http_client();
    let ana = [("authorization", "Bearer ana")];
    let ben = [("x-jira-token", "ben")];
    let mut open = Vec::new();
    for headers in [&ana, &ben] {
        open.push(
            EventStream::open(&client, &server, headers)
                .await
                .map_err(drop)
                .unwrap(),
        );
    }
    let Err(refused) = EventStream::open(&client, &server, &ana).await else {
        panic!("a second stream was opened");
    };
    assert!(
        format!("{refused:?}").contains("--max-sse-per-credential"),
        "{refused:?}"
    );
}

/// A server that may have so many files open, and its log.
#[cfg(unix)]
struct FewFiles {
    server: Server,
    log: tokio::io::Lines<tokio::io::BufReader<tokio::process::ChildStderr>>,
    _child: tokio::process::Child,
}

#[cfg(unix)]
impl FewFiles {
    async fn start(files: u32) -> Self {
        use std::process::Stdio;

        let mut child = tokio::process::Command::new("sh")
            .arg("-c")
            .arg(format!("ulimit -n {files}; exec \"$0\" --demo --port 0"))
            .arg(tests::programs::Program::Server.path())
            .current_dir(std::env::temp_dir())
            .kill_on_drop(true)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = tokio::io::BufReader::new(child.stderr.take().unwrap());
        let mut few = Self {
            server: Server::at(([127, 0, 0, 1], 0).into()),
            log: tokio::io::AsyncBufReadExt::lines(log),
            _child: child,
        };
        let address = few.told("listening on http://").await;
        let address = address.split_whitespace().next().unwrap();
        few.server = Server::at(address.parse().unwrap());
        few
    }

    /// Waits for a line with these words; gives what follows them.
    async fn told(&mut self, words: &str) -> String {
        loop {
            let line = in_time(self.log.next_line()).await.unwrap();
            let line = line.expect("it goes on");
            if let Some((_, rest)) = line.split_once(words) {
                return rest.to_owned();
            }
        }
    }

    async fn connections(&self, number: usize) -> Vec<TcpStream> {
        let mut held = Vec::new();
        for _ in 0..number {
            held.push(TcpStream::connect(self.server.address).await.unwrap());
        }
        held
    }
}

/// A loop that does not wait uses a whole processor; one that gives up leaves everybody outside.
#[cfg(unix)]
#[tokio::test]
async fn a_server_without_files_left_says_so_and_goes_on_when_there_are_some() {
    let mut few = FewFiles::start(24).await;
    let held = few.connections(60).await;
    let told = few.told("no connection can be accepted").await;
    assert!(told.contains("ulimit -n"), "{told}");
    drop(held);
    assert_eq!(ping(&few.server).await["result"], json!({}));
}

#[cfg(unix)]
#[tokio::test]
async fn connections_leave_files_for_calls() {
    // A quarter stays free: more than those take who are being told that there is no room.
    let mut few = FewFiles::start(400).await;
    let client = http_client();
    let token = sandbox::people::ana().personal_access_token;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    let pinged = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let sent = tests::transport::send(&client, &few.server, Transport::Post, &headers, &pinged);
    assert_eq!(sent.await.answer()["result"], json!({}));
    let _held = few.connections(330).await;
    few.told("no room for a connection: there are 300").await;
    let mine = call(2, "get-my-assigned-issues", &json!({}));
    let sent = tests::transport::send(&client, &few.server, Transport::Post, &headers, &mine);
    let answer = sent.await.answer();
    assert!(!tests::transport::is_error(&answer), "{answer}");
}
