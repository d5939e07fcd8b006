import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { routes } from '@sakimori/contract';
import { refusedWith, startTestDoor, type TestDoor } from '../../../test/agents-door.ts';
import { actorOf } from '../../../test/service.ts';
import { makeSample } from '../../../test/simulated-agent.ts';
import type { Desk } from '../customers/index.ts';
import { recordDetections } from '../detections/index.ts';
import { Editions } from '../editions/index.ts';
import { sql } from '../platform/index.ts';
import { ticketsRoom } from '../tickets/index.ts';
import { casesRoom } from './index.ts';

let door: TestDoor;
let [yamato, musashi] = ['', ''];
let [first, second, alertId] = ['', '', ''];
const staff = () => door.service.as(actorOf('operator'));

before(async () => {
  door = await startTestDoor({
    rooms: (platform) => {
      const desk: Desk = { platform, editions: Editions.read(platform.config) };
      return [casesRoom(desk), ticketsRoom(desk)];
    },
  });
  [yamato, musashi] = [await door.makeAccount('Yamato'), await door.makeAccount('Musashi')];
  const agent = await door.enrolAgent(yamato);
  const occurredAt = door.platform.clock.now().toISOString();
  for (const subject of ['one', 'two'])
    await recordDetections(door.platform, yamato, [
      makeSample('intrusion', agent, { subject, severity: 'high', occurredAt }),
    ]);
  const alerts = await door.platform.database.as(yamato, (tx) =>
    tx.rows(sql<{ id: string }>`select id from alerts_alert order by number`),
  );
  alertId = alerts[0]!.id;
  const open = async (id: string) =>
    (await staff()(routes.openCaseByHand, { body: { accountId: yamato, alertIds: [id] } })).id;
  [first, second] = [await open(alerts[0]!.id), await open(alerts[1]!.id)];
});
after(() => door.stop());

const body = (more: object) => ({ subject: '質問', text: '教えてください。', ...more });
const open = async (more: object) =>
  (await staff()(routes.createTicket, { params: { accountId: yamato }, body: body({ callerName: '佐藤', ...more }) }))
    .id;
const listed = async (caseId: string, as = staff()) =>
  (await as(routes.listTickets, { query: { caseId, state: 'all' } })).items.map(({ id }) => id).sort();

test('a case has the tickets about it, about its alerts, and about what was merged into it; no other account sees or opens one', async () => {
  const [ofCase, ofAlert, ofSecond] = [
    await open({ caseId: first }),
    await open({ alertId }),
    await open({ caseId: second }),
  ];
  await open({});
  assert.deepEqual(await listed(first), [ofCase, ofAlert].sort());
  assert.deepEqual(await listed(second), [ofSecond]);
  assert.equal((await staff()(routes.getTicket, { params: { ticketId: ofCase } })).caseId, first);

  const customer = door.service.as(actorOf('customer-admin', yamato));
  const asked = await customer(routes.askDesk, { params: { accountId: yamato }, body: body({ caseId: second }) });
  assert.deepEqual(await listed(second, customer), [ofSecond, asked.id].sort());
  await staff()(routes.mergeCase, { params: { caseId: second }, body: { intoId: first } });
  assert.deepEqual(await listed(first), [ofCase, ofAlert, ofSecond, asked.id].sort());

  const others = door.service.as(actorOf('customer-admin', musashi));
  assert.deepEqual(await listed(first, others), []);
  const params = { accountId: musashi };
  await refusedWith(others(routes.askDesk, { params, body: body({ caseId: first }) }), 'not_found');
  await refusedWith(
    staff()(routes.createTicket, { params, body: body({ callerName: '加藤', caseId: first }) }),
    'not_found',
  );
  await refusedWith(
    door.service.as(actorOf('customer-viewer', yamato))(routes.askDesk, {
      params: { accountId: yamato },
      body: body({ caseId: first }),
    }),
    'forbidden',
  );
});
