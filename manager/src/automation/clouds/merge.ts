import type { ComputerRow, ConfigurationEdit } from '../../configuration/index.ts';
import { deleteComputers, selectComputer, updateComputer } from '../../configuration/index.ts';
import { defaultPolicyNumber } from '../../policies/index.ts';

/**
 * The agent of one computer says that it runs on the machine of another one, which a connector brought: both are one. The connector's stays,
 * with the agent and whatever only the agent's computer had. A policy that the agent was enrolled with goes before; the account's usual one does not.
 */
export async function mergeComputers(edit: ConfigurationEdit, agentsId: number, cloudsId: number): Promise<void> {
  const agents = await selectComputer(edit.tx, edit.accountId, agentsId);
  const clouds = await selectComputer(edit.tx, edit.accountId, cloudsId);
  if (!agents?.host_id || agents.connector_kind || !clouds || clouds.host_id) return;
  await deleteComputers(edit.tx, edit.accountId, [agentsId]);
  await updateComputer(edit.tx, edit.accountId, merged(edit, agents, clouds));
  edit.noteComputer(agentsId, 'deleted');
  edit.noteComputer(cloudsId, 'modified');
}

function merged(edit: ConfigurationEdit, agents: ComputerRow, clouds: ComputerRow): ComputerRow {
  const isUsual = agents.policy_id === null || agents.policy_id === defaultPolicyNumber(edit);
  return {
    ...clouds,
    host_id: agents.host_id,
    host_name: agents.host_name,
    display_name: agents.display_name || clouds.display_name,
    description: agents.description || clouds.description,
    policy_id: isUsual ? (clouds.policy_id ?? agents.policy_id) : agents.policy_id,
    group_id: clouds.group_id ?? agents.group_id,
    relay_list_id: clouds.relay_list_id ?? agents.relay_list_id,
    asset_importance_id: clouds.asset_importance_id ?? agents.asset_importance_id,
    overrides: agents.overrides ?? clouds.overrides,
  };
}
