//! Two people's conversations with the server through the bridge, told line by line.

use std::io::{self, Write};

use sandbox::{Person, people};
use serde_json::{Value, json};

use super::bridge_for;
use crate::host::{Host, HostError};
use crate::programs::RunningServer;
use crate::transport::text;

/// Why the conversation broke off.
#[derive(Debug)]
pub(super) enum Failure {
    Output(io::Error),
    Host(HostError),
    /// The server answered with an error.
    Refused(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Output(error) => write!(formatter, "cannot write: {error}"),
            Self::Host(error) => error.fmt(formatter),
            Self::Refused(answer) => write!(formatter, "the server refused: {answer}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self::Host(error)
    }
}

pub(super) async fn run(server: &RunningServer, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "A host starts the bridge; the bridge talks to the server; the server reads an"
    )?;
    writeln!(
        out,
        "embedded sample site. Everything here is real but the site and its tokens.\n"
    )?;
    writeln!(out, "server   {} (embedded sample site)", server.url())?;
    for person in [people::ana(), people::ben()] {
        one_person(&person, server, out).await?;
    }
    writeln!(out, "\nTry it: send the bridge a message of your own.\n")?;
    writeln!(
        out,
        "  printf '%s\\n' '{}' | cargo demo",
        call(1, "get-jira-issue", DEMO_1)
    )?;
    Ok(())
}

const DEMO_1: (&str, &str) = ("issue_key", "DEMO-1");

async fn one_person(
    person: &Person,
    server: &RunningServer,
    out: &mut impl Write,
) -> Result<(), Failure> {
    writeln!(
        out,
        "\nbridge   started with the tokens of {}\n",
        person.display_name
    )?;
    let mut host = Host::start(&mut bridge_for(person, server))?;

    introduce(&mut host, out).await?;

    writeln!(out, "  → tools/list")?;
    let result = ask(&mut host, &request(2, "tools/list", &json!({}))).await?;
    let tools = result["tools"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let names: Vec<_> = tools.iter().map(|tool| plain(&tool["name"])).collect();
    writeln!(out, "  ← {}", names.join(", "))?;

    writeln!(out, "  → tools/call get-my-assigned-issues")?;
    let asked = call(3, "get-my-assigned-issues", ("max_results", "2"));
    let answer = host.request(&asked).await?;
    writeln!(out, "  ← acted as {}", acted_as(&answer)?)?;
    quote(out, text(&answer), 3)?;

    writeln!(out, "  → tools/call get-jira-issue SECRET-1")?;
    let answer = host
        .request(&call(4, "get-jira-issue", ("issue_key", "SECRET-1")))
        .await?;
    writeln!(out, "  ← what {} may see of it", person.display_name)?;
    quote(out, text(&answer), 3)?;
    host.end().await?;
    Ok(())
}

/// The handshake every host begins with.
async fn introduce(host: &mut Host, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "  → initialize")?;
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "demo", "version": "1"},
    });
    let result = ask(host, &request(1, "initialize", &params)).await?;
    let (server, revision) = (&result["serverInfo"], &result["protocolVersion"]);
    let (name, version) = (plain(&server["name"]), plain(&server["version"]));
    writeln!(out, "  ← {name} {version}, revision {}", plain(revision))?;
    host.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        .await?;
    Ok(())
}

fn request(id: i64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// A call with one argument; numbers are sent as numbers.
fn call(id: i64, tool: &str, (name, value): (&str, &str)) -> Value {
    let value = value
        .parse::<i64>()
        .map_or_else(|_| json!(value), |number| json!(number));
    let arguments = Value::Object([(name.to_owned(), value)].into_iter().collect());
    request(
        id,
        "tools/call",
        &json!({"name": tool, "arguments": arguments}),
    )
}

async fn ask(host: &mut Host, request: &Value) -> Result<Value, Failure> {
    let mut answer = host.request(request).await?;
    match answer.get_mut("result") {
        Some(result) => Ok(result.take()),
        None => Err(Failure::Refused(answer.to_string())),
    }
}

/// Whom the server says it acted as.
fn acted_as(answer: &Value) -> Result<&str, Failure> {
    let identity = &answer["result"]["_meta"]["io.github.mcp-jira-confluence/identity"];
    identity["jira"]["name"]
        .as_str()
        .ok_or_else(|| Failure::Refused(answer.to_string()))
}

fn plain(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The first lines of a text, set apart.
fn quote(out: &mut impl Write, text: &str, lines: usize) -> io::Result<()> {
    let mut filled = text.lines().filter(|line| !line.trim().is_empty());
    for line in filled.by_ref().take(lines) {
        writeln!(out, "    │ {}", line.trim_end())?;
    }
    if filled.next().is_some() {
        writeln!(out, "    │ …")?;
    }
    Ok(())
}
