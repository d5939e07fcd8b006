import { Group, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePhrase } from '../language.tsx';

export type PageProps = {
  readonly title: string;
  readonly subtitle?: ReactNode;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** A page below the frame: window title, heading, actions, content. */
export function Page({ title, subtitle, actions, children }: PageProps) {
  const say = usePhrase();
  return (
    <Stack gap="md">
      <title>{`${title} | ${say('product.name')}`}</title>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Title order={1} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {subtitle && (
            <div className="dim" style={{ fontSize: '0.8125rem' }}>
              {subtitle}
            </div>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
