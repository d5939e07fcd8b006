import { Button, MultiSelect, Stack, Text } from '@mantine/core';
import { type RuleDraftDetail, type RuleTarget, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { showDraft, targetsQuery } from './queries.ts';

const keyOf = ({ kind, id }: Pick<RuleTarget, 'kind' | 'id'>): string => `${kind}:${id}`;

/** From detect mode on chosen hosts to what is in force, and out of force. */
export function Place({ draft, isChanged }: { draft: RuleDraftDetail; isChanged: boolean }) {
  const say = usePhrase();
  const targets = useQuery(targetsQuery(draft.id));
  const [chosen, setChosen] = useState<string[]>(draft.targets.map(keyOf));
  const [reason, setReason] = useState('');
  const params = { draftId: draft.id };
  const items = targets.data?.items ?? [];
  const list = items.filter((one) => chosen.includes(keyOf(one)));
  const onSuccess = async (next: RuleDraftDetail) => {
    setReason('');
    await showDraft(next);
  };
  const body = { reason: reason.trim(), targets: list.map(({ kind, id }) => ({ kind, id })) };
  const stage = useMutation({
    mutationFn: () => call(routes.stageRuleDraft, { params, body: { ...body, version: draft.version } }),
    onSuccess,
  });
  const promote = useMutation({
    mutationFn: () => call(routes.promoteRuleDraft, { params, body: { ...body, version: draft.placedVersion ?? 1 } }),
    onSuccess,
  });
  const isNewer = draft.placedVersion !== undefined && draft.version > draft.placedVersion;
  const mayStage = draft.state === 'draft' || isNewer;
  const wasTried = draft.tries.some(({ on, version }) => on === 'stored' && version === draft.version);
  const isReady = reason.trim() !== '' && list.length > 0 && !isChanged;
  return (
    <Card title={say('console.workbench.place')}>
      <Stack gap="sm">
        {isNewer && <Notice tone="watch">{say('console.workbench.newVersionText')}</Notice>}
        {mayStage && !wasTried && <Notice tone="info">{say('console.workbench.noTriesText')}</Notice>}
        {(mayStage || draft.state === 'staged') && (
          <>
            <MultiSelect
              label={say('console.workbench.targets')}
              data={items.map((one) => ({ value: keyOf(one), label: labelOf(say, one) }))}
              value={chosen}
              onChange={setChosen}
              searchable
              hidePickedOptions
            />
            {list.some(({ isOff }) => isOff) && <Notice tone="warn">{say('console.workbench.offWarning')}</Notice>}
            <ReasonField label={say('console.workbench.reason')} value={reason} onChange={setReason} />
          </>
        )}
        <ErrorNotice error={targets.error ?? stage.error ?? promote.error} />
        {mayStage && (
          <>
            <Text size="xs" className="dim">
              {say('console.workbench.stageText')}
            </Text>
            <Button
              loading={stage.isPending}
              disabled={!isReady || !wasTried || !draft.check.isSound}
              onClick={() => stage.mutate()}
            >
              {say('console.workbench.stage')}
            </Button>
          </>
        )}
        {draft.state === 'staged' && (
          <>
            <Text size="xs" className="dim">
              {say('console.workbench.promoteText')}
            </Text>
            <Button
              variant={mayStage ? 'default' : 'filled'}
              loading={promote.isPending}
              disabled={!isReady}
              onClick={() => promote.mutate()}
            >
              {say('console.workbench.promote')}
            </Button>
          </>
        )}
        <ConfirmButton
          label={say('console.workbench.withdraw')}
          text={say('console.workbench.withdrawText')}
          reasonLabel={say('console.workbench.reason')}
          onConfirm={async (why) => showDraft(await call(routes.withdrawRuleDraft, { params, body: { reason: why } }))}
        />
      </Stack>
    </Card>
  );
}

const labelOf = (say: ReturnType<typeof usePhrase>, { kind, name, isOff }: RuleTarget): string =>
  say(kind === 'policy' ? 'console.workbench.targetPolicy' : 'console.workbench.targetComputer', { name }) +
  (isOff ? say('console.workbench.targetOff') : '');
