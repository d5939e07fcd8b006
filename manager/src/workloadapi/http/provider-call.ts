import type { Actor } from '@sakimori/contract';
import type { Platform } from '../../platform/index.ts';

/** A call by the provider itself: about accounts, never within one. */
export type ProviderCall = {
  readonly platform: Platform;
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type ProviderHandler = (call: ProviderCall) => Promise<unknown>;
