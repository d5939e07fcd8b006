import { takeIds } from '../../configuration/index.ts';
import { type Platform, sql, type Tick } from '../../platform/index.ts';
import type { Call } from '../http/call.ts';

type Entry = {
  readonly accountId: string;
  readonly at: string;
  readonly api_type: string;
  readonly action: string;
  readonly method: string;
  readonly duration_ms: number;
  readonly status_code: number;
  readonly authentication_method: string;
  readonly expand_parameter: string;
  readonly response_item_count: number;
};

const counterKind = 'ApiUsageMetric';
const writeEveryMs = 1000;
/** What waits is bounded: a database that is away costs metrics, never memory. */
const waitingMax = 10_000;
const dayMs = 86_400_000;
const usageKeptMs = 30 * dayMs;
/** Calls that are kept of one account: the newest. */
const callsKeptMax = 1_000_000;

/** Forgets the calls of long ago, and what is more than an account may keep. */
export async function dropOldUsage({ database, clock }: Pick<Platform, 'database' | 'clock'>): Promise<void> {
  const before = new Date(clock.now().getTime() - usageKeptMs);
  await database.asProvider(async (tx) => {
    await tx.run(sql`delete from workloadapi_usage where at < ${before}`);
    await tx.run(sql`
      delete from workloadapi_usage u using configuration_counter c
      where c.kind = ${counterKind} and u.tenant_id = c.tenant_id and u.id <= c.last_id - ${callsKeptMax}::int`);
  });
}

export const usageTick = (platform: Platform): Tick => ({
  name: 'workloadapi.usage',
  everyMs: 600_000,
  run: () => dropOldUsage(platform),
});

/** Writes down the calls of the API, many at once and beside them: no call waits for its own metric. */
export class UsageWriter {
  readonly #platform: Platform;
  #waiting: Entry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  note(call: Call, result: { readonly status: number; readonly items: number; readonly durationMs: number }): void {
    if (this.#waiting.length >= waitingMax) return;
    this.#waiting.push({
      accountId: call.accountId,
      at: this.#platform.clock.now().toISOString(),
      api_type: 'REST',
      action: call.operation.id,
      method: call.operation.method,
      duration_ms: Math.round(result.durationMs),
      status_code: result.status,
      authentication_method: call.caller.method,
      expand_parameter: (call.query['expand'] === undefined ? [] : [call.query['expand']].flat())
        .join(',')
        .replaceAll('\0', '')
        .slice(0, 300)
        .toWellFormed(),
      response_item_count: result.items,
    });
    this.#timer ??= setTimeout(() => void this.flush(), writeEveryMs).unref();
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    for (const [accountId, own] of Map.groupBy(entries, (entry) => entry.accountId)) {
      try {
        await this.#writeOf(accountId, own);
      } catch (error) {
        this.#platform.log.warn({ err: (error as Error).message }, 'metrics of the API’s use were lost');
      }
    }
  }

  #writeOf(accountId: string, entries: readonly Entry[]): Promise<void> {
    return this.#platform.database.as(accountId, async (tx) => {
      const first = await takeIds(tx, accountId, counterKind, entries.length);
      const rows = entries.map((entry, index) => ({ ...entry, id: first + index }));
      await tx.run(sql`
        insert into workloadapi_usage (tenant_id, id, at, api_type, action, method, duration_ms, status_code, authentication_method, expand_parameter, response_item_count)
        select ${accountId}, n.* from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as n(id bigint, at timestamptz, api_type text, action text, method text,
          duration_ms integer, status_code integer, authentication_method text, expand_parameter text, response_item_count integer)`);
    });
  }
}
