import { type MeetingDetail, routes } from '@sakimori/contract';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { MeetingForm } from './meeting-form.tsx';
import { refreshMeetings } from './queries.ts';

/** The next steps of a meeting, as its state allows them. */
export function MeetingActions({ meeting }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  const params = { meetingId: meeting.id };
  const then = async (done: Promise<unknown>) => {
    await done;
    await refreshMeetings();
  };
  const isToCome = meeting.state === 'planned' || meeting.state === 'confirmed';
  return (
    <>
      {meeting.state === 'planned' && (
        <ConfirmButton
          harmless
          button={{ variant: 'filled' }}
          label={say('console.meetings.confirm')}
          text={say('console.meetings.confirmText', { count: meeting.attendeeCount })}
          onConfirm={() => then(call(routes.confirmMeeting, { params, body: {} }))}
        />
      )}
      {meeting.state === 'confirmed' && Date.parse(meeting.startsAt) <= Date.now() && (
        <ConfirmButton
          harmless
          button={{ variant: 'filled' }}
          label={say('console.meetings.hold')}
          text={say('console.meetings.holdText')}
          onConfirm={() => then(call(routes.holdMeeting, { params }))}
        />
      )}
      {isToCome && (
        <DialogButton
          label={say('console.meetings.change')}
          button={{ variant: 'default', size: 'compact-sm' }}
          size="lg"
        >
          {(close) => <MeetingForm meeting={meeting} onDone={close} />}
        </DialogButton>
      )}
      {isToCome && (
        <ConfirmButton
          label={say('console.meetings.cancel')}
          text={say(meeting.state === 'confirmed' ? 'console.meetings.cancelTold' : 'console.meetings.cancelText')}
          reasonLabel={say('console.meetings.cancelReason')}
          onConfirm={(reason) => then(call(routes.cancelMeeting, { params, body: { reason } }))}
        />
      )}
    </>
  );
}
