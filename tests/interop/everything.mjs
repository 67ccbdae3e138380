// The official SDK as a host drives the bridge against the official reference server, which uses
// every feature of the protocol. BRIDGE names the built bridge.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { CreateMessageRequestSchema, EmptyResultSchema, ErrorCode } from '@modelcontextprotocol/sdk/types.js';

import { Checks } from './checks.mjs';
import { bareEnvironment, freePort, programFrom, runToEnd, startServer } from './programs.mjs';

const bridge = programFrom('BRIDGE');
const everything = createRequire(import.meta.url)
  .resolve('@modelcontextprotocol/server-everything/package.json')
  .replace('package.json', 'dist/index.js');

const checks = new Checks('everything');

// Each way to reach it: the address as it is, and an address that leaves finding the transport to
// the bridge.
for (const { mode, paths } of [
  { mode: 'streamableHttp', paths: ['/mcp', ''] },
  { mode: 'sse', paths: ['/sse', ''] },
]) {
  const port = await freePort();
  const server = await startServer(process.execPath, [everything, mode], /on port/, { PORT: String(port) });
  for (const path of paths) {
    await converse(`${mode} at ${path || 'bare address'}`, `http://127.0.0.1:${port}${path}`);
  }
  await server.stop();
}

checks.finish();

/** One host's conversation with the reference server at `url`, from the handshake to the end. */
async function converse(label, url) {
  const check = (name, run) => checks.check(`${label}: ${name}`, run);
  const transport = new StdioClientTransport({ command: bridge, args: [url], env: bareEnvironment() });
  const client = new Client({ name: 'interop', version: '1' }, { capabilities: { sampling: {} } });
  // What the bridge wrote, message by message, and what of it was not a message. The client sees
  // them afterwards.
  const received = [];
  const strayOutput = [];
  transport.onmessage = (message) => received.push(message);
  transport.onerror = (error) => strayOutput.push(error.message);
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
    role: 'assistant',
    model: 'interop-model',
    content: { type: 'text', text: `heard: ${params.messages[0].content.text}` },
  }));
  const textOf = async (name, args, options) => {
    const { content } = await client.callTool({ name, arguments: args }, undefined, options);
    return content[0].text;
  };

  await check('initialize', async () => {
    await client.connect(transport);
    assert.equal(client.getServerVersion().name, 'mcp-servers/everything');
  });
  const pid = transport.pid;

  await check('tools/list', async () => {
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    assert.ok(names.includes('echo'), names.join());
    // Offered only to hosts that declared sampling, so the declaration arrived.
    assert.ok(names.includes('trigger-sampling-request'), names.join());
    return `${names.length} tools`;
  });

  await check('tools/call', async () => {
    assert.equal(await textOf('echo', { message: 'Grüße 💡' }), 'Echo: Grüße 💡');
  });

  await check('twenty calls at once, each with its own answer', async () => {
    const messages = Array.from({ length: 20 }, (_, n) => `message ${n}`);
    const answers = await Promise.all(messages.map((message) => textOf('echo', { message })));
    assert.deepEqual(answers, messages.map((message) => `Echo: ${message}`));
  });

  await check('resources/list and resources/read', async () => {
    const { resources } = await client.listResources();
    assert.ok(resources.length > 0);
    const { contents } = await client.readResource({ uri: resources[0].uri });
    assert.equal(contents[0].uri, resources[0].uri);
    assert.ok(contents[0].text.length > 0);
    return `${resources.length} resources`;
  });

  await check('resources/read of a binary resource', async () => {
    const uri = 'demo://resource/dynamic/blob/1';
    const { contents } = await client.readResource({ uri });
    assert.match(Buffer.from(contents[0].blob, 'base64').toString(), /Resource 1/);
  });

  await check('prompts/list and prompts/get', async () => {
    const { prompts } = await client.listPrompts();
    assert.ok(prompts.some((prompt) => prompt.name === 'args-prompt'));
    const { messages } = await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Zürich' } });
    assert.equal(messages[0].content.text, "What's weather in Zürich?");
    return `${prompts.length} prompts`;
  });

  await check('progress notifications of a running call, in order and before its answer', async () => {
    const before = received.length;
    // Asking for progress makes the client send a token. What arrives is read from `received`: the
    // client hands over notifications late and drops one that comes together with the answer.
    const options = { onprogress: () => {} };
    const text = await textOf('trigger-long-running-operation', { duration: 0.5, steps: 5 }, options);
    assert.match(text, /completed/);
    const steps = received.slice(before).map(({ method, params, result }) =>
      method === 'notifications/progress' ? params.progress : result && 'answer',
    );
    assert.deepEqual(steps, [1, 2, 3, 4, 5, 'answer']);
  });

  await check('a sampling request from the server, answered by the host', async () => {
    const text = await textOf('trigger-sampling-request', { prompt: 'say hello', maxTokens: 5 });
    assert.match(text, /heard: .*say hello/);
    assert.match(text, /interop-model/);
  });

  await check('a result of more than 1 MiB', async () => {
    const message = 'Größe \u2028 "quoted" \\ '.repeat(70_000);
    const text = await textOf('echo', { message });
    // Not assert.equal: its report of a difference would be as large as the text.
    assert.ok(text === `Echo: ${message}`, `got ${text.length} characters for ${message.length}`);
    return `${Buffer.byteLength(text)} bytes`;
  });

  await check('an error keeps its code', async () => {
    const refused = client.request({ method: 'no/such/method' }, EmptyResultSchema);
    await assert.rejects(refused, (error) => error.code === ErrorCode.MethodNotFound);
  });

  await check('ping after all that', async () => {
    await client.ping();
  });

  await check('the bridge ends within 2 s after its input closes', async () => {
    assert.ok(pid, 'it never started');
    const started = performance.now();
    await client.close();
    const milliseconds = Math.round(performance.now() - started);
    // The SDK waits that long before it sends a signal.
    assert.ok(milliseconds < 2000, `it took ${milliseconds} ms`);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    return `${milliseconds} ms`;
  });

  await check('its standard output held JSON-RPC only, and each answer once', async () => {
    assert.deepEqual(strayOutput, []);
    const answered = received.filter(({ method }) => method === undefined).map(({ id }) => id);
    assert.ok(answered.length > 0, 'nothing arrived');
    assert.equal(new Set(answered).size, answered.length, answered.join());
    return `${answered.length} answers`;
  });

  await check('one line in, end of input: one line out, exit code 0', async () => {
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'pipe', version: '1' } };
    const line = JSON.stringify({ jsonrpc: '2.0', id: 'only', method: 'initialize', params });
    const { code, lines, milliseconds } = await runToEnd(bridge, [url], `${line}\n`);
    assert.equal(lines.length, 1, lines.join('\n'));
    assert.equal(JSON.parse(lines[0]).id, 'only');
    assert.equal(code, 0);
    assert.ok(milliseconds < 3000, `it took ${Math.round(milliseconds)} ms`);
  });
}
