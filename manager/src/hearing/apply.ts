import type { ApiObject } from '@sakimori/contract/workload-security/index';
import {
  type ComputerRow,
  type ConfigurationEdit,
  insertComputer,
  type Layer,
  takeId,
  updateComputer,
} from '../configuration/index.ts';
import { newId, type Platform } from '../platform/index.ts';
import { wantedLogFiles } from './logs.ts';
import {
  firewallBasics,
  idOf,
  isMade,
  keyOf,
  madeFor,
  policyName,
  scans,
  sheetPolicy,
  shippedByName,
  timeOfTask,
  type WantedObject,
  wantedFirewallRules,
  wantedIntegrityRules,
  wantedLists,
  wantedScans,
  wantedTasks,
} from './objects.ts';
import type { Wanted } from './wanted.ts';

/** A task with its next run worked out; of the room of tasks, which stands further right. */
export type PlanTask = (task: ApiObject, at: Date) => ApiObject;

const parentName = 'Linux Server';
const madeKinds = [
  ...['DirectoryList', 'FileList', 'FileExtensionList', 'AntiMalwareConfiguration', 'IntegrityMonitoringRule'],
  ...['FirewallRule', 'ScheduledTask'],
];

/**
 * Lays a sheet over the account’s configuration: one policy below the shipped one for Linux, the objects that it stands on, tasks, and the servers,
 * which wait for their agents under their names. Done twice it changes nothing. What others added to the policy stays.
 */
export async function applySheet(
  edit: ConfigurationEdit,
  platform: Platform,
  computers: readonly ComputerRow[],
  wanted: Wanted,
  planTask: PlanTask,
): Promise<void> {
  const kept = new Set<string>();
  const settle = async ({ kind, key, data }: WantedObject): Promise<number> => {
    kept.add(`${kind}:${key}`);
    const stands = madeFor(edit, kind, key);
    if (!stands) return edit.insert(kind, data);
    edit.put(kind, idOf(stands), data);
    return idOf(stands);
  };
  const all = async (objects: readonly WantedObject[]): Promise<Map<string, number>> => {
    const ids = new Map<string, number>();
    for (const object of objects) ids.set(object.key, await settle(object));
    return ids;
  };
  const lists = await all(wantedLists(edit, wanted));
  const scanIds = await all(wantedScans(edit, wanted, lists));
  const integrity = await all(wantedIntegrityRules(wanted));
  const firewall = await all(wantedFirewallRules(wanted));
  const policyId = await settlePolicy(edit, wanted, {
    scanIds,
    integrity: [...integrity.values()],
    firewall: [...firewall.values()],
  });
  for (const task of wantedTasks(wanted, policyId)) {
    const stands = madeFor(edit, task.kind, task.key);
    kept.add(`${task.kind}:${task.key}`);
    if (stands && sameTime(stands, task.data)) continue;
    const planned = planTask({ ...stands, ...task.data }, edit.at);
    if (stands) edit.put(task.kind, idOf(stands), planned);
    else await edit.insert(task.kind, planned);
  }
  for (const kind of madeKinds)
    for (const object of edit.list(kind).filter(isMade))
      if (!kept.has(`${kind}:${keyOf(object)}`)) edit.remove(kind, idOf(object));
  await placeServers(edit, platform, computers, wanted, policyId);
}

function sameTime(stands: ApiObject, wanted: ApiObject): boolean {
  const [one, other] = [timeOfTask(stands), timeOfTask(wanted)];
  return one !== undefined && one.day === other?.day && one.time === other.time;
}

type Parts = {
  readonly scanIds: ReadonlyMap<string, number>;
  readonly integrity: readonly number[];
  readonly firewall: readonly number[];
};

