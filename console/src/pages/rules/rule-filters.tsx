import { Button, Group, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { type NamedObject, type RuleModule, type Severity, severities } from '@sakimori/contract';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { IconSearch } from '../../parts/icons.ts';
import { useNameOf } from '../../parts/rule-name.tsx';

export type RuleFilterValue = {
  readonly text?: string | undefined;
  readonly severity?: Severity | undefined;
  /** Application type, by its id. */
  readonly type?: number | undefined;
};
export type RuleFiltersProps = {
  readonly module: RuleModule;
  readonly value: RuleFilterValue;
  readonly types: readonly NamedObject[];
  readonly onChange: (next: RuleFilterValue) => void;
};

const typingMs = 250;

/** Words, severity and application type by which rules are looked for. */
export function RuleFilters({ module, value, types, onChange }: RuleFiltersProps) {
  const say = usePhrase();
  const nameOf = useNameOf();
  const [text, setText] = useState(value.text ?? '');
  const search = useDebouncedCallback(
    (next: string) => onChange({ ...value, text: next.trim() === '' ? undefined : next.trim() }),
    typingMs,
  );
  const isNarrowed = [value.text, value.severity, value.type].some((each) => each !== undefined);
  return (
    <Group gap="xs" component="search" aria-label={say('console.filters')}>
      <TextInput
        w={{ base: '100%', xs: 260 }}
        aria-label={say('console.rules.search')}
        placeholder={say('console.rules.search')}
        leftSection={<IconSearch size={15} aria-hidden />}
        type="search"
        maxLength={300}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      {module !== 'firewall' && (
        <Select
          w={{ base: '100%', xs: 170 }}
          aria-label={say('console.alerts.severity')}
          placeholder={say('console.rules.anySeverity')}
          data={severities.toReversed().map((each) => ({ value: each, label: say(`severity.${each}`) }))}
          value={value.severity ?? null}
          clearable
          onChange={(next) => onChange({ ...value, severity: severities.find((each) => each === next) })}
        />
      )}
      {types.length > 0 && (
        <Select
          w={{ base: '100%', xs: 290 }}
          aria-label={say('console.rules.type')}
          placeholder={say('console.rules.anyType')}
          data={types.map((type) => ({ value: String(type.id), label: nameOf(type) }))}
          value={value.type === undefined ? null : String(value.type)}
          clearable
          searchable
          onChange={(next) => onChange({ ...value, type: next === null ? undefined : Number(next) })}
        />
      )}
      {isNarrowed && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setText('');
            onChange({});
          }}
        >
          {say('console.filters.clear')}
        </Button>
      )}
    </Group>
  );
}
