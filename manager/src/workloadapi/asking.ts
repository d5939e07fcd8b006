import type { Actor } from '@sakimori/contract';

/** Parts of one call of the public Workload Security API, as its inventory describes them. */
export type Asking = {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
};

/** In whose name something is asked, and why: a change of the configuration keeps both. */
export type AskedBy = { readonly actor: Pick<Actor, 'kind' | 'id' | 'name'>; readonly reason: string };
