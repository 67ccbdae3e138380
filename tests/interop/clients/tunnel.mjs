// A forward proxy that leads every name to one port of this machine.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';

/** Starts it; gives its address and what stops it. */
export async function tunnelTo(port) {
  const server = createServer();
  server.on('connect', (_request, inner) => {
    const outer = connect(port, '127.0.0.1', () => {
      inner.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inner.pipe(outer).pipe(inner);
    });
    for (const [one, other] of [[inner, outer], [outer, inner]]) one.on('error', () => other.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
