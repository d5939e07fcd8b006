import { type ComparedHost, comparedDifferencesMax, Module, moduleOfApi, type ShadowReport } from '@sakimori/contract';
import { type BriefDetection, selectBrief } from '../detections/index.ts';
import type { Platform, Tx } from '../platform/index.ts';
import { type OwnHostRow, selectOwnHosts } from './compare-store.ts';
import { nameOf } from './computer.ts';
import { type ComputerRow, selectComputers } from './store.ts';

const detectionsMax = 20_000;
const dayMs = 86_400_000;

type Pair = {
  readonly own: OwnHostRow;
  readonly remote: ComputerRow & { readonly host_id: string };
  readonly matchedBy: ComparedHost['matchedBy'];
};

/** Both agents of the account's hosts, compared over some days (issue 10: shadow mode). */
export async function compareShadow(
  tx: Tx,
  platform: Platform,
  accountId: string,
  { days, windowMinutes }: { readonly days: number; readonly windowMinutes: number },
): Promise<ShadowReport> {
  const to = platform.clock.now();
  const from = new Date(to.getTime() - days * dayMs);
  const own = await selectOwnHosts(tx, accountId);
  const computers = (await selectComputers(tx, accountId)).filter(({ liveness }) => liveness !== 'gone');
  const pairs = pairUp(own, computers);
  const hostIds = pairs.flatMap(({ own: { id }, remote }) => [id, remote.host_id]);
  const detections = await selectBrief(tx, accountId, { hostIds, from, to, limit: detectionsMax });
  const byHost = Map.groupBy(detections, ({ host_id: id }) => id);
  const pairedOwn = new Set(pairs.map(({ own: { id } }) => id));
  const pairedRemote = new Set(pairs.map(({ remote }) => remote.number));
  const fetchedMs = Math.max(...computers.map(({ fetched_at: at }) => at.getTime()));
  return {
    ...{ from: from.toISOString(), to: to.toISOString(), windowMinutes },
    ...(computers.length > 0 ? { fetchedAt: new Date(fetchedMs).toISOString() } : {}),
    hosts: pairs.map((pair) =>
      comparePair(pair, byHost.get(pair.own.id) ?? [], byHost.get(pair.remote.host_id) ?? [], windowMinutes * 60_000),
    ),
    onlyOwn: own.filter(({ id }) => !pairedOwn.has(id)).map(({ name }) => name),
    onlyRemote: computers.filter(({ number }) => !pairedRemote.has(number)).map(({ body }) => nameOf(body)),
    isCut: detections.length === detectionsMax,
  };
}

/** By their number at their cloud, else by a hostname that each side has once. */
function pairUp(own: readonly OwnHostRow[], computers: readonly ComputerRow[]): Pair[] {
  const free = new Map(
    computers.flatMap((row) => (row.host_id ? [[row.number, { ...row, host_id: row.host_id }]] : [])),
  );
  const pairs: Pair[] = [];
  const match = (
    matchedBy: Pair['matchedBy'],
    ownKey: (host: OwnHostRow) => string | undefined,
    remoteKey: (row: ComputerRow) => string | undefined,
  ) => {
    const paired = new Set(pairs.map((pair) => pair.own.id));
    const open = Map.groupBy(
      own.filter(({ id }) => !paired.has(id)),
      ownKey,
    );
    const others = Map.groupBy([...free.values()], remoteKey);
    for (const [key, [host, second]] of open) {
      const found = key ? others.get(key) : undefined;
      if (!host || second || found?.length !== 1) continue;
      free.delete(found[0]!.number);
      pairs.push({ own: host, remote: found[0]!, matchedBy });
    }
  };
  match(
    'instance',
    ({ instance_id: id }) => id ?? undefined,
    ({ body }) => (body['instanceID'] as string) || undefined,
  );
  match(
    'name',
    ({ name }) => name.toLowerCase(),
    ({ body }) => nameOf(body).toLowerCase(),
  );
  return pairs.sort((a, b) => (a.own.name < b.own.name ? -1 : 1));
}

function comparePair(
  { own, remote, matchedBy }: Pair,
  ours: readonly BriefDetection[],
  theirs: readonly BriefDetection[],
  windowMs: number,
): ComparedHost {
  const words = remote.body['modules'] as Record<string, string>;
  const differences: ComparedHost['differences'] = [];
  const modules = Object.entries(moduleOfApi).map(([name, module]) => {
    const mine = ours.filter((each) => each.module === module);
    const others = theirs.filter((each) => each.module === module);
    const onlyOwn = unmet(mine, others, windowMs);
    const onlyRemote = unmet(others, mine, windowMs);
    for (const [seenBy, list] of [
      ['own', onlyOwn],
      ['remote', onlyRemote],
    ] as const)
      for (const { id, occurred_at: at, title } of list)
        differences.push({ seenBy, module, at: at.toISOString(), title, detectionId: id });
    const said = own.modules.find((status) => status.module === module)?.state;
    return {
      module: Module.parse(module),
      ...(said ? { own: said } : {}),
      ...(words[name] ? { remote: words[name] } : {}),
      both: mine.length - onlyOwn.length,
      ...{ onlyOwn: onlyOwn.length, onlyRemote: onlyRemote.length },
    };
  });
  return {
    ...{ name: own.name, hostId: own.id, remoteHostId: remote.host_id, computerNumber: Number(remote.number) },
    ...{ matchedBy, modules },
    differences: differences.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, comparedDifferencesMax),
  };
}

/** Those of one side near which the other side has none. Both are in the order of time. */
function unmet(list: readonly BriefDetection[], others: readonly BriefDetection[], windowMs: number): BriefDetection[] {
  let first = 0;
  return list.filter(({ occurred_at: at }) => {
    const ms = at.getTime();
    while (first < others.length && others[first]!.occurred_at.getTime() < ms - windowMs) first += 1;
    return first >= others.length || others[first]!.occurred_at.getTime() > ms + windowMs;
  });
}
