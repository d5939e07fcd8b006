import { z } from 'zod';
import {
  MaterialQuery,
  Meeting,
  MeetingAssessment,
  MeetingCancelling,
  MeetingChange,
  MeetingConfirming,
  MeetingDetail,
  MeetingDraft,
  MeetingMinutes,
  MeetingYear,
  meetingStates,
  NewMeeting,
  NewMeetingQuestion,
} from '../meeting.ts';
import { Id } from '../primitives.ts';
import { route } from '../route.ts';

const AccountParams = z.object({ accountId: Id });
const MeetingParams = z.object({ meetingId: Id });
/** What a date, a place or a quote can be refused with. */
const bookingErrors = [
  'not_found',
  'malformed',
  'meeting_time_invalid',
  'meeting_overlaps',
  'meeting_too_soon',
  'not_in_plan',
  'quote_needed',
  'quote_not_approved',
  'quote_used',
  'date_out_of_range',
] as const;

export const listMeetings = route({
  needs: 'meeting.read',
  method: 'GET',
  path: '/meetings',
  summary: 'Review meetings: what comes, the next one first, then what was; and the contract years that it is now',
  query: z.object({ accountId: Id.optional(), state: z.enum(meetingStates).optional() }),
  reply: z.object({ items: z.array(Meeting).max(1000), years: z.array(MeetingYear).max(10_000) }),
});
export const getMeeting = route({
  needs: 'meeting.read',
  method: 'GET',
  path: '/meetings/{meetingId}',
  summary: 'One review meeting with agenda, attendees, minutes and questions',
  params: MeetingParams,
  reply: MeetingDetail,
  errors: ['not_found'],
});
export const listMeetingStaff = route({
  needs: 'meeting.write',
  method: 'GET',
  path: '/meeting-staff',
  summary: 'People of the provider who can attend a review meeting',
  reply: z.object({ items: z.array(z.object({ id: Id, name: z.string() })).max(1000) }),
});
export const assessMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/accounts/{accountId}/meetings/assess',
  summary: 'What a date and a place would mean: in time or not, part of the plan or bought. Stores nothing',
  params: AccountParams,
  body: MeetingDraft,
  reply: MeetingAssessment,
  errors: ['not_found', 'not_in_plan', 'meeting_time_invalid', 'date_out_of_range'],
});
export const bookMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/accounts/{accountId}/meetings',
  summary: 'Arrange a review meeting; nobody is invited before it is confirmed',
  params: AccountParams,
  body: NewMeeting,
  reply: MeetingDetail,
  errors: [...bookingErrors],
});
export const changeMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/meetings/{meetingId}/change',
  summary: 'Change a review meeting; of a confirmed one every attendee gets the change',
  params: MeetingParams,
  body: MeetingChange,
  reply: MeetingDetail,
  errors: [...bookingErrors, 'wrong_state', 'version_conflict', 'meeting_place_unclear', 'meeting_incomplete'],
});
export const confirmMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/meetings/{meetingId}/confirm',
  summary: 'Confirm a review meeting and invite its attendees by mail (iCalendar)',
  params: MeetingParams,
  body: MeetingConfirming,
  reply: MeetingDetail,
  errors: [
    ...['not_found', 'wrong_state', 'not_in_plan', 'quote_needed', 'quote_not_approved', 'quote_used'],
    ...['meeting_place_unclear', 'meeting_incomplete', 'meeting_time_invalid'],
  ] as const,
});
export const holdMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/meetings/{meetingId}/hold',
  summary: 'Record that a review meeting was held',
  params: MeetingParams,
  reply: MeetingDetail,
  errors: ['not_found', 'wrong_state', 'meeting_time_invalid'],
});
export const cancelMeeting = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/meetings/{meetingId}/cancel',
  summary: 'Cancel a review meeting; who was invited is told',
  params: MeetingParams,
  body: MeetingCancelling,
  reply: MeetingDetail,
  errors: ['not_found', 'wrong_state'],
});
export const writeMinutes = route({
  needs: 'meeting.write',
  method: 'PUT',
  path: '/meetings/{meetingId}/minutes',
  summary: 'Write the minutes of a review meeting',
  params: MeetingParams,
  body: MeetingMinutes,
  reply: MeetingDetail,
  errors: ['not_found', 'wrong_state', 'version_conflict'],
});
export const sendMinutes = route({
  needs: 'meeting.write',
  method: 'POST',
  path: '/meetings/{meetingId}/minutes/send',
  summary: 'Mail the minutes to everybody who attends, each in their language',
  params: MeetingParams,
  reply: z.object({ sentTo: z.array(z.string()) }),
  errors: ['not_found', 'wrong_state', 'no_recipient'],
});
export const askAtMeeting = route({
  needs: 'ticket.ask',
  method: 'POST',
  path: '/meetings/{meetingId}/questions',
  summary: 'A question asked at, or for, a review meeting: it becomes a ticket whose clock runs from now',
  params: MeetingParams,
  body: NewMeetingQuestion,
  reply: MeetingDetail,
  errors: ['not_found', 'wrong_state', 'limit_reached', 'date_out_of_range', 'no_business_day'],
});
export const getMeetingMaterial = route({
  needs: 'meeting.read',
  method: 'GET',
  path: '/meetings/{meetingId}/material',
  summary: 'The material of a review meeting: a summary of three stored monthly reports, as PDF or presentation',
  params: MeetingParams,
  query: MaterialQuery,
  reply: z.object({
    name: z.string(),
    type: z.string(),
    /** Base64. */ content: z.string(),
    sha256: z.string(),
    months: z.array(z.string()),
  }),
  errors: ['not_found', 'reports_missing'],
});
