import type { FirewallPolicyRule } from '@sakimori/contract/policy-firewall';
import type { IntrusionPolicyRule } from '@sakimori/contract/policy-intrusion';
import type { CompiledIntegrityRule } from './integrity.ts';

/** Keeps what was made of an object for as long as the object is there. What is made must depend on nothing else that differs meanwhile. */
export class Memo<Made> {
  readonly #made = new WeakMap<object, Made>();

  /** @throws what `make` throws; that is not kept */
  of(object: object, make: () => Made): Made {
    const known = this.#made.get(object);
    if (known !== undefined) return known;
    const made = make();
    this.#made.set(object, made);
    return made;
  }
}

/**
 * Compiled rules of **one configuration at one revision**: many policies and computers share their rules, and a rule that none of their layers
 * changes is the same object everywhere. Never kept longer, nor beside another configuration: lists and schedules belong to it.
 */
export class CompileMemo {
  readonly firewall = new Memo<FirewallPolicyRule>();
  readonly intrusion = new Memo<readonly IntrusionPolicyRule[]>();
  readonly integrity = new Memo<CompiledIntegrityRule>();
}
