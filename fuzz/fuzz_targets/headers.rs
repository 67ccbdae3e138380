//! Any bytes as headers: those a person adds, those of revision 2026-07-28 that repeat a message, and
//! those of a server that refuses. What is sent is legal and reads back as it was meant, what comes is
//! survived, and a secret stays one.

#![no_main]

use std::ffi::OsString;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bridge::settings::{Environment, Settings, StartError};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use shared::secret::Secret;
use tokio::runtime::Runtime;

const SECRET: &str = "t0k-5ecret";
const SERVER: &str = "http://127.0.0.1:8000/mcp";

static SETTINGS: LazyLock<Settings> =
    LazyLock::new(|| read([SERVER.into()]).expect("an address is enough"));

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build();
    runtime.expect("a clock is always there")
});

// Input: one byte for the direction, then parts that end with a zero byte.
fuzz_target!(|input: &[u8]| {
    let [direction, rest @ ..] = input else {
        return;
    };
    let mut parts = rest.split(|byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    match direction % 4 {
        0 => added_by_a_person(&String::from_utf8_lossy(part())),
        1 => {
            let mut text = || String::from_utf8_lossy(part()).into_owned();
            repeated(&text(), &text(), &text());
        }
        2 => learned(&Bytes::copy_from_slice(part()), part()),
        _ => refused([part(), part(), part()], part(), part()),
    }
});

/// `--header`: legal or refused, never shown, and never one that the exchange itself needs.
fn added_by_a_person(text: &str) {
    let argument = format!("--header={text}{SECRET}");
    match read([SERVER.into(), argument.into()]) {
        Ok(settings) => {
            for (name, value) in &settings.credentials.extra {
                assert!(value.is_sensitive() && value.as_bytes().ends_with(SECRET.as_bytes()));
                assert_legal(value);
                assert!(!name.as_str().starts_with("mcp-") && name != http::header::HOST);
            }
            assert_eq!(settings.credentials.extra.len(), 1);
            assert!(!format!("{settings:?}").contains(SECRET));
        }
        Err(error) => assert!(!error.to_string().contains(SECRET), "{error}"),
    }
}

/// A name and an argument of a call read back as they were, whatever is in them.
fn repeated(header: &str, name: &str, argument: &str) {
    let schema = json!({"properties": {"a": {"type": "string", "x-mcp-header": header}}});
    let list = json!({"result": {"tools": [{"name": name, "inputSchema": schema}]}}).to_string();
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28"});
    let params = json!({"name": name, "arguments": {"a": argument}, "_meta": meta});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let (passed, headers) =
        bridge::fuzzing::after_list(&list.clone().into(), message.to_string().as_bytes());
    let headers = headers.expect("a message of the revision");
    assert_eq!(read_back(&headers["mcp-name"]), name);
    let passed = passed.expect("it has a result");
    let is_offered = passed == list;
    let header = HeaderName::try_from(format!("mcp-param-{header}"))
        .ok()
        .filter(|_| !header.is_empty());
    assert_eq!(is_offered, header.is_some());
    if let Some(header) = header {
        assert_eq!(read_back(&headers[header]), argument);
    }
}

/// Any list before any message: what is left out of a list are whole tools.
fn learned(list: &Bytes, message: &[u8]) {
    let (passed, headers) = bridge::fuzzing::after_list(list, message);
    for value in headers.iter().flat_map(HeaderMap::values) {
        assert_legal(value);
    }
    let Some(passed) = passed.filter(|passed| passed != list) else {
        return;
    };
    let tools = |bytes: &[u8]| {
        let answer: Value = serde_json::from_slice(bytes).ok()?;
        answer.pointer("/result/tools")?.as_array().cloned()
    };
    if let Some(before) = tools(list) {
        let after = tools(&passed).expect("a list stays one");
        let mut before = before.into_iter();
        assert!(after.iter().all(|tool| before.any(|other| other == *tool)));
    }
}

/// An HTTP error: one line for a person, without what the bridge has sent.
fn refused([kind, challenge, retry_after]: [&[u8]; 3], status: &[u8], body: &[u8]) {
    let status = status
        .first()
        .map_or(500, |byte| 400 + u16::from(byte % 200));
    let body = [body, SECRET.as_bytes(), body].concat();
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status.try_into().expect("a number of three digits");
    for (name, value) in [
        (CONTENT_TYPE, kind),
        (WWW_AUTHENTICATE, challenge),
        (RETRY_AFTER, retry_after),
    ] {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response.headers_mut().insert(name, value);
        }
    }
    let announces = bridge::fuzzing::announces_events(response.headers());
    assert!(
        !announces
            || kind
                .trim_ascii_start()
                .to_ascii_lowercase()
                .starts_with(b"text/event-stream")
    );
    let secrets = [Secret::new(SECRET)];
    let refusal = bridge::fuzzing::refusal(response, &SETTINGS, &secrets);
    let (error, _delay) = RUNTIME.block_on(refusal);
    let text = serde_json::to_string(&error).expect("it is JSON");
    assert!(!text.contains(SECRET), "{text}");
    let is_control = |c: char| c.is_control() && c != '\t';
    assert!(!error.message.contains(is_control), "{}", error.message);
}

fn read<const N: usize>(arguments: [OsString; N]) -> Result<Settings, StartError> {
    let environment: Environment = [("TOKEN", SECRET)].into_iter().collect();
    let no_names = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let arguments = std::iter::once("bridge".into()).chain(arguments);
    Settings::read(arguments, &environment, &no_names)
}

/// RFC 9110, section 5.5, with what `--header` may hold beyond ASCII.
fn assert_legal(value: &HeaderValue) {
    let is_legal = |byte: &u8| *byte == b'\t' || (*byte >= b' ' && *byte != 0x7f);
    assert!(value.as_bytes().iter().all(is_legal));
}

/// The rule for receivers (2026-07-28, "Value Encoding").
fn read_back(value: &HeaderValue) -> String {
    let text = value.to_str().expect("nothing but ASCII is sent");
    assert_eq!(
        text.trim(),
        text,
        "white space around a value does not arrive"
    );
    match text
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
    {
        Some(encoded) => {
            String::from_utf8(STANDARD.decode(encoded).expect("it is Base64")).expect("it was text")
        }
        None => text.to_owned(),
    }
}
