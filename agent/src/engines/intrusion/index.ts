/** Intrusion prevention and detection (侵入防御 / 侵入検知, S2, S3). What does the work is loaded when the module is switched on. */
import { readdirSync } from 'node:fs';
import type { ModuleStatus } from '@sakimori/contract/module';
import { IntrusionPolicy } from '@sakimori/contract/policy-intrusion';
import type { CreateEngine, Engine, EngineHost, ModulePolicy } from '../engine.ts';
import type { IntrusionEngine, IntrusionOptions } from './intrusion-engine.ts';

export const createIntrusionEngine =
  (options: IntrusionOptions = {}): CreateEngine<'intrusion'> =>
  (host) =>
    new IntrusionDoor(host, options);

class IntrusionDoor implements Engine<'intrusion'> {
  readonly module = 'intrusion';
  readonly #host: EngineHost;
  readonly #options: IntrusionOptions;
  #engine: IntrusionEngine | undefined;

  constructor(host: EngineHost, options: IntrusionOptions) {
    this.#host = host;
    this.#options = options;
  }

  async apply(policy: ModulePolicy<'intrusion'>): Promise<void> {
    if (policy.state === 'off' && !this.#engine && !this.#hasLeftOver()) return;
    this.#engine ??= new (await import('./intrusion-engine.ts')).IntrusionEngine(this.#host, this.#options);
    // A document that somebody wrote says only `on`: there are no rules in it, so nothing to block.
    await this.#engine.apply(policy.state === 'on' ? { state: 'detect', rules: [] } : IntrusionPolicy.parse(policy));
  }

  /** Whether an agent before us ended without a stop and left something in force. */
  #hasLeftOver(): boolean {
    const { dataFolder } = this.#host;
    return (
      this.#host.recall('jump') !== undefined || readdirSync(dataFolder).some((name) => name.endsWith('.child.json'))
    );
  }

  status(): ModuleStatus {
    return this.#engine?.status() ?? { module: this.module, state: 'off', causes: [], figures: {} };
  }

  async stop(): Promise<void> {
    await this.#engine?.stop();
  }
}
