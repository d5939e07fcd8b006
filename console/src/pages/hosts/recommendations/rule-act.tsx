import type { HostRule } from '@sakimori/contract';
import { usePhrase } from '../../../language.tsx';
import { ConfirmButton } from '../../../parts/confirm-button.tsx';
import { useNameOf } from '../../../parts/rule-name.tsx';
import type { HostRulesChange } from './host-rules.tsx';

export type RuleActProps = {
  readonly rule: HostRule;
  readonly mayWrite: boolean;
  readonly onChange: (change: HostRulesChange) => Promise<void>;
};

/** Assigns a rule to the host or takes it away, with a reason; what its policy assigns is changed there. */
export function RuleAct({ rule, mayWrite, onChange }: RuleActProps) {
  const say = usePhrase();
  const name = useNameOf()(rule);
  if (rule.inherited) return <span className="dim">{say('console.recommended.byPolicy')}</span>;
  if (!mayWrite) return null;
  const reasonLabel = say('console.reason');
  if (!rule.assigned)
    return (
      <ConfirmButton
        label={say('console.recommended.assign')}
        text={say(
          rule.standing === 'left_out' ? 'console.recommended.assignDeviates' : 'console.recommended.assignText',
          { name },
        )}
        reasonLabel={reasonLabel}
        onConfirm={(reason) => onChange({ assign: [rule.id], reason })}
        harmless
      />
    );
  return (
    <ConfirmButton
      label={say('console.recommended.unassign')}
      text={say(
        rule.standing === 'standard' ? 'console.recommended.unassignMissing' : 'console.recommended.unassignText',
        { name },
      )}
      reasonLabel={reasonLabel}
      onConfirm={(reason) => onChange({ unassign: [rule.id], reason })}
    />
  );
}
