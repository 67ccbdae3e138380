//! How many files the system lets this process have open, connections among them, per platform.

/// As many connections as were wanted, or as leave a quarter of the files for what calls need: a server
/// whose connections take all of them cannot reach Jira and Confluence any more. Says so when that is
/// fewer.
pub(crate) fn room_for(connections: usize) -> usize {
    let Some(files) = raised() else {
        return connections;
    };
    let room = files / 4 * 3;
    if room < connections {
        tracing::warn!(
            "the system lets this program have {files} files open, which is enough for {room} \
             connections and not for {connections}: raise it (ulimit -n, LimitNOFILE=) or lower \
             --max-connections"
        );
    }
    connections.min(room)
}

/// Asks for as many as the system allows, which is more than it gives to programs that do not ask, and
/// says how many that is.
#[cfg(unix)]
fn raised() -> Option<usize> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let given = getrlimit(Resource::Nofile);
    let most = Rlimit {
        current: given.maximum,
        ..given
    };
    // macOS gives less than it says; then what was given stays.
    let now = setrlimit(Resource::Nofile, most).map_or(given, |()| most);
    now.current
        .map(|files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn raised() -> Option<usize> {
    None
}
