/**
 * Conditions: what is amiss on hosts and with licenses without an engine that detects it (a module that lacks its engine, rules that are out of
 * date, a policy that is not applied …). Seen in what agents and rooms tell anyway; a condition that holds for the time of its definition becomes a
 * detection and with it an alert, which ends once it holds no more (`rules/alerts/conditions.json`).
 */
import type { Platform, Room } from '../platform/index.ts';
import { watchConditions } from './conditions.ts';

export { watchConditions } from './conditions.ts';

/** A look costs one statement over all hosts. */
const everyMs = 30_000;

export const conditionsRoom = (platform: Platform): Room => ({
  name: 'conditions',
  ticks: [{ name: 'conditions.watch', everyMs, run: () => watchConditions(platform) }],
});
