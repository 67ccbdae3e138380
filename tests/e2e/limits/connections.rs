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

/// `axum::serve` waits a second and says nothing; a loop that does not wait uses a whole processor.
#[cfg(unix)]
#[tokio::test]
async fn a_server_without_files_left_says_so_and_goes_on_when_there_are_some() {
    use std::process::Stdio;

    use tests::programs::Program;
    use tokio::io::{AsyncBufReadExt as _, BufReader};

    let folder = tempfile::tempdir().unwrap();
    let mut child = tokio::process::Command::new("sh")
        .args(["-c", "ulimit -n 40; exec \"$0\" --demo --port 0"])
        .arg(Program::Server.path())
        .current_dir(folder.path())
        .kill_on_drop(true)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut next_with = async |part: &str| loop {
        let line = in_time(log.next_line()).await.unwrap().expect("it goes on");
        if let Some((_, rest)) = line.split_once(part) {
            return rest.to_owned();
        }
    };
    let address = next_with("listening on http://").await;
    let address: SocketAddr = address.split_whitespace().next().unwrap().parse().unwrap();
    let mut held = Vec::new();
    for _ in 0..60 {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    let told = next_with("no connection can be accepted").await;
    assert!(told.contains("ulimit -n"), "{told}");
    drop(held);
    assert_eq!(ping(&Server::at(address)).await["result"], json!({}));
}
