import { Textarea } from '@mantine/core';
import type { Problem } from './draft.ts';

export type JsonFieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problems: readonly Problem[];
};

/** A list as JSON, with every fault told under it by its place. */
export function JsonField({ label, value, onChange, problems }: JsonFieldProps) {
  const faults = problems.map((problem) => (
    <span key={problem.path + problem.message} style={{ display: 'block' }}>
      <code>{problem.path}</code>: {problem.message}
    </span>
  ));
  return (
    <Textarea
      label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      error={faults.length > 0 ? faults : undefined}
      autosize
      minRows={5}
      maxRows={26}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.78rem' } }}
    />
  );
}
