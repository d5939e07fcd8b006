import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import { agentPaths, batchBytesMax, type Detection, modules, routes } from '@sakimori/contract';
import fc from 'fast-check';
import { countRows, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeDetection, makeSample, prepareBatch, type SimulatedAgent } from '../../../test/simulated-agent.ts';
import { sql } from '../platform/index.ts';
import { makeStorable } from './body.ts';

let door: TestDoor;
let account: string;
let agent: SimulatedAgent;
const operator = actorOf('operator');

before(async () => {
  door = await startTestDoor();
  account = await door.makeAccount('Yamato');
  agent = await door.enrolAgent(account);
});
after(() => door.stop());

const detectionsOf = async (filter: { accountId?: string; hostId?: string }) =>
  (await door.service.as(operator)(routes.listDetections, { query: { ...filter, limit: 500 } })).items;
const hourlySum = async (accountId: string) =>
  (
    await door.platform.database.asProvider((tx) =>
      tx.one(
        sql<{
          sum: number | null;
        }>`select sum(count)::integer as sum from detections_hourly where tenant_id = ${accountId}`,
      ),
    )
  ).sum ?? 0;

test('one detection of each module comes back as it was sent', async () => {
  const sent = [...modules, 'system' as const].map((module) => makeSample(module, agent));
  assert.deepEqual(await agent.sendDetections(sent), { stored: sent.length, duplicate: 0, refused: [] });
  const stored = await detectionsOf({ hostId: agent.hostId });
  for (const detection of sent) {
    const { receivedAt, hostName, ...back } = stored.find(({ id }) => id === detection.id)!;
    assert.deepEqual(back, detection);
    assert.equal(hostName, 'web-01');
    assert.equal(receivedAt, door.platform.clock.now().toISOString());
  }
});

test('a resend stores and counts nothing twice: within a batch, over batches, and over months', async () => {
  const twin = await door.enrolAgent(account);
  const month = (back: number) => {
    const at = door.platform.clock.now();
    return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - back, 15, 12)).toISOString();
  };
  const sent = [0, 1, 5, 40].map((back) => twin.makeDetection({ occurredAt: month(back) }));
  const shouted = { ...sent[0]!, id: sent[0]!.id.toUpperCase() };
  const before = await hourlySum(account);
  assert.deepEqual(await twin.sendDetections([...sent, sent[0], shouted]), { stored: 4, duplicate: 2, refused: [] });
  assert.deepEqual(await twin.sendDetections(sent), { stored: 0, duplicate: 4, refused: [] });
  const more = twin.makeDetection();
  assert.deepEqual(await twin.sendDetections([...sent, more]), { stored: 1, duplicate: 4, refused: [] });
  assert.equal((await detectionsOf({ hostId: twin.hostId })).length, 5);
  assert.equal((await hourlySum(account)) - before, 5);
});

test('the same batch sent eight times at once by impatient connections is stored once', async () => {
  const before = await hourlySum(account);
  const batch = prepareBatch(
    Array.from({ length: 200 }, (_, index) => makeSample(index % 2 ? 'loginspection' : 'firewall', agent)),
  );
  const replies = await Promise.all(Array.from({ length: 8 }, () => agent.sendPrepared(batch)));
  assert.equal(
    replies.reduce((sum, reply) => sum + reply.stored, 0),
    200,
  );
  assert.equal(
    replies.reduce((sum, reply) => sum + reply.duplicate, 0),
    7 * 200,
  );
  assert.equal((await hourlySum(account)) - before, 200);
});

