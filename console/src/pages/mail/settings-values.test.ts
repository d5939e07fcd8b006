import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MailSettings, MailSettingsInput } from '@sakimori/contract';
import { toInput, toValues } from './settings-values.ts';

const stored: MailSettings = {
  transport: 'smtp',
  host: 'smtp.example.jp',
  port: 587,
  security: 'starttls',
  user: 'sakimori',
  passwordSet: true,
  fromName: 'Sakimori',
  fromAddress: 'alerts@example.jp',
};

test('a password that nobody typed is left out, so that the stored one stays', () => {
  const input = toInput(toValues(stored));
  assert.ok(!('password' in input));
  assert.deepEqual(MailSettingsInput.parse(input), input);
});

test('a stored password is removed only when that is asked for', () => {
  assert.equal(toInput({ ...toValues(stored), forgetPassword: true, password: 'typed' }).password, '');
  assert.equal(toInput({ ...toValues(stored), password: 'fresh' }).password, 'fresh');
});

test('the catcher takes no server with it', () => {
  const input = toInput({ ...toValues(stored), transport: 'catcher' });
  assert.ok(!('host' in input) && !('port' in input) && !('user' in input));
});
