import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import { badRequest, notFound } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { findObject } from '../resources/resource.ts';
import { readSearch } from '../search/criteria.ts';
import { searchObjects } from '../search/match.ts';
import { agentVersions } from './versions.ts';

/** Which version of the agent each platform gets; read by deployment scripts and by the updates of agents. */
export const versionControlHandlers: readonly [string, Handler][] = [
  ['listAgentVersionControls', (call) => call.read(async (view) => ({ agentVersionControls: all(call, view) }))],
  ['searchAgentVersionControls', search],
  ['describeAgentVersionControl', (call) => call.read(async (view) => one(call, view))],
  ['modifyAgentVersionControls', modify],
];

function profileOf(call: Call, view: ConfigurationView): number {
  const id = call.id('agentVersionControlProfileID');
  findObject(view, 'AgentVersionControlProfile', id);
  return id;
}

function all(call: Call, view: ConfigurationView): ApiObject[] {
  const profile = profileOf(call, view);
  return view
    .list('AgentVersionControl')
    .filter((control) => control['_profileID'] === profile)
    .map(present);
}

const present = (control: ApiObject): ApiObject =>
  writeModel('AgentVersionControl', {
    ...control,
    version: control['type'] === 'specified' ? control['version'] : agentVersions()[0],
    availableVersions: agentVersions().map((version, index) => ({
      version,
      isLatest: index === 0,
      isLatestLTS: index === 0,
    })),
  });

function search(call: Call): Promise<ApiObject> {
  const wanted = readSearch('AgentVersionControl', call.body);
  return call.read(async (view) => ({ agentVersionControls: searchObjects(all(call, view), wanted) }));
}

function one(call: Call, view: ConfigurationView): ApiObject {
  const id = call.id('agentVersionControlID');
  const found = all(call, view).find((control) => control['ID'] === id);
  if (!found) throw notFound('AgentVersionControl', id);
  return found;
}

async function modify(call: Call): Promise<ApiObject> {
  call.demand('AgentVersionControl', 'edit');
  const given = readModel('AgentVersionControls', call.body ?? {});
  const changes = (given['agentVersionControls'] as ApiObject[] | null | undefined) ?? [];
  return call.change(async (edit) => {
    const profile = profileOf(call, edit);
    for (const change of changes) {
      const control = edit.get('AgentVersionControl', (change['ID'] as number | undefined) ?? 0);
      if (!control || control['_profileID'] !== profile)
        throw notFound('AgentVersionControl', String(change['ID'] ?? ''));
      const type = (change['type'] as string | undefined) ?? (control['type'] as string);
      if (type === 'unknown') throw badRequest('type must be one of: latest, latest-lts, specified.');
      const version = change['version'] ?? control['version'];
      if (type === 'specified' && !agentVersions().includes(String(version)))
        throw badRequest(`There is no agent of version ${String(version)}; available: ${agentVersions().join(', ')}.`);
      edit.put('AgentVersionControl', control['ID'] as number, {
        ...control,
        type,
        ...(type === 'specified' ? { version } : {}),
      });
    }
    return { agentVersionControls: all(call, edit) };
  });
}
