import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Actor, Rotation, routes, turnOf } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { accessRoom } from '../access/index.ts';
import { Editions } from '../editions/index.ts';
import { type Room, sql } from '../platform/index.ts';
import { onCallRoom, startPage, takePage } from './index.ts';

const admin = actorOf('provider-admin');
const people: Record<string, string> = {};
const got: { path: string; body: { [key: string]: unknown } }[] = [];
const hook = createServer(async (request, response) => {
  let body = '';
  for await (const piece of request) body += String(piece);
  got.push({ path: request.url!, body: JSON.parse(body) });
  response.writeHead(request.url === '/broken' ? 500 : 200).end('ok');
});
let door: TestDoor;
let rooms: Room[];
let desk: Parameters<typeof onCallRoom>[0];
let accountId = '';
let url = '';

before(async () => {
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;
  door = await startTestDoor({
    env: { SAKIMORI_WEBHOOKS_PRIVATE: 'yes' },
    rooms: (platform) => {
      const editions = Editions.read(platform.config);
      desk = { platform, editions, publicUrl: () => 'https://console.example' };
      rooms = [onCallRoom(desk), accessRoom(platform, { publicUrl: () => 'http://127.0.0.1' })];
      return rooms;
    },
  });
  accountId = await door.makeAccount('Hizen');
  for (const [name, role] of [
    ['Sato', 'operator'],
    ['Kato', 'soc-analyst'],
    ['Mori', 'service-manager'],
  ] as const) {
    const body = { name, mail: `${name.toLowerCase()}@provider.example`, role };
    people[name] = (await as()(routes.createPerson, { body })).person.id;
  }
});
after(async () => {
  await door?.stop();
  hook.close();
});

const as = (actor: Actor = admin) => door.service.as(actor);
const at = (time: string) => new Date(`${time}:00+09:00`);
const setClock = (time: string) => door.platform.clock.set(at(time));
async function setPlan(plan: object) {
  const { version } = await as()(routes.getOnCall);
  return as()(routes.setOnCall, { body: { plan: { rotations: [], channels: [], ...plan }, version } as never });
}
let pages = 0;
/** Pages for something new, and gives who was called first. */
async function page(): Promise<string[]> {
  pages += 1;
  const target = `case:019ab000-0000-7000-8000-${String(pages).padStart(12, '0')}`;
  const facts = { number: pages, title: 'Web attack', titleJa: 'Web 攻撃' };
  await door.platform.database.as(accountId, (tx) => startPage(tx, desk, { accountId, target, severity: 80, facts }));
  for (const { run } of rooms.flatMap(({ ticks }) => ticks ?? []).filter(({ name }) => name === 'oncall.levels'))
    await run();
  const calls = await door.platform.database.asProvider((tx) =>
    tx.rows(
      sql<{ id: string; channel: string }>`
        select c.id, c.channel from oncall_call c join oncall_page p on p.tenant_id = c.tenant_id and p.id = c.page_id
        where p.target = ${target} order by c.channel`,
    ),
  );
  const job = rooms.flatMap(({ jobs }) => jobs ?? []).find(({ name }) => name === 'oncall.call')!;
  for (const { id } of calls) await job.run({ accountId, callId: id } as never, AbortSignal.abort());
  await door.platform.database.as(accountId, (tx) => takePage(tx, desk, { accountId, target, by: 'test' }));
  return calls.map(({ channel }) => channel.replace(/^mail:/, ''));
}
const rotation = (change: object = {}) => ({
  ...{ id: 'night', name: 'Night', members: [people['Sato'], people['Kato']], startsOn: '2026-12-01' },
  ...{ handOverDays: 7, handOverAt: '10:00', overrides: [] },
  ...change,
});

test('S72, in part: turns go round at the hand-over, and somebody who stands in is called in their place, no longer and no earlier', async () => {
  const overrides = [
    { personId: people['Mori'], from: at('2026-12-03T18:00').toISOString(), to: at('2026-12-04T09:00').toISOString() },
  ];
  await setPlan({ rotations: [rotation({ overrides })], levels: [{ minutes: 10, rotations: ['night'] }] });
  for (const [time, who, next] of [
    ['2026-12-01T10:00', 'Sato', 'Mori'],
    ['2026-12-03T17:59', 'Sato', 'Mori'],
    ['2026-12-03T18:00', 'Mori', 'Sato'],
    ['2026-12-04T08:59', 'Mori', 'Sato'],
    ['2026-12-04T09:00', 'Sato', 'Kato'],
    ['2026-12-08T09:59', 'Sato', 'Kato'],
    ['2026-12-08T10:00', 'Kato', 'Sato'],
    ['2026-12-15T10:00', 'Sato', 'Kato'],
  ] as const) {
    setClock(time);
    const { turns } = await as()(routes.getOnCall);
    assert.deepEqual([turns[0]?.name, turns[0]?.nextName], [who, next], time);
    assert.deepEqual(await page(), [who], time);
  }
});

