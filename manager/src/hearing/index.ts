/**
 * Hearing sheets (S35, S44): what a customer told, version by version, and the settings that follow from it. `hearing` keeps the sheets, `files`
 * takes and gives workbooks, `compile` says what an account must have, `apply` compares and puts into force.
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import type { PlanTask } from './apply.ts';
import { hearingRoutes } from './routes.ts';

export { isComplete, sheetFaultsAgainstOrder } from '@sakimori/contract/hearing/index';
export type { PlanTask } from './apply.ts';
export {
  appliedSheet,
  bindSheet,
  createHearing,
  type LatestSheet,
  latestSheet,
  takeAnswers,
} from './hearing.ts';
export { sheetToFill } from './prefill.ts';
export { applyHearing, compareHearing } from './settings.ts';

/** @param planTask works out when a task runs next: of the room of tasks, which stands further right */
export const hearingRoom = (desk: Desk, planTask: PlanTask): Room => ({
  name: 'hearing',
  routes: hearingRoutes(desk, planTask),
});
