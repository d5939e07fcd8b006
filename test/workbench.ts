import { type Client, type Detection, type Plan, type RuleDraftDetail, routes } from '@sakimori/contract';
import { Backends } from '@sakimori/manager/backends/index';
import { customersRoom, type Desk } from '@sakimori/manager/customers/index';
import { Software } from '@sakimori/manager/deployment/index';
import { recordDetections } from '@sakimori/manager/detections/index';
import { Editions } from '@sakimori/manager/editions/index';
import { Authority } from '@sakimori/manager/hosts/index';
import { defaultTarget } from '@sakimori/manager/policies/index';
import { ticketsRoom } from '@sakimori/manager/tickets/index';
import { workbenchRoom } from '@sakimori/manager/workbench/index';
import { OwnOperations } from '@sakimori/manager/workloadapi/index';
import { startTestDoor, type TestDoor } from './agents-door.ts';
import { actorOf } from './service.ts';
import { makeDetection, sampleFacts } from './simulated-agent.ts';

type TestHost = { readonly accountId: string; readonly hostId: string; readonly name: string };

/** The rule workbench with the rooms around it, on a real database and the operations of this manager. */
export type TestBench = {
  readonly door: TestDoor;
  readonly operator: Client;
  readonly backends: Backends;
  makeAccount(plan: Plan, name: string): Promise<string>;
  makeHost(accountId: string, name: string): Promise<TestHost>;
  /** A ticket by which the customer asked. */
  ask(accountId: string, kind?: 'consulting' | 'inquiry'): Promise<string>;
  /** Detections as an agent would have sent them, so many days ago. */
  detect(host: TestHost, daysAgo: number, parts: Partial<Detection>): Promise<Detection>;
  stop(): Promise<void>;
};

export async function startBench(): Promise<TestBench> {
  let authority: Authority;
  let desk: Desk;
  let backends: Backends;
  const door = await startTestDoor({
    prepare: async (platform) => {
      authority = await Authority.open(platform.database, platform.vault, platform.clock);
      desk = { platform, editions: Editions.read(platform.config) };
      const software = new Software(`${platform.config.SAKIMORI_DATA}/software`, platform);
      const deployment = { platform, authority, software, agents: () => '', apiAddress: () => '' };
      backends = new Backends(new OwnOperations(platform, { authority, deployment }, () => ''));
      return platform;
    },
    rooms: (platform) => [
      customersRoom(platform, {
        editions: desk.editions,
        onAccountCreated: async (tx, accountId) => void (await defaultTarget(tx, platform, accountId)),
      }),
      ticketsRoom(desk),
      workbenchRoom(desk, { backends }),
    ],
  });
  const operator = door.service.as(actorOf('operator'));
  return {
    ...{ door, operator, backends: backends! },
    makeAccount: async (plan, name) =>
      (await operator(routes.createAccount, { body: { customerName: `${name} Inc.`, name, plan } })).id,
    makeHost: async (accountId, name) => {
      const agent = await door.enrolAgent(accountId, sampleFacts({ name }));
      return { accountId, hostId: agent.hostId, name };
    },
    ask: async (accountId, kind = 'consulting') => {
      const body = { kind, subject: 'ルール作成のご依頼', text: 'お願いします', callerName: '佐藤' };
      return (await operator(routes.createTicket, { params: { accountId }, body })).id;
    },
    detect: async (host, daysAgo, parts) => {
      const occurredAt = new Date(door.platform.clock.now().getTime() - daysAgo * 86_400_000).toISOString();
      const detection = makeDetection(host, { occurredAt, ...parts });
      await recordDetections(door.platform, host.accountId, [detection]);
      return detection;
    },
    stop: () => door.stop(),
  };
}

/** A line that some rule of log inspection told of, as its detection holds it. */
export const lineDetection = (line: string, source = '/var/log/auth.log'): Partial<Detection> => ({
  ...{
    module: 'loginspection',
    kind: 'log.matched',
    rule: { id: '900101', name: 'sshd: login failed' },
    severity: 'low',
  },
  log: { source, program: 'sshd', decoder: 'sshd', level: 5, lines: [line] },
  raw: line,
});

export const newestStep = ({ steps }: RuleDraftDetail) => steps[0];
