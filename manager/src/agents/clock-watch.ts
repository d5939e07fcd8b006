import { type Detection, ownRule } from '@sakimori/contract';
import { resolveAlert } from '../alerts/index.ts';
import { recordDetections } from '../detections/index.ts';
import { newId, type Platform } from '../platform/index.ts';
import type { AgentIdentity } from './identity.ts';

/** Five minutes: beyond this, certificates, logs and reports of the host cannot be trusted in time. */
export const clockOffsetMaxMs = 300_000;

/** Watches the clocks of hosts: one alert when a clock goes wrong, resolved when it is right again. */
export class ClockWatch {
  readonly #platform: Platform;
  readonly #wrong = new Map<string, boolean>();

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Never throws: a heartbeat is held whatever becomes of this. */
  async heard(identity: AgentIdentity, clockOffsetMs: number): Promise<void> {
    const before = this.#wrong.get(identity.hostId) ?? Math.abs(identity.clockOffsetMs) > clockOffsetMaxMs;
    const wrong = Math.abs(clockOffsetMs) > clockOffsetMaxMs;
    this.#wrong.set(identity.hostId, wrong);
    if (wrong === before) return;
    try {
      await this.#tell(identity, wrong, clockOffsetMs);
    } catch (error) {
      // The next heartbeat tries again.
      this.#wrong.set(identity.hostId, before);
      this.#platform.log.warn({ err: (error as Error).message }, 'the state of a host’s clock could not be recorded');
    }
  }

  async #tell(identity: AgentIdentity, wrong: boolean, clockOffsetMs: number): Promise<void> {
    const detection = clockDetection(this.#platform, identity, clockOffsetMs);
    if (wrong) await recordDetections(this.#platform, identity.accountId, [detection]);
    else
      await this.#platform.database.as(identity.accountId, (tx) =>
        resolveAlert(tx, this.#platform, detection, { clockOffsetSeconds: Math.round(clockOffsetMs / 1000) }),
      );
  }
}

function clockDetection(platform: Platform, identity: AgentIdentity, clockOffsetMs: number): Detection {
  const seconds = Math.round(clockOffsetMs / 1000);
  return {
    id: newId(platform.clock),
    accountId: identity.accountId,
    hostId: identity.hostId,
    occurredAt: platform.clock.now().toISOString(),
    module: 'system',
    kind: 'clock.wrong',
    rule: ownRule('agents.clock', 'clock.wrong'),
    severity: 'medium',
    title: `The clock of the host is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead' : 'behind'}`,
    mode: 'detect',
    action: 'observed',
    actionResult: 'none',
    facts: { clockOffsetSeconds: seconds },
  };
}
