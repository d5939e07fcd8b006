// `npm run bench -- NAME [--json]`: runs one measured claim of the README. Without a name it lists them.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, handOver, root } from './install.mjs';

const [name, ...args] = process.argv.slice(2);
const names = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
  .sort();

if (name && names.includes(name)) {
  ensureInstalled();
  handOver(`bench/${name}.ts`, args);
} else {
  if (name) console.error(`There is no benchmark of the name ${name}.`);
  console.error(`Usage: npm run bench -- NAME [--json]\nBenchmarks: ${names.join(', ') || 'none yet'}`);
  process.exitCode = name ? 64 : 0;
}
