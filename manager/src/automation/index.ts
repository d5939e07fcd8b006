/** Automation: tasks that run at a time or at an event. */
export { nextRunOf } from './recurrence.ts';
