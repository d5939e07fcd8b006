import {
  type Actor,
  exclusionDaysMax,
  exclusionsMax,
  type IntegrityExclusion,
  type NewExclusion,
  Refusal,
} from '@sakimori/contract';
import { note } from '../../audit/index.ts';
import {
  type AccountConfiguration,
  type ComputerRow,
  type ConfigurationEdit,
  selectComputers,
  updateComputer,
  withConfiguration,
} from '../../configuration/index.ts';
import { newId, type Platform, sql, type Tx } from '../../platform/index.ts';
import { changeConfiguration } from '../change.ts';
import { compileFault } from '../compile/faults.ts';
import { readBase } from '../compile/integrity-paths.ts';
import { selectPolicies } from '../store.ts';
import { ownExclusions, type StoredExclusion, withExclusions } from './layer-exclusions.ts';

const dayMs = 86_400_000;

/** Everything that an account leaves out for a time, the next to end first. @throws Refusal not_found */
export function listExclusions(platform: Platform, actor: Actor, accountId: string): Promise<IntegrityExclusion[]> {
  return withConfiguration(platform, actor, accountId, async (tx, view) => {
    const found = [...(await ofPolicies(tx, view)), ...(await ofHosts(tx, accountId))];
    return found.sort((a, b) => (a.until < b.until ? -1 : 1));
  });
}

async function ofPolicies(tx: Tx, view: AccountConfiguration): Promise<IntegrityExclusion[]> {
  const rows = new Map((await selectPolicies(tx, { accountId: view.accountId })).map((row) => [row.number, row]));
  return view.list('Policy').flatMap((policy) => {
    const row = rows.get(policy['ID'] as number);
    return row ? ownExclusions(policy).map((one) => ({ ...one, policy: { id: row.id, name: row.name } })) : [];
  });
}

async function ofHosts(tx: Tx, accountId: string): Promise<IntegrityExclusion[]> {
  const computers = await selectComputers(
    tx,
    accountId,
    sql`and c.host_id is not null and c.overrides ? '_exclusions'`,
  );
  return computers.flatMap(({ host_id, host_name, overrides }) =>
    ownExclusions(overrides).map((one) => ({ ...one, host: { id: host_id!, name: host_name } })),
  );
}

/**
 * Leaves paths or entities of a policy or a host out until a time. Hosts follow in the same transaction.
 * @throws Refusal not_found for what it shall stand on, malformed for a path or a time that cannot be, wrong_state where there are too many
 */
export async function createExclusion(
  platform: Platform,
  actor: Actor,
  accountId: string,
  wanted: NewExclusion,
): Promise<IntegrityExclusion> {
  const now = platform.clock.now();
  checkTime(wanted.until, now);
  for (const path of wanted.paths) checkPath(path);
  await withConfiguration(platform, actor, accountId, async () => undefined);
  const { paths, entities, reason, until } = wanted;
  const stored: StoredExclusion = {
    ...{ id: newId(platform.clock), paths, entities, reason, until },
    ...{ createdAt: now.toISOString(), createdBy: actor.name },
  };
  const place = wanted.policyId
    ? { policyId: wanted.policyId, target: `policy:${wanted.policyId}` }
    : { hostId: wanted.hostId!, target: `host:${wanted.hostId}` };
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    if (place.policyId) await addToPolicy(edit, place.policyId, stored);
    else await addToHost(edit, place.hostId!, stored);
    await note(edit.tx, platform.clock, {
      ...{ accountId, actor, action: 'integrity.exclusion_created', target: place.target },
      facts: { exclusion: stored.id, paths: paths.slice(0, 20), entities: entities.slice(0, 20), until, reason },
    });
  });
  return (await listExclusions(platform, actor, accountId)).find(({ id }) => id === stored.id)!;
}

function checkTime(until: string, now: Date): void {
  const ms = Date.parse(until) - now.getTime();
  if (!(ms > 0)) throw new Refusal('malformed', { detail: 'body.until: it must be in the future' });
  if (ms > exclusionDaysMax * dayMs)
    throw new Refusal('malformed', { detail: `body.until: an exclusion lasts at most ${exclusionDaysMax} days` });
}

