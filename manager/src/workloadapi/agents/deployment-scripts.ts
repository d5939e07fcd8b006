import { type ApiObject, readModel, writeModel } from '@sakimori/contract/workload-security/index';
import {
  type DeploymentParts,
  type DeploymentScript,
  deploymentHours,
  makeDeploymentScript,
  SoftwareUnavailable,
} from '../../deployment/index.ts';
import { deploymentHostsMax } from '../../hosts/index.ts';
import { ApiFault, badRequest } from '../http/api-fault.ts';
import type { Call, Handler } from '../http/call.ts';
import { isVisiblePolicy } from '../policies/visibility.ts';
import { checkReference } from '../resources/resource.ts';

/** What a script may not ask for, because this manager has none: agents talk to it directly. */
const withoutChoice = ['dsmProxyID', 'relayProxyID', 'relayGroupID'];

export const deploymentScriptHandlers = (parts: DeploymentParts): [string, Handler][] => [
  ['generateAgentDeploymentScript', (call) => generate(parts, call)],
];

async function generate(parts: DeploymentParts, call: Call): Promise<ApiObject> {
  call.demandRight('platformRights.computerRights.canCreateNewComputers', 'generate', 'agent deployment scripts');
  const given = readModel('AgentDeploymentScript', call.body ?? {});
  checkPlatform(given['platform']);
  for (const name of withoutChoice)
    if (Number(given[name] ?? 0) > 1)
      throw badRequest(`${name}: there is none with the ID ${given[name]}; agents reach this manager directly.`);
  const policy = idOf(given['policyID']);
  const group = idOf(given['computerGroupID']);
  await call.read(async (view) => {
    if (policy !== undefined && !isVisiblePolicy(call.caller.role, policy))
      throw badRequest(`policyID: there is no Policy with the ID ${policy}.`);
    checkReference(view, policy, 'Policy', 'policyID');
    checkReference(view, group, 'ComputerGroup', 'computerGroupID');
  });
  const activation = { policy, group, validHours: deploymentHours, hostsMax: deploymentHostsMax };
  const { script } = await orFault(() =>
    makeDeploymentScript(
      parts,
      {
        ...{ accountId: call.accountId, actor: call.caller.actor },
        activation: given['activationRequired'] === true ? activation : undefined,
        checksCertificate: given['validateCertificateRequired'] !== false,
        checksDigest: given['validateDigitalSignatureRequired'] !== false,
      },
      (work) => call.platform.database.as(call.accountId, work),
    ),
  );
  return writeModel('AgentDeploymentScript', { ...given, scriptBody: script });
}

function checkPlatform(platform: unknown): void {
  if (platform === undefined || platform === null) throw badRequest('platform is required; this manager has: linux.');
  if (platform !== 'linux')
    throw badRequest(`There is no agent for the platform ${String(platform)}; this manager has: linux.`);
}

const idOf = (value: unknown): number | undefined => (typeof value === 'number' && value !== 0 ? value : undefined);

async function orFault(work: () => Promise<DeploymentScript>): Promise<DeploymentScript> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SoftwareUnavailable) throw new ApiFault(503, error.message, { cause: error });
    throw error;
  }
}
