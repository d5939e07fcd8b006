import type { Detection } from '@sakimori/contract';
import type { Tx } from '../platform/index.ts';
import { insertPairs, type Like, lockRoads, selectKnownSince, selectLikes, selectMet, selectRoads } from './store.ts';

/** A manager fetches an agent's events every ten minutes and hands them on within another one. */
const apartMs = 15 * 60_000;
/** How long a record without a time of its own is known again. */
const untimedMs = 2 * 3_600_000;

/**
 * Leaves out what came before. A record that is sent again has the id that it had, and the same time: the merge of detections sees to that. Two
 * cases are looked up here: records whose time is that of their reception, and events that come by two roads, as their agent tells them and as its
 * manager does. Two roads are matched one to one: two equal events by each road are two.
 */
export async function withoutSeen(
  tx: Tx,
  accountId: string,
  detections: readonly Detection[],
  now: Date,
): Promise<readonly Detection[]> {
  const timed = await withoutUntimed(tx, accountId, detections, now);
  if (timed.length === 0) return timed;
  const roads = new Set<string>(timed.map(({ foreign }) => foreign!.road));
  let known = await selectRoads(tx, accountId);
  const isNew = [...roads].some((road) => !known.has(road));
  if (known.union(roads).size < 2 && !isNew) return timed;
  await lockRoads(tx, accountId);
  known = await selectRoads(tx, accountId);
  return known.union(roads).size < 2 ? timed : withoutPairs(tx, accountId, timed, now);
}

async function withoutUntimed(
  tx: Tx,
  accountId: string,
  detections: readonly Detection[],
  now: Date,
): Promise<readonly Detection[]> {
  const isUntimed = ({ foreign }: Detection): boolean => foreign!.time === 'received' || foreign!.time === 'wrong';
  const ids = detections.filter(isUntimed).map(({ id }) => id);
  if (ids.length === 0) return detections;
  const seen = await selectKnownSince(tx, accountId, ids, new Date(now.getTime() - untimedMs));
  return detections.filter(({ id }) => !seen.has(id));
}

async function withoutPairs(
  tx: Tx,
  accountId: string,
  detections: readonly Detection[],
  now: Date,
): Promise<Detection[]> {
  const times = detections.map(({ occurredAt }) => Date.parse(occurredAt));
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const ids = detections.map(({ id }) => id);
  const met = await selectMet(tx, accountId, ids);
  const stored = await selectKnownSince(tx, accountId, ids, new Date(from));
  const likes = Map.groupBy<string, Like>(
    await selectLikes(tx, accountId, {
      hostIds: [...new Set(detections.map(({ hostId }) => hostId))],
      keys: [...new Set(detections.map(({ foreign }) => foreign!.key))],
      from: new Date(from - apartMs),
      to: new Date(to + apartMs),
    }),
    ({ key }) => key,
  );
  const pairs: { detection_id: string; road: string; event_id: string }[] = [];
  const fresh = detections.filter((detection, index) => {
    const { id, foreign } = detection;
    if (met.has(id)) return false;
    if (stored.has(id)) return true;
    const { key, road } = foreign!;
    const like = nearest(likes.get(key) ?? [], road, times[index]!);
    if (like) {
      like.met.push(road);
      pairs.push({ detection_id: like.id, road, event_id: id });
      return false;
    }
    const own: Like = { id, key, road, occurred_at: new Date(times[index]!), met: [] };
    likes.set(key, [...(likes.get(key) ?? []), own]);
    return true;
  });
  if (pairs.length > 0) await insertPairs(tx, accountId, pairs, now);
  return fresh;
}

/** By another road, met by none of this one, and not too far off. */
function nearest(likes: readonly Like[], road: string, at: number): Like | undefined {
  const distance = ({ occurred_at: time }: Like): number => Math.abs(time.getTime() - at);
  return likes
    .filter((like) => like.road !== road && !like.met.includes(road) && distance(like) <= apartMs)
    .sort((a, b) => distance(a) - distance(b))[0];
}
