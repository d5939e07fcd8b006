import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextAttempt, readFailure } from './outcome.ts';

const failure = (command: string, response: string) =>
  Object.assign(new Error(response), {
    code: 'EENVELOPE',
    command,
    response,
    responseCode: Number(response.slice(0, 3)),
  });

test('a refusal for good counts against the contact only where it was about the address', () => {
  const cases: [string, string, string][] = [
    ['RCPT TO', '550 5.1.1 No such user', 'bounced'],
    ['RCPT TO', '550 No such user here', 'bounced'],
    ['RCPT TO', '550 5.2.1 Mailbox disabled', 'bounced'],
    ['RCPT TO', '550 5.1.10 Recipient address has null MX', 'bounced'],
    ['RCPT TO', '552 5.2.2 Mailbox full', 'retry'],
    ['RCPT TO', '554 5.7.1 Relay access denied', 'retry'],
    ['RCPT TO', '550 relay not permitted', 'retry'],
    ['RCPT TO', '550 5.1.8 Sender domain must exist', 'retry'],
    ['RCPT TO', '451 4.7.1 Greylisted', 'retry'],
    ['MAIL FROM', '550 5.7.1 Sender rejected', 'retry'],
    ['AUTH PLAIN', '535 5.7.8 Authentication failed', 'retry'],
    ['DATA', '554 5.7.1 Message looks like spam', 'refused'],
    ['DATA', '552 5.3.4 Message too big', 'refused'],
    ['DATA', '550 5.1.1 No such user', 'bounced'],
    ['DATA', '452 4.3.1 Out of storage', 'retry'],
    ['CONN', '421 4.3.2 Service not available', 'retry'],
    ['CONN', '554 5.7.1 Your address is listed', 'retry'],
  ];
  for (const [command, response, kind] of cases)
    assert.equal(readFailure(failure(command, response)).kind, kind, response);
});

test('trouble of the connection is tried again', () => {
  for (const error of [
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ESOCKET' }),
    new DOMException('late', 'TimeoutError'),
  ])
    assert.equal(readFailure(error).kind, 'retry');
});

test('what the server said is one bounded line', () => {
  const outcome = readFailure(failure('DATA', `554 no\r\n${'x'.repeat(5000)}`));
  assert.ok('reason' in outcome);
  assert.ok(outcome.reason.length <= 1000);
  assert.doesNotMatch(outcome.reason, /[\r\n]/);
});

test('attempts come at 30 s, 2 min, 10 min, 30 min, 1 h, 2 h, then every 4 h, for three days', () => {
  const created = new Date('2026-11-24T00:00:00Z');
  let now = created;
  const waits: number[] = [];
  for (let attempts = 1; ; attempts += 1) {
    const next = nextAttempt(attempts, created, now);
    if (!next) break;
    waits.push((next.getTime() - now.getTime()) / 1000);
    now = next;
  }
  assert.deepEqual(waits.slice(0, 8), [30, 120, 600, 1800, 3600, 7200, 14_400, 14_400]);
  const hours = (now.getTime() - created.getTime()) / 3_600_000;
  assert.ok(hours > 64 && hours <= 72, `${hours}`);
});
