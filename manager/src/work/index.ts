/**
 * What people of the provider have to do, and by when: one list for everything that a room cannot settle by itself. A room raises work in the
 * transaction that causes it, with a key, so that one cause makes one piece of work; it settles it by the same key once the cause is gone.
 */
import { type Desk, editionSource } from '../customers/index.ts';
import type { Room } from '../platform/index.ts';
import { workRoutes } from './routes.ts';

export { raiseMissedRun } from './missed-runs.ts';
export { recipientWork } from './recipients.ts';
export { raiseRetired } from './retired.ts';
export { raiseUndelivered, settleUndelivered } from './undelivered.ts';
export { type Raising, raiseWork, settleWork, yearOf } from './work.ts';

export const workRoom = (desk: Desk): Room => ({
  name: 'work',
  routes: workRoutes({ ...desk, calendars: editionSource(desk.editions) }),
});
