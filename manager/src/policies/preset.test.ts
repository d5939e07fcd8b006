import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolicyDocument } from '@sakimori/contract';
import { shippedDocument } from './preset.ts';

test('the policy that hosts begin with is whole: nothing in it is a name of a file any more', () => {
  const document = shippedDocument('Linux Server');
  assert.deepEqual(PolicyDocument.parse(document), document);
  const { loginspection } = document.modules;
  for (const { name, xml } of [...loginspection.decoderFiles, ...loginspection.ruleFiles]) {
    assert.match(xml, /<(?:decoder|group) name="/, name);
  }
  assert.ok(loginspection.ruleFiles.some(({ xml }) => xml.includes('frequency="5" timeframe="120"')));
});

test('the policy that hosts begin with watches what an intruder changes first, and asks for no engine that may be missing', () => {
  const { modules } = shippedDocument('Linux Server');
  const watched = modules.integrity.rules.flatMap((rule) => rule.include);
  for (const path of [
    '/etc/passwd',
    '/etc/sudoers.d',
    '/root/.ssh',
    '/etc/cron.d',
    '/etc/systemd/system',
    '/etc/pam.d',
    '/etc/ld.so.preload',
    '/var/www',
  ]) {
    assert.ok(watched.includes(path), path);
  }
  for (const rule of modules.integrity.rules)
    assert.match(rule.name.ja, /\p{Script=Han}|\p{Script=Katakana}/u, rule.id);
  for (const module of ['antimalware', 'webreputation', 'firewall', 'intrusion'] as const) {
    assert.equal(modules[module].state, 'off', module);
  }
});
