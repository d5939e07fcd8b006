import assert from 'node:assert/strict';
import test from 'node:test';
import { conditionText, reasonText } from './rule-reason.ts';

test('reasons and conditions are said in both languages, their parts together', () => {
  assert.equal(reasonText('ja', { package: 'nginx', version: '1.22.1-9' }), 'パッケージ nginx 1.22.1-9');
  assert.equal(reasonText('en', { port: 'tcp/80', process: 'nginx' }), 'listens on tcp/80 (nginx)');
  assert.equal(reasonText('en', { os: 'debian', process: 'sshd' }), 'sshd is running and OS: debian');
  assert.equal(conditionText('ja', { package: 'apache2', below: '2.4.50' }), 'パッケージ apache2（2.4.50 未満）');
  assert.equal(conditionText('ja', { listens: 'tcp/443', os: 'debian' }), 'tcp/443 で待ち受け＋OS：debian');
  assert.equal(conditionText('en', { always: true }), 'every host');
});