test('batches of many hosts at once are all stored, and every host has alerts of its own', async () => {
  const busy = await door.makeAccount('Busy');
  const agents = await Promise.all(Array.from({ length: 12 }, () => door.enrolAgent(busy)));
  const replies = await Promise.all(
    agents.flatMap((each) =>
      Array.from({ length: 4 }, () =>
        each.sendDetections(Array.from({ length: 25 }, () => makeSample('loginspection', each))),
      ),
    ),
  );
  assert.ok(replies.every(({ stored, refused }) => stored === 25 && refused.length === 0));
  assert.equal(await countRows(door.platform, 'detections_detection', busy), 1200);
  const { items } = await door.service.as(operator)(routes.listAlerts, { query: { accountId: busy, limit: 500 } });
  assert.deepEqual(
    items.map(({ detectionCount }) => detectionCount),
    Array(12).fill(100),
  );
  assert.deepEqual(
    items.map(({ number }) => number).sort((a, b) => a - b),
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
});

test('a detection of another account or host is refused alone, is stored nowhere, and the own account hears of it', async () => {
  const hostile = await door.enrolAgent(account);
  const victimAccount = await door.makeAccount('Victim');
  const victim = await door.enrolAgent(victimAccount);
  const good = hostile.makeDetection();
  const foreign = [
    victim.makeDetection(),
    makeDetection({ accountId: account, hostId: agent.hostId }),
    makeDetection({ accountId: victimAccount, hostId: hostile.hostId }),
  ];
  const reply = await hostile.sendDetections([good, ...foreign]);
  assert.equal(reply.stored, 1);
  assert.deepEqual(
    reply.refused.map(({ id, code }) => ({ id, code })),
    foreign.map(({ id }) => ({ id, code: 'other_account' })),
  );
  assert.equal(await countRows(door.platform, 'detections_detection', victimAccount), 0);
  assert.equal(await countRows(door.platform, 'alerts_alert', victimAccount), 0);
  const kinds = (await detectionsOf({ hostId: hostile.hostId })).map(({ kind, facts }) => ({ kind, facts }));
  assert.deepEqual(kinds.find(({ kind }) => kind === 'detection.foreign')?.facts, { refusedId: foreign[0]!.id });
  const { items } = await door.service.as(operator)(routes.listAlerts, { query: { hostId: hostile.hostId } });
  assert.deepEqual(
    items.map(({ kind, severity }) => ({ kind, severity })),
    [{ kind: 'detection.foreign', severity: 'high' }],
  );
});

test('what is malformed is refused one by one and holds up nothing', async () => {
  const bad: unknown[] = [
    null,
    'text',
    {},
    { ...agent.makeDetection(), id: '1' },
    { ...agent.makeDetection(), module: 'applicationcontrol' },
    { ...agent.makeDetection(), occurredAt: '2026-02-30T00:00:00Z' },
    { ...agent.makeDetection(), occurredAt: '0000-01-01T00:00:00Z' },
    { ...agent.makeDetection(), kind: "x'; drop table" },
    { ...agent.makeDetection(), title: '' },
    { ...agent.makeDetection(), raw: 'x'.repeat(65_537) },
    { ...agent.makeDetection(), severity: 9 },
  ];
  const good = agent.makeDetection();
  const reply = await agent.sendDetections([...bad, good]);
  assert.equal(reply.stored, 1);
  assert.equal(reply.refused.length, bad.length);
  assert.ok(reply.refused.every(({ code, detail }) => code === 'malformed' && detail.length > 0));
  assert.ok((await detectionsOf({ hostId: agent.hostId })).some(({ id }) => id === good.id));
});

const oddTexts = [
  '\u0000',
  'a\u0000b\\u0000',
  '\ud800',
  '\udc00\ud800',
  '🛡️日本語',
  '\t\n\r\b\f\v\\',
  '\\.',
  '\\N',
  '\\u0000',
  '\\\\u0000',
  "'; drop table x; --",
  '"{}[]',
  '\u202e\u200b\ufeff\uffff',
  '\u001b[31m',
  '%s%n',
  '\u0085\u2028',
];
const storedForm = (text: string) => text.replaceAll('\u0000', '\ufffd').toWellFormed();

test('odd characters pass through COPY unchanged; U+0000 and half characters become U+FFFD', async () => {
  const sent = oddTexts.map((text) =>
    makeSample('loginspection', agent, {
      rule: { id: `r${text}`, name: `n${text}` },
      title: `t${text}`,
      subject: text,
      raw: text,
      log: { source: `/var/log/${text}`, lines: [text] },
      facts: { [`k${text}`]: text },
    }),
  );
  assert.equal((await agent.sendDetections(sent)).stored, sent.length);
  const stored = new Map((await detectionsOf({ hostId: agent.hostId })).map((detection) => [detection.id, detection]));
  for (const [index, detection] of sent.entries()) {
    const back = stored.get(detection.id)!;
    const text = storedForm(oddTexts[index]!);
    assert.deepEqual(
      [back.rule, back.title, back.subject, back.raw, back.log?.lines, back.facts],
      [{ id: `r${text}`, name: `n${text}` }, `t${text}`, text, text, [text], { [`k${text}`]: text }],
    );
  }
});

test('property: what is made storable is what JavaScript would replace, for any JSON', () => {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return storedForm(value);
    if (Array.isArray(value)) return value.map(clean);
    if (value && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storedForm(key), clean(inner)]));
    return value;
  };
  const text = fc.string({
    unit: fc.constantFrom('\u0000', '\ud83d', '\udee1', '\\', 'u', '0', 'd', '8', '"', 'x', '\n', '日'),
  });
  // No short escapes in keys: beside other keys of the same length, Node 26.10's JSON.parse reads `"key\n"` as `"key\\"`.
  const key = fc
    .string({ unit: fc.constantFrom('\u0000', '\ud83d', '\udee1', 'u', '0', 'd', '8', 'x', '日') })
    .map((tail) => `key${tail}`);
  const value = fc.oneof(text, fc.array(text), fc.dictionary(key, text));
  fc.assert(
    fc.property(value, (given) => {
      assert.deepEqual(JSON.parse(makeStorable(JSON.stringify(given))), clean(given));
    }),
    { numRuns: 2000 },
  );
});

