import { Tooltip } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { formatRelative, formatTime, formatTimeWithZone } from '../format.ts';
import { useLanguage } from '../language.tsx';

/** One ticking clock for all relative times on the page. */
const tickMs = 5000;
let nowMs = Date.now();
const watchers = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

function watchNow(watcher: () => void): () => void {
  watchers.add(watcher);
  ticking ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of watchers) each();
  }, tickMs);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
}

/** The browser's clock, or the newest time the manager has told, where the browser's runs behind. */
const useNow = (at: string): number =>
  Math.max(
    useSyncExternalStore(watchNow, () => nowMs),
    Math.min(Date.parse(at), Date.now()),
  );

/** `3 分前`; the exact time in a tooltip, and for screen readers in `title`. */
export function RelativeTime({ at }: { at: string }) {
  const { language } = useLanguage();
  const now = useNow(at);
  return (
    <Tooltip label={formatTimeWithZone(at)} openDelay={150}>
      <time dateTime={at} className="nowrap" title={formatTimeWithZone(at)}>
        {formatRelative(language, at, now)}
      </time>
    </Tooltip>
  );
}

export type TimeProps = {
  readonly at: string;
  /** How long ago, dimmed, behind it. */
  readonly relative?: boolean;
  /** How long ago, dimmed, below it: for tables. */
  readonly stacked?: boolean;
  readonly zone?: boolean;
};

/** `2026/11/23 19:51:03` and, dimmed, how long ago that was. */
export function Time({ at, relative = false, zone = false, stacked = false }: TimeProps) {
  const { language } = useLanguage();
  const now = useNow(at);
  return (
    <time dateTime={at} className="figures">
      <span className="nowrap">{zone ? formatTimeWithZone(at) : formatTime(at)}</span>
      {stacked && <div className="dim below">{formatRelative(language, at, now)}</div>}
      {relative && <span className="dim nowrap">{` · ${formatRelative(language, at, now)}`}</span>}
    </time>
  );
}
