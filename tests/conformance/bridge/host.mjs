// A host that speaks stdio and sends its messages through the bridge, as the suite's scenarios want
// them sent. The suite starts it with the address of its server as last argument.
//
// BRIDGE names the built bridge; MCP_CONFORMANCE_PROTOCOL_VERSION and MCP_CONFORMANCE_CONTEXT come
// from the suite.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const STATELESS_SINCE = '2026-07-28';

const url = process.argv.at(-1);
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');
let revision = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION ?? '2025-11-25';
const isStateless = revision >= STATELESS_SINCE;
const clientInfo = { name: 'conformance-host', version: '1' };

const bridge = spawn(process.env.BRIDGE, [url], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = new Map();
let lastId = 0;
createInterface({ input: bridge.stdout }).on('line', (line) => receive(JSON.parse(line)));

await (isStateless ? discover() : initialize());
const tools = await list('tools');
for (const call of callsFor(tools)) {
  await callTool(call);
}
if (isStateless) {
  for (const { uri } of await list('resources')) {
    await request('resources/read', { uri });
  }
  for (const { name } of await list('prompts')) {
    await request('prompts/get', { name });
  }
}
bridge.stdin.end();
await once(bridge, 'exit');

async function initialize() {
  const capabilities = { elicitation: { form: { applyDefaults: true } } };
  await request('initialize', { protocolVersion: revision, capabilities, clientInfo });
  send({ method: 'notifications/initialized' });
}

/** Asks what the server speaks, again in the revision it names when it does not know ours. */
async function discover() {
  const { error } = await request('server/discover');
  if (error?.code === -32022) {
    [revision] = error.data.supported;
    await request('server/discover');
  }
}

/** All of `tools`, `resources` or `prompts`; none when the server does not offer them. */
async function list(kind) {
  const { result } = await request(`${kind}/list`);
  return result?.[kind] ?? [];
}

/** The calls the scenario names, else one of each tool. */
function callsFor(tools) {
  const focal = tools.find(({ name }) => name === 'json_schema_2020_12_tool');
  if (focal) {
    // The scenario compares the schema it is handed back with the one it sent.
    return [{ name: 'json_schema_echo', arguments: { schema: focal.inputSchema } }];
  }
  return context.toolCalls ?? tools.map(({ name, inputSchema }) => ({ name, arguments: argumentsFor(inputSchema) }));
}

/** A value for each property of a schema. */
function argumentsFor(schema) {
  const samples = { number: 5, integer: 5, boolean: true, object: {}, array: [] };
  const properties = Object.entries(schema?.properties ?? {});
  return Object.fromEntries(properties.map(([name, { type }]) => [name, samples[type] ?? 'x']));
}

/** Calls a tool, and again with what it asks for. */
async function callTool(call) {
  let { result } = await request('tools/call', call);
  for (let round = 0; result?.resultType === 'input_required' && round < 3; round += 1) {
    const asked = Object.keys(result.inputRequests ?? {});
    const inputResponses = Object.fromEntries(
      asked.map((name) => [name, { action: 'accept', content: { confirmed: true } }]),
    );
    const state = result.requestState === undefined ? {} : { requestState: result.requestState };
    ({ result } = await request('tools/call', { ...call, inputResponses, ...state }));
  }
}

/** Sends a request and waits for the message that answers it. */
function request(method, params = {}) {
  lastId += 1;
  const id = lastId;
  send({ id, method, params: isStateless ? { ...params, _meta: metadata() } : params });
  return new Promise((resolve) => waiting.set(id, resolve));
}

function metadata() {
  return {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': { roots: {}, sampling: {}, elicitation: { form: {} } },
  };
}

function receive(message) {
  if (message.method === undefined) {
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  } else if (message.id !== undefined) {
    send({ id: message.id, result: answer(message) });
  }
}

/** The answer to a request of the server. */
function answer({ method, params }) {
  if (method !== 'elicitation/create') {
    return {};
  }
  const properties = Object.entries(params.requestedSchema?.properties ?? {});
  const defaults = properties.filter(([, schema]) => schema.default !== undefined);
  return { action: 'accept', content: Object.fromEntries(defaults.map(([name, schema]) => [name, schema.default])) };
}

function send(message) {
  bridge.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}
