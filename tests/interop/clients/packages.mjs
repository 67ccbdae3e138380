// Where the programs of npm packages are, so that they are started by this very node and not by
// whichever one a shell finds.

import { readFileSync } from 'node:fs';

/** The script behind a package's command. */
export function script(name, command = name) {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { bin } = JSON.parse(readFileSync(new URL('package.json', folder)));
  return new URL(typeof bin === 'string' ? bin : bin[command], folder).pathname;
}
