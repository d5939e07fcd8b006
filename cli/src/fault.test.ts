import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, errors, Refusal } from '@sakimori/contract';
import { tellFault } from './fault.ts';

test('every error of the contract becomes one clean line in both languages, even when its facts did not arrive', () => {
  for (const code of Object.keys(errors) as ErrorCode[])
    for (const language of ['ja', 'en'] as const) {
      const { line } = tellFault(new Refusal(code), language);
      assert.ok(line.length > 5 && !/[{}\n]|undefined/.test(line), `${code}: ${line}`);
    }
});

test('exit codes: 77 where the key may not, 69 where the service cannot, 1 for other refusals', () => {
  const exitCode = (code: ErrorCode) => tellFault(new Refusal(code), 'en').exitCode;
  assert.deepEqual(
    (['forbidden', 'unauthenticated', 'unavailable', 'not_found', 'internal'] as const).map(exitCode),
    [77, 77, 69, 1, 1],
  );
});

test('names of things and states are said in the reader’s language, with what to do next', () => {
  const say = (code: ErrorCode, facts: Record<string, string | number>, language: 'ja' | 'en') =>
    tellFault(new Refusal(code, facts), language).line;
  assert.equal(say('not_found', { what: 'account' }, 'ja'), '該当するアカウントが見つかりません。');
  assert.equal(
    say('wrong_state', { what: 'alert', state: 'closed' }, 'ja'),
    '現在の状態では実行できません（アラート：完了）。',
  );
  assert.match(say('version_conflict', { current: 4 }, 'en'), /version 4.*policy show POLICY --json/);
  assert.match(say('malformed', { detail: 'x\u001b[31m' }, 'en'), /x\\u001b/);
});
