import { type Actor, type Push, type PushStart, type PushTarget, Refusal } from '@sakimori/contract';
import { note } from '../audit/index.ts';
import { checkAccount } from '../customers/index.ts';
import { type DeploymentParts, SoftwareUnavailable } from '../deployment/index.ts';
import { announce, newId, type Platform, type Tick, type Tx } from '../platform/index.ts';
import { Credentials } from './credentials.ts';
import { type ListedHost, readHostsList } from './hosts-list.ts';
import type { PushRunner } from './runner.ts';
import { scanKey } from './ssh.ts';
import {
  acceptKey,
  askCancel,
  beginPush,
  insertPush,
  interruptSilent,
  type PushFilter,
  type PushRow,
  selectKeys,
  selectLog,
  selectPushes,
  selectTargets,
  type TargetRow,
  updateTarget,
} from './store.ts';

const listMax = 100;
const scansAtOnce = 20;
/** A runner says every five seconds that it is there. */
const silentMs = 60_000;

/** Reads a list and looks at the keys of its servers. Nothing is sent to them. @throws Refusal not_found, malformed */
export async function preparePush(platform: Platform, actor: Actor, accountId: string, text: string): Promise<Push> {
  const hosts = readHostsList(text);
  await platform.database.for(actor, (tx) => checkAccount(tx, accountId));
  const accepted = await platform.database.as(accountId, (tx) => selectKeys(tx, accountId));
  const waiting = hosts.map((host, index) => ({ host, index }));
  const scanned: Awaited<ReturnType<typeof look>>[] = [];
  const turn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      scanned[next.index] = await look(platform, next.host, accepted);
  };
  await Promise.all(Array.from({ length: scansAtOnce }, turn));
  const id = newId(platform.clock);
  await platform.database.as(accountId, async (tx) => {
    await insertPush(tx, { accountId, id, at: platform.clock.now(), by: actor.name }, scanned);
    const target = `push:${id}`;
    await note(tx, platform.clock, {
      accountId,
      actor,
      action: 'push.prepared',
      target,
      facts: { hosts: hosts.length },
    });
    await announce(tx, { topic: 'installation', accountId });
  });
  return getPush(platform, actor, id);
}

async function look(platform: Platform, host: ListedHost, accepted: ReadonlyMap<string, string>) {
  const { address, port, user, auth } = host;
  const shown = await scanKey(address, port);
  const expected = host.fingerprint ?? accepted.get(`${address} ${port}`);
  const state: PushTarget['keyState'] = !shown
    ? 'unreachable'
    : expected === undefined
      ? 'new'
      : expected === shown.fingerprint
        ? 'known'
        : 'changed';
  return {
    ...{ id: newId(platform.clock), address, port, user_name: user, auth, key_state: state },
    ...{ fingerprint: shown?.fingerprint ?? null, key_line: shown?.keyLine ?? null },
  };
}

export async function listPushes(platform: Platform, actor: Actor, filter: PushFilter): Promise<Push[]> {
  return platform.database.for(actor, (tx) => read(tx, filter));
}

export async function getPush(platform: Platform, actor: Actor, id: string): Promise<Push> {
  const [push] = await platform.database.for(actor, (tx) => read(tx, { id }));
  if (!push) throw new Refusal('not_found', { what: 'push' });
  return push;
}

async function read(tx: Tx, filter: PushFilter): Promise<Push[]> {
  const rows = await selectPushes(tx, filter, listMax);
  const targets = Map.groupBy(
    await selectTargets(
      tx,
      rows.map(({ id }) => id),
    ),
    ({ push_id }) => push_id,
  );
  return rows.map((row) => toPush(row, targets.get(row.id) ?? []));
}

/**
 * Starts to install on what is not done yet. Servers whose key is new need a person's word; one that shows another key than was accepted is refused.
 * @throws Refusal not_found, wrong_state, malformed where credentials lack, software_unavailable
 */
