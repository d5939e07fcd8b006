import type { ProbePoint } from '@sakimori/contract';
import { countHeard, type DueRow, postponeHosts, postponeSilences } from '../hosts/index.ts';
import { announce, newId, type Platform } from '../platform/index.ts';
import type { Prober } from './probe.ts';
import { endOutage, insertOutage, selectOpenOutage } from './store.ts';
import { isAlive } from './verdict.ts';

/** So many hosts fall silent together by themselves only where something between us and all of them is broken. */
const hostsMin = 3;
/** Every live agent is heard once in a heartbeat; this much more is patience with a busy machine. */
const marginMs = 10_000;
/** How long nobody is called silent on mere suspicion: after this, perhaps they are all gone indeed. */
const suspicionMsMax = 15 * 60_000;
const lookAgainMs = 15_000;

/** `host:port` or addresses, separated by commas; what is no address is passed over, the configuration says so. */
export function readReferences(text: string): ProbePoint[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const [, six, four, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(part) ?? [];
      const address = six ?? four ?? part;
      return port === undefined ? { address } : { address, port: Number(port) };
    });
}

/**
 * Whether the fault is the manager's own, so that these silences say nothing of the hosts: its network is gone, its own points of reference do
 * not answer, or nobody at all is heard any more. Then they wait, and the fault itself is on record.
 */
export async function isOwnFault(platform: Platform, prober: Prober, hosts: readonly DueRow[]): Promise<boolean> {
  const { clock, config, database, log } = platform;
  const now = clock.now();
  const holdMs = Math.min(config.SAKIMORI_HEARTBEAT_SECONDS * 1000, config.SAKIMORI_SILENCE_SECONDS * 500);
  const since = new Date(now.getTime() - holdMs - marginMs);
  const { living, heard } = await database.asProvider((tx) => countHeard(tx, since));
  const network = await networkOf(prober, readReferences(config.SAKIMORI_REFERENCES));
  const isSuspected = network === 'unknown' && heard === 0 && living >= hostsMin;
  if (network === 'well' || (network === 'unknown' && !isSuspected)) return false;
  return database.asProvider(async (tx) => {
    const open = await selectOpenOutage(tx);
    if (open && network !== 'cut' && now.getTime() - open.began_at.getTime() >= suspicionMsMax) return false;
    if (!open) {
      const reason = network === 'cut' ? 'network_cut' : 'nobody_heard';
      log.error({ hosts: living, reason }, 'the manager itself hears nobody: no host is called silent for that');
      await insertOutage(tx, { id: newId(clock), began_at: now, reason, host_count: living });
      await announce(tx, { topic: 'host' });
    }
    const hostIds = hosts.map(({ id }) => id);
    await postponeHosts(tx, hostIds, new Date(now.getTime() + lookAgainMs));
    return true;
  });
}

async function networkOf(prober: Prober, references: readonly ProbePoint[]): Promise<'well' | 'cut' | 'unknown'> {
  const own = prober.ownNetwork();
  if (own === 'cut' || references.length === 0) return own;
  const knocks = await Promise.all(references.map((point) => prober.knock(point)));
  const tried = knocks.filter(({ result }) => result !== 'not_tried');
  if (tried.length === 0) return 'unknown';
  return tried.some(isAlive) ? 'well' : 'cut';
}

/** Somebody is heard again: the outage is over, and everybody has the whole patience once more to come back. */
export async function endOwnFault(platform: Platform): Promise<void> {
  const { clock, config, database, log } = platform;
  const now = clock.now();
  await database.asProvider(async (tx) => {
    const open = await selectOpenOutage(tx);
    if (!open) return;
    const { heard } = await countHeard(tx, open.began_at);
    if (heard === 0) return;
    await endOutage(tx, open.id, now);
    await postponeSilences(tx, new Date(now.getTime() + config.SAKIMORI_SILENCE_SECONDS * 1000));
    log.info({ since: open.began_at.toISOString() }, 'hosts are heard again');
    await announce(tx, { topic: 'host' });
  });
}
