import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { type Driver, refusalOf } from './driver.ts';
import { startWorkload, type Workload } from './world.ts';

/** Calls are counted by the key over the last minute; what is over the limit is refused with 429, and refused calls do not count. */
const limit = 40;
let workload: Workload;
let api: Driver;

before(async () => {
  workload = await startWorkload({ SAKIMORI_API_REQUESTS_PER_MINUTE: String(limit) });
  api = workload.api;
});
after(() => workload?.system.stop());

test('the call over the limit is refused in words, another key is served on, and a wrong key is still a wrong key', async () => {
  const { secretKey } = await api.call(
    'createApiKey',
    {},
    { body: { keyName: 'another', roleID: 2, locale: 'en-US' } },
  );
  const answers = await Promise.all(Array.from({ length: limit + 20 }, () => api.ask('listContacts')));
  const refused = answers.filter(({ status }) => status !== 200);
  // The key was made within the same minute, so one call more than these was counted.
  assert.equal(answers.length - refused.length, limit - 1);
  for (const answer of refused) assert.match(refusalOf(answer, 429, 'over the limit'), /Too many API requests/);
  await api.as(secretKey as string).call('listContacts');
  await api.as('2:wrong').refused(401, 'listContacts');
});
