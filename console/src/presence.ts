import { useSyncExternalStore } from 'react';

/** Whether the manager answers, told by every request and by the live connection. */
type Presence = { readonly reachable: boolean; readonly live: 'connecting' | 'live' | 'reconnecting' };

let presence: Presence = { reachable: true, live: 'connecting' };
const listeners = new Set<() => void>();

function change(next: Partial<Presence>): void {
  const merged = { ...presence, ...next };
  if (merged.reachable === presence.reachable && merged.live === presence.live) return;
  presence = merged;
  for (const listener of listeners) listener();
}

export const notePresence = (reachable: boolean): void => change({ reachable });
export const noteLive = (live: Presence['live']): void =>
  change(live === 'live' ? { live, reachable: true } : { live });

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const usePresence = (): Presence => useSyncExternalStore(subscribe, () => presence);
