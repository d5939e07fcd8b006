/** The door at which agents knock. */

export { clockOffsetMaxMs } from './clock-watch.ts';
export { AgentsDoor } from './door.ts';
