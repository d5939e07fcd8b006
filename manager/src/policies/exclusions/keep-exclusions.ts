import { note } from '../../audit/index.ts';
import { readConfiguration, selectComputers, updateComputer } from '../../configuration/index.ts';
import { announce, type Platform, sql, type Tick, type Tx } from '../../platform/index.ts';
import { changeConfiguration, changeWithin } from '../change.ts';
import { removeExclusions } from './exclusions.ts';
import { ownExclusions, type StoredExclusion, withExclusions } from './layer-exclusions.ts';

const system = { kind: 'system', id: 'system', name: 'Sakimori' } as const;
const dayMs = 86_400_000;

/** A day before the end, or when a quarter of a shorter time is left. */
const warnAtMs = ({ createdAt, until }: StoredExclusion): number => {
  const endMs = Date.parse(until);
  return endMs - Math.min(dayMs, (endMs - Date.parse(createdAt)) / 4);
};

/** Warns before exclusions end, and takes away those that have: agents watch again by themselves, and the record says so. */
export const keepExclusions = (platform: Platform): Tick => ({
  name: 'policies.exclusions',
  everyMs: 30_000,
  run: () => endAndWarn(platform),
});

export async function endAndWarn(platform: Platform): Promise<void> {
  const accounts = await platform.database.asProvider((tx) => accountsWithExclusions(tx));
  for (const accountId of accounts) {
    const nowMs = platform.clock.now().getTime();
    const all = await platform.database.as(accountId, (tx) => exclusionsOfAccount(tx, accountId));
    if (all.some(({ until }) => Date.parse(until) <= nowMs)) await end(platform, accountId, nowMs);
    if (all.some((one) => isToWarn(one, nowMs))) await warn(platform, accountId, nowMs);
  }
}

const isToWarn = (one: StoredExclusion, nowMs: number): boolean =>
  one.warnedAt === undefined && warnAtMs(one) <= nowMs && Date.parse(one.until) > nowMs;

async function accountsWithExclusions(tx: Tx): Promise<string[]> {
  const rows = await tx.rows(sql<{ tenant_id: string }>`
    select tenant_id from configuration_object where data ? '_exclusions'
    union select tenant_id from configuration_computer where overrides ? '_exclusions'`);
  return rows.map(({ tenant_id }) => tenant_id);
}

async function exclusionsOfAccount(tx: Tx, accountId: string): Promise<StoredExclusion[]> {
  const view = await readConfiguration(tx, accountId);
  const computers = await selectComputers(tx, accountId, sql`and c.overrides ? '_exclusions'`);
  return [...view.list('Policy'), ...computers.map(({ overrides }) => overrides)].flatMap((one) => ownExclusions(one));
}

async function end(platform: Platform, accountId: string, nowMs: number): Promise<void> {
  const reason = 'the time of the exclusion is over';
  await changeConfiguration(platform, { accountId, actor: system, reason }, async (edit) => {
    for (const { exclusion, target } of await removeExclusions(edit, ({ until }) => Date.parse(until) <= nowMs))
      await note(edit.tx, platform.clock, {
        ...{ accountId, actor: system, action: 'integrity.exclusion_ended', target },
        facts: { exclusion: exclusion.id, paths: exclusion.paths.slice(0, 20), until: exclusion.until, reason },
      });
  });
}

/** That somebody was warned is no change of what hosts do. */
async function warn(platform: Platform, accountId: string, nowMs: number): Promise<void> {
  const reason = 'an exclusion ends soon';
  const warned = new Map<string, StoredExclusion>();
  const marked = (one: StoredExclusion): StoredExclusion => {
    if (!isToWarn(one, nowMs)) return one;
    warned.set(one.id, one);
    return { ...one, warnedAt: new Date(nowMs).toISOString() };
  };
  await platform.database.as(accountId, (tx) =>
    changeWithin(tx, platform, { accountId, actor: system, reason }, async (edit) => {
      for (const policy of edit.list('Policy'))
        if (ownExclusions(policy).some((one) => isToWarn(one, nowMs)))
          edit.record('Policy', policy['ID'] as number, withExclusions(policy, ownExclusions(policy).map(marked)));
      for (const computer of await selectComputers(tx, accountId, sql`and c.overrides ? '_exclusions'`))
        if (ownExclusions(computer.overrides).some((one) => isToWarn(one, nowMs)))
          await updateComputer(tx, accountId, {
            ...computer,
            overrides: withExclusions(computer.overrides!, ownExclusions(computer.overrides).map(marked)),
          });
      for (const { id, paths, until, createdBy } of warned.values())
        await note(tx, platform.clock, {
          ...{ accountId, actor: system, action: 'integrity.exclusion_ending', target: `exclusion:${id}` },
          facts: { exclusion: id, paths: paths.slice(0, 20), until, createdBy },
        });
      if (warned.size > 0) await announce(tx, { topic: 'configuration', accountId });
    }),
  );
}
