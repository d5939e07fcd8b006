import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Module } from '@sakimori/contract/module';
import type { Clock } from './clock.ts';
import type { EngineHost } from './engines/engine.ts';
import type { Log } from './log.ts';
import type { Seal } from './seal.ts';
import type { Spool } from './spool/index.ts';

const nobody: EngineHost['manager'] = { reach: () => Promise.reject(new Error('there is no manager')) };

/** What the engine of this module sees of the agent. @param parts without `manager`: an agent that has none */
export function createEngineHost(
  module: Module,
  parts: {
    folder: string;
    clock: Clock;
    log: Log;
    spool: Spool;
    seal: Seal;
    manager?: EngineHost['manager'];
    fetchTable?: EngineHost['fetchTable'];
    identity?: EngineHost['identity'];
  },
): EngineHost {
  const { folder, clock, log, spool, seal, manager = nobody, fetchTable, identity } = parts;
  const dataFolder = join(folder, 'engines', module);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  return {
    clock,
    manager,
    dataFolder,
    ...(fetchTable ? { fetchTable } : {}),
    ...(identity ? { identity } : {}),
    log: (level, message, facts) => log(level, `${module}: ${message}`, facts),
    report(drafts, memory) {
      const detections = drafts.map((draft) => ('hostId' in draft ? draft : seal(module, draft)));
      return spool.append(detections, memory && { owner: module, values: memory });
    },
    recall: (key) => spool.recall(module, key),
    recallKeys: () => spool.recallKeys(module),
    seal: (draft) => seal(module, draft),
  };
}
