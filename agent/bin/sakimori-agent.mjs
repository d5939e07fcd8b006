#!/usr/bin/env node
// Starts the agent from a checkout on any Node ≥ 20: the agent itself needs the Node that the repository brings along.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, '../..');

// As the package starts it: a small young generation keeps the agent 40 MB smaller, and it makes little garbage. Whole logs make more.
const readsLogs = ['logscan', 'logtest'].includes(process.argv[2] ?? '');
// Code that is compiled in the background as the program ends may wait for a collection that never comes, and the end for it (Node 26.10).
const always = ['--v8-pool-size=1', '--no-concurrent-sparkplug'];
const memoryFlags = readsLogs
  ? ['--max-semi-space-size=4', ...always]
  : ['--max-semi-space-size=1', ...always, '--heap-growing-percent=20', '--optimize-for-size', '--expose-gc'];
const script = fileURLToPath(import.meta.url);

if (
  Number(process.versions.node.split('.')[0]) >= 24 &&
  !memoryFlags.every((flag) => process.execArgv.includes(flag))
) {
  // In place of this process, so that its number and its signals stay those of the agent.
  process.execve(process.execPath, [
    process.execPath,
    ...memoryFlags,
    ...process.execArgv,
    script,
    ...process.argv.slice(2),
  ]);
}
if (Number(process.versions.node.split('.')[0]) >= 24) {
  // Keeps the stripped sources, which saves 20 MB and half a second at every start. In the checkout, where only its owner writes.
  const cache = join(repository, 'node_modules/.cache/sakimori-agent');
  module.enableCompileCache(cache);
  // For the threads of a scan as well.
  process.env.NODE_COMPILE_CACHE = cache;
  if (process.env.SAKIMORI_LAUNCHER && process.channel) {
    // Started by the branch below: when the launcher is killed, the agent is killed with it, as if there were one process.
    process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
    process.channel.unref();
  }
  await import(pathToFileURL(join(here, '../src/main.ts')).href);
} else {
  const node = [join(here, '../node_modules/.bin/node'), join(repository, 'node_modules/.bin/node')].find(existsSync);
  if (!node) {
    process.stderr.write('sakimori-agent: the Node of this repository is missing. Run: npm ci\n');
    process.exit(69);
  }
  const child = spawn(node, [...memoryFlags, script, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SAKIMORI_LAUNCHER: '1' },
  });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`sakimori-agent: ${error.message}\n`);
    process.exit(70);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
