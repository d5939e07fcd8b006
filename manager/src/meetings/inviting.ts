import { phrase, Refusal } from '@sakimori/contract';
import { type Desk, listContacts } from '../customers/index.ts';
import { type Identity, loadSending, type Recipient, showLine, showText, tell } from '../notices/index.ts';
import type { Tx } from '../platform/index.ts';
import { invitationFile } from './invitation.ts';
import { type InvitationKind, invitationLetter, locationOf } from './letters.ts';
import { keyOf } from './reading.ts';
import { type AttendeeRow, type MeetingRow, selectAttendees } from './store.ts';

/** What the rules about meetings need. */
export type MeetingDesk = Desk & {
  /** Address of the console, for links in letters. */
  readonly publicUrl: () => string;
};

type Reached = Recipient & { readonly attendee: AttendeeRow };

/** Whom a letter can reach: contacts that are there still and whose address works; the provider's people as they were put down. */
export async function reachable(tx: Tx, accountId: string, attendees: readonly AttendeeRow[]): Promise<Reached[]> {
  const contacts = new Map((await listContacts(tx, accountId)).map((contact) => [contact.id, contact]));
  return attendees.flatMap((attendee): Reached[] => {
    if (attendee.contact_id === null)
      return [{ accountId, mail: attendee.mail, language: attendee.language, attendee }];
    const contact = contacts.get(attendee.contact_id);
    return contact && contact.bouncedAt === undefined
      ? [{ ...contact, attendee: { ...attendee, mail: contact.mail } }]
      : [];
  });
}

/**
 * Writes to everybody who attends: the invitation, its change or its end, in their language, with the calendar file. The transaction must be the
 * provider's.
 * @throws Refusal `meeting_incomplete` where nobody of the customer could be reached, or the address of a video meeting is missing
 */
export async function writeInvitations(
  tx: Tx,
  desk: MeetingDesk,
  row: MeetingRow,
  kind: InvitationKind,
): Promise<void> {
  const attendees = await selectAttendees(tx, keyOf(row));
  if (kind !== 'cancelled') {
    if (row.kind === 'video' && row.url === null) throw new Refusal('meeting_incomplete', { lack: 'meetingUrl' });
    const reached = await reachable(tx, row.tenant_id, attendees);
    if (!reached.some(({ attendee }) => attendee.side === 'customer'))
      throw new Refusal('meeting_incomplete', { lack: 'meetingAttendee' });
  }
  await write(tx, desk, row, kind, { to: attendees, named: attendees });
}

/** Tells those who attend no more; the others' meeting goes on (RFC 5546, 3.2.5). */
export async function uninvite(
  tx: Tx,
  desk: MeetingDesk,
  row: MeetingRow,
  gone: readonly AttendeeRow[],
): Promise<void> {
  if (gone.length > 0) await write(tx, desk, row, 'cancelled', { to: gone, named: gone });
}

async function write(
  tx: Tx,
  desk: MeetingDesk,
  row: MeetingRow,
  kind: InvitationKind,
  { to, named }: { readonly to: readonly AttendeeRow[]; readonly named: readonly AttendeeRow[] },
): Promise<void> {
  const { platform } = desk;
  const { settings } = await loadSending(tx, platform);
  const reached = await reachable(tx, row.tenant_id, to);
  // An address that the contact has by now is the one that the calendar file names too.
  const mailNow = new Map(reached.map(({ attendee }) => [attendee.id, attendee.mail]));
  await tell(tx, platform, {
    ...{ accountId: row.tenant_id, kind: `meeting.${kind}`, contacts: reached },
    compose: (language, from: Identity) => {
      const letter = invitationLetter(language, from, {
        ...{ kind, meeting: row, attendees: named, url: `${desk.publicUrl()}/meetings/${row.id}` },
      });
      const isOver = kind === 'cancelled';
      const agenda = showText(row.agenda).trim();
      const file = invitationFile({
        ...{ method: isOver ? 'CANCEL' : 'REQUEST', meetingId: row.id, sequence: row.sequence },
        ...{ at: platform.clock.now(), createdAt: row.created_at, startsAt: row.starts_at, endsAt: row.ends_at },
        summary: showLine(row.title, 200),
        description: [
          ...(row.kind === 'video' && row.url !== null && !isOver ? [row.url] : []),
          ...(agenda === '' ? [] : [`${phrase(language, 'meeting.mail.agenda')}\n${agenda}`]),
        ].join('\n\n'),
        location: showLine(locationOf(row), 2000),
        ...(row.kind === 'video' && row.url !== null && !isOver ? { url: row.url } : {}),
        // Answers come to the desk where it has an address.
        organizer: { name: showLine(from.name(language), 200), mail: settings.deskAddress ?? settings.fromAddress },
        attendees: named.map((one) => ({
          ...one,
          ...{ name: showLine(one.name, 200), mail: mailNow.get(one.id) ?? one.mail },
        })),
      });
      return { ...letter, attachments: [file] };
    },
  });
}
