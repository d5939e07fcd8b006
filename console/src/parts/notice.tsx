import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconInfoCircle } from './icons.ts';
import type { Tone } from './severity-badge.tsx';

const signs = {
  bad: IconCircleX,
  warn: IconAlertTriangle,
  watch: IconAlertTriangle,
  good: IconCircleCheck,
  info: IconInfoCircle,
  idle: IconInfoCircle,
} as const;

/** A sentence the reader must not miss. `bad` and `warn` are announced to screen readers at once. */
export function Notice({ tone, children, actions }: { tone: Tone; children: ReactNode; actions?: ReactNode }) {
  const Sign = signs[tone];
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' || tone === 'warn' ? 'alert' : 'status'}>
      <Sign size={18} aria-hidden />
      <div className="notice-text">{children}</div>
      {actions && <Group gap="xs">{actions}</Group>}
    </div>
  );
}
