// Runs the official suite's client scenarios that need no OAuth through the bridge, each in each
// revision it applies to, and counts their checks. BRIDGE names the built bridge.
//
// What is expected to fail stands in expected-failures.yml; the suite also fails when something
// listed there passes.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const SCENARIOS = {
  '2025-11-25': [
    'initialize',
    'tools_call',
    'elicitation-sep1034-client-defaults',
    'sse-retry',
    'json-schema-2020-12-preservation',
  ],
  '2026-07-28': [
    'tools_call',
    'request-metadata',
    'sep-2322-client-request-state',
    'http-standard-headers',
    'http-custom-headers',
    'http-invalid-tool-headers',
    'json-schema-ref-no-deref',
    'json-schema-2020-12-preservation',
  ],
};

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

if (!process.env.BRIDGE) {
  console.error('BRIDGE is not set: it names the built bridge; `just conformance-bridge` sets it');
  process.exit(2);
}
// With an address instead of a path in it, the suite's own files could not be found.
const suite = here('node_modules/@modelcontextprotocol/conformance/dist/index.js');
const host = `"${process.execPath}" "${here('host.mjs')}"`;

let passed = 0;
let failed = 0;
for (const [revision, scenarios] of Object.entries(SCENARIOS)) {
  for (const scenario of scenarios) {
    const { code, output } = await run([
      suite,
      'client',
      ...['--command', host],
      ...['--scenario', scenario],
      ...['--spec-version', revision],
      ...['--expected-failures', here('expected-failures.yml')],
    ]);
    const checks = /Passed: \d+\/\d+.*/.exec(output)?.[0] ?? 'no check ran';
    const isGood = code === 0 && /Passed: [1-9]/.test(checks);
    const isKnownToFail = isGood && !checks.includes(' 0 failed');
    console.log(`${isKnownToFail ? 'known' : isGood ? 'ok   ' : 'FAIL '} ${revision} ${scenario} (${checks})`);
    if (!isGood) {
      console.log(output.replaceAll(/^/gm, '      '));
    }
    passed += Number(isGood);
    failed += Number(!isGood);
  }
}
console.log(`conformance bridge: ${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** Runs node with these arguments and collects what it says. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
