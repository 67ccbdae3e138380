// The official TypeScript SDK, versions 1 and 2, over every HTTP transport they have.

import * as sdk2 from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport as Sse1 } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport as Streamable1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { converse } from './conversation.mjs';

const IDENTITY = { name: 'interop', version: '1' };

export async function typescriptSdks(checks, origin, token) {
  for (const headers of [{ Authorization: `Bearer ${token}` }, { 'X-Jira-Token': token }]) {
    const options = { requestInit: { headers } };
    const by = Object.keys(headers)[0];
    const talk = (label, client, transport, revision) =>
      converse(checks, `TypeScript SDK ${label}, ${by}`, { client, transport, revision });

    await talk('1, SSE', new Client1(IDENTITY), new Sse1(new URL('/sse', origin), options));
    await talk('1, Streamable HTTP', new Client1(IDENTITY), new Streamable1(new URL('/mcp', origin), options));

    for (const [mode, revision] of [['legacy', '2025-11-25'], ['auto', '2026-07-28'], [{ pin: '2026-07-28' }, '2026-07-28']]) {
      const client = new sdk2.Client(IDENTITY, { versionNegotiation: { mode } });
      const transport = new sdk2.StreamableHTTPClientTransport(new URL('/mcp', origin), options);
      await talk(`2, Streamable HTTP, ${JSON.stringify(mode)}`, client, transport, revision);
    }
    const transport = new sdk2.SSEClientTransport(new URL('/sse', origin), options);
    await talk('2, SSE', new sdk2.Client(IDENTITY), transport);
  }
}
