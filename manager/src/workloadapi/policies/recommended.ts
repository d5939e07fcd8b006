import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { ConfigurationView } from '../../configuration/index.ts';
import type { Clock, Tx } from '../../platform/index.ts';
import { recommendationsOf } from '../../recommendations/index.ts';
import type { Target } from './target.ts';

/** What the last recommendation scan of a computer says, by module of rules, as the API has it; of a policy, which is many computers, nothing. */
export async function recommendedOn(
  tx: Tx,
  view: ConfigurationView,
  target: Target,
  clock: Clock,
): Promise<Readonly<Record<string, ApiObject>>> {
  const found = target.computer && (await recommendationsOf(tx, view, target.computer, clock.now()));
  if (!found || found.status === 'none') return none;
  const scan = { recommendationScanStatus: found.status, lastRecommendationScanDate: found.scannedAt?.getTime() };
  return Object.fromEntries(
    found.modules.map(({ module, recommended, assigned, noLongerRecommended }) => {
      const has = new Set(assigned);
      return [
        module,
        {
          ...scan,
          recommendedToAssignRuleIDs: recommended.map(({ ID }) => ID).filter((id) => !has.has(id)),
          recommendedToUnassignRuleIDs: noLongerRecommended,
        },
      ];
    }),
  );
}

const notScanned = { recommendationScanStatus: 'none' };
const none = { intrusionPrevention: notScanned, integrityMonitoring: notScanned, logInspection: notScanned };
