// MCP Inspector's command line: one process a method, as a CI script would use it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { bareEnvironment, programFrom, runToEnd } from '../programs.mjs';
import { script } from './packages.mjs';

export async function inspector(checks, origin, token) {
  const home = mkdtempSync(join(tmpdir(), 'inspector-'));
  const header = ['--header', `Authorization: Bearer ${token}`];
  const targets = [
    ['Streamable HTTP', [new URL('/mcp', origin).href, '--transport', 'http', ...header]],
    ['SSE', [new URL('/sse', origin).href, '--transport', 'sse', ...header]],
    ['stdio through our bridge', ['-e', `SSE_SERVER_URL=${origin}`, '-e', `JIRA_PERSONAL_TOKEN=${token}`, programFrom('BRIDGE')]],
  ];
  try {
    for (const [label, target] of targets) await inspect(checks, `Inspector, ${label}`, target, home);
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function inspect(checks, label, target, home) {
  const run = async (...args) => {
    const { code, lines } = await runToEnd(process.execPath, [script('@modelcontextprotocol/inspector', 'mcp-inspector'), '--cli', ...target, ...args], '', {
      ...bareEnvironment(),
      // It keeps a catalogue of servers at home.
      HOME: home,
    });
    assert.equal(code, 0, lines.join('\n'));
    return JSON.parse(lines.join('\n'));
  };
  // --strict ends with 6 when a model gateway would refuse one of the schemas.
  await checks.check(`${label}: tools/list --strict`, async () => {
    const { tools } = await run('--method', 'tools/list', '--strict');
    assert.ok(tools.some(({ name }) => name === 'get-jira-issue'));
    return `${tools.length} tools`;
  });
  await checks.check(`${label}: tools/call`, async () => {
    const { content } = await run('--method', 'tools/call', '--tool-name', 'get-jira-issue', '--tool-arg', 'issue_key=DEMO-1');
    assert.match(content[0].text, /DEMO-1/);
  });
}
