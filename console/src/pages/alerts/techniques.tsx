import { Group, TextInput } from '@mantine/core';
import { AttackTechnique } from '@sakimori/contract';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { TextLink } from '../../parts/links.tsx';

/** MITRE ATT&CK techniques; each leads to the alerts that carry it. */
export function Techniques({ ids }: { ids: readonly string[] }) {
  return (
    <Group gap={8}>
      {ids.map((id) => (
        <TextLink key={id} to="/alerts" search={{ attack: id, state: 'all' }} size="sm">
          {id}
        </TextLink>
      ))}
    </Group>
  );
}

/** A technique to look for, taken when it is one. */
export function TechniqueField({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (technique: string | undefined) => void;
}) {
  const say = usePhrase();
  const [typed, setTyped] = useState(value ?? '');
  const given = typed.trim().toUpperCase();
  const isTechnique = AttackTechnique.safeParse(given).success;
  const take = () => (given === '' || isTechnique) && given !== (value ?? '') && onChange(given || undefined);
  return (
    <TextInput
      w={{ base: '100%', xs: 190 }}
      aria-label={say('console.alerts.attack')}
      placeholder={say('console.alerts.attackPlaceholder')}
      value={typed}
      error={given !== '' && !isTechnique && given.length > 4}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => event.key === 'Enter' && take()}
    />
  );
}
