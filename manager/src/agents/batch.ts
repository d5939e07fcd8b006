import { type BatchReply, batchDetectionsMax, Detection, ownRule, Refusal } from '@sakimori/contract';
import { z } from 'zod';
import { recordDetections } from '../detections/index.ts';
import { newId, type Platform } from '../platform/index.ts';
import { describe } from './body.ts';
import type { AgentIdentity } from './identity.ts';

const Batch = z.object({ detections: z.array(z.unknown()).min(1).max(batchDetectionsMax) });
/** No clock of a host says less; PostgreSQL's calendar has no year 0. */
const earliest = '1970-01-01';
/** @param detections stored, some of them perhaps earlier */
export type DetectionsListener = (accountId: string, detections: readonly Detection[]) => void;
type Refused = BatchReply['refused'][number];

/**
 * Takes a batch: what is well formed and of this very host is stored; the rest is refused one by one, so that a single bad detection never
 * blocks the spool behind it. When this returns, the batch is committed.
 */
export async function takeBatch(
  platform: Platform,
  identity: AgentIdentity,
  body: unknown,
  onStored: DetectionsListener = () => undefined,
): Promise<BatchReply> {
  const batch = Batch.safeParse(body);
  if (!batch.success) throw new Refusal('malformed', { detail: describe(batch.error) });
  const refused: Refused[] = [];
  const good: Detection[] = [];
  for (const candidate of batch.data.detections) {
    const checked = check(candidate, identity);
    if ('code' in checked) refused.push(checked);
    else good.push(checked);
  }
  const foreign = refused.find((entry) => entry.code === 'other_account');
  if (foreign) good.push(foreignDetection(platform, identity, foreign.id));
  const recorded =
    good.length > 0 ? await recordDetections(platform, identity.accountId, good) : { stored: 0, duplicate: 0 };
  if (recorded.stored > 0) onStored(identity.accountId, good);
  return { stored: recorded.stored - (foreign ? 1 : 0), duplicate: recorded.duplicate, refused };
}

function check(candidate: unknown, identity: AgentIdentity): Detection | Refused {
  const parsed = Detection.safeParse(candidate);
  if (!parsed.success) return { id: idOf(candidate), code: 'malformed', detail: describe(parsed.error) };
  const detection = normalise(parsed.data);
  if (detection.occurredAt < earliest)
    return { id: detection.id, code: 'malformed', detail: `occurredAt: before ${earliest}` };
  if (detection.accountId !== identity.accountId || detection.hostId !== identity.hostId) {
    return {
      id: detection.id,
      code: 'other_account',
      detail: 'the detection names another account or host than the certificate',
    };
  }
  return detection;
}

/** One spelling for ids and times, the one in which the database gives them back: comparisons and pages rely on it. */
function normalise(detection: Detection): Detection {
  detection.id = detection.id.toLowerCase();
  detection.occurredAt = new Date(detection.occurredAt).toISOString();
  return detection;
}

const idOf = (candidate: unknown): string => String((candidate as { id?: unknown } | null)?.id ?? '').slice(0, 64);

/** A host that speaks for another one is either broken or hostile: its own account hears of it. */
function foreignDetection(platform: Platform, identity: AgentIdentity, refusedId: string): Detection {
  return {
    id: newId(platform.clock),
    accountId: identity.accountId,
    hostId: identity.hostId,
    occurredAt: platform.clock.now().toISOString(),
    module: 'system',
    kind: 'detection.foreign',
    rule: ownRule('agents.foreign', 'detection.foreign'),
    severity: 'high',
    title: 'The agent sent a detection that names another account or host',
    mode: 'prevent',
    action: 'denied',
    actionResult: 'success',
    facts: { refusedId },
  };
}