/** As in a rule: absolute, without `..`, with `**` as a whole name. A variable is the rules' own affair. */
function checkPath(path: string): void {
  if (path.split('/').includes('..'))
    throw new Refusal('malformed', { detail: 'body.paths: a path may not have ".."' });
  try {
    const read = readBase(path);
    if ('unsupported' in read) throw new Refusal('malformed', { detail: `body.paths: ${read.unsupported.reason}` });
  } catch (error) {
    throw compileFault(error) ?? error;
  }
}

async function addToPolicy(edit: ConfigurationEdit, policyId: string, exclusion: StoredExclusion): Promise<void> {
  const [row] = await selectPolicies(edit.tx, { accountId: edit.accountId, policyId });
  const policy = row && edit.get('Policy', row.number);
  if (!policy) throw new Refusal('not_found', { what: 'policy' });
  edit.put('Policy', row.number, withExclusions(policy, added(ownExclusions(policy), exclusion)));
}

async function addToHost(edit: ConfigurationEdit, hostId: string, exclusion: StoredExclusion): Promise<void> {
  const [computer] = await selectComputers(edit.tx, edit.accountId, sql`and c.host_id = ${hostId}`);
  if (!computer) throw new Refusal('not_found', { what: 'host' });
  await writeToComputer(edit, computer, added(ownExclusions(computer.overrides), exclusion));
}

function added(before: readonly StoredExclusion[], exclusion: StoredExclusion): StoredExclusion[] {
  if (before.length >= exclusionsMax) throw new Refusal('wrong_state', { what: 'exclusion', state: 'full' });
  return [...before, exclusion];
}

export async function writeToComputer(
  edit: ConfigurationEdit,
  computer: ComputerRow,
  exclusions: readonly StoredExclusion[],
): Promise<void> {
  const overrides = withExclusions(computer.overrides ?? {}, exclusions);
  await updateComputer(edit.tx, edit.accountId, {
    ...computer,
    overrides: Object.keys(overrides).length > 0 ? overrides : null,
  });
  edit.noteComputer(computer.id, 'modified');
}

/** Ends an exclusion before its time. @throws Refusal not_found */
export async function endExclusion(
  platform: Platform,
  actor: Actor,
  accountId: string,
  exclusionId: string,
  reason: string,
): Promise<void> {
  await withConfiguration(platform, actor, accountId, async () => undefined);
  await changeConfiguration(platform, { accountId, actor, reason }, async (edit) => {
    const ended = await removeExclusions(edit, ({ id }) => id === exclusionId);
    if (ended.length === 0) throw new Refusal('not_found', { what: 'exclusion' });
    for (const { exclusion, target } of ended)
      await note(edit.tx, platform.clock, {
        ...{ accountId, actor, action: 'integrity.exclusion_ended', target },
        facts: { exclusion: exclusion.id, paths: exclusion.paths.slice(0, 20), until: exclusion.until, reason },
      });
  });
}

export type EndedExclusion = { readonly exclusion: StoredExclusion; readonly target: string };

/** Takes exclusions from wherever they stand. */
export async function removeExclusions(
  edit: ConfigurationEdit,
  isMeant: (exclusion: StoredExclusion) => boolean,
): Promise<EndedExclusion[]> {
  const ended: EndedExclusion[] = [];
  for (const policy of edit.list('Policy')) {
    const own = ownExclusions(policy);
    const gone = own.filter(isMeant);
    if (gone.length === 0) continue;
    const number = policy['ID'] as number;
    edit.put(
      'Policy',
      number,
      withExclusions(
        policy,
        own.filter((one) => !isMeant(one)),
      ),
    );
    const [row] = await selectPolicies(edit.tx, { accountId: edit.accountId, number });
    ended.push(...gone.map((exclusion) => ({ exclusion, target: `policy:${row?.id ?? number}` })));
  }
  for (const computer of await selectComputers(edit.tx, edit.accountId, sql`and c.overrides ? '_exclusions'`)) {
    const own = ownExclusions(computer.overrides);
    const gone = own.filter(isMeant);
    if (gone.length === 0) continue;
    await writeToComputer(
      edit,
      computer,
      own.filter((one) => !isMeant(one)),
    );
    ended.push(...gone.map((exclusion) => ({ exclusion, target: `host:${computer.host_id ?? computer.id}` })));
  }
  return ended;
}
