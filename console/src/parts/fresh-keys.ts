import { useRef } from 'react';

/** Of the keys shown now, those that were not there when the list was first shown with content. */
export function useFreshKeys(keys: readonly string[], enabled: boolean): ReadonlySet<string> {
  const known = useRef<Set<string>>(undefined);
  const fresh = useRef(new Set<string>());
  if (!enabled) return fresh.current;
  if (!known.current) {
    known.current = new Set(keys);
    return fresh.current;
  }
  for (const key of keys) {
    if (known.current.has(key)) continue;
    known.current.add(key);
    fresh.current.add(key);
  }
  return fresh.current;
}
