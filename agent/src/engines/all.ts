import type { Module } from '@sakimori/contract/module';
import { createAbsentEngine } from './absent/index.ts';
import type { CreateEngine } from './engine.ts';
import { createFirewallEngine } from './firewall/index.ts';
import { createIntegrityEngine } from './integrity/index.ts';
import { createIntrusionEngine } from './intrusion/index.ts';
import { createLogInspectionEngine } from './loginspection/index.ts';
import { createWebReputationEngine } from './webreputation/index.ts';

/** How each module's engine is made. @param agentFolder the agent's data folder, which no engine watches */
export function createEngines(agentFolder: string): { readonly [M in Module]: CreateEngine<M> } {
  return {
    antimalware: () => createAbsentEngine('antimalware'),
    webreputation: createWebReputationEngine,
    firewall: createFirewallEngine(),
    intrusion: createIntrusionEngine(),
    integrity: createIntegrityEngine([agentFolder]),
    loginspection: createLogInspectionEngine,
  };
}
