#!/usr/bin/env node
// `sakimori`: hands over to the Node that the install brought, whatever Node runs this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { locateProgram, youngMemory } from '../../scripts/programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const node = join(root, 'node_modules/.bin/node');
if (!existsSync(node)) {
  console.error(`sakimori: ${node} is missing. Run npm ci in ${root} first.`);
  process.exit(69);
}
// What one start has compiled, the next one finds: half a second saved at each. Node goes on without it where the folder is not ours to write.
const env = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/sakimori'), ...process.env };
const child = spawn(node, [youngMemory, locateProgram('sakimori', 'cli/src/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`sakimori: ${error.message}`);
  process.exit(69);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
