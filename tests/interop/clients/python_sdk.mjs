// The official Python SDK, which is a program of its own here: `python_sdk.py` prints one line of JSON
// a check.

import { bareEnvironment, runToEnd } from '../programs.mjs';

export async function pythonSdk(checks, origin, token) {
  const { pathname } = new URL('python_sdk.py', import.meta.url);
  const env = { ...bareEnvironment(), PYTHONPATH: process.env.PYTHON_SDK_PYTHONPATH, TOKEN: token };
  const { code, lines } = await runToEnd('python3', [pathname, origin], '', env);
  for (const { name, error } of lines.map((line) => JSON.parse(line))) {
    await checks.check(`Python SDK, ${name}`, async () => {
      if (error) throw new Error(error);
    });
  }
  await checks.check('Python SDK: ran to its end', async () => {
    if (code !== 0) throw new Error(`ended with ${code}`);
  });
}
