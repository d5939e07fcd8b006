import { createHash } from 'node:crypto';
import type { FirewallPolicy } from '@sakimori/contract/policy-firewall';
import type { EngineHost } from '../engine.ts';
import type { Letter } from './compile/chain-book.ts';
import type { Endpoint } from './compile/event-key.ts';
import type { InForce } from './safe-apply.ts';

/** What stands in the kernel, so that the next start of the agent knows it again. */
type Installed = {
  readonly letter: Letter;
  readonly text: string;
  readonly listing: string;
  readonly manager: Endpoint | undefined;
  /** Policy under which the manager was reached. */
  readonly policy: string;
};

const installedKey = 'installed';

/** What the engine keeps over a restart. */
export class Memory {
  readonly #host: EngineHost;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  /** A table of ours may stand in the kernel. */
  get isInstalled(): boolean {
    return this.#host.recall(installedKey) !== undefined;
  }

  get installed(): Installed | undefined {
    const text = this.#host.recall(installedKey);
    const kept = text ? (JSON.parse(text) as Partial<Installed>) : {};
    return kept.letter ? (kept as Installed) : undefined;
  }

  /** Where the manager was last reached. */
  get manager(): Endpoint | undefined {
    return this.installed?.manager;
  }

  /** The manager was reached under this policy before. */
  isConfirmed(policy: FirewallPolicy): boolean {
    return this.installed?.policy === hashOf(JSON.stringify(policy));
  }

  /** Before anything is put in the kernel. */
  async note(): Promise<void> {
    if (!this.isInstalled) await this.#host.report([], { [installedKey]: '{}' });
  }

  async keep({ ruleSet, policy, listing }: InForce, manager: Endpoint | undefined): Promise<void> {
    const installed: Installed = {
      letter: ruleSet.letter,
      text: hashOf(ruleSet.text),
      listing: hashOf(listing),
      manager,
      policy: hashOf(JSON.stringify(policy)),
    };
    await this.#host.report([], { [installedKey]: JSON.stringify(installed) });
  }

  async forget(): Promise<void> {
    await this.#host.report([], { [installedKey]: undefined });
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
