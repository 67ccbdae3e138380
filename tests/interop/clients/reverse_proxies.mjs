// The shipped examples for nginx and Caddy, run by the real programs: TLS, event streams, large bodies.
// NGINX and CADDY name the programs; the certificate is made by the Python package trustme.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

import { within } from '../checks.mjs';
import { bareEnvironment, freePort, programFrom, runToEnd, startServer } from '../programs.mjs';
import { converse } from './conversation.mjs';
import { listening } from './listening.mjs';
import { tunnelTo } from './tunnel.mjs';

const NAME = 'mcp.example.com';
const EXAMPLES = new URL('../../../docs/reverse-proxy/', import.meta.url);

export async function reverseProxies(checks, _origin, token) {
  const folder = mkdtempSync(join(tmpdir(), 'reverse-proxy-'));
  const server = await startServer(
    programFrom('SERVER'),
    ['--demo', '--port', '0', '--allowed-host', NAME, '--credentials', 'headers-only'],
    /listening on http:\/\/(\S+)/,
  );
  try {
    await makeCertificate(folder);
    for (const [label, start] of [['nginx', nginx], ['Caddy', caddy]]) {
      await before(checks, label, await start(folder, server.match[1], await freePort()), folder, token);
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** A certificate for the example's name, and the authority that signed it. */
async function makeCertificate(folder) {
  const env = { ...bareEnvironment(), PYTHONPATH: process.env.REVERSE_PROXY_PYTHONPATH };
  const { code } = await runToEnd('python3', ['-m', 'trustme', '--quiet', '--dir', folder, '--identities', NAME], '', env);
  assert.equal(code, 0, 'trustme makes a certificate');
}

function nginx(folder, upstream, port) {
  const conf = example('nginx.conf')
    .replace('127.0.0.1:8000', upstream)
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace('/etc/nginx/mcp.example.com.crt', join(folder, 'server.pem'))
    .replace('/etc/nginx/mcp.example.com.key', join(folder, 'server.key'))
    // Where an installed nginx has folders of its own.
    .replace('http {', `http {\n${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n')}\naccess_log off;`);
  const path = join(folder, 'nginx.conf');
  writeFileSync(path, conf);
  // The folder is ours alone, and a worker of root's nginx would be somebody else.
  const global = `daemon off; user ${userInfo().username}; pid ${folder}/nginx.pid; error_log stderr;`;
  return started(programFrom('NGINX'), ['-e', 'stderr', '-p', folder, '-c', path, '-g', global], port);
}

function caddy(folder, upstream, port) {
  const conf = example('Caddyfile')
    .replace('127.0.0.1:8000', upstream)
    .replace(`${NAME} {`, `{\n\tadmin off\n\tauto_https disable_redirects\n}\nhttps://${NAME}:${port} {\n\tbind 127.0.0.1\n\ttls ${folder}/server.pem ${folder}/server.key`);
  const path = join(folder, 'Caddyfile');
  writeFileSync(path, conf);
  return started(programFrom('CADDY'), ['run', '--config', path], port, { HOME: folder });
}

function example(name) {
  return readFileSync(new URL(name, EXAMPLES), 'utf8');
}

async function started(command, args, port, env = {}) {
  const child = spawn(command, args, { env: { ...bareEnvironment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (told += text));
  const ended = once(child, 'close');
  const early = ended.then(([code]) => Promise.reject(new Error(`${command} ended with ${code}:\n${told}`)));
  await Promise.race([within(20_000, `the start of ${command}`, listening(port)), early]);
  early.catch(() => {});
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { origin: `https://${NAME}:${port}`, port, stop };
}

async function before(checks, label, { origin, port, stop }, folder, token) {
  const fetch = fetchBy(readFileSync(join(folder, 'client.pem')));
  const requestInit = { headers: { Authorization: `Bearer ${token}` } };
  try {
    for (const [name, path, Transport] of [
      ['Streamable HTTP', '/mcp', StreamableHTTPClientTransport],
      ['SSE', '/sse', SSEClientTransport],
    ]) {
      const transport = new Transport(new URL(path, origin), { requestInit, fetch });
      await converse(checks, `${label}, ${name}`, { client: new Client({ name: 'interop', version: '1' }), transport });
    }
    await checks.check(`${label}: the bridge, with --ca-file`, async () => {
      const env = { ...bareEnvironment(), SSE_SERVER_URL: origin, JIRA_PERSONAL_TOKEN: token };
      // No resolver knows the name, so a forward proxy leads there.
      const tunnel = await tunnelTo(port);
      const line = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get-jira-issue","arguments":{"issue_key":"DEMO-1"}}}\n';
      const { code, lines } = await runToEnd(programFrom('BRIDGE'), ['--ca-file', join(folder, 'client.pem'), '--proxy', tunnel.url], line, env);
      tunnel.close();
      assert.equal(code, 0);
      assert.match(lines.join('\n'), /DEMO-1/);
    });
    await checks.check(`${label}: an event stream that is quiet for longer than a keep-alive stays open`, async () => {
      const stream = await fetch(new URL('/sse', origin), requestInit);
      let seen = '';
      for await (const bytes of stream.body) {
        seen += Buffer.from(bytes).toString();
        if (/^:/m.test(seen)) break;
      }
      assert.match(seen, /^event: endpoint/);
    });
    await checks.check(`${label}: a body of 2 MB passes, one of 9 MB is refused with 413`, async () => {
      const post = (size) =>
        fetch(new URL('/mcp', origin), {
          method: 'POST',
          headers: { ...requestInit.headers, 'Content-Type': 'application/json' },
          body: `{"jsonrpc":"2.0","id":1,"method":"ping"${' '.repeat(size)}}`,
        });
      assert.equal((await post(2_000_000)).status, 200);
      assert.equal((await post(9_000_000)).status, 413);
    });
  } finally {
    await stop();
  }
}

/** `fetch` for a name that no resolver knows and an authority that nobody else trusts. */
function fetchBy(ca) {
  const lookup = (_name, { all }, done) => (all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
  return (url, { method = 'GET', headers, body, signal } = {}) =>
    new Promise((resolve, reject) => {
      const options = { method, headers: Object.fromEntries(new Headers(headers)), ca, lookup, signal: signal ?? undefined };
      const sent = request(url, options, (response) => {
        const bodiless = [202, 204, 304].includes(response.statusCode);
        const { statusCode: status, rawHeaders } = response;
        const pairs = rawHeaders.flatMap((value, at) => (at % 2 ? [] : [[value, rawHeaders[at + 1]]]));
        if (bodiless) response.resume();
        resolve(new Response(bodiless ? null : Readable.toWeb(response), { status, headers: pairs }));
      });
      // A refusal may come before the whole body has left.
      sent.on('error', reject).end(body);
    });
}
