import type { ActiveWebPolicy } from '@sakimori/contract/web-reputation/judge';
import type { FlowProcess } from '../../../flow-process/flow.ts';
import type { Sighting } from './sightings.ts';

/** What the agent and its filter say to each other: a line of JSON each, the agent's on the filter's standard input, the filter's on its output. */
export type Order =
  | {
      readonly do: 'use';
      readonly policy: ActiveWebPolicy;
      readonly tables: readonly string[];
      readonly spared: readonly string[];
    }
  | { readonly do: 'ask'; readonly number: number };

export type FilterState = {
  /** Entries of the tables in use. */
  readonly entries: number;
  readonly packets: number;
  readonly judged: number;
  readonly blocked: number;
  /** Connections that are known. */
  readonly flows: number;
  /** Times that the kernel had more packets than there was room for. */
  readonly overruns: number;
  /** Tables that could not be used, with why. */
  readonly faults: readonly string[];
  /** A table and a policy were put in use: until then all passes. */
  readonly isReady: boolean;
};

export type Word =
  | { readonly say: 'answer'; readonly number: number; readonly state: FilterState }
  | { readonly say: 'seen'; readonly sighting: Sighting<FlowProcess> }
  /** It cannot work, and ends. */
  | { readonly say: 'fault'; readonly code: string; readonly detail: string };
