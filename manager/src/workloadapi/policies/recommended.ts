import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import type { Tx } from '../../platform/index.ts';
import type { Target } from './target.ts';

/** What the last recommendation scan of a computer says, by module of rules; nothing for a policy, which is many computers. */
export type RecommendationsOf = (tx: Tx, view: ConfigurationView, target: Target) => Promise<ApiObject>;

const none = { recommendationScanStatus: 'none' };
export const noRecommendations: ApiObject = {
  intrusionPrevention: none,
  integrityMonitoring: none,
  logInspection: none,
};
