import { after, before } from 'node:test';
import { type Actor, agentPaths, type ContainmentRequest, type RouteCall, routes } from '@sakimori/contract';
import { containmentRoom } from '../manager/src/containment/index.ts';
import { Editions } from '../manager/src/editions/index.ts';
import { openGate } from '../manager/src/hosts/index.ts';
import { sql } from '../manager/src/platform/index.ts';
import {
  advanceRequests,
  containmentGate,
  type PlaybookParts,
  Playbooks,
  playbooksRoom,
} from '../manager/src/playbooks/index.ts';
import { startTestDoor, type TestDoor } from './agents-door.ts';
import { actorOf } from './service.ts';
import type { SimulatedAgent } from './simulated-agent.ts';
import { until } from './system.ts';

export const minuteMs = 60_000;
export const operator = actorOf('operator');
export const second: Actor = { ...operator, id: '019ab000-0000-7000-8000-00000000beef', name: 'B operator' };
export const analyst: Actor = { ...actorOf('soc-analyst'), id: '019ab000-0000-7000-8000-00000000abcd' };
export let door: TestDoor;
export let parts: PlaybookParts;

before(async () => {
  const publicUrl = () => 'https://desk.example';
  let gate = openGate;
  door = await startTestDoor({
    gate: (...given) => gate(...given),
    rooms: (platform) => {
      const desk = { platform, editions: Editions.read(platform.config) };
      gate = containmentGate(desk);
      parts = { ...desk, publicUrl, playbooks: new Playbooks(platform.config) };
      return [containmentRoom(platform, gate), playbooksRoom(desk, { publicUrl })];
    },
    env: { SAKIMORI_AGENTS_NAMES: '198.51.100.9' },
  });
});
after(() => door.stop());

export const as = (actor: Actor = operator) => door.service.as(actor);
export const advance = () => advanceRequests(parts);
export async function pass(ms: number): Promise<void> {
  door.platform.clock.advance(ms);
  await advance();
}

export type Site = { readonly account: string; readonly agent: SimulatedAgent; readonly contacts: readonly string[] };
/** An account whose plan demands consent, with a host and two contacts for alerts. */
export async function makeSite(name: string, contactNames: readonly string[] = ['一郎', '二郎']): Promise<Site> {
  const account = await door.makeAccount(name);
  await door.platform.database.asProvider((tx) =>
    tx.run(sql`update customers_account set plan = 'highend' where tenant_id = ${account}`),
  );
  const contacts: string[] = [];
  for (const [place, contact] of contactNames.entries())
    contacts.push(
      (
        await door.platform.database.asProvider((tx) =>
          tx.one(sql<{ id: string }>`
            insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
            values (${account}, gen_random_uuid(), ${contact}, ${`contact${place}@${name}.example`}, 'ja', '{alerts}', ${door.platform.clock.now()}) returning id`),
        )
      ).id,
    );
  return { account, agent: await door.enrolAgent(account), contacts };
}

export type Proposal = NonNullable<RouteCall<typeof routes.proposeContainment>['body']>;
export const propose = (site: Site, given: Partial<Proposal> = {}, actor = operator): Promise<ContainmentRequest> =>
  as(actor)(routes.proposeContainment, {
    params: { hostId: site.agent.hostId },
    body: { playbookId: 'isolate-host', scope: 'host', reason: 'ransomware', ...given },
  });
export const at = (request: { readonly id: string }) => ({ params: { requestId: request.id } });
export const askFor = (request: ContainmentRequest) => as()(routes.askForConsent, at(request));
export const get = (request: ContainmentRequest, actor = operator) =>
  as(actor)(routes.getContainmentRequest, at(request));
export const run = (request: ContainmentRequest, actor = operator, confirmation?: string) =>
  as(actor)(routes.runContainment, { ...at(request), body: confirmation === undefined ? {} : { confirmation } });
export type PhoneBody = NonNullable<RouteCall<typeof routes.recordPhoneConsent>['body']>;
export const phone = (request: ContainmentRequest, given: Partial<PhoneBody> = {}, actor = operator) =>
  as(actor)(routes.recordPhoneConsent, {
    ...at(request),
    body: { answer: 'yes', name: '山田 花子', phone: '+81 3-1234-5678', ...given },
  });
export const tasksOf = async ({ agent }: Site, kind: string) =>
  (await as()(routes.listHostTasks, { params: { hostId: agent.hostId } })).items.filter((task) => task.kind === kind);

/** Letters of a kind to an account, newest first. */
export const lettersOf = (account: string, kind: string) =>
  door.platform.database.asProvider((tx) =>
    tx.rows(sql<{ recipient: string; body_text: string }>`
      select recipient, body_text from notices_notice where kind = ${kind} and tenant_id = ${account} order by created_at desc, id desc`),
  );
export const secretOf = async ({ account }: Site): Promise<string> => {
  const [letter] = await lettersOf(account, 'consent.asked');
  return /\/consent#([\w-]+)/.exec(letter!.body_text)![1]!;
};
export const codeOf = async ({ account }: Site): Promise<string> =>
  /^(\d{6})$/m.exec((await lettersOf(account, 'consent.code'))[0]!.body_text)![1]!;
export const look = (secret: string) => as()(routes.lookAtConsent, { body: { secret } });
export const sendCode = (secret: string) => as()(routes.sendConsentCode, { body: { secret } });
export const answer = (secret: string, code: string, given: 'yes' | 'no' = 'yes', reason?: string) =>
  as()(routes.answerConsent, { body: { secret, code, answer: given, ...(reason ? { reason } : {}) } });
export async function consentByLink(site: Site, given: 'yes' | 'no' = 'yes', reason?: string) {
  const secret = await secretOf(site);
  await sendCode(secret);
  return answer(secret, await codeOf(site), given, reason);
}
/** The host does what it was asked, and says so. */
export async function carryOut({ agent }: Site, state: 'done' | 'failed' = 'done', detail = 'ok'): Promise<void> {
  const tasks = await until(async () => {
    const { received } = await agent.heartbeat();
    return received.tasks?.length ? received.tasks : undefined;
  }, 'no heartbeat brought a task');
  await agent.post(agentPaths.taskResults, { results: tasks.map(({ id }) => ({ id, state, detail })) });
}
