import { Refusal } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { Judge } from '../impact.ts';
import type { LayerPlace } from '../places.ts';
import type { Step } from '../steps.ts';

/** A policy or computer that something is left out of, with what holds there. */
export type Target = { readonly place: LayerPlace; readonly effective: ApiObject };
/** What is done for one exclusion, and which detections are not made then. */
export type Excluding = { readonly steps: readonly Step[]; readonly judge: Judge; readonly remarks: readonly string[] };

/** The module must be on: what is off leaves everything out. @throws Refusal wrong_state */
export function moduleOf({ effective }: Target, name: string, what: string): ApiObject {
  const module = (effective[name] ?? {}) as ApiObject;
  if (module['state'] === undefined || module['state'] === 'off')
    throw new Refusal('wrong_state', { what, state: 'off' });
  return module;
}
