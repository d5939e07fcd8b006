import { routes } from '@sakimori/contract';
import { type BoundRoute, serve } from '../platform/index.ts';
import { selectStaff } from './attendees.ts';
import type { MeetingDesk } from './inviting.ts';
import { materialOf } from './material.ts';
import { assessDraft, bookMeeting, cancelMeeting, changeMeeting, confirmMeeting, holdMeeting } from './meetings.ts';
import { askAtMeeting, sendMinutes, writeMinutes } from './minutes.ts';
import { getMeeting, listMeetings } from './reading.ts';

export const meetingRoutes = (desk: MeetingDesk): BoundRoute[] => {
  const { database } = desk.platform;
  return [
    serve(routes.listMeetings, ({ query }, { actor }) =>
      database.for(actor, (tx) => listMeetings(tx, desk, actor, query)),
    ),
    serve(routes.getMeeting, ({ params }, { actor }) =>
      database.for(actor, (tx) => getMeeting(tx, actor, params.meetingId)),
    ),
    serve(routes.listMeetingStaff, async () => ({
      items: (await database.asProvider(selectStaff)).map(({ id, name }) => ({ id, name })),
    })),
    serve(routes.assessMeeting, ({ params, body }, { actor }) => assessDraft(desk, actor, params.accountId, body)),
    serve(routes.bookMeeting, ({ params, body }, { actor }) => bookMeeting(desk, actor, params.accountId, body)),
    serve(routes.changeMeeting, ({ params, body }, { actor }) => changeMeeting(desk, actor, params.meetingId, body)),
    serve(routes.confirmMeeting, ({ params, body }, { actor }) => confirmMeeting(desk, actor, params.meetingId, body)),
    serve(routes.holdMeeting, ({ params }, { actor }) => holdMeeting(desk, actor, params.meetingId)),
    serve(routes.cancelMeeting, ({ params, body }, { actor }) =>
      cancelMeeting(desk, actor, params.meetingId, body.reason),
    ),
    serve(routes.writeMinutes, ({ params, body }, { actor }) => writeMinutes(desk, actor, params.meetingId, body)),
    serve(routes.sendMinutes, ({ params }, { actor }) => sendMinutes(desk, actor, params.meetingId)),
    serve(routes.getMeetingMaterial, ({ params, query }, { actor, language }) =>
      materialOf(desk, actor, params.meetingId, { ...query, language: query.language ?? language }),
    ),
    serve(routes.askAtMeeting, ({ params, body }, { actor }) => askAtMeeting(desk, actor, params.meetingId, body)),
  ];
};
