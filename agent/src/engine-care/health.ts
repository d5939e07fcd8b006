import type { ModuleStatus } from '@sakimori/contract/module';
import { toInstant } from '../clock.ts';
import type { ChildReport } from './plan.ts';

/** What a child's state means for its module: causes to be degraded, none where it runs. Phrases below `module.cause.`. */
export function careCauses({ name, state, sinceMs, cause }: ChildReport): ModuleStatus['causes'] {
  const facts = { engine: name, since: toInstant(sinceMs) };
  const detail = (cause ?? '').slice(0, 500);
  switch (state) {
    case 'starting':
      return [
        cause === undefined ? { code: 'engine_starting', facts } : { code: 'engine_died', facts: { ...facts, detail } },
      ];
    case 'backing-off':
      return [{ code: 'engine_died', facts: { ...facts, detail } }];
    case 'hung':
      return [{ code: 'engine_hung', facts: { ...facts, detail } }];
    default:
      return [];
  }
}

/** Figures below `module.figure.`: memory of the program in megabytes, starts that nobody had asked for. */
export function careFigures({ residentBytes, restarts }: ChildReport): ModuleStatus['figures'] {
  return {
    ...(residentBytes === undefined ? {} : { engineMemoryMb: Math.round(residentBytes / 1e6) }),
    ...(restarts > 0 ? { engineRestarts: restarts } : {}),
  };
}
