import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { bundlePrograms } from './bundle-programs.ts';
import { bundleFolder, locateProgram } from './programs.mjs';

const root = mkdtempSync(join(tmpdir(), 'sakimori-checkout-'));
after(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const source = 'cli/src/main.ts';
const place = 'export const place: string = import.meta.dirname;\n';
const start = () =>
  execFileSync(process.execPath, [locateProgram('sakimori', source, root)], { encoding: 'utf8' }).trim();

test('a bundle is taken until a source changes, and says the same as the sources', async () => {
  for (const path of ['package-lock.json', 'scripts/bundle-programs.ts']) put(path, '');
  put('package.json', '{"type":"module"}');
  put('cli/src/noun/verb.ts', place);
  put(source, "import { place } from './noun/verb.ts';\nconst told: string = place;\nconsole.log(told);\n");
  assert.equal(locateProgram('sakimori', source, root), join(root, source));
  const fromSources = start();
  assert.equal(await bundlePrograms(root), true);
  assert.ok(locateProgram('sakimori', source, root).startsWith(bundleFolder(root)));
  assert.equal(start(), fromSources);
  assert.equal(fromSources, join(root, 'cli/src/noun'));
  assert.equal(await bundlePrograms(root), false);

  put('cli/src/noun/verb.ts', `${place}// another size\n`);
  assert.equal(locateProgram('sakimori', source, root), join(root, source));
});

test('what a started program may still load stays for one bundle more', async () => {
  for (const round of [1, 2, 3]) {
    put(source, `console.log(${round});\n`);
    assert.equal(await bundlePrograms(root), true);
    assert.equal(start(), String(round));
  }
  assert.equal(readdirSync(bundleFolder(root)).filter((name) => /^[\da-f]{16}$/.test(name)).length, 2);
});

test('a pointer that is broken, or leads nowhere, means the sources', () => {
  for (const text of ['{', '{"folder":"nowhere","sources":{}}', '[]']) {
    writeFileSync(join(bundleFolder(root), 'current.json'), text);
    assert.equal(locateProgram('sakimori', source, root), join(root, source));
  }
});
