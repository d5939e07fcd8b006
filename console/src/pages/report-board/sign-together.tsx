import { Button, Group, List, Stack, Text } from '@mantine/core';
import { type ReportIssue, type RouteAnswer, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { queryClient } from '../../session.tsx';
import { usePeriodName } from '../reports/period-name.ts';

/** Signs in one act what nobody wrote about and whose figures are as usual; what is left is told with its reason. */
export function SignTogether({ issues }: { issues: readonly ReportIssue[] }) {
  const say = usePhrase();
  const plain = issues.filter(({ isPlain, sha256 }) => isPlain && sha256);
  if (plain.length === 0)
    return (
      <Button variant="default" disabled>
        {say('console.reports.signTogetherNone')}
      </Button>
    );
  return (
    <DialogButton label={say('console.reports.signTogether', { count: plain.length })}>
      {(close) => <Confirm plain={plain} onClose={close} />}
    </DialogButton>
  );
}

function Confirm({ plain, onClose }: { plain: readonly ReportIssue[]; onClose: () => void }) {
  const say = usePhrase();
  const nameOf = usePeriodName();
  const signing = useMutation({
    mutationFn: () =>
      call(routes.signReports, { body: { issues: plain.map(({ id, sha256 }) => ({ id, sha256: sha256! })) } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['report'] }),
  });
  const titleOf = (id: string) => {
    const issue = plain.find((one) => one.id === id);
    return issue ? `${issue.accountName} ${nameOf(issue.period)}` : id;
  };
  if (signing.data) return <Outcome outcome={signing.data} titleOf={titleOf} onClose={onClose} />;
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.reports.signTogetherText', { count: plain.length })}</Text>
      <List size="sm" style={{ maxHeight: '16rem', overflowY: 'auto' }}>
        {plain.map(({ id }) => (
          <List.Item key={id}>{titleOf(id)}</List.Item>
        ))}
      </List>
      <ErrorNotice error={signing.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {say('console.cancel')}
        </Button>
        <Button loading={signing.isPending} onClick={() => signing.mutate()}>
          {say('console.signoff.sign')}
        </Button>
      </Group>
    </Stack>
  );
}

type OutcomeProps = {
  outcome: RouteAnswer<typeof routes.signReports>;
  titleOf: (id: string) => string;
  onClose: () => void;
};
function Outcome({ outcome: { signed, left }, titleOf, onClose }: OutcomeProps) {
  const say = usePhrase();
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.reports.signTogetherDone', { signed: signed.length })}</Text>
      {left.length > 0 && (
        <>
          <Text size="sm">{say('console.reports.signTogetherLeft', { left: left.length })}</Text>
          <List size="sm">
            {left.map(({ id, reason }) => (
              <List.Item key={id}>
                {titleOf(id)}：{reason}
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>{say('console.close')}</Button>
      </Group>
    </Stack>
  );
}
