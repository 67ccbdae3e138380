//! The built programs as children: always fresh, with nothing of the user's environment.

mod running;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

pub use running::{Ended, RunningServer, run_server};

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
            "TLS_",
            "MAX_",
            "SERVER_TOKEN_",
            "BEHIND_TLS_",
        ]
        .iter()
        .any(|prefix| name.to_ascii_uppercase().starts_with(prefix))
            || [
                "HOST",
                "PORT",
                "LOG_LEVEL",
                "LOG_FORMAT",
                "CREDENTIALS",
                "ALLOWED_HOSTS",
                "AUDIT_KEY_FILE",
                "ENABLE_METRICS",
                "DRAIN_DELAY_SECONDS",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
            ]
            .contains(&&**name)
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
