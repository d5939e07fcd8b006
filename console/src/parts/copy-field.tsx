import { ActionIcon, CopyButton, Group, Tooltip } from '@mantine/core';
import { usePhrase } from '../language.tsx';
import { IconCheck, IconCopy } from './icons.ts';

export type CopyFieldProps = {
  readonly value: string;
  readonly label?: string;
  /** Shown to its end: for examples of a few lines more. */
  readonly tall?: boolean;
};

/** A text to be taken elsewhere: selectable, with a button that copies it. */
export function CopyField({ value, label, tall = false }: CopyFieldProps) {
  const say = usePhrase();
  return (
    <div>
      {label && (
        <div className="dim" style={{ fontSize: '0.75rem', marginBottom: '0.2rem' }}>
          {label}
        </div>
      )}
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <pre className="record" style={{ flex: 1, maxHeight: tall ? '24rem' : '9rem', overflowY: 'auto' }}>
          {value}
        </pre>
        <CopyButton value={value} timeout={1500}>
          {({ copied, copy }) => (
            <Tooltip label={copied ? say('console.copied') : say('console.copy')}>
              <ActionIcon
                variant="default"
                size="lg"
                onClick={copy}
                aria-label={label ? `${say('console.copy')}: ${label}` : say('console.copy')}
              >
                {copied ? <IconCheck size={17} /> : <IconCopy size={17} />}
              </ActionIcon>
            </Tooltip>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
