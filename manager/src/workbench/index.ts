/**
 * The rule workbench (S97): rules that are made for one customer at their request. A draft is written and checked, tried on what was stored and on files
 * that are brought, staged in detect mode, and promoted or withdrawn; every version and step stays. What the plan says of it is asked at each step
 * (S33, S34). Engines that a customer's rule meets here run in processes of their own, within limits.
 *
 * `check` what is wrong in a text · `trials` what it finds · `log-inspector`, `suricata` the engines · `placing` detect mode, in force, out of force.
 */
import type { Backends } from '../backends/index.ts';
import type { Desk } from '../customers/index.ts';
import { type Room, Turns } from '../platform/index.ts';
import { workbenchRoutes } from './routes.ts';

/** Engines take a core each; who comes beyond those that wait is told to come again. */
const atOnceMax = 2;
const waitingMax = 20;

export const workbenchRoom = (desk: Desk, parts: { readonly backends: Backends }): Room => ({
  name: 'workbench',
  routes: workbenchRoutes({ ...desk, ...parts, turns: new Turns(atOnceMax, waitingMax) }),
});
