// Runs named checks one after another and reports a line for each; knows nothing of MCP.

const PATIENCE_MS = 30_000;

/** Collects checks under one title. A check passes when its function returns and fails when it throws. */
export class Checks {
  #title;
  #passed = 0;
  #failed = 0;

  constructor(title) {
    this.#title = title;
  }

  /** How many have failed so far. */
  get failed() {
    return this.#failed;
  }

  /** Runs one check. What its function returns, if anything, is shown as a detail. */
  async check(name, run) {
    try {
      const detail = await within(PATIENCE_MS, name, run());
      this.#passed += 1;
      console.log(`ok    ${name}${detail === undefined ? '' : ` (${detail})`}`);
    } catch (error) {
      this.#failed += 1;
      console.log(`FAIL  ${name}\n      ${String(error.message ?? error).replaceAll('\n', '\n      ')}`);
    }
  }

  /** Prints the totals in the form that `.ci/run` adds up, and sets the exit code. */
  finish() {
    console.log(`interop ${this.#title}: ${this.#passed} passed, ${this.#failed} failed`);
    process.exitCode = this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** Waits for a promise, but not for ever. */
export async function within(milliseconds, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