test('turns before the rotation begins and over the end of a year are counted like any other', () => {
  const one = Rotation.parse({
    id: 'r',
    name: 'r',
    members: ['019ab000-0000-7000-8000-00000000000a'],
    startsOn: '2026-12-28',
    handOverDays: 1,
  });
  const two = { ...one, members: ['a', 'b', 'c'] };
  const whoAt = (time: string) => turnOf(two, at(time)).personId;
  assert.deepEqual(
    ['2026-12-27T12:00', '2026-12-28T12:00', '2026-12-31T12:00', '2027-01-01T09:59', '2027-01-01T10:00'].map(whoAt),
    ['c', 'a', 'a', 'a', 'b'],
  );
  assert.equal(turnOf(one, at('2027-01-01T00:00')).nextId, one.members[0], 'one person follows themselves');
});

test('S72, in part: levels for business hours and for the time outside them call whom they name, and holidays are outside', async () => {
  await setPlan({
    levels: [
      { minutes: 10, hours: 'business', roles: ['service-manager'] },
      { minutes: 10, hours: 'outside', roles: ['soc-analyst'] },
      { minutes: 10, hours: 'always', roles: ['operator'] },
    ],
  });
  for (const [time, who] of [
    ['2026-12-10T11:00', 'Mori'],
    ['2026-12-10T23:00', 'Kato'],
    ['2026-12-12T11:00', 'Kato'],
    // A holiday: the coming-of-age day of 2027, a Monday.
    ['2027-01-11T11:00', 'Kato'],
    ['2027-01-12T11:00', 'Mori'],
  ] as const) {
    setClock(time);
    assert.deepEqual(await page(), [who], time);
  }
});

test('S72, in part: Slack, Teams and PagerDuty are told in their own shapes; what does not arrive is seen', async () => {
  setClock('2027-01-13T11:00');
  const channels = [
    { id: 'chat', name: 'Slack', kind: 'slack', url: `${url}/slack` },
    { id: 'teams', name: 'Teams', kind: 'teams', url: `${url}/teams` },
    { id: 'pd', name: 'PagerDuty', kind: 'pagerduty', url: `${url}/pd`, key: 'R0UT1NG' },
    { id: 'broken', name: 'Broken', kind: 'slack', url: `${url}/broken` },
  ];
  await setPlan({ channels, levels: [{ minutes: 10, channels: channels.map(({ id }) => id) }] });
  got.length = 0;
  await page();
  const sentTo = (path: string) => got.find((one) => one.path === path)!.body;
  const link = `https://console.example/cases/019ab000-0000-7000-8000-${String(pages).padStart(12, '0')}`;
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: `text` is what is needed.
  const slack = sentTo('/slack');
  assert.deepEqual(Object.keys(slack), ['text']);
  assert.ok(String(slack['text']).includes('Web 攻撃') && String(slack['text']).endsWith(link));
  // Teams workflows take a message with adaptive cards as attachments.
  const teams = sentTo('/teams') as {
    type: string;
    attachments: { contentType: string; content: { type: string; body: object[]; actions: { url: string }[] } }[];
  };
  assert.equal(teams.type, 'message');
  assert.equal(teams.attachments[0]?.contentType, 'application/vnd.microsoft.card.adaptive');
  assert.deepEqual(
    [teams.attachments[0]?.content.type, teams.attachments[0]?.content.actions[0]?.url],
    ['AdaptiveCard', link],
  );
  // PagerDuty Events API v2: routing key, action, one key an incident, and a payload with summary, source and severity.
  const pagerDuty = sentTo('/pd') as {
    routing_key: string;
    event_action: string;
    dedup_key: string;
    payload: { summary: string; source: string; severity: string };
  };
  assert.deepEqual(
    [pagerDuty.routing_key, pagerDuty.event_action, pagerDuty.payload.source],
    ['R0UT1NG', 'trigger', 'Sakimori'],
  );
  assert.ok(['critical', 'error', 'warning', 'info'].includes(pagerDuty.payload.severity));
  assert.match(pagerDuty.dedup_key, /^[0-9a-f-]{36}$/);
  const { items } = await as()(routes.listOnCallPages, { query: { limit: 1 } });
  assert.deepEqual(
    Object.fromEntries(items[0]!.calls.map(({ channel, state, problem }) => [channel, problem ?? state])),
    { chat: 'sent', teams: 'sent', pd: 'sent', broken: 'http_500' },
  );
  const shown = JSON.stringify(await as()(routes.getOnCall));
  assert.ok(!shown.includes('R0UT1NG') && !shown.includes(url));
});

test('a plan that would call nobody, or names what is not there, is refused with the place', async () => {
  const level = { minutes: 10, roles: ['operator'] };
  for (const plan of [
    { levels: [] },
    { levels: [{ minutes: 10 }] },
    { levels: [{ ...level, hours: 'business' }] },
    { levels: [{ ...level, channels: ['nowhere'] }] },
    { levels: [level], rotations: [rotation({ members: ['019ab000-0000-7000-8000-00000000dead'] })] },
    { levels: [level], rotations: [rotation(), rotation()] },
    { levels: [level], trialAt: '25:00' },
    { levels: Array.from({ length: 21 }, () => level) },
  ])
    await refusedWith(setPlan(plan), 'malformed');
  await refusedWith(
    as()(routes.setOnCall, { body: { plan: { rotations: [], channels: [], levels: [level] }, version: 0 } as never }),
    'version_conflict',
  );
});
