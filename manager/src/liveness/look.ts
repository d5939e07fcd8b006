import type { ProbeEvidence, ProbePoint, SilenceCause } from '@sakimori/contract';
import type { DueRow } from '../hosts/index.ts';
import { selectInventory } from '../inventory/index.ts';
import type { Platform } from '../platform/index.ts';
import type { Prober } from './probe.ts';
import { type CheckRow, recordProbe, selectChecks, selectLiving, selectSettings, selectUnprobed } from './store.ts';
import { isAlive, isNeighbour, judge, pointsOf } from './verdict.ts';

/** Hosts of which a look is taken in one turn. */
const probedAtOnceMax = 32;
/** A well host is looked at this seldom: each look may leave a line in a log of the host. */
const probedEveryMs = 24 * 3_600_000;
const neighboursMax = 2;
const pointsMax = 12;

type Asked = ProbePoint & { readonly whose: ProbeEvidence['whose'] };

const knockAt = (prober: Prober, asked: readonly Asked[]): Promise<ProbeEvidence[]> =>
  Promise.all(asked.map(async ({ whose, ...point }) => ({ ...point, whose, ...(await prober.knock(point)) })));

const heardAfter = ({ clock, config }: Platform): Date =>
  new Date(clock.now().getTime() - config.SAKIMORI_SILENCE_SECONDS * 1000);

/** Looks at hosts that are well, so that it is known later what of them ever answers from here. @returns how many */
export async function probeLiving(platform: Platform, prober: Prober): Promise<number> {
  const { clock, database } = platform;
  const before = new Date(clock.now().getTime() - probedEveryMs);
  const rows = await database.asProvider((tx) => selectUnprobed(tx, before, heardAfter(platform), probedAtOnceMax));
  await Promise.all(rows.map((row) => probeHostNow(platform, prober, row.tenant_id, row.host_id)));
  return rows.length;
}

/** One look at a host whose agent is there: what answers now is what counts later. */
export async function probeHostNow(
  platform: Platform,
  prober: Prober,
  accountId: string,
  hostId: string,
): Promise<void> {
  const { clock, database } = platform;
  const found = await database.as(accountId, (tx) => selectInventory(tx, accountId, hostId));
  const points = found ? pointsOf(found.inventory).slice(0, pointsMax) : [];
  const evidence = await knockAt(
    prober,
    points.map((point) => ({ ...point, whose: 'host' as const })),
  );
  const answering = points.filter((_, index) => isAlive(evidence[index]!));
  await database.as(accountId, (tx) => recordProbe(tx, accountId, hostId, { at: clock.now(), evidence, answering }));
}

/**
 * Looks from outside at hosts that left no sign, all at once: what answered while they were well, their neighbours, and the points that the
 * account's settings name.
 */
export async function lookAt(
  platform: Platform,
  prober: Prober,
  hosts: readonly DueRow[],
): Promise<Map<string, { readonly cause: SilenceCause; readonly evidence: readonly ProbeEvidence[] }>> {
  const { clock, database } = platform;
  const checks = await database.asProvider((tx) =>
    selectChecks(
      tx,
      hosts.map(({ id }) => id),
    ),
  );
  const byHost = new Map(checks.map((check) => [check.host_id, check]));
  const silent = new Set(hosts.map(({ id }) => id));
  const accounts = new Map<string, Promise<Surroundings | undefined>>();
  const found = await Promise.all(
    hosts.map(async (host) => {
      const check = byHost.get(host.id);
      const around = accounts.get(host.tenant_id) ?? surroundingsOf(platform, host.tenant_id, silent);
      accounts.set(host.tenant_id, around);
      const surroundings = await around;
      if (!check || !surroundings) return undefined;
      const evidence = await knockAt(prober, pointsToAsk(check, surroundings));
      const at = clock.now();
      await database.as(host.tenant_id, (tx) => recordProbe(tx, host.tenant_id, host.id, { at, evidence }));
      return [host.id, { cause: judge(evidence, host.clock_offset_ms), evidence }] as const;
    }),
  );
  return new Map(found.filter((entry) => entry !== undefined));
}

type Surroundings = { readonly references: readonly ProbePoint[]; readonly living: readonly ProbePoint[] };

/** Undefined where the account is not probed. */
function surroundingsOf(
  platform: Platform,
  accountId: string,
  silent: ReadonlySet<string>,
): Promise<Surroundings | undefined> {
  return platform.database.as(accountId, async (tx) => {
    const settings = await selectSettings(tx, accountId);
    if (settings && !settings.probes) return undefined;
    const rows = await selectLiving(tx, accountId, heardAfter(platform));
    const living = rows.filter((row) => !silent.has(row.host_id)).flatMap(({ answering }) => answering);
    return { references: settings?.reference_points ?? [], living };
  });
}

function pointsToAsk({ answering }: CheckRow, { references, living }: Surroundings): Asked[] {
  const own = answering.slice(0, pointsMax);
  const neighbours = living.filter((point) => own.some(({ address }) => isNeighbour(address, point.address)));
  const firstOfEach = [...new Map(neighbours.map((point) => [point.address, point])).values()];
  return [
    ...own.map((point) => ({ ...point, whose: 'host' as const })),
    ...firstOfEach.slice(0, neighboursMax).map((point) => ({ ...point, whose: 'neighbour' as const })),
    ...references.map((point) => ({ ...point, whose: 'reference' as const })),
  ];
}
