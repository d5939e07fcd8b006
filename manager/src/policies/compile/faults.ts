import { Refusal } from '@sakimori/contract';
import { FirewallFault } from './firewall.ts';
import { IntegrityRuleFault } from './integrity-fault.ts';

/** A fault of a compiler as a refusal with its sentence; undefined for any other error. */
export function compileFault(error: unknown): Refusal | undefined {
  if (error instanceof FirewallFault || error instanceof IntegrityRuleFault)
    return new Refusal('malformed', { detail: error.message }, { cause: error });
  return undefined;
}
