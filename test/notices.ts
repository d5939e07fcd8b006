import { randomUUID } from 'node:crypto';
import { type Detection, Detection as DetectionShape, type MailSettingsInput, type Notice } from '@sakimori/contract';
import { noticesRoom, type OnUndelivered, startCatcher, tellAlert } from '@sakimori/manager/notices/index';
import { newId, type Platform, type Room, sql, startJobs, startTicks } from '@sakimori/manager/platform/index';
import { type ParsedMail, simpleParser } from 'mailparser';
import { startTestPlatform, type TestPlatform } from './platform.ts';

/** A platform on which mail is told, queued and sent as in the running manager. */
export type TestNotices = {
  readonly platform: TestPlatform;
  readonly room: Room;
  readonly catcher: { readonly host: string; readonly port: number };
  useServer(port: number, settings?: Partial<MailSettingsInput>, sealedPassword?: string): Promise<void>;
  stop(): Promise<void>;
};

export async function startTestNotices(onUndelivered?: OnUndelivered): Promise<TestNotices> {
  const platform = await startTestPlatform();
  const catcher = await startCatcher(platform);
  const publicUrl = () => 'https://console.sakimori.example';
  const room = noticesRoom(platform, { publicUrl, ...(onUndelivered ? { onUndelivered } : {}) });
  const end = await room.start?.();
  const jobs = await startJobs(platform.jobsUrl, room.jobs ?? [], platform.log, 4);
  const ticks = startTicks(platform, room.ticks ?? []);
  return {
    platform,
    room,
    catcher,
    async useServer(port, settings = {}, sealedPassword) {
      const stored = {
        transport: 'smtp',
        host: '127.0.0.1',
        port,
        security: 'none',
        fromName: '防人セキュリティ株式会社',
        fromAddress: 'alerts@provider.example',
        ...settings,
      };
      await platform.database.asProvider((tx) =>
        tx.run(sql`
          insert into notices_settings (id, settings, sealed_password, updated_at) values (1, ${JSON.stringify(stored)}::jsonb, ${sealedPassword ?? null}, ${platform.clock.now()})
          on conflict (id) do update set settings = excluded.settings, sealed_password = excluded.sealed_password`),
      );
    },
    async stop() {
      await ticks.stop();
      await jobs.stop();
      await end?.();
      await catcher.stop();
      await platform.stop();
    },
  };
}

export async function addContact(
  platform: Pick<Platform, 'clock' | 'database'>,
  accountId: string,
  mail: string,
  language: 'ja' | 'en' = 'ja',
  purposes: readonly string[] = ['alerts'],
): Promise<string> {
  const id = newId(platform.clock);
  await platform.database.as(accountId, (tx) =>
    tx.run(sql`
      insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at)
      values (${accountId}, ${id}, ${mail}, ${mail}, ${language}, ${[...purposes]}::text[], ${platform.clock.now()})`),
  );
  return id;
}

export async function addHost(platform: TestPlatform, accountId: string, name: string): Promise<string> {
  const [hostId, policyId] = [newId(platform.clock), newId(platform.clock)];
  await platform.database.as(accountId, async (tx) => {
    const at = platform.clock.now();
    await tx.run(
      sql`insert into policies_policy (tenant_id, id, name, version, updated_at) values (${accountId}, ${policyId}, ${`of ${name}`}, 1, ${at})`,
    );
    await tx.run(
      sql`insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id) values (${accountId}, ${hostId}, ${name}, '{}', ${at}, ${policyId})`,
    );
  });
  return hostId;
}

/** A change of /etc/passwd, or whatever `parts` make of it. */
export const makeDetection = (
  platform: TestPlatform,
  accountId: string,
  hostId: string,
  parts: Partial<Detection> = {},
): Detection =>
  DetectionShape.parse({
    id: newId(platform.clock),
    accountId,
    hostId,
    occurredAt: platform.clock.now().toISOString(),
    module: 'integrity',
    kind: 'file.modified',
    rule: { id: 'integrity.accounts', name: 'Account database' },
    severity: 'critical',
    title: '/etc/passwd was changed',
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    file: {
      path: '/etc/passwd',
      before: { type: 'file', sizeBytes: 2811, mode: '0644', owner: 'root', sha256: 'a'.repeat(64) },
      after: { type: 'file', sizeBytes: 2859, mode: '0666', owner: 'root', sha256: 'b'.repeat(64) },
      changed: ['content', 'mode'],
    },
    ...parts,
  });

/** Tells of a new alert as the alerts room does. @returns the alert's id and how many letters there are */
export async function tellOf(
  platform: TestPlatform,
  detection: Detection,
): Promise<{ alertId: string; letters: number }> {
  const alertId = randomUUID();
  const letters = await platform.database.as(detection.accountId, (tx) =>
    tellAlert(tx, platform, {
      accountId: detection.accountId,
      alertId,
      alertNumber: 7,
      detection,
      event: 'opened',
      facts: {},
    }),
  );
  return { alertId, letters };
}

export type StoredNotice = {
  id: string;
  recipient: string;
  state: Notice['state'];
  attempts: number;
  next_attempt_at: Date | null;
  sent_at: Date | null;
  server_response: string | null;
  last_error: string | null;
};
export const readNotices = (platform: TestPlatform, accountId: string): Promise<StoredNotice[]> =>
  platform.database.as(accountId, (tx) =>
    tx.rows(
      sql<StoredNotice>`select id, recipient, state, attempts, next_attempt_at, sent_at, server_response, last_error from notices_notice order by recipient, id`,
    ),
  );

/** Looks until it is so. @throws Error after `withinMs` */
export async function eventually<T>(look: () => Promise<T | undefined | false>, withinMs = 15_000): Promise<T> {
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`It did not come about within ${withinMs} ms.`);
}

export const parseMail = (raw: string): Promise<ParsedMail> => simpleParser(Buffer.from(raw, 'latin1'));
