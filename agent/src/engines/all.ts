import type { Module } from '@sakimori/contract/module';
import type { Config } from '../config.ts';
import { createAntiMalwareEngine } from './antimalware/index.ts';
import type { CreateEngine } from './engine.ts';
import { createFirewallEngine } from './firewall/index.ts';
import { createIntegrityEngine } from './integrity/index.ts';
import { createIntrusionEngine } from './intrusion/index.ts';
import { createLogInspectionEngine } from './loginspection/index.ts';
import { createWebReputationEngine } from './webreputation/index.ts';

/**
 * How each module's engine is made.
 * @param agentFolder the agent's data folder, which no engine watches
 * @param config what the operator of this host has set
 */
export function createEngines(
  agentFolder: string,
  config: Pick<Config, 'realTimeScanBelow' | 'signatureSource' | 'signatureProxy'> &
    Partial<Pick<Config, 'sharedScan'>> = {},
): { readonly [M in Module]: CreateEngine<M> } {
  return {
    antimalware: createAntiMalwareEngine(config),
    webreputation: createWebReputationEngine,
    firewall: createFirewallEngine(),
    intrusion: createIntrusionEngine(),
    integrity: createIntegrityEngine([agentFolder]),
    loginspection: createLogInspectionEngine,
  };
}