test('413: 10 MB, plain or after decompression; a bomb and a frame that asks for a huge window end at the limit', async () => {
  const large = Buffer.alloc(10 * 1024 * 1024, ' ');
  const plain = await agent.post(agentPaths.detections, large);
  assert.equal(plain.status, 413);
  assert.deepEqual(plain.body['facts'], { limitBytes: batchBytesMax });
  const zstd = { 'content-encoding': 'zstd' };
  assert.equal((await agent.post(agentPaths.detections, zstdCompressSync(large), zstd)).status, 413);
  const bomb = zstdCompressSync(Buffer.alloc(1024 * 1024 * 1024));
  assert.ok(bomb.length < 100_000);
  const before = process.memoryUsage().rss;
  assert.equal((await agent.post(agentPaths.detections, bomb, zstd)).status, 413);
  const wide = zstdCompressSync(Buffer.alloc(64 * 1024 * 1024), { params: { [constants.ZSTD_c_windowLog]: 27 } });
  assert.ok([400, 413].includes((await agent.post(agentPaths.detections, wide, zstd)).status));
  assert.ok(process.memoryUsage().rss - before < 200 * 1024 * 1024);
  assert.equal((await agent.sendDetections([agent.makeDetection()])).stored, 1);
});

test('400, 404, 405, 415: no JSON, no batch, other paths, methods and encodings', async () => {
  const ask = async (body: unknown, headers = {}) => {
    const { status, body: problem } = await agent.post(agentPaths.detections, body, headers);
    return `${status} ${problem['code']}`;
  };
  assert.equal(await ask(Buffer.from('{"detections":[')), '400 malformed');
  assert.equal(await ask(Buffer.from([0xff, 0xfe, 0x00])), '400 malformed');
  assert.equal(await ask(Buffer.from('not zstd'), { 'content-encoding': 'zstd' }), '400 malformed');
  assert.equal(await ask({ detections: [] }), '400 malformed');
  assert.equal(await ask({ detections: Array(5001).fill({}) }), '400 malformed');
  assert.equal(await ask({ detections: [{}] }, { 'content-encoding': 'gzip' }), '415 unsupported_encoding');
  assert.equal((await agent.post('/nowhere', {})).status, 404);
  assert.equal((await agent.get(agentPaths.detections)).status, 405);
  assert.equal((await agent.post(agentPaths.heartbeat, Buffer.alloc(300_000, 'x'))).status, 413);
});

test('a customer lists the detections of its own account and no others', async () => {
  const other = await door.makeAccount('Other');
  const theirs = await door.enrolAgent(other);
  const { id } = theirs.makeDetection();
  await theirs.sendDetections([theirs.makeDetection({ id })]);
  const customer = door.service.as(actorOf('customer-viewer', other));
  assert.deepEqual(
    (await customer(routes.listDetections)).items.map((detection) => detection.id),
    [id],
  );
  for (const query of [{ accountId: account }, { hostId: agent.hostId }])
    assert.deepEqual((await customer(routes.listDetections, { query })).items, []);
});

test('pages go through all detections once, also where many happened in the same millisecond', async () => {
  const paged = await door.enrolAgent(account);
  const at = door.platform.clock.now().toISOString();
  const fine = Array.from({ length: 10 }, (_, index) => at.replace('Z', `${index}Z`));
  const sent: Detection[] = [...Array(20).fill(at), ...fine].map((occurredAt: string) =>
    paged.makeDetection({ occurredAt }),
  );
  assert.equal((await paged.sendDetections(sent)).stored, 30);
  const seen: string[] = [];
  for (let cursor: string | undefined, page = 0; page === 0 || cursor; page++) {
    const answer = await door.service.as(operator)(routes.listDetections, {
      query: { hostId: paged.hostId, limit: 7, ...(cursor ? { cursor } : {}) },
    });
    seen.push(...answer.items.map(({ id }) => id));
    cursor = answer.nextCursor;
  }
  assert.deepEqual(seen.sort(), sent.map(({ id }) => id).sort());
});
