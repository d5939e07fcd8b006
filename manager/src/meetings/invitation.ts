import { timeZone } from '@sakimori/contract';
import { icalendarFile, icalendarText } from '../calendar/index.ts';
import type { AttendeeRow } from './store.ts';

export type Invitation = {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly meetingId: string;
  /** Rises with every change, so that a calendar program knows which one stands (RFC 5545, 3.8.7.4). */
  readonly sequence: number;
  readonly at: Date;
  readonly createdAt: Date;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly summary: string;
  readonly description: string;
  readonly location: string;
  readonly url?: string | undefined;
  readonly organizer: { readonly name: string; readonly mail: string };
  readonly attendees: readonly Pick<AttendeeRow, 'name' | 'mail' | 'answer'>[];
};

/** The same for as long as the meeting is, whatever the provider's addresses become. */
export const uidOf = (meetingId: string): string => `${meetingId}@meetings.sakimori`;
export const meetingOfUid = (uid: string): string | undefined =>
  /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@meetings\.sakimori$/i.exec(uid.trim())?.[1];

/** Japan has one time and has had no summer time since 1951: one observance says it all. */
const japan = [
  'BEGIN:VTIMEZONE',
  `TZID:${timeZone}`,
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0900',
  'TZOFFSETTO:+0900',
  'TZNAME:JST',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** An invitation, its change or its end, for calendar programs (RFC 5545, RFC 5546). Texts may hold anything. */
export function writeInvitation(given: Invitation): string {
  const isOver = given.method === 'CANCEL';
  return icalendarFile([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Sakimori//Review meetings//EN',
    'CALSCALE:GREGORIAN',
    `METHOD:${given.method}`,
    ...japan,
    'BEGIN:VEVENT',
    `UID:${uidOf(given.meetingId)}`,
    `SEQUENCE:${given.sequence}`,
    `DTSTAMP:${inUtc(given.at)}`,
    `CREATED:${inUtc(given.createdAt)}`,
    `LAST-MODIFIED:${inUtc(given.at)}`,
    `DTSTART;TZID=${timeZone}:${inJapan(given.startsAt)}`,
    `DTEND;TZID=${timeZone}:${inJapan(given.endsAt)}`,
    `SUMMARY:${icalendarText(given.summary)}`,
    ...(given.description === '' ? [] : [`DESCRIPTION:${icalendarText(given.description)}`]),
    ...(given.location === '' ? [] : [`LOCATION:${icalendarText(given.location)}`]),
    ...(given.url === undefined ? [] : [`URL:${given.url}`]),
    `ORGANIZER;CN=${parameter(given.organizer.name)}:mailto:${given.organizer.mail}`,
    ...given.attendees.map(
      ({ name, mail, answer }) =>
        `ATTENDEE;CN=${parameter(name)};CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=${partStates[answer]};RSVP=TRUE:mailto:${mail}`,
    ),
    `STATUS:${isOver ? 'CANCELLED' : 'CONFIRMED'}`,
    'TRANSP:OPAQUE',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
}

const partStates = {
  needsAction: 'NEEDS-ACTION',
  accepted: 'ACCEPTED',
  tentative: 'TENTATIVE',
  declined: 'DECLINED',
} as const;

const digits = (text: string): string => text.replace(/[-:]/g, '').slice(0, 15);
const inUtc = (at: Date): string => `${digits(at.toISOString())}Z`;
const inJapan = (at: Date): string =>
  digits(at.toTemporalInstant().toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'second' }));

/** A quoted parameter: it can hold anything but quotes and control characters (RFC 5545, 3.2). */
const parameter = (text: string): string => `"${text.replace(/\p{Cc}/gu, ' ').replaceAll('"', "'")}"`;

/** The bytes of the file as a mail attaches it. */
export const invitationFile = (given: Invitation) => ({
  name: given.method === 'CANCEL' ? 'cancel.ics' : 'invite.ics',
  contentType: `text/calendar; charset=utf-8; method=${given.method}`,
  content: Buffer.from(writeInvitation(given)),
});
