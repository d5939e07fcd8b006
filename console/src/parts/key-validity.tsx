import { Select, type SelectProps } from '@mantine/core';
import { usePhrase } from '../language.tsx';

/** How many days a new key may be good for. */
const validities = ['30', '90', '365', 'none'] as const;
export type Validity = (typeof validities)[number];
export const usualValidity: Validity = '365';

/** Chooses how long a new key is good for. */
export function KeyValiditySelect(input: Omit<SelectProps, 'label' | 'data'>) {
  const say = usePhrase();
  return (
    <Select
      label={say('console.keys.validDays')}
      data={validities.map((value) => ({ value, label: say(`console.keys.valid.${value}`) }))}
      allowDeselect={false}
      {...input}
    />
  );
}
