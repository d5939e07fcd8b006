import { type MeetingDraft, routes } from '@sakimori/contract';
import { ask } from '../../queries.ts';
import { queryClient } from '../../session.tsx';

export const meetingsQuery = (accountId?: string) =>
  ask(['meetings', 'list', accountId], routes.listMeetings, { query: { accountId } });
export const meetingQuery = (meetingId: string) =>
  ask(['meetings', meetingId], routes.getMeeting, { params: { meetingId } });
export const staffQuery = ask(['meetings', 'staff'], routes.listMeetingStaff);
/** What the form would mean, asked anew whenever it changes. */
export const assessmentQuery = (accountId: string, body: MeetingDraft) => ({
  ...ask(['meetings', 'assess', accountId, body], routes.assessMeeting, { params: { accountId }, body }),
  retry: false,
});
export const historyQuery = (meetingId: string) =>
  ask(['audit', 'meeting', meetingId], routes.listAudit, { query: { target: `meeting:${meetingId}`, limit: 100 } });

export const refreshMeetings = () =>
  Promise.all(['meetings', 'audit', 'tickets'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
