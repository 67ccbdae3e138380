"""The founding document's Python example against our server.

SERVER names the built server, TOKEN is a token of its sample data. The packages of requirements.txt
must be importable.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile

import httpx

TOKEN = os.environ.get("TOKEN", "sample-pat-ana-0123456789")
passed = failed = 0


def check(name, holds, seen):
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok    ' if holds else 'FAILED'} {name}" + ("" if holds else f": {seen}"))


async def founding_example(url):
    """The example as it stands but for address and token; no Accept header is set, none is needed."""
    for label, headers in [
        ("Bearer", {"Authorization": f"Bearer {TOKEN}"}),
        ("service headers", {"X-Jira-Token": TOKEN, "X-Confluence-Token": TOKEN}),
    ]:
        async with httpx.AsyncClient(headers=headers) as client:
            response = await client.post(f"{url}/mcp", json={
                "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}
            })
        names = [tool["name"] for tool in response.json()["result"]["tools"]]
        check(f"httpx with {label}: tools/list", "get-jira-issue" in names, response.text)


def start_server(folder):
    command = [os.environ["SERVER"], "--demo", "--port", "0"]
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("JIRA_", "CONFLUENCE_", "SSE_"))}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=folder, env=clean)
    for line in server.stderr:
        found = re.search(r"listening on (http:\S+)", line)
        if found:
            return server, found[1]
    sys.exit("the server ended before it listened")


async def main():
    with tempfile.TemporaryDirectory() as folder:
        server, url = start_server(folder)
        try:
            await founding_example(url)
        finally:
            server.kill()
            server.wait()
    print(f"interop founding-document: {passed} passed, {failed} failed")
    sys.exit(failed != 0)


asyncio.run(main())
