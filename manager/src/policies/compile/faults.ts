import { Refusal } from '@sakimori/contract';
import { AntiMalwareFault } from './antimalware.ts';
import { FirewallFault } from './firewall.ts';
import { IntegrityRuleFault } from './integrity-fault.ts';
import { IntrusionFault } from './intrusion.ts';
import { LogInspectionFault } from './loginspection-fault.ts';
import { WebReputationFault } from './webreputation.ts';

const faults = [
  AntiMalwareFault,
  FirewallFault,
  IntegrityRuleFault,
  IntrusionFault,
  LogInspectionFault,
  WebReputationFault,
];

/** A fault of a compiler as a refusal with its sentence; undefined for any other error. */
export function compileFault(error: unknown): Refusal | undefined {
  if (faults.some((Fault) => error instanceof Fault))
    return new Refusal('malformed', { detail: (error as Error).message }, { cause: error });
  return undefined;
}
