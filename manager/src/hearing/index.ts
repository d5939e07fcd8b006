/**
 * Hearing sheets (S35, S44): what a customer told, version by version, and the settings that follow from it. `hearing` keeps the sheets, `files`
 * takes and gives workbooks, `compile` says what an account must have, `apply` compares and puts into force.
 */
import type { Desk } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { hearingRoutes } from './routes.ts';

export { isComplete, sheetFaultsAgainstOrder } from '@sakimori/contract/hearing/index';
export { appliedSheet, bindSheet, createHearing, type LatestSheet, latestSheet } from './hearing.ts';

export const hearingRoom = (desk: Desk): Room => ({ name: 'hearing', routes: hearingRoutes(desk) });
