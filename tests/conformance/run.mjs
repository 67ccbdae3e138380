// The official conformance suite against the example of the crate mcp, which has every fixture, and
// against the server, which has none. EXAMPLE and SERVER name the built programs. What may fail is in
// expected/; the suite is strict both ways: what passes must not be listed.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { bareEnvironment, programFrom, startServer } from '../interop/programs.mjs';

const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28'];
const READY = /listening on (http:\S+)/;
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// The suite needs node 22, which comes as a package, whatever runs this script.
const node = here('node_modules/.bin/node');
const suite = here('node_modules/@modelcontextprotocol/conformance/dist/index.js');

const example = programFrom('EXAMPLE');
const server = programFrom('SERVER');
const targets = [
  { name: 'example', command: example, args: ['0'], revisions: REVISIONS },
  // With a session for everybody, so that the scenarios about sessions have one.
  { name: 'example', command: example, args: ['0', 'sessions'], revisions: ['2025-06-18', '2025-11-25'] },
  { name: 'server', command: server, args: ['--demo', '--port', '0'], revisions: REVISIONS },
];

let passed = 0;
let failed = 0;
for (const { name, command, args, revisions } of targets) {
  const { match, stop } = await startServer(command, args, READY);
  for (const revision of revisions) {
    const label = `${name} (${args.join(' ')}) at ${revision}`;
    const { code, output } = await run(`${match[1]}/mcp`, revision, `expected/${name}-${revision}.yml`);
    const checks = output.match(/Total: (\d+) passed, (\d+) failed/);
    const verdict = code === 0 && checks ? 'ok   ' : 'FAIL ';
    const totals = checks ? `${checks[1]} checks passed, ${checks[2]} failed` : 'the suite did not finish';
    console.log(`${verdict} ${label}: ${totals}${verdict === 'ok   ' && checks[2] > 0 ? ', all of them expected' : ''}`);
    passed += Number(checks?.[1] ?? 0);
    if (code !== 0 || !checks) {
      failed += 1;
      console.log(output.replaceAll(/^/gm, '      '));
    }
  }
  await stop();
}
console.log(`conformance: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Runs the suite once; gives its exit code and what it said. */
async function run(url, revision, expected) {
  const args = [suite, 'server', '--url', url, '--suite', 'all', '--spec-version', revision];
  if (existsSync(here(expected))) args.push('--expected-failures', here(expected));
  const child = spawn(node, args, { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
