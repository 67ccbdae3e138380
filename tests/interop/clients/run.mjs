// Every client that people use, over every transport it speaks, against the server and its sample
// site. SERVER and BRIDGE name the built programs, NGINX and CADDY the reverse proxies, and
// PYTHON_SDK_PYTHONPATH, MCP_PROXY_PYTHONPATH and REVERSE_PROXY_PYTHONPATH the folders with the packages
// of requirements-*.txt, some of which exclude each other.

import { Checks } from '../checks.mjs';
import { programFrom, startServer } from '../programs.mjs';
import { inspector } from './inspector.mjs';
import { proxies } from './proxies.mjs';
import { pythonSdk } from './python_sdk.mjs';
import { reverseProxies } from './reverse_proxies.mjs';
import { typescriptSdks } from './sdks.mjs';

const token = process.env.TOKEN ?? 'sample-pat-ana-0123456789';
const checks = new Checks('clients');
const server = await startServer(programFrom('SERVER'), ['--demo', '--port', '0'], /listening on (http:\S+)/);
try {
  for (const client of [typescriptSdks, pythonSdk, inspector, proxies, reverseProxies]) {
    await client(checks, server.match[1], token);
  }
} finally {
  await server.stop();
}
checks.finish();
