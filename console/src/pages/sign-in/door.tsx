import { Group, Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePhrase } from '../../language.tsx';
import { LanguageSwitch } from '../../shell/language-switch.tsx';
import { Mark } from '../../shell/mark.tsx';

/** The pages before the frame: one card in the middle. @param isWide where there is a form to fill in */
export function Door({ title, children, isWide }: { title: string; children: ReactNode; isWide?: boolean }) {
  const say = usePhrase();
  return (
    <main className="door">
      <title>{`${title} | ${say('product.name')}`}</title>
      <Stack className={isWide ? 'door-card wide' : 'door-card'} gap="md">
        <Group justify="space-between">
          <Mark size={34} />
          <LanguageSwitch />
        </Group>
        <Paper className="card" p="lg" shadow="sm">
          <Stack gap="md">
            <Title order={1}>{title}</Title>
            {children}
          </Stack>
        </Paper>
        <div className="dim" style={{ fontSize: '0.75rem', textAlign: 'center' }}>
          {say('product.tagline')}
        </div>
      </Stack>
    </main>
  );
}