export async function startPush(
  parts: DeploymentParts,
  runner: PushRunner,
  actor: Actor,
  id: string,
  start: PushStart,
): Promise<Push> {
  const { platform } = parts;
  const push = await getPush(platform, actor, id);
  const { accountId } = push;
  const rows = await platform.database.as(accountId, (tx) => selectTargets(tx, [id]));
  const open = rows.filter(({ state }) => ['waiting', 'failed', 'cancelled'].includes(state));
  if (push.state === 'running' || open.length === 0)
    throw new Refusal('wrong_state', { what: 'push', state: push.state });
  refuseWithoutCredentials(open, start);
  // Before anything is begun: a host without the agent's package would only wait for nothing.
  await parts.software.current().catch((error: unknown) => {
    if (error instanceof SoftwareUnavailable)
      throw new Refusal('software_unavailable', { detail: error.message }, { cause: error });
    throw error;
  });
  const now = platform.clock.now();
  const until = new Date(now.getTime() + start.minutes * 60_000);
  const accepted = new Map(start.acceptKeys.map(({ targetId, fingerprint }) => [targetId, fingerprint]));
  const targets = await platform.database.as(accountId, async (tx) => {
    if (!(await beginPush(tx, accountId, id, { at: now, until })))
      throw new Refusal('wrong_state', { what: 'push', state: 'running' });
    const trusted: TargetRow[] = [];
    for (const row of open) {
      const isAccepted =
        row.key_state === 'new' && row.fingerprint !== null && accepted.get(row.id) === row.fingerprint;
      if (isAccepted) await acceptKey(tx, accountId, row, now, actor.name);
      const isTrusted = isAccepted || row.key_state === 'known';
      if (isTrusted) trusted.push(row);
      const code = { new: 'host_key_new', changed: 'host_key_changed', unreachable: 'unreachable', known: undefined };
      await updateTarget(tx, accountId, row.id, {
        ...(isTrusted ? { state: 'waiting' } : { state: 'failed', code: code[row.key_state], endedAt: now }),
      });
    }
    const facts = { hosts: trusted.length, minutes: start.minutes, keysAccepted: accepted.size };
    const told = start.overrideReason === undefined ? facts : { ...facts, overrideReason: start.overrideReason };
    await note(tx, platform.clock, { accountId, actor, action: 'push.started', target: `push:${id}`, facts: told });
    await announce(tx, { topic: 'installation', accountId });
    return trusted;
  });
  const { password, privateKey, passphrase, sudoPassword, parallel, overrideReason } = start;
  const credentials = new Credentials(platform.clock, until, { password, privateKey, passphrase, sudoPassword });
  runner.start({ accountId, pushId: id, actor, targets, credentials, parallel, overrideReason });
  return getPush(platform, actor, id);
}

function refuseWithoutCredentials(targets: readonly TargetRow[], start: PushStart): void {
  const needs = (auth: 'password' | 'key') => targets.some((target) => target.auth === auth);
  if (needs('password') && start.password === undefined)
    throw new Refusal('malformed', { detail: 'body.password: hosts of the list ask for it (auth "password")' });
  if (needs('key') && start.privateKey === undefined)
    throw new Refusal('malformed', { detail: 'body.privateKey: hosts of the list ask for it (auth "key")' });
  if (start.privateKey !== undefined && !start.privateKey.includes('PRIVATE KEY'))
    throw new Refusal('malformed', { detail: 'body.privateKey: this is not a private key (PEM or OpenSSH)' });
  if (
    [start.password, start.sudoPassword, start.passphrase].some((text) => text !== undefined && /[\r\n\0]/.test(text))
  )
    throw new Refusal('malformed', { detail: 'body: a password is one line' });
}

/** @throws Refusal not_found, wrong_state */
export async function cancelPush(platform: Platform, runner: PushRunner, actor: Actor, id: string): Promise<Push> {
  const { accountId, state } = await getPush(platform, actor, id);
  await platform.database.as(accountId, async (tx) => {
    if (!(await askCancel(tx, accountId, id))) throw new Refusal('wrong_state', { what: 'push', state });
    await note(tx, platform.clock, { accountId, actor, action: 'push.cancelled', target: `push:${id}` });
  });
  runner.cancel(id);
  await runner.settle(id);
  return getPush(platform, actor, id);
}

export async function readPushLog(platform: Platform, actor: Actor, pushId: string, targetId: string) {
  const push = await getPush(platform, actor, pushId);
  if (!push.targets.some(({ id }) => id === targetId)) throw new Refusal('not_found', { what: 'host' });
  return platform.database.for(actor, (tx) => selectLog(tx, targetId, 2000));
}

/** Ends installations whose process has gone: their credentials went with its memory. */
export const endSilentPushes = (platform: Platform): Tick => ({
  name: 'installation.silent',
  everyMs: 30_000,
  run: async () => {
    const now = platform.clock.now();
    await platform.database.asProvider(async (tx) => {
      const accounts = await interruptSilent(tx, new Date(now.getTime() - silentMs), now);
      for (const accountId of new Set(accounts)) await announce(tx, { topic: 'installation', accountId });
    });
  },
});

const instant = <Name extends string>(name: Name, at: Date | null): { readonly [Key in Name]?: string } =>
  (at ? { [name]: at.toISOString() } : {}) as { readonly [Key in Name]?: string };

function toPush(row: PushRow, targets: readonly TargetRow[]): Push {
  return {
    ...{ id: row.id, accountId: row.tenant_id, accountName: row.account_name, state: row.state },
    ...{ createdAt: row.created_at.toISOString(), createdBy: row.created_by },
    ...instant('startedAt', row.started_at),
    ...instant('endedAt', row.ended_at),
    ...instant('credentialsUntil', row.credentials_until),
    ...instant('disposedAt', row.disposed_at),
    targets: targets.map((target) => ({
      ...{ id: target.id, address: target.address, port: target.port, user: target.user_name, auth: target.auth },
      ...{ keyState: target.key_state, state: target.state },
      ...(target.fingerprint === null ? {} : { fingerprint: target.fingerprint }),
      ...(target.step ? { step: target.step } : {}),
      ...(target.code === null ? {} : { code: target.code }),
      ...(target.detail === null ? {} : { detail: target.detail }),
      ...(target.host_id === null ? {} : { hostId: target.host_id }),
      ...instant('endedAt', target.ended_at),
    })),
  };
}
