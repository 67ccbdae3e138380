// The official SDK's own HTTP clients against the server and its sample site. SERVER names the built
// server, TOKEN is a token of its sample data.

import assert from 'node:assert/strict';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { Checks } from './checks.mjs';
import { programFrom, startServer } from './programs.mjs';

const token = process.env.TOKEN ?? 'sample-pat-ana-0123456789';
const checks = new Checks('sse-client');
const server = await startServer(programFrom('SERVER'), ['--demo', '--port', '0'], /listening on (http:\S+)/);
const origin = server.match[1];

for (const [label, path, Transport] of [
  ['2024-11-05 SSE', '/sse', SSEClientTransport],
  ['Streamable HTTP', '/mcp', StreamableHTTPClientTransport],
]) {
  for (const headers of [{ Authorization: `Bearer ${token}` }, { 'X-Jira-Token': token }]) {
    const transport = new Transport(new URL(path, origin), { requestInit: { headers } });
    await converse(`${label} with ${Object.keys(headers)[0]}`, transport);
  }
}

await server.stop();
checks.finish();

/** One client's conversation with our server, from the handshake to the end. */
async function converse(label, transport) {
  const check = (name, run) => checks.check(`${label}: ${name}`, run);
  const client = new Client({ name: 'interop', version: '1' });

  await check('initialize', async () => {
    await client.connect(transport);
    return `${client.getServerVersion().name} ${client.getServerVersion().version}`;
  });

  await check('tools/list', async () => {
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    assert.ok(names.includes('get-jira-issue'), names.join());
    return `${names.length} tools`;
  });

  await check('tools/call get-jira-issue', async () => {
    const result = await client.callTool({ name: 'get-jira-issue', arguments: { issue_key: 'DEMO-1' } });
    const text = result.content.map((part) => part.text).join('\n');
    assert.ok(!result.isError, text);
    assert.match(text, /DEMO-1/);
  });

  await check('what a tool refuses is a result the model can read', async () => {
    const result = await client.callTool({ name: 'get-jira-issue', arguments: { issue_key: 'DEMO-999999' } });
    assert.equal(result.isError, true);
    assert.match(result.content[0].text, /DEMO-999999/);
  });

  await check('ping, then a clean end', async () => {
    await client.ping();
    await client.close();
  });
}
