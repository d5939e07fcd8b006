import { Textarea } from '@mantine/core';
import { usePhrase } from '../language.tsx';

export type ReasonFieldProps = {
  readonly value: string;
  readonly onChange: (reason: string) => void;
  readonly label?: string;
  /** Where the reason is kept; without it nothing is said. */
  readonly hint?: string;
  readonly lengthMax?: number;
  /** The first thing that a dialog asks for. */
  readonly isFirst?: boolean;
};

/** Why something is done; it is kept on record with the deed. */
export function ReasonField({ value, onChange, label, hint, lengthMax = 1000, isFirst = false }: ReasonFieldProps) {
  const say = usePhrase();
  return (
    <Textarea
      label={label ?? say('console.reason')}
      description={hint}
      required
      maxLength={lengthMax}
      autosize
      minRows={2}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(isFirst ? { 'data-autofocus': true } : {})}
    />
  );
}
