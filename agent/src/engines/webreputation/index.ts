import type { AnnouncedTables } from '@sakimori/contract/web-table-protocol';
import type { CreateEngine, Engine, EngineHost, ModulePolicy } from '../engine.ts';
import type { WebReputation } from './web-reputation.ts';

/** Web reputation (S5). The rest of it is loaded when it is switched on. */
export const createWebReputationEngine: CreateEngine<'webreputation'> = (host) => new WebReputationEngine(host);

class WebReputationEngine implements Engine<'webreputation'> {
  readonly module = 'webreputation';
  readonly #host: EngineHost;
  #work: WebReputation | undefined;
  #announced: AnnouncedTables | undefined;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  async apply(policy: ModulePolicy<'webreputation'>): Promise<void> {
    if (policy.state === 'off' || !('ports' in policy)) {
      await this.#work?.stop();
      this.#work = undefined;
      // An agent that was killed may have left the way of packets behind.
      const { clearLeftOver } = await import('./left-over.ts');
      return clearLeftOver(this.#host);
    }
    if (!this.#work) {
      const { WebReputation } = await import('./web-reputation.ts');
      this.#work = new WebReputation(this.#host);
      if (this.#announced) this.#work.announce(this.#announced);
    }
    await this.#work.apply(policy);
  }

  announceTables(tables: AnnouncedTables): void {
    this.#announced = tables;
    this.#work?.announce(tables);
  }

  status() {
    return this.#work?.status() ?? { module: this.module, state: 'off' as const, causes: [], figures: {} };
  }

  async stop(): Promise<void> {
    await this.#work?.stop();
    this.#work = undefined;
  }
}
