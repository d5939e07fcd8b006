import type { AssignedPolicy } from '@sakimori/contract';
import type { Platform } from '../platform/index.ts';
import { assignedPolicy } from '../policies/index.ts';
import type { AgentIdentity } from './identity.ts';

/** The current version of each policy, read once however many hosts ask: ten thousand of them do so at the same moment. */
export class PolicyCache {
  readonly #platform: Platform;
  readonly #policies = new Map<string, Promise<{ policy: AssignedPolicy; json: string }>>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  clear(): void {
    this.#policies.clear();
  }

  forget(policyId: string): void {
    this.#policies.delete(policyId);
  }

  /** The policy with its text as it goes over the wire. The same promise as long as the version stands. */
  of(identity: AgentIdentity): Promise<{ policy: AssignedPolicy; json: string }> {
    let entry = this.#policies.get(identity.policyId);
    if (!entry) {
      entry = assignedPolicy(this.#platform, identity.accountId, identity.hostId).then((policy) => ({
        policy,
        json: JSON.stringify(policy),
      }));
      this.#policies.set(identity.policyId, entry);
      entry.catch(() => this.#policies.delete(identity.policyId));
    }
    return entry;
  }
}
