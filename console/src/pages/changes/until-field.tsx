import { Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import { usePhrase } from '../../language.tsx';

const dayMs = 86_400_000;
const choices = [1, 7, 30, 90] as const;

/** When a change is taken back by itself: so many days from now. */
export function UntilField({ onChange }: { onChange: (until: string) => void }) {
  const say = usePhrase();
  const [days, setDays] = useState<number>(7);
  useEffect(() => onChange(new Date(Date.now() + days * dayMs).toISOString()), [days, onChange]);
  return (
    <Select
      label={say('console.change.until')}
      description={say('console.change.untilHint')}
      data={choices.map((each) => ({ value: String(each), label: say('console.change.inDays', { days: each }) }))}
      value={String(days)}
      onChange={(next) => next && setDays(Number(next))}
      allowDeselect={false}
    />
  );
}
