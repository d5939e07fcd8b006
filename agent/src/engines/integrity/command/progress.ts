import { systemClock } from '../../../clock.ts';
import type { Control } from '../scan/crew-plan.ts';

const everyMs = 250;

/**
 * Shows on a terminal how far a scan is, on one line that is gone at its end. Anything else than a terminal gets nothing.
 * @param entriesExpected as many as the database has, where one is compared with
 * @returns ends it
 */
export function showProgress(
  control: Control,
  entriesExpected: number | undefined,
  to: NodeJS.WriteStream,
): () => void {
  if (!to.isTTY) return () => {};
  const startMs = systemClock.monotonicMs();
  const timer = setInterval(() => {
    const { entries, bytes } = control.progress();
    to.write(`\r\x1b[K${progressLine(entries, bytes, systemClock.monotonicMs() - startMs, entriesExpected)}`);
  }, everyMs);
  return () => {
    clearInterval(timer);
    to.write('\r\x1b[K');
  };
}

export function progressLine(entries: number, bytes: number, ms: number, expected: number | undefined): string {
  const rate = entries / Math.max(0.001, ms / 1000);
  const left = expected === undefined ? undefined : Math.max(0, expected - entries);
  const estimate = left === undefined || rate === 0 ? '' : `, about ${duration(left / rate)} left`;
  const of = expected === undefined ? '' : ` of ${count(expected)}`;
  return `${count(entries)}${of} paths, ${count(bytes / 1e6)} MB read, ${count(rate)} paths/s${estimate}`;
}

const count = (value: number): string => Math.round(value).toLocaleString('en');
const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
