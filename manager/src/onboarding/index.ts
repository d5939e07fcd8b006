/**
 * From the order form to the start of use (§6, S35–S40): five steps in their order, each with its owner, day and proof. What was ordered is read
 * from a workbook or the page, or filled in by the customer at a link; one action issues account, contract, keys and recipients; a gate says what stands between it and the start.
 */
import type { Platform, Room } from '../platform/index.ts';
import type { Desk } from './cases.ts';
import { raiseDuties } from './duties.ts';
import { formRoutes } from './form-routes.ts';
import { type HearingSource, hearingSheets } from './hearing-source.ts';
import { onboardingRoutes } from './routes.ts';

export { raiseDuties } from './duties.ts';

export type { Heard, HearingSource } from './hearing-source.ts';
export { writeOrder } from './order-file.ts';

export const onboardingRoom = (
  platform: Platform,
  options: Omit<Desk, 'platform' | 'hearing'> & { readonly hearing?: HearingSource },
): Room => ({
  name: 'onboarding',
  routes: [onboardingRoutes, formRoutes].flatMap((made) =>
    made({ hearing: hearingSheets({ platform }), ...options, platform }),
  ),
  ticks: [
    {
      name: 'onboarding.duties',
      everyMs: 600_000,
      run: async () => void (await raiseDuties({ ...options, platform })),
    },
  ],
});
