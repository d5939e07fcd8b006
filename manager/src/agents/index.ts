/** The door at which agents knock. */

export type { DetectionsListener } from './batch.ts';
export { clockOffsetMaxMs } from './clock-watch.ts';
export { AgentsDoor } from './door.ts';
