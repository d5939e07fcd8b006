import { Button, Group, Stack } from '@mantine/core';
import { routes, type WorkItem, workTitle } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { useSession } from '../../session.tsx';
import { refreshWork } from './queries.ts';

/** The next steps of a piece of work: take it on, end it with what was done, or say why it is not needed. */
export function WorkActions({ item }: { item: WorkItem }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { person } = useSession();
  const params = { workId: item.id };
  const take = useMutation({
    mutationFn: (isTakenOver: boolean) => call(routes.takeWork, { params, body: { isTakenOver } }),
    onSuccess: refreshWork,
  });
  if (item.endedAt) return null;
  const { number, owner } = item;
  const isMine = owner !== undefined && owner.id === person.id;
  const facts = { number, title: workTitle(language, item) };
  const end = async (route: typeof routes.finishWork | typeof routes.cancelWork, evidence: string) => {
    await call(route, { params, body: { evidence } });
    await refreshWork();
  };
  if (owner && !isMine)
    return (
      <ConfirmButton
        label={say('console.work.takeOver')}
        harmless
        text={say('console.work.takeOverText', { number, owner: owner.name })}
        onConfirm={() => take.mutateAsync(true)}
      />
    );
  return (
    <Stack gap={4} align="flex-end">
      <Group gap={6} wrap="nowrap" justify="flex-end">
        {!isMine && (
          <Button size="compact-sm" variant="default" loading={take.isPending} onClick={() => take.mutate(false)}>
            {say('console.work.take')}
          </Button>
        )}
        <ConfirmButton
          label={say('console.work.done')}
          harmless
          text={say('console.work.doneText', facts)}
          reasonLabel={say('console.work.evidence')}
          onConfirm={(evidence) => end(routes.finishWork, evidence)}
        />
        <ConfirmButton
          label={say('console.work.cancel')}
          text={say('console.work.cancelText', facts)}
          reasonLabel={say('console.reason')}
          onConfirm={(reason) => end(routes.cancelWork, reason)}
        />
      </Group>
      <ErrorNotice error={take.error} />
    </Stack>
  );
}
