//! Any text as the address that an event stream names for messages: it is gone to within the origin,
//! as whoever sends the request understands it, or refused without showing what may be secret. Not
//! the stream.

#![no_main]

use std::cell::LazyCell;

use bridge::settings::{Environment, Settings, Target};
use libfuzzer_sys::fuzz_target;
use url::Url;

/// Addresses of servers that differ in everything an origin is made of.
const SERVERS: [&str; 6] = [
    "http://127.0.0.1:8000/sse",
    "https://example.org/mcp",
    "https://example.org:8443/a/b/sse?k=v",
    "http://[::1]/sse",
    "https://xn--bcher-kva.example/",
    "http://localhost:443/sse",
];

/// Longer ones than `http` takes are refused when they are sent.
const LONGEST_URI: usize = u16::MAX as usize - 1;

thread_local! {
    static TARGETS: LazyCell<Vec<Target>> = LazyCell::new(|| SERVERS.map(target).into());
}

// Input: one byte for the server, then what it names.
fuzz_target!(|input: &[u8]| {
    let [server, named @ ..] = input else {
        return;
    };
    let named = String::from_utf8_lossy(named);
    TARGETS.with(|targets| {
        let target = &targets[usize::from(*server) % targets.len()];
        // The stream is where the server was looked for, or where it has led to within its origin.
        for from in target.candidates() {
            judge(target, from, &named);
        }
    });
});

fn judge(target: &Target, from: &Url, named: &str) {
    let joined = from.join(named).ok();
    match target.resolve(from, named) {
        Ok(url) => {
            assert!(is_within(from, &url), "{from} → {url}");
            assert_eq!(Some(&url), joined.as_ref());
            as_sent(from, &url);
        }
        Err(elsewhere) => {
            let Some(url) = joined else {
                return;
            };
            assert!(!is_within(from, &url), "{url} is the server's own");
            // The path is shown, whatever stands in it.
            let text = elsewhere.to_string().replace(url.path(), "");
            let query = url.query().filter(|query| !query.is_empty());
            assert!(query.is_none_or(|query| !text.contains(&format!("?{query}"))));
            assert!(
                url.password()
                    .is_none_or(|word| !text.contains(&format!(":{word}@")))
            );
        }
    }
}

/// The rule, written without the notion of an origin.
fn is_within(from: &Url, url: &Url) -> bool {
    (from.scheme(), from.host(), from.port_or_known_default())
        == (url.scheme(), url.host(), url.port_or_known_default())
        && url.username().is_empty()
        && url.password().is_none()
}

/// Another parser reads the address before it is connected to; it must see the same host.
fn as_sent(from: &Url, url: &Url) {
    if url.as_str().len() > LONGEST_URI {
        return;
    }
    let uri: http::Uri = url.as_str().parse().expect("it can be sent");
    assert_eq!(uri.scheme_str(), Some(from.scheme()));
    assert_eq!(uri.host(), from.host_str());
    assert_eq!(uri.port_u16(), from.port());
}

fn target(server: &str) -> Target {
    let no_names = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let settings = Settings::read(["bridge", server], &Environment::default(), &no_names);
    settings.expect("these are addresses").target
}
