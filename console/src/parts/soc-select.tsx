import { Select } from '@mantine/core';
import { routes } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../language.tsx';
import { ask } from '../queries.ts';

/** To which partner SOC a person or key belongs. */
export function SocSelect(props: { value?: string | null; onChange?: (value: string | null) => void }) {
  const say = usePhrase();
  const socs = useQuery(ask(['cases', 'socs'], routes.listSocs)).data?.items ?? [];
  return (
    <Select
      label={say('thing.soc')}
      description={socs.length === 0 ? say('console.soc.addFirst') : undefined}
      data={socs.map(({ id, name }) => ({ value: id, label: name }))}
      required
      {...props}
    />
  );
}
