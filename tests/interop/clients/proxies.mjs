// Programs that stand between a host that speaks stdio and a server: `mcp-remote`, `mcp-proxy`, and
// ours. Each is started as a host would start it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { within } from '../checks.mjs';
import { bareEnvironment, freePort, programFrom } from '../programs.mjs';
import { converse } from './conversation.mjs';
import { listening } from './listening.mjs';
import { script } from './packages.mjs';

export async function proxies(checks, origin, token) {
  const authorization = ['--header', `Authorization: Bearer ${token}`];
  const remote = (path, transport) => ({
    command: process.execPath,
    args: [script('mcp-remote'), new URL(path, origin).href, '--allow-http', '--transport', transport, ...authorization],
  });
  await through(checks, 'mcp-remote, Streamable HTTP', remote('/mcp', 'http-only'));
  await through(checks, 'mcp-remote, SSE', remote('/sse', 'sse-only'));
  await through(checks, 'mcp-remote, finding out by itself', remote('/mcp', 'http-first'));

  const proxy = (path, transport) => ({
    command: 'python3',
    args: ['-m', 'mcp_proxy', '--transport', transport, '-H', 'Authorization', `Bearer ${token}`, new URL(path, origin).href],
    env: { PYTHONPATH: process.env.MCP_PROXY_PYTHONPATH },
  });
  await through(checks, 'mcp-proxy, Streamable HTTP', proxy('/mcp', 'streamablehttp'));
  await through(checks, 'mcp-proxy, SSE', proxy('/sse', 'sse'));

  const ours = (path) => ({
    command: programFrom('BRIDGE'),
    args: [],
    env: { SSE_SERVER_URL: new URL(path, origin).href, JIRA_PERSONAL_TOKEN: token },
  });
  for (const path of ['/', '/mcp', '/sse']) await through(checks, `our bridge, ${path}`, ours(path));
  await through(checks, 'our bridge, 2026-07-28', ours('/'), { mode: 'auto', revision: '2026-07-28' });
  await behindHttp(checks, ours('/'));
}

/** The other way round: npm's `mcp-proxy` offers a stdio server over HTTP, and ours is that server. */
async function behindHttp(checks, { command, env }) {
  const port = await freePort();
  const args = [script('mcp-proxy'), '--host', '127.0.0.1', '--port', String(port), '--', command];
  const child = spawn(process.execPath, args, { env: { ...bareEnvironment(), ...env }, stdio: 'ignore' });
  const ended = once(child, 'close');
  try {
    await within(20_000, 'the start of mcp-proxy', listening(port));
    const origin = `http://127.0.0.1:${port}`;
    const client = () => new Client({ name: 'interop', version: '1' });
    await converse(checks, 'npm mcp-proxy before our bridge, Streamable HTTP', {
      client: client(),
      transport: new StreamableHTTPClientTransport(new URL('/mcp', origin)),
    });
    await converse(checks, 'npm mcp-proxy before our bridge, SSE', {
      client: client(),
      transport: new SSEClientTransport(new URL('/sse', origin)),
    });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

async function through(checks, label, { command, args, env = {} }, { mode = 'legacy', revision } = {}) {
  const transport = new StdioClientTransport({ command, args, env: { ...bareEnvironment(), ...env }, stderr: 'pipe' });
  // Shown only when something failed: proxies are talkative.
  let told = '';
  transport.stderr?.on('data', (bytes) => (told += bytes));
  const failed = checks.failed;
  const client = new Client({ name: 'interop', version: '1' }, { versionNegotiation: { mode } });
  await converse(checks, label, { client, transport, revision });
  if (checks.failed > failed) console.log(told.replaceAll(/^/gm, '      | '));
}
