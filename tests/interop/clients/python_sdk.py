"""The official Python SDK over every transport and way to begin it has: one line of JSON a check.

TOKEN is a token of the server's sample data, the argument is the server's origin.
"""

import asyncio
import json
import os
import sys

import httpx2
from mcp import Client
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client

ORIGIN = sys.argv[1]
HEADERS = {"Authorization": f"Bearer {os.environ['TOKEN']}"}


def told(name, holds, seen):
    print(json.dumps({"name": name, "error": None if holds else str(seen)}), flush=True)


async def converse(label, transport, mode, revision):
    async with Client(transport, mode=mode) as client:
        spoken = client.session.protocol_version
        told(f"{label}: initialize", revision in (None, spoken), spoken)
        tools = (await client.list_tools()).tools
        told(f"{label}: tools/list", any(tool.name == "get-jira-issue" for tool in tools), tools)
        for key, is_error in [("DEMO-1", False), ("DEMO-999999", True)]:
            answer = await client.call_tool("get-jira-issue", {"issue_key": key})
            text = answer.content[0].text
            told(f"{label}: tools/call {key}", answer.is_error == is_error and key in text, answer)


async def main():
    for mode, revision in [("legacy", "2025-11-25"), ("auto", "2026-07-28"), ("2026-07-28", "2026-07-28")]:
        async with httpx2.AsyncClient(headers=HEADERS) as http:
            transport = streamable_http_client(f"{ORIGIN}/mcp", http_client=http)
            await converse(f"Streamable HTTP, {mode}", transport, mode, revision)
    await converse("SSE", sse_client(f"{ORIGIN}/sse", headers=HEADERS), "legacy", None)


asyncio.run(main())
