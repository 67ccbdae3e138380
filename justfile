# What people type and what CI runs. Each recipe is the command to copy if you have no `just`.

# Lists the recipes.
default:
    @just --list --unsorted

# Formats the code.
fmt:
    cargo fmt --all

# Formatting and clippy; warnings are errors.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    # The fuzz targets too; the path keeps libFuzzer, which a check does not link, from being built.
    cargo fmt --manifest-path fuzz/Cargo.toml --check
    CUSTOM_LIBFUZZER_PATH=/not-built/libfuzzer.a cargo clippy --manifest-path fuzz/Cargo.toml --target-dir target/fuzz --locked -- -D warnings

# Our documentation; broken links are errors.
doc $RUSTDOCFLAGS="-D warnings":
    cargo doc --workspace --no-deps --locked

# Duplicates, licences and sources of dependencies. For advisories: `cargo deny check advisories`.
deny:
    cargo deny --locked check bans licenses sources

# Every test.
test:
    cargo test --workspace

# The official SDKs and their reference server against both programs (node 20, npm, python3, pip).
interop:
    # The same set as `cargo test` builds, so that no dependency is built twice.
    cargo build --workspace --all-targets --locked
    npm --prefix tests/interop ci --ignore-scripts --no-fund --no-audit
    BRIDGE="{{ binaries }}/mcp-jira-confluence-bridge" node tests/interop/everything.mjs
    SERVER="{{ binaries }}/mcp-jira-confluence-sse" node tests/interop/sse-client.mjs
    python3 -m pip install --quiet --disable-pip-version-check --upgrade --target "{{ python_packages }}" --requirement tests/interop/requirements.txt
    SERVER="{{ binaries }}/mcp-jira-confluence-sse" PYTHONPATH="{{ python_packages }}" python3 tests/interop/founding_document.py

# The official conformance suite against the example of `mcp` and the server (node 20, npm).
conformance:
    cargo build --workspace --all-targets --locked
    npm --prefix tests/conformance ci --no-fund --no-audit
    EXAMPLE="{{ binaries }}/examples/conformance" SERVER="{{ binaries }}/mcp-jira-confluence-sse" node tests/conformance/run.mjs

# The official conformance suite's client scenarios through the bridge (npm; node 22 comes with it).
conformance-bridge:
    cargo build --workspace --all-targets --locked
    npm --prefix tests/conformance/bridge ci --ignore-scripts --no-fund --no-audit
    BRIDGE="{{ binaries }}/mcp-jira-confluence-bridge" tests/conformance/bridge/node_modules/.bin/node tests/conformance/bridge/run.mjs

# Atlassian's published schema against what we write as ADF (node 20, npm).
markup-schema:
    cargo build --package atlassian --example markup --locked
    npm --prefix tests/adf-schema ci --ignore-scripts --no-fund --no-audit
    MARKUP="{{ binaries }}/examples/markup" node tests/adf-schema/check.mjs

# The properties of the converters with many cases: `just properties 10000`.
properties CASES:
    PROPTEST_CASES={{ CASES }} cargo test --package atlassian --lib markup

# One fuzz target for some seconds: `just fuzz envelope 60` (nightly, cargo-fuzz; fuzz/README.md).
fuzz TARGET SECONDS:
    cargo +nightly fuzz run {{ TARGET }} -- -dict=fuzz/{{ TARGET }}.dict -max_total_time={{ SECONDS }}

# Both programs against the built-in sample site, as a scripted conversation.
demo:
    cargo demo </dev/null

# All of the gate.
check: lint doc deny test interop conformance conformance-bridge demo

python_packages := env("CARGO_TARGET_DIR", justfile_directory() / "target") / "interop-python"
binaries := env("CARGO_TARGET_DIR", justfile_directory() / "target") / "debug"
