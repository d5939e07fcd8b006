import { type Actor, type Plan, type ReportIssue, type Role, routes } from '@sakimori/contract';
import { auditRoutes } from '@sakimori/manager/audit/index';
import { casesRoom } from '@sakimori/manager/cases/index';
import { checkWork, customersRoom, type Desk, entitlementOf } from '@sakimori/manager/customers/index';
import { Editions } from '@sakimori/manager/editions/index';
import { noticesRoom } from '@sakimori/manager/notices/index';
import { type Room, sql, startJobs } from '@sakimori/manager/platform/index';
import { providerRoom } from '@sakimori/manager/provider/index';
import { reportsRoom, turnIntoLink } from '@sakimori/manager/reports/index';
import { workRoom } from '@sakimori/manager/work/index';
import { type Behaviour, type MailServer, startMailServer } from './mail-server.ts';
import { startTestPlatform, type TestPlatform } from './platform.ts';
import { actorOf, type DirectService, openDirectService } from './service.ts';
import { until } from './system.ts';

/** Everything that reports leave by, with a real mail server, for tests of how they do. The clock stands until a test moves it. */
export type ReportDesk = {
  readonly platform: TestPlatform;
  readonly service: DirectService;
  readonly mail: MailServer;
  /** Somebody of a role; each name is a person of their own. */
  as(role: Role, of?: { readonly name?: string; readonly accountId?: string; readonly socId?: string }): Actor;
  client(
    role: Role,
    of?: { readonly name?: string; readonly accountId?: string; readonly socId?: string },
  ): ReturnType<DirectService['as']>;
  makeAccount(plan: Plan, name: string, mails?: readonly string[]): Promise<string>;
  /** Moves the clock and runs a room's tick. */
  tick(name: string, at?: string): Promise<void>;
  /** The issue of an account and period, once it is as wished. */
  issueOf(accountId: string, period: string, holds?: (issue: ReportIssue) => boolean): Promise<ReportIssue>;
  stop(): Promise<void>;
};

export async function startReportDesk(at: string, behaviour: Behaviour = {}): Promise<ReportDesk> {
  const platform = await startTestPlatform(at);
  const mail = await startMailServer(behaviour);
  const desk: Desk = { platform, editions: Editions.read(platform.config) };
  const rooms: Room[] = [
    { name: 'audit', routes: auditRoutes(platform) },
    providerRoom(platform),
    customersRoom(platform, { editions: desk.editions, onAccountCreated: async () => undefined }),
    workRoom(desk),
    noticesRoom(platform, {
      publicUrl: () => 'https://console.sakimori.example',
      onUndelivered: async (tx, lost) => void (await turnIntoLink(tx, platform, lost)),
    }),
    casesRoom(desk),
    reportsRoom(platform, {
      desk,
      plan: {
        check: (tx, accountId, kind, day) => checkWork(tx, desk, { accountId, feature: `report.${kind}`, day }),
        isGranted: async (tx, accountId, kind, day) =>
          (await entitlementOf(tx, desk, { accountId, feature: `report.${kind}`, day })).outcome === 'granted',
      },
    }),
  ];
  const service = openDirectService(platform, rooms);
  const jobs = await startJobs(
    platform.jobsUrl,
    rooms.flatMap(({ jobs: own }) => own ?? []),
    platform.log,
    4,
  );
  const settings = {
    ...{ transport: 'smtp', host: '127.0.0.1', port: mail.port, security: 'none' },
    ...{ fromName: '防人セキュリティ株式会社', fromAddress: 'reports@provider.example' },
  };
  await platform.database.asProvider((tx) =>
    tx.run(sql`
      insert into notices_settings (id, settings, sealed_password, updated_at) values (1, ${JSON.stringify(settings)}::jsonb, null, ${platform.clock.now()})
      on conflict (id) do update set settings = excluded.settings`),
  );
  const people = new Map<string, string>();
  const as: ReportDesk['as'] = (role, { name = role, ...belongs } = {}) => {
    const number = people.get(name) ?? String(people.size + 1).padStart(4, '0');
    people.set(name, number);
    return { ...actorOf(role), id: `019ab000-0000-7000-8000-00000000${number}`, name, ...belongs };
  };
  const client: ReportDesk['client'] = (role, of) => service.as(as(role, of));
  return {
    ...{ platform, service, mail, as, client },
    async makeAccount(plan, name, mails = [`${name}@customer.example`]) {
      const { id: accountId } = await client('operator')(routes.createAccount, {
        body: { customerName: `${name} 株式会社`, name, plan },
      });
      for (const address of mails)
        await client('operator')(routes.createContact, {
          params: { accountId },
          body: {
            ...{ name: address, mail: address, purposes: ['weekly', 'monthly'] },
            language: address.startsWith('en-') ? 'en' : 'ja',
          },
        });
      return accountId;
    },
    async tick(name, moment) {
      if (moment) platform.clock.set(moment);
      await rooms
        .flatMap(({ ticks }) => ticks ?? [])
        .find((one) => one.name === name)!
        .run();
    },
    issueOf: (accountId, period, holds = ({ reportId }) => reportId !== undefined) =>
      until(
        async () => {
          for (const show of ['unsent', 'sent'] as const) {
            const query = { accountId, period, show };
            const { items } = await client('service-manager')(routes.listReportIssues, { query });
            const found = items.find(holds);
            if (found) return found;
          }
          return undefined;
        },
        `the report of ${period} did not become what it should`,
        90_000,
      ),
    async stop() {
      await jobs.stop();
      await service.stop();
      await mail.stop();
      await platform.stop();
    },
  };
}
