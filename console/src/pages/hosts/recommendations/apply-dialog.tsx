import { Button, Checkbox, Stack, Text } from '@mantine/core';
import {
  type HostRecommendations,
  type HostRule,
  moduleOfApi,
  type RecommendedModule,
  routes,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../../api.ts';
import { usePhrase } from '../../../language.tsx';
import { DialogButton } from '../../../parts/dialog.tsx';
import { ErrorNotice } from '../../../parts/error-notice.tsx';
import { IconShieldCheck } from '../../../parts/icons.ts';
import { Notice } from '../../../parts/notice.tsx';
import { ReasonField } from '../../../parts/reason-field.tsx';
import { useNameOf } from '../../../parts/rule-name.tsx';
import { type ModuleRules, previewOf } from './standings.ts';

export type ApplyProps = {
  readonly hostId: string;
  readonly modules: readonly ModuleRules[];
  readonly onApplied: (found: HostRecommendations) => void;
};

/** Makes the rules of a host those of the standard, once somebody has seen what that changes. */
export function ApplyButton(props: ApplyProps) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.recommended.apply')}
      size="lg"
      button={{ size: 'compact-sm', leftSection: <IconShieldCheck size={15} /> }}
    >
      {(close) => (
        <ApplyForm
          {...props}
          onApplied={(found) => {
            close();
            props.onApplied(found);
          }}
        />
      )}
    </DialogButton>
  );
}

function ApplyForm({ hostId, modules, onApplied }: ApplyProps) {
  const say = usePhrase();
  const [chosen, setChosen] = useState<readonly RecommendedModule[]>(modules.map(({ module }) => module));
  const [reason, setReason] = useState('');
  const apply = useMutation({
    mutationFn: () =>
      call(routes.applyRecommendations, { params: { hostId }, body: { modules: [...chosen], reason: reason.trim() } }),
    onSuccess: onApplied,
  });
  const previews = modules.filter(({ module }) => chosen.includes(module)).map(previewOf);
  const added = previews.flatMap((preview) => preview.added);
  const removed = previews.flatMap((preview) => preview.removed);
  const staying = previews.flatMap((preview) => preview.staying);
  const isNothing = added.length === 0 && removed.length === 0;
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        apply.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">{say('console.recommended.applyText')}</Text>
        <Checkbox.Group
          label={say('console.alerts.module')}
          value={[...chosen]}
          onChange={(next) => setChosen(modules.map(({ module }) => module).filter((module) => next.includes(module)))}
        >
          <Stack gap={6} mt={4}>
            {modules.map(({ module }) => (
              <Checkbox key={module} value={module} label={say(`module.${moduleOfApi[module]}`)} />
            ))}
          </Stack>
        </Checkbox.Group>
        {isNothing && <Notice tone="good">{say('console.recommended.noChange')}</Notice>}
        <RuleList title={say('console.recommended.toAdd', { count: added.length })} rules={added} />
        <RuleList title={say('console.recommended.toRemove', { count: removed.length })} rules={removed} />
        {staying.length > 0 && (
          <Text size="sm" className="dim">
            {say('console.recommended.stays', { count: staying.length })}
          </Text>
        )}
        <ReasonField value={reason} onChange={setReason} hint={say('console.policies.reasonHint')} />
        <ErrorNotice error={apply.error} />
        <Button
          type="submit"
          loading={apply.isPending}
          disabled={isNothing || !reason.trim()}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.recommended.apply')}
        </Button>
      </Stack>
    </form>
  );
}

function RuleList({ title, rules }: { title: string; rules: readonly HostRule[] }) {
  const nameOf = useNameOf();
  if (rules.length === 0) return null;
  return (
    <details open={rules.length <= 20}>
      <summary style={{ cursor: 'pointer', fontSize: '0.875rem', fontWeight: 600 }}>{title}</summary>
      <ul style={{ margin: '0.35rem 0 0', paddingLeft: '1.2rem', maxHeight: '14rem', overflowY: 'auto' }}>
        {rules.map((rule) => (
          <li key={`${rule.id} ${rule.name}`} style={{ fontSize: '0.8125rem' }}>
            {nameOf(rule)}
          </li>
        ))}
      </ul>
    </details>
  );
}
