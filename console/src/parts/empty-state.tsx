import { Stack, Text } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';

export type EmptyStateProps = {
  readonly icon: Icon;
  readonly title: string;
  /** What the reader can do next, or why nothing is here. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
};

export function EmptyState({ icon: Sign, title, children, action }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py="xl" px="md" ta="center">
      <Sign size={34} stroke={1.3} className="dim" aria-hidden />
      <Text fw={600}>{title}</Text>
      {children && (
        <Text size="sm" className="dim" maw="34rem" component="div">
          {children}
        </Text>
      )}
      {action && <div style={{ marginTop: '0.5rem' }}>{action}</div>}
    </Stack>
  );
}
