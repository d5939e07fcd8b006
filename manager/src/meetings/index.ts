/**
 * Review meetings (定期報告会, S90–S96; clause 7(11)): so many a contract year by the edition, arranged two weeks before, free within Tokyo and by video. Who
 * attends is invited by mail with a calendar file; what is asked becomes a ticket; the material is made of the period's monthly reports.
 */
import type { Room } from '../platform/index.ts';
import type { MeetingDesk } from './inviting.ts';
import { remindTick } from './reminders.ts';
import { meetingRoutes } from './routes.ts';

export const meetingsRoom = (desk: MeetingDesk): Room => ({
  name: 'meetings',
  routes: meetingRoutes(desk),
  ticks: [remindTick(desk)],
});
