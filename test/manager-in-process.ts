import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, createClient, type HostFacts, type Plan, routes } from '@sakimori/contract';
import { createKeyFor } from '@sakimori/manager/access/index';
import { type Manager, startManager } from '@sakimori/manager/manager';
import { type Log, ManualClock, type Platform, readConfig, sql, Vault } from '@sakimori/manager/platform/index';
import { createApiKeyFor } from '@sakimori/manager/workloadapi/index';
import { pino } from 'pino';
import { freshDatabase, testSecret } from './platform.ts';
import { SimulatedAgent, sampleFacts } from './simulated-agent.ts';
import { createDriver, type Driver } from './workload-security/driver.ts';

export type AuditRow = { action: string; target: string; facts: Record<string, unknown> };
export type LetterRow = {
  recipient: string;
  language: string;
  subject: string;
  body_text: string;
  attachments: unknown[];
};

/** A whole manager in this process, with its jobs and ticks, and a clock that stands until a test moves it. */
export type ManagerInProcess = {
  readonly manager: Manager;
  readonly platform: Platform;
  readonly clock: ManualClock;
  readonly admin: Client;
  readonly adminKey: string;
  /** Everything that was logged so far. */
  readonly logged: () => string;
  makeAccount(name: string, plan?: Plan): Promise<{ accountId: string; api: Driver }>;
  enrol(accountId: string, facts?: Partial<HostFacts>): Promise<SimulatedAgent>;
  audit(accountId: string, action: string): Promise<AuditRow[]>;
  letters(accountId: string): Promise<LetterRow[]>;
  stop(): Promise<void>;
};

/** The clock begins at the machine's own time: agents hold the door's certificate against theirs. */
export async function startManagerInProcess(env: Record<string, string> = {}): Promise<ManagerInProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-manager-'));
  chmodSync(folder, 0o755);
  const clock = new ManualClock(new Date());
  const { log, logged } = recordingLog();
  const zero = ['SAKIMORI_PORT', 'SAKIMORI_AGENTS_PORT', 'SAKIMORI_SMTP_PORT', 'SAKIMORI_API_PORT'];
  const url = process.env['SAKIMORI_TEST_DATABASE_URL'];
  const database = url ? await freshDatabase(url, new Vault(testSecret)) : undefined;
  const config = readConfig({
    ...(database ? { DATABASE_URL: database.url, SAKIMORI_SECRET: testSecret } : {}),
    ...Object.fromEntries(zero.map((name) => [name, '0'])),
    ...{ SAKIMORI_DATA: folder, SAKIMORI_API_REQUESTS_PER_MINUTE: '1000000', ...env },
  });
  const manager = await startManager({ config, ephemeral: true, clock, log });
  const { platform, consoleUrl } = manager;
  const adminKey = await createKeyFor(platform, { name: 'test', role: 'provider-admin' });
  const admin = createClient({ base: `${consoleUrl}/service`, headers: { authorization: `Bearer ${adminKey}` } });
  const rowsOf = <Row>(accountId: string, statement: ReturnType<typeof sql<Row>>) =>
    platform.database.as(accountId, (tx) => tx.rows(statement));
  return {
    manager,
    platform,
    clock,
    admin,
    adminKey,
    logged,
    async makeAccount(name, plan = 'standard') {
      const { id } = await admin(routes.createAccount, {
        body: { customerName: `${name} Inc.`, name, plan },
      });
      const key = await createApiKeyFor(platform, id, 'test');
      return { accountId: id, api: createDriver(`${manager.workloadSecurity}/api`, key) };
    },
    async enrol(accountId, facts = {}) {
      const { token } = await admin(routes.createEnrolmentToken, { params: { accountId }, body: { validHours: 24 } });
      const agent = await SimulatedAgent.enrol(token, sampleFacts(facts));
      agent.clock = clock;
      return agent;
    },
    audit: (accountId, action) =>
      rowsOf(
        accountId,
        sql<AuditRow>`select action, target, facts from audit_entry where tenant_id = ${accountId} and action = ${action} order by at, id`,
      ),
    letters: (accountId) =>
      rowsOf(
        accountId,
        sql<LetterRow>`select recipient, language, subject, body_text, attachments from notices_notice where tenant_id = ${accountId} order by created_at, id`,
      ),
    async stop() {
      await manager.stop();
      await database?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Keeps what is logged, with nothing blackened, for tests of what must not be. */
function recordingLog(): { log: Log; logged: () => string } {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  return { log, logged: () => lines.join('') };
}
