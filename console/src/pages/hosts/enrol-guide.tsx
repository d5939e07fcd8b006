import { List } from '@mantine/core';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconServer2 } from '../../parts/icons.ts';
import { EnrolButton } from './enrol-dialog.tsx';

/** How the first host comes under watch. */
export function EnrolGuide({ account }: { account: string | undefined }) {
  const say = usePhrase();
  return (
    <Card>
      <EmptyState icon={IconServer2} title={say('console.hosts.none')} action={<EnrolButton account={account} />}>
        <List type="ordered" size="sm" ta="left" spacing={4} mt="xs">
          <List.Item>{say('console.enrol.step1')}</List.Item>
          <List.Item>{say('console.enrol.step2')}</List.Item>
          <List.Item>{say('console.enrol.step3')}</List.Item>
        </List>
      </EmptyState>
    </Card>
  );
}
