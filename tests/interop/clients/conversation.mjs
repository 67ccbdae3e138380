// What every client does with our server, whichever SDK it comes from: initialize, list, call.

import assert from 'node:assert/strict';

/**
 * Runs the checks of one client over one transport; the `Client` of any SDK will do. `revision`, if
 * given, is the one they must agree on.
 */
export async function converse(checks, label, { client, transport, revision }) {
  const check = (name, run) => checks.check(`${label}: ${name}`, run);

  await check('initialize', async () => {
    await client.connect(transport);
    const { name, version } = client.getServerVersion();
    assert.match(name, /jira-confluence/);
    const spoken = client.getNegotiatedProtocolVersion?.();
    if (revision) assert.equal(spoken, revision);
    return [name, version, spoken].filter(Boolean).join(' ');
  });

  await check('tools/list', async () => {
    const names = (await client.listTools()).tools.map((tool) => tool.name);
    assert.ok(names.includes('get-jira-issue'), names.join());
    return `${names.length} tools`;
  });

  await check('tools/call get-jira-issue', async () => {
    const result = await client.callTool({ name: 'get-jira-issue', arguments: { issue_key: 'DEMO-1' } });
    assert.ok(!result.isError, textOf(result));
    assert.match(textOf(result), /DEMO-1/);
  });

  await check('what a tool refuses is a result the model can read', async () => {
    const result = await client.callTool({ name: 'get-jira-issue', arguments: { issue_key: 'DEMO-999999' } });
    assert.equal(result.isError, true);
    assert.match(textOf(result), /DEMO-999999/);
  });

  await check('a clean end', () => client.close());
}

function textOf(result) {
  return result.content.map((part) => part.text).join('\n');
}
