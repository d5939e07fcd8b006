import type { DeploymentParts } from '../deployment/index.ts';
import type { Authority } from '../hosts/index.ts';
import { deploymentScriptHandlers } from './agents/deployment-scripts.ts';
import { versionControlHandlers } from './agents/version-controls.ts';
import { computerHandlers } from './computers/computers.ts';
import { connectorHandlers } from './connectors/handlers.ts';
import type { Handler } from './http/call.ts';
import type { ProviderHandler } from './http/provider-call.ts';
import { keyHandlers } from './keys/handlers.ts';
import { applicationControlHandlers } from './outofscope/application-control.ts';
import { policyHandlers } from './policies/policies.ts';
import { ruleHandlers } from './policies/rules.ts';
import { settingHandlers } from './policies/settings.ts';
import { resources } from './resources/resources.ts';
import { standardHandlers } from './resources/standard.ts';
import { tenantHandlers } from './tenants/tenants.ts';
import { certificateHandlers } from './trust/certificates.ts';
import { gatewayHandlers } from './trust/gateways.ts';
import { usageHandlers } from './usage/metrics.ts';

export type Wiring = { readonly authority: Authority; readonly deployment: DeploymentParts };

/** Who answers which operation. */
export function handlersOf(wiring: Wiring): [string, Handler][] {
  return [
    ...Object.entries(resources).flatMap(([group, resource]) => standardHandlers(group, resource)),
    ...policyHandlers,
    ...settingHandlers,
    ...ruleHandlers(),
    ...computerHandlers,
    ...keyHandlers,
    ...usageHandlers,
    ...certificateHandlers,
    ...gatewayHandlers(wiring.authority),
    ...versionControlHandlers,
    ...deploymentScriptHandlers(wiring.deployment),
    ...connectorHandlers,
    ...applicationControlHandlers,
  ];
}

/** The provider’s own operations. */
export const providerHandlers: readonly [string, ProviderHandler][] = tenantHandlers;
