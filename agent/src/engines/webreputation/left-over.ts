import { errorText } from '../../log.ts';
import { PacketQueue } from '../../packet-queue/index.ts';
import type { EngineHost } from '../engine.ts';

/** Kept while packets are led to the filter: an agent that comes after a killed one knows it by this. */
export const jumpKey = 'jump';

/** Takes away what an agent before this one had put there. A host that never had it is not touched. */
export async function clearLeftOver(host: EngineHost): Promise<void> {
  if (host.recall(jumpKey) === undefined) return;
  try {
    await new PacketQueue('webrep').remove();
    await host.report([], { [jumpKey]: undefined });
  } catch (error) {
    host.log('warn', `the way of packets to the filter could not be taken away: ${errorText(error)}`);
  }
}
