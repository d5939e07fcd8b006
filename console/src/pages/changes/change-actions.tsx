import { type Change, routes } from '@sakimori/contract';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { useSession } from '../../session.tsx';
import { refreshChanges } from './queries.ts';

/** The next step of a change, each asked back for with what it does. */
export function ChangeActions({ change }: { change: Change }) {
  const say = usePhrase();
  const { may, person } = useSession();
  const { state } = change;
  const params = { changeId: change.id };
  const done = async (work: Promise<unknown>) => {
    await work.finally(refreshChanges);
  };
  const isOpen = state === 'proposed' || state === 'approved';
  const isAlone = person.name === change.createdBy;
  const mayRevert = change.appliedAt && ['verifying', 'done', 'failed'].includes(state) && change.kind !== 'agent';
  return (
    <>
      {state === 'proposed' && may('change.approve') && (
        <ConfirmButton
          label={say('console.change.approve')}
          text={say(isAlone ? 'console.change.approveAlone' : 'console.change.approveText')}
          {...(isAlone ? { reasonLabel: say('console.change.aloneReason') } : {})}
          harmless
          onConfirm={(reason) => done(call(routes.approveChange, { params, body: reason === '' ? {} : { reason } }))}
        />
      )}
      {state === 'approved' && may('change.write') && (
        <ConfirmButton
          label={say('console.change.apply')}
          text={say('console.change.applyText')}
          harmless
          onConfirm={() => done(call(routes.applyChange, { params }))}
        />
      )}
      {isOpen && may('change.write') && (
        <ConfirmButton
          label={say('console.change.again')}
          text={say('console.change.againText')}
          harmless
          button={{ variant: 'default' }}
          onConfirm={() => done(call(routes.previewChange, { params }))}
        />
      )}
      {isOpen && may('change.write') && (
        <ConfirmButton
          label={say('console.change.withdraw')}
          text={say('console.change.withdrawText')}
          reasonLabel={say('console.reason')}
          button={{ variant: 'default' }}
          onConfirm={(reason) => done(call(routes.withdrawChange, { params, body: { reason } }))}
        />
      )}
      {mayRevert && may('change.write') && (
        <ConfirmButton
          label={say('console.change.revert')}
          text={say('console.change.revertText')}
          reasonLabel={say('console.reason')}
          button={{ variant: 'default' }}
          onConfirm={(reason) => done(call(routes.revertChange, { params, body: { reason } }))}
        />
      )}
    </>
  );
}