async function settlePolicy(edit: ConfigurationEdit, wanted: Wanted, parts: Parts): Promise<number> {
  const stands = sheetPolicy(edit);
  const parent = shippedByName(edit, 'Policy', parentName);
  const base: ApiObject = stands ?? {
    ...{ name: freeName(edit), _nameJa: 'ヒアリングシート', _hearing: 'policy' },
    description: 'Made from the hearing sheet.',
    ...(parent ? { parentID: idOf(parent) } : {}),
  };
  const policy: Record<string, unknown> = { ...base };
  const logFiles = wantedLogFiles(edit, wanted);
  const assigned = {
    firewall: { kind: 'FirewallRule', ids: [...basics(edit), ...parts.firewall] },
    integrityMonitoring: { kind: 'IntegrityMonitoringRule', ids: parts.integrity },
    logInspection: { kind: 'LogInspectionRule', ids: [...logFiles.keys()] },
  } as const;
  for (const { module, state } of wanted.modules) {
    const own = (base[module] ?? {}) as ApiObject;
    const made = assigned[module as keyof typeof assigned];
    const isOff = state === 'off';
    policy[module] = {
      ...own,
      state,
      ...(made && !isOff ? { ruleIDs: ruleIds(edit, made.kind, own, made.ids) } : {}),
      ...(module === 'antiMalware' ? scansOf(edit, own, parts.scanIds) : {}),
      ...(module === 'firewall' && !isOff ? statefulOf(edit) : {}),
    };
  }
  const settings = Object.fromEntries(wanted.settings.map(({ name, value }) => [name, { value }]));
  policy['settings'] = { ...(base['settings'] as object | undefined), ...settings };
  policy['_rules'] = withLogFiles(
    base['_rules'] as Layer['_rules'],
    base['_hearingLogs'] as number[] | undefined,
    logFiles,
  );
  policy['_hearingLogs'] = [...logFiles.keys()];
  if (!stands) return edit.insert('Policy', policy);
  edit.put('Policy', idOf(stands), policy);
  return idOf(stands);
}

/** What others assigned stays; of what the sheet made, what it still asks for. */
function ruleIds(edit: ConfigurationEdit, kind: string, own: ApiObject, wanted: readonly number[]): number[] {
  const others = ((own['ruleIDs'] as number[] | undefined) ?? []).filter((id) => {
    const rule = edit.get(kind, id);
    return rule !== undefined && !isMade(rule);
  });
  return [...new Set([...others, ...wanted])].sort((a, b) => a - b);
}

const basics = (edit: ConfigurationEdit): number[] =>
  firewallBasics.flatMap((name) => {
    const rule = shippedByName(edit, 'FirewallRule', name);
    return rule ? [idOf(rule)] : [];
  });

function statefulOf(edit: ConfigurationEdit): ApiObject {
  const stateful = shippedByName(edit, 'StatefulConfiguration', 'Enable Stateful Inspection');
  return stateful ? { globalStatefulConfigurationID: idOf(stateful) } : {};
}

/** The sheet’s scans; where it has none, its own of before are let go, so that those above are in force. */
function scansOf(edit: ConfigurationEdit, own: ApiObject, ids: ReadonlyMap<string, number>): ApiObject {
  return Object.fromEntries(
    scans.flatMap(({ property }): [string, unknown][] => {
      const id = ids.get(`scan.${property}`);
      if (id !== undefined) return [[property, id]];
      const stands = edit.get('AntiMalwareConfiguration', own[property] as number);
      const above = shippedByName(
        edit,
        'AntiMalwareConfiguration',
        scans.find((scan) => scan.property === property)!.shipped,
      );
      return stands && isMade(stands) && above ? [[property, idOf(above)]] : [];
    }),
  );
}

function withLogFiles(
  rules: Layer['_rules'],
  before: readonly number[] = [],
  wanted: ReadonlyMap<number, ApiObject>,
): Layer['_rules'] {
  const own: Record<string, ApiObject> = { ...rules?.['LogInspectionRule'] };
  for (const id of before) {
    const { logFiles: _, ...rest } = own[id] ?? {};
    if (Object.keys(rest).length > 0) own[id] = rest;
    else delete own[id];
  }
  for (const [id, change] of wanted) own[id] = { ...own[id], ...change };
  return { ...rules, LogInspectionRule: own };
}

function freeName(edit: ConfigurationEdit): string {
  const taken = new Set(edit.list('Policy').map(({ name }) => name));
  for (let number = 1; ; number++) {
    const name = number === 1 ? policyName : `${policyName} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Servers that are not here yet wait under their names: the agent that enrols takes the place, and with it the policy. */
async function placeServers(
  edit: ConfigurationEdit,
  platform: Platform,
  computers: readonly ComputerRow[],
  { servers }: Wanted,
  policyId: number,
): Promise<void> {
  for (const { name } of servers) {
    const stands = computers.find(({ host_name }) => host_name.toLowerCase() === name.toLowerCase());
    if (stands?.policy_id === policyId) continue;
    if (stands) {
      await updateComputer(edit.tx, edit.accountId, { ...stands, policy_id: policyId });
      edit.noteComputer(stands.id, 'modified');
      continue;
    }
    const id = await takeId(edit.tx, edit.accountId, 'Computer', 1);
    await insertComputer(edit.tx, edit.accountId, {
      ...{ id, guid: newId(platform.clock), host_name: name, policy_id: policyId, created_at: edit.at },
    });
    edit.noteComputer(id, 'created');
  }
}
