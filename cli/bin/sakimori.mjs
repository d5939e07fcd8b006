#!/usr/bin/env node
// `sakimori`: hands over to the Node that the install brought, whatever Node runs this file.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { becomeNode } from '../../scripts/become.mjs';
import { locateProgram, memoryFor } from '../../scripts/programs.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const node = join(root, 'node_modules/.bin/node');
if (!existsSync(node)) {
  console.error(`sakimori: ${node} is missing. Run npm ci in ${root} first.`);
  process.exit(69);
}
const words = process.argv.slice(2);
// What one start has compiled, the next one finds: half a second saved at each. Node goes on without it where the folder is not ours to write.
const memory = memoryFor(words);
const env = { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/sakimori'), ...memory.env, ...process.env };
becomeNode(node, [...memory.flags, locateProgram('sakimori', 'cli/src/main.ts'), ...words], { env });
