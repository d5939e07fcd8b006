// The month's close: drafts of all accounts composed from the roll-ups and printed, signed one by one, and mailed until an SMTP server has them all. In turn with
// a fifth of the accounts, with all of them and a tenth of the detections, and with everything: so it shows how it grows with either.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '@sakimori/contract';
import { newId, sql, startEmbeddedPostgres, Vault } from '@sakimori/manager/platform/index';
import pg from 'pg';
import { type ReportDesk, startReportDesk } from '../test/report-desk.ts';
import { until } from '../test/system.ts';
import { cpuSecondsOf, loadBefore, megabytes, round, sharedOutBytesOf } from './parts/measure.ts';
import { progress, tell } from './parts/report.ts';

const argument = (name: string, usual: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const accounts = argument('accounts', 500);
const detections = argument('detections', 10_000_000);
const hostsEach = argument('hosts', 10);
const aimSeconds = 60;
const few = Math.max(1, Math.round(accounts / 5));
const signersAtOnce = 4;

/** Months that are closed, how many accounts there are by then, and of how many detections. */
const closes = [
  { period: '2026-08', weeksBefore: '2026-08-31T00:10:00+09:00', at: '2026-09-01T00:05:00+09:00', accounts: few },
  { period: '2026-09', weeksBefore: '2026-09-28T00:10:00+09:00', at: '2026-10-01T00:05:00+09:00', accounts },
  { period: '2026-10', weeksBefore: '2026-10-26T00:10:00+09:00', at: '2026-11-01T00:05:00+09:00', accounts },
] as const;
const detectionsOf = [Math.round(detections / 10 / 5), Math.round(detections / 10), detections] as const;

type Measured = {
  readonly seconds: number;
  readonly composed: number;
  readonly peakBytes: number;
  readonly cpu: number;
};

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sakimori-bench-'));
  chmodSync(folder, 0o755);
  const vault = new Vault('a secret for the tests, long enough to serve');
  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgresql'), vault, ephemeral: false });
  process.env['SAKIMORI_TEST_DATABASE_URL'] = postgres.url;
  const desk = await startReportDesk('2026-08-02T01:00:00.000Z', { content: () => undefined });
  const owner = new pg.Client({ connectionString: desk.platform.ownerUrl });
  await owner.connect();
  try {
    const measured: Measured[] = [];
    const load = loadBefore();
    for (const [index, close] of closes.entries()) {
      const have = index === 0 ? 0 : closes[index - 1]!.accounts;
      await makeAccounts(desk, owner, have, close.accounts, index === 0 ? '2026-06-01' : close.period);
      progress(
        `${close.period}: ${detectionsOf[index]!.toLocaleString('en')} detections of ${close.accounts} accounts`,
      );
      await makeDetections(owner, close.period, detectionsOf[index]!);
      await drain(desk, close.weeksBefore, close.accounts);
      measured.push(await measure(desk, close));
      progress(`closed in ${round(measured.at(-1)!.seconds)} s`);
    }
    const [fifth, tenth, all] = measured as [Measured, Measured, Measured];
    const byAccounts = tenth.seconds / fifth.seconds / (accounts / few);
    const byDetections = all.seconds / tenth.seconds;
    tell({
      bench: 'reports',
      figures: {
        accounts,
        detections,
        'composed and printed after (s)': round(all.composed),
        'every mail accepted after (s)': round(all.seconds),
        'processor time, manager and presses (s)': round(all.cpu),
        'peak memory, manager, presses and SMTP server (MB)': megabytes(all.peakBytes),
        'with a tenth of the detections (s)': round(tenth.seconds),
        [`with ${few} accounts (s)`]: round(fifth.seconds),
        'load average before': load,
      },
      aims: [
        {
          ...{ what: 'the close', aim: `< ${aimSeconds} s`, measured: `${round(all.seconds)} s` },
          met: all.seconds < aimSeconds,
        },
        {
          ...{
            what: 'with ten times the detections',
            aim: '< 1.2 × the time',
            measured: `${round(byDetections, 2)} ×`,
          },
          met: byDetections < 1.2,
        },
        {
          ...{
            what: 'an account, with five times as many',
            aim: '< 1.2 × the time',
            measured: `${round(byAccounts, 2)} ×`,
          },
          met: byAccounts < 1.2,
        },
      ],
      notes: ['One process has manager, jobs and SMTP server; PostgreSQL with fsync on and the presses are beside it.'],
    });
  } finally {
    await owner.end();
    await desk.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Accounts on High-end with a contact and hosts under a policy, by SQL. */
async function makeAccounts(
  desk: ReportDesk,
  owner: pg.Client,
  from: number,
  to: number,
  since: string,
): Promise<void> {
  const at = since.length === 7 ? `${since}-01` : since;
  for (let number = from; number < to; number += 1) {
    const [customer, account, policy] = [1, 2, 3].map(() => newId(desk.platform.clock)) as [string, string, string];
    const name = `acct${String(number).padStart(4, '0')}`;
    await owner.query(`insert into customers_customer (id, name, created_at) values ($1, $2, $3)`, [
      customer,
      name,
      at,
    ]);
    await owner.query(
      `insert into customers_account (tenant_id, customer_id, customer_name, name, plan, created_at) values ($1, $2, $3, $3, 'highend', $4)`,
      [account, customer, name, `${at}T00:00:00+09:00`],
    );
    await owner.query(
      `insert into customers_contact (tenant_id, id, name, mail, language, purposes, created_at) values ($1, $2, $3, $4, 'ja', '{monthly}', $5)`,
      [account, newId(desk.platform.clock), name, `${name}@customer.example`, at],
    );
    await owner.query(
      `insert into policies_policy (tenant_id, id, name, version, updated_at) values ($1, $2, '標準', 1, $3)`,
      [account, policy, at],
    );
    await owner.query(
      `insert into hosts_host (tenant_id, id, name, facts, enrolled_at, policy_id, applied_policy_id, applied_version, modules)
       select $1, gen_random_uuid(), 'host-' || n, '{"os": "Debian GNU/Linux 12"}', $2, $3, $3, 1,
         '[{"module": "integrity", "state": "active"}, {"module": "firewall", "state": "active"}, {"module": "intrusion", "state": "active"}]'
       from generate_series(1, $4::int) n`,
      [account, at, policy, hostsEach],
    );
  }
}

/** Detections spread over hours, hosts, modules and days as repeated ones are, and their roll-ups as the manager adds them up. */
async function makeDetections(owner: pg.Client, period: string, count: number): Promise<void> {
  await owner.query(`select detections_make_month($1::date)`, [`${period}-01`]);
  await owner.query(`analyze customers_account, hosts_host`);
  const span = [`${period}-01T00:00:00+09:00`, count];
  await owner.query(
    `insert into detections_detection (tenant_id, occurred_at, id, host_id, module, kind, rule_id, severity, action, action_result, mode, received_at, record)
     with numbered as (select tenant_id, row_number() over (order by tenant_id) - 1 as place, count(*) over () as places from customers_account),
       hosts as (select tenant_id, array_agg(id order by name) as ids from hosts_host group by tenant_id),
       made as (select n, n % (select max(places) from numbered) as place, (n / (select max(places) from numbered))::bigint as turn from generate_series(0, $2::bigint - 1) n)
     select a.tenant_id, t.hour + make_interval(secs => m.turn % 3599), gen_random_uuid(), h.ids[1 + t.slot % cardinality(h.ids)],
       (array['intrusion', 'firewall', 'integrity'])[1 + t.slot % 3], 'bench', 'rule-' || t.slot % 7, (array[1, 2, 3, 4])[1 + t.slot % 4], 'observed', 'none', 'detect', t.hour, '{}'
     from made m join numbered a using (place) join hosts h on h.tenant_id = a.tenant_id,
       lateral (select $1::timestamptz + make_interval(hours => (m.turn % 720)::int) as hour, (m.turn % 720)::int as slot) t`,
    span,
  );
  await owner.query(
    `insert into detections_hourly (tenant_id, hour, host_id, module, rule_id, severity, action, action_result, mode, count)
     select tenant_id, date_trunc('hour', occurred_at), host_id, module, rule_id, severity, action, action_result, mode, count(*)
     from detections_detection where occurred_at >= $1::timestamptz and occurred_at < $1::timestamptz + interval '31 days' group by 1, 2, 3, 4, 5, 6, 7, 8, 9
     on conflict do nothing`,
    [span[0]],
  );
  await owner.query('analyze detections_hourly');
}

const ticked = (desk: ReportDesk, at: string) => desk.tick('reports.drafts', new Date(at).toISOString());
const countIssues = async (desk: ReportDesk, where: ReturnType<typeof sql>): Promise<number> =>
  (
    await desk.platform.database.asProvider((tx) =>
      tx.one(sql<{ count: number }>`select count(*) as count from reports_issue where ${where}`),
    )
  ).count;

/** Weeks that are over by then are another matter: their drafts are out of the way before the clock runs. */
async function drain(desk: ReportDesk, at: string, expected: number): Promise<void> {
  await ticked(desk, at);
  await until(
    async () => {
      const open = await countIssues(desk, sql`report_id is null`);
      const have = await countIssues(desk, sql`true`);
      return open === 0 && have >= expected ? true : undefined;
    },
    'the drafts before were not made',
    1_200_000,
  );
}

async function measure(desk: ReportDesk, close: (typeof closes)[number]): Promise<Measured> {
  const took = desk.mail.mails.length;
  let peakBytes = 0;
  const watching = setInterval(() => {
    peakBytes = Math.max(peakBytes, sharedOutBytesOf(process.pid));
  }, 500);
  const [cpuBefore, began] = [cpuSecondsOf(process.pid), performance.now()];
  await ticked(desk, close.at);
  const made = sql`period = ${close.period} and report_id is not null`;
  await until(
    async () => ((await countIssues(desk, made)) >= close.accounts ? true : undefined),
    'the drafts were not made',
    1_200_000,
  );
  const composed = (performance.now() - began) / 1000;
  const manager = desk.client('service-manager');
  const { items } = await manager(routes.listReportIssues, { query: { period: close.period } });
  let next = 0;
  const signer = async () => {
    for (let index = next++; index < items.length; index = next++)
      await manager(routes.signReport, {
        params: { issueId: items[index]!.id },
        body: { sha256: items[index]!.sha256! },
      });
  };
  await Promise.all(Array.from({ length: signersAtOnce }, signer));
  await until(
    async () => (desk.mail.mails.length - took >= close.accounts ? true : undefined),
    'the mails were not accepted',
    1_200_000,
  );
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watching);
  return { seconds, composed, peakBytes, cpu: cpuSecondsOf(process.pid) - cpuBefore };
}

await main();
