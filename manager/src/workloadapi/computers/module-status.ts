import { type Module, type ModuleStatus, moduleOfApi, phraseOr } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ModuleName } from '../../configuration/index.ts';
import { notSupported, stateInWords } from '../policies/present-policy.ts';
import type { ComputerState } from './store.ts';

/** Which of our modules stands behind a module of the API; the others have no engine here. */
const modulesByName: Partial<Record<ModuleName, Module>> = moduleOfApi;

/** What a module on a computer really does, by its agent's word; never what the policy merely asks for. */
export function moduleStatus(computer: ComputerState, name: ModuleName, effective: ApiObject): ApiObject {
  const words = stateInWords(effective);
  if (!computer.host_id) return { agentStatus: 'inactive', agentStatusMessage: 'Not Activated' };
  const module = modulesByName[name];
  if (!module)
    return effective['state'] === 'off'
      ? { agentStatus: 'inactive', agentStatusMessage: words }
      : { agentStatus: 'not-supported', agentStatusMessage: notSupported };
  const said = computer.modules?.find((status) => status.module === module);
  if (!said) return { agentStatus: 'inactive', agentStatusMessage: `${words}, not yet reported` };
  if (computer.silent_since) return { agentStatus: 'warning', agentStatusMessage: `${words}, the agent is offline` };
  const asked = effective['state'] !== 'off';
  switch (said.state) {
    case 'active':
      return { agentStatus: 'active', agentStatusMessage: asked ? words : `${words}, still on` };
    case 'off':
      return asked
        ? { agentStatus: 'warning', agentStatusMessage: `${words}, not yet in force` }
        : { agentStatus: 'inactive', agentStatusMessage: words };
    case 'lacking':
      return { agentStatus: 'error', agentStatusMessage: `${words}, ${lacking(said)}` };
    case 'degraded':
      return { agentStatus: 'warning', agentStatusMessage: `${words}, ${causes(said)}` };
  }
}

function lacking(said: ModuleStatus): string {
  const missing = said.lacks ? `the engine is not installed: ${said.lacks}` : causes(said);
  return said.install ? `${missing} (${said.install})` : missing;
}

const causes = (said: ModuleStatus): string =>
  said.causes.map(({ code, facts }) => phraseOr('en', 'module.cause', code, facts)).join('; ') || 'not working';
