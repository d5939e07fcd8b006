import { type HostFacts, ownReasons } from '@sakimori/contract';
import {
  type ComputerRow,
  type ConfigurationEdit,
  type ConfigurationView,
  insertComputer,
  lockAccount,
  readConfiguration,
  selectComputers,
  systemSetting,
  takeId,
  updateComputer,
} from '../configuration/index.ts';
import { newId, type Platform, sql, type Tx } from '../platform/index.ts';
import { changeWithin } from './change.ts';
import { selectTargets } from './target-store.ts';
import { compileAll, targetOfNoPolicy } from './targets.ts';

/** What the deployment script said that enrolled the host; everything is the account's default where it said nothing. */
export type Activation = {
  readonly accountId: string;
  readonly hostId: string;
  readonly facts: HostFacts;
  readonly policyId?: number | undefined;
  readonly groupId?: number | undefined;
};

/** What event-based tasks decide about a host that enrols. `waiting` is the computer that it becomes, where one waited for it. */
export type DecideActivation = (
  edit: ConfigurationEdit,
  activation: Activation,
  waiting: ComputerRow | undefined,
) => Promise<{ readonly policyId?: number | undefined; readonly groupId?: number | undefined }>;

const defaultPolicyName = 'Linux Server';

/** The policy that a host starts with where nothing else was said. */
export function defaultPolicyNumber(view: ConfigurationView): number {
  const set = Number(systemSetting(view, 'platformSettingAgentInitiatedActivationPolicyId'));
  if (set && view.get('Policy', set)) return set;
  const policies = view.list('Policy');
  const policy = policies.find(({ name }) => name === defaultPolicyName) ?? policies[0];
  return (policy?.['ID'] as number | undefined) ?? 0;
}

/**
 * The target of the policy that hosts of an account start with; made with all others where the account has none yet. Who deleted every policy
 * lets hosts in that have none.
 */
export async function defaultTarget(tx: Tx, platform: Platform, accountId: string): Promise<string> {
  const view = await readConfiguration(tx, accountId);
  const number = defaultPolicyNumber(view);
  const find = async () =>
    (await selectTargets(tx, accountId)).find((target) => target.number === number && target.computer_number === 0);
  const known = await find();
  if (known) return known.id;
  const by = { name: 'Sakimori', reason: ownReasons.shippedPolicies };
  if (number === 0) {
    await lockAccount(tx, accountId);
    return targetOfNoPolicy(platform, tx, view, by);
  }
  await compileAll(platform, tx, view, by);
  const made = await find();
  if (!made) throw new Error('The account has no policy for new hosts.');
  return made.id;
}

/**
 * Makes an enrolled host a computer of the account: the one that waited for it under its name, or a new one. In the transaction of the enrolment.
 */
export async function activateComputer(
  tx: Tx,
  platform: Platform,
  activation: Activation,
  decide: DecideActivation,
): Promise<void> {
  const { accountId, hostId, facts } = activation;
  const by = {
    accountId,
    actor: { kind: 'agent', id: hostId, name: facts.name } as const,
    reason: 'activation of the agent',
  };
  await changeWithin(tx, platform, by, async (edit) => {
    const [waiting] = await selectComputers(tx, accountId, sql`and c.host_id is null and c.host_name = ${facts.name}`);
    const told = await decide(edit, activation, waiting);
    // A script may be older than what it names: then the host begins as one without a script does.
    const known = (kind: string, id: number | undefined) => (id !== undefined && edit.get(kind, id) ? id : undefined);
    const policy = told.policyId ?? known('Policy', activation.policyId);
    const group = told.groupId ?? known('ComputerGroup', activation.groupId);
    if (waiting) {
      await updateComputer(tx, accountId, {
        ...waiting,
        host_id: hostId,
        policy_id: policy ?? waiting.policy_id ?? defaultPolicyNumber(edit),
        group_id: group ?? waiting.group_id,
      });
      edit.noteComputer(waiting.id, 'modified');
      return;
    }
    const id = await takeId(tx, accountId, 'Computer', 1);
    await insertComputer(tx, accountId, {
      ...{ id, guid: newId(platform.clock), host_id: hostId, host_name: facts.name, created_at: edit.at },
      policy_id: policy ?? (defaultPolicyNumber(edit) || null),
      group_id: group ?? null,
    });
    edit.noteComputer(id, 'created');
  });
}
