/**
 * The Workload Security v1 REST API: the public door to an account's configuration, for the vendor's SDK, Ansible, Terraform and whatever else
 * speaks it. `http` what every call has in common · `resources` the usual six operations of most groups · `policies`, `computers` inheritance,
 * settings, rules · `search` · `keys` who calls · the rest by what it serves.
 */
import type { FastifyInstance } from 'fastify';
import type { Authority } from '../hosts/index.ts';
import type { Platform, Room } from '../platform/index.ts';
import { handlersOf, providerHandlers, type Wiring } from './handlers.ts';
import { buildDoor } from './http/door.ts';
import { RateLimit } from './http/rate-limit.ts';
import { Authenticator } from './keys/authenticate.ts';
import { keyRoutes, type WorkloadSecurity } from './keys/routes.ts';
import { OwnOperations } from './own-operations.ts';
import { UsageWriter, usageTick } from './usage/usage-writer.ts';

export type { AskedBy, Asking } from './asking.ts';
export { createApiKeyFor, makeApiKey } from './keys/keys.ts';
export { OwnOperations } from './own-operations.ts';
export { dropOldUsage } from './usage/usage-writer.ts';

/** What people do about the API by the service's own routes: its keys. */
export const workloadApiRoom = (platform: Platform, api: WorkloadSecurity): Room => ({
  name: 'workloadapi',
  routes: keyRoutes(platform, api),
  ticks: [usageTick(platform)],
});

export class WorkloadApiDoor {
  readonly #platform: Platform;
  readonly #authority: Authority;
  readonly #wiring: Wiring;
  readonly #usage: UsageWriter;
  #app: FastifyInstance | undefined;
  #address = '';

  constructor(platform: Platform, authority: Authority, wiring: Omit<Wiring, 'authority'>) {
    this.#platform = platform;
    this.#authority = authority;
    this.#wiring = { ...wiring, authority };
    this.#usage = new UsageWriter(platform);
  }

  /** The same operations for the rooms of this manager. */
  get operations(): OwnOperations {
    return new OwnOperations(this.#platform, this.#wiring, () => this.#address);
  }

  /** `https://host:port`, once it is open. */
  get address(): string {
    return this.#address;
  }

  async open(host: string, port: number, names: readonly string[]): Promise<void> {
    const { pem, key } = await this.#authority.issueServer(names);
    const platform = this.#platform;
    this.#address = `https://${names[0]}:${port}`;
    this.#app = buildDoor({
      platform,
      handlers: new Map(handlersOf(this.#wiring)),
      providerHandlers: new Map(providerHandlers),
      authenticator: new Authenticator(platform),
      limit: new RateLimit(platform.clock, platform.config.SAKIMORI_API_REQUESTS_PER_MINUTE),
      usage: this.#usage,
      software: this.#wiring.deployment.software,
      tls: { key, cert: pem },
      address: () => this.#address,
    });
    await this.#app.listen({ host, port });
  }

  async close(): Promise<void> {
    await this.#app?.close();
    await this.#usage.flush();
  }
}
