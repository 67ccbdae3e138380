// Starts the programs under test and stops them; knows nothing of MCP.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

import { within } from './checks.mjs';

const PATIENCE_MS = 20_000;

/** The path of a program of ours, from the environment. */
export function programFrom(variable) {
  const path = process.env[variable];
  if (!path) {
    console.error(`${variable} is not set: it names the built program; the recipes of the justfile set it`);
    process.exit(2);
  }
  return path;
}

/** What a child may see of the environment: where programs are, and nothing that configures ours. */
export function bareEnvironment() {
  const names = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot'];
  return Object.fromEntries(names.filter((name) => name in process.env).map((name) => [name, process.env[name]]));
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Starts a server and waits until a line of its standard error matches `ready`.
 * Gives the match and a function that stops the server and waits for its end.
 */
export async function startServer(command, args, ready, env = {}) {
  const child = spawn(command, args, {
    env: { ...bareEnvironment(), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const seen = [];
  const match = new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      seen.push(line);
      const found = line.match(ready);
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`${command} ended with ${code}:\n${seen.join('\n')}`)));
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  try {
    return { match: await within(PATIENCE_MS, `the start of ${command}`, match), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a program over one input to its end; gives its exit code, its lines and how long it took. */
export async function runToEnd(command, args, input, env = bareEnvironment()) {
  const started = performance.now();
  const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  // A program that ends before it has read everything shows in its exit code, not here.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [code] = await within(PATIENCE_MS, command, once(child, 'close'));
    const lines = output.split('\n').filter((line) => line !== '');
    return { code, lines, milliseconds: performance.now() - started };
  } finally {
    child.kill('SIGKILL');
  }
}
