//! The built programs as children: always fresh, with nothing of the user's environment.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tokio::io::{AsyncBufReadExt as _, BufReader};

/// One of the two programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// `mcp-jira-confluence-bridge`.
    Bridge,
    /// `mcp-jira-confluence-sse`.
    Server,
}

impl Program {
    /// Its file name, without a suffix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bridge => "mcp-jira-confluence-bridge",
            Self::Server => "mcp-jira-confluence-sse",
        }
    }

    /// Its path, built anew if a source has changed.
    ///
    /// # Panics
    /// When it cannot be built; the compiler's words are on stderr then.
    #[must_use]
    pub fn path(self) -> PathBuf {
        built_programs().join(format!("{}{}", self.name(), std::env::consts::EXE_SUFFIX))
    }

    /// A command that starts it without the variables that would configure it.
    #[must_use]
    pub fn command(self) -> tokio::process::Command {
        let mut command = tokio::process::Command::new(self.path());
        for name in configuring_variables() {
            command.env_remove(name);
        }
        command.kill_on_drop(true);
        command
    }
}

/// The variables of this process that would configure one of the programs.
fn configuring_variables() -> Vec<String> {
    #[expect(
        clippy::disallowed_methods,
        reason = "only the names, to keep them from the children"
    )]
    let variables = std::env::vars_os();
    let configures = |name: &String| {
        [
            "JIRA_",
            "CONFLUENCE_",
            "SSE_",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ]
        .iter()
        .any(|prefix| name.to_ascii_uppercase().starts_with(prefix))
            || ["HOST", "PORT", "LOG_LEVEL", "CREDENTIALS", "ALLOWED_HOSTS"].contains(&&**name)
    };
    variables
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(configures)
        .collect()
}

/// The folder of the built programs. `cargo test -p tests` builds neither program, and without this
/// step a test would run whatever an earlier build left behind.
fn built_programs() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // This program is in target/<profile>, or in target/<profile>/deps when it is a test.
        let own = std::env::current_exe().expect("a running program has a path");
        let folder = own.parent().expect("a program is in a folder");
        let folder = if folder.ends_with("deps") {
            folder.parent().expect("deps is in it")
        } else {
            folder
        };
        build(folder);
        folder.to_owned()
    })
}

/// The same set of packages as the test's own build: another set would unify other features and
/// build half of the tree again.
fn build(folder: &Path) {
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target = folder
        .parent()
        .expect("a profile's folder is in the target folder");
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--bins", "--profile", profile])
        .args(["--package", "mcp-jira-confluence-bridge"])
        .args(["--package", "mcp-jira-confluence-server"])
        .args(["--package", "tests"])
        .arg("--manifest-path")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
        .arg("--target-dir")
        .arg(target)
        .stdin(Stdio::null())
        .status();
    let built = built.expect("cargo starts");
    assert!(built.success(), "the programs cannot be built: {built}");
}

/// The built server as a child. It is killed when this is dropped.
pub struct RunningServer {
    url: String,
    _process: tokio::process::Child,
    _folder: tempfile::TempDir,
}

impl RunningServer {
    /// Starts it on a free port with these flags and variables, in an empty folder so that no `.env`
    /// is read, and waits until it says where it listens.
    ///
    /// # Panics
    /// When it does not start; what it wrote is in the message.
    pub async fn start(flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut process = Program::Server
            .command()
            .args(["--host", "127.0.0.1", "--port", "0"])
            .args(flags)
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let stderr = process.stderr.take().expect("its stderr is piped");
        let mut lines = BufReader::new(stderr).lines();
        let mut said = String::new();
        let url = loop {
            let Ok(Some(line)) = lines.next_line().await else {
                panic!("the server ended before it listened:\n{said}");
            };
            if let Some((_, address)) = line.split_once("listening on http://") {
                let address = address.split_whitespace().next().unwrap_or_default();
                break format!("http://{address}");
            }
            said.push_str(&line);
            said.push('\n');
        };
        // A full pipe would stop the server at its next line.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            url,
            _process: process,
            _folder: folder,
        }
    }

    /// Where it listens, as an origin.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}
