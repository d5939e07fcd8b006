import { randomUUID } from 'node:crypto';
import { Detection } from '@sakimori/contract/detection';
import type { Module } from '@sakimori/contract/module';
import { type Clock, systemClock, toInstant } from '../clock.ts';
import type { DetectionDraft, EngineHost } from './engine.ts';

/** A host for an engine under test: keeps what is reported, in order, and checks it against the contract as the manager would. */
export interface RecordingHost extends EngineHost {
  readonly detections: Detection[];
  readonly logLines: string[];
  /** Resolves when at least `count` detections are there; fails after `timeoutMs` with what came instead. */
  waitFor(count: number, timeoutMs?: number): Promise<Detection[]>;
}

/**
 * @param manager absent: one that is always there, on this host
 * @param hearsOfMounts whether mounts that are left out are kept too: other tests mount file systems on this machine meanwhile
 */
export function createRecordingHost(
  module: Module,
  dataFolder: string,
  clock: Clock = systemClock,
  manager: EngineHost['manager'] = { reach: async () => ({ address: '127.0.0.1', port: 1 }) },
  hearsOfMounts = false,
): RecordingHost {
  const detections: Detection[] = [];
  const logLines: string[] = [];
  const kept = new Map<string, string>();
  const waiting = new Set<() => void>();
  const seal = (draft: DetectionDraft | Detection): Detection =>
    Detection.parse({
      id: randomUUID(),
      accountId: '00000000-0000-4000-8000-000000000001',
      hostId: '00000000-0000-4000-8000-000000000002',
      module,
      ...draft,
      occurredAt: draft.occurredAt ?? toInstant(clock.nowMs()),
    });
  return {
    clock,
    manager,
    dataFolder,
    detections,
    logLines,
    log: (level, message) => logLines.push(`${level} ${message}`),
    seal,
    async report(drafts, memory = {}) {
      for (const draft of drafts)
        if (hearsOfMounts || draft.kind !== 'integrity.mount_skipped') detections.push(seal(draft));
      for (const [key, value] of Object.entries(memory)) value === undefined ? kept.delete(key) : kept.set(key, value);
      for (const wake of waiting) wake();
    },
    recall: (key) => kept.get(key),
    recallKeys: () => [...kept.keys()],
    waitFor(count, timeoutMs = 10_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          const titles = detections.map(({ title }) => title).join('; ');
          reject(new Error(`${detections.length} of ${count} detections after ${timeoutMs} ms: ${titles}`));
        }, timeoutMs);
        const check = () => {
          if (detections.length < count) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(detections);
        };
        waiting.add(check);
        check();
      });
    },
  };
}
