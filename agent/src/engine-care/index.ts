/** What keeps the programs of engines running: clamd, Suricata, helpers of our own. See {@link SupervisedChild}. */
export { careCauses, careFigures } from './health.ts';
export { endLeftOver, livingChild } from './left-over.ts';
export type { CareParts, ChildPlan, ChildReport, ChildState, Rhythm } from './plan.ts';
export { residentBytesOf } from './process-facts.ts';
export { type OnceEnd, type RunningOnce, runOnce } from './run-once.ts';
export { SupervisedChild } from './supervised-child.ts';
