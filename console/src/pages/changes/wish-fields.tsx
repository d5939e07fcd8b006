import { Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { apiModules, type ChangeWish, changeRuleModules, type ExclusionWhat, moduleOfApi } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { policyTreeQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { hostsQuery } from '../../queries.ts';
import { UntilField } from './until-field.tsx';

export type FieldsProps = {
  readonly accountId: string;
  /** What is asked, or undefined while something is missing. */
  readonly onWish: (wish: ChangeWish | undefined) => void;
};

/** Hands on what the fields say, whenever it becomes something else. */
export function useWish(onWish: FieldsProps['onWish'], wish: ChangeWish | undefined): void {
  const text = JSON.stringify(wish);
  useEffect(() => onWish(text === undefined ? undefined : (JSON.parse(text) as ChangeWish)), [onWish, text]);
}

function PolicySelect({
  accountId,
  value,
  onChange,
}: {
  accountId: string;
  value: string | null;
  onChange: (next: string | null) => void;
}) {
  const say = usePhrase();
  const { data } = useQuery(policyTreeQuery(accountId));
  return (
    <Select
      label={say('console.change.policy')}
      data={(data?.items ?? []).map(({ number, name }) => ({ value: String(number), label: name }))}
      value={value}
      onChange={onChange}
      searchable
      required
    />
  );
}

function HostSelect({
  accountId,
  value,
  onChange,
}: {
  accountId: string;
  value: string | null;
  onChange: (next: string | null) => void;
}) {
  const say = usePhrase();
  const { data } = useQuery(hostsQuery(accountId));
  return (
    <Select
      label={say('console.change.host')}
      data={(data?.items ?? []).map(({ id, facts }) => ({ value: id, label: facts.name }))}
      value={value}
      onChange={onChange}
      searchable
      required
    />
  );
}

const states = ['on', 'real-time', 'prevent', 'detect', 'off'] as const;
const numbersOf = (text: string): number[] =>
  text
    .split(/[\s,、]+/)
    .filter((one) => /^\d+$/.test(one))
    .map(Number);
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((one) => one.trim())
    .filter(Boolean);

export function PolicyFields({ accountId, onWish }: FieldsProps) {
  const say = usePhrase();
  const [policy, setPolicy] = useState<string | null>(null);
  const [module, setModule] = useState<string | null>(null);
  const [state, setState] = useState<string | null>(null);
  const [rules, setRules] = useState<string | null>(null);
  const [add, setAdd] = useState('');
  const [remove, setRemove] = useState('');
  const [setting, setSetting] = useState('');
  const [value, setValue] = useState('');
  const parts = {
    ...(module && state ? { modules: { [module]: state } } : {}),
    ...(rules && (add || remove) ? { rules: { [rules]: { add: numbersOf(add), remove: numbersOf(remove) } } } : {}),
    ...(setting.trim() ? { settings: { [setting.trim()]: value } } : {}),
  };
  const isAsked = Object.keys(parts).length > 0;
  useWish(
    onWish,
    policy && isAsked ? ({ kind: 'policy', policyId: Number(policy), ...parts } as ChangeWish) : undefined,
  );
  const named = (modules: readonly (typeof apiModules)[number][]) =>
    modules.map((each) => ({ value: each, label: say(`module.${moduleOfApi[each]}`) }));
  return (
    <Stack gap="sm">
      <PolicySelect accountId={accountId} value={policy} onChange={setPolicy} />
      <Group grow align="flex-start">
        <Select
          label={say('console.change.module')}
          data={named(apiModules)}
          value={module}
          onChange={setModule}
          clearable
        />
        <Select
          label={say('console.change.moduleState')}
          data={states.map((each) => ({ value: each, label: say(`console.change.moduleStates.${each}`) }))}
          value={state}
          onChange={setState}
          clearable
        />
      </Group>
      <Select
        label={say('console.change.ruleModule')}
        data={named(changeRuleModules)}
        value={rules}
        onChange={setRules}
        clearable
      />
      {rules && (
        <Group grow align="flex-start">
          <TextInput
            label={say('console.change.addRules')}
            description={say('console.change.rulesHint')}
            value={add}
            onChange={(event) => setAdd(event.currentTarget.value)}
          />
          <TextInput
            label={say('console.change.removeRules')}
            description={say('console.change.rulesHint')}
            value={remove}
            onChange={(event) => setRemove(event.currentTarget.value)}
          />
        </Group>
      )}
      <Group grow align="flex-start">
        <TextInput
          label={say('console.change.setting')}
          spellCheck={false}
          value={setting}
          onChange={(event) => setSetting(event.currentTarget.value)}
        />
        <TextInput
          label={say('console.change.settingValue')}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      </Group>
    </Stack>
  );
}

export function ModeFields({ accountId, onWish }: FieldsProps) {
  const say = usePhrase();
  const [host, setHost] = useState<string | null>(null);
  const [mode, setMode] = useState<'prevent' | 'detect'>('detect');
  const [until, setUntil] = useState<string | undefined>();
  useWish(onWish, host && until ? { kind: 'mode', hostId: host, mode, until } : undefined);
  return (
    <Stack gap="sm">
      <HostSelect accountId={accountId} value={host} onChange={setHost} />
      <Select
        label={say('console.change.mode')}
        data={(['detect', 'prevent'] as const).map((each) => ({ value: each, label: say(`change.mode.${each}`) }))}
        value={mode}
        onChange={(next) => next && setMode(next as 'prevent' | 'detect')}
        allowDeselect={false}
      />
      <UntilField onChange={setUntil} />
    </Stack>
  );
}

const excludable = ['integrity', 'antimalware', 'intrusion', 'firewall'] as const;

export function ExclusionFields({ accountId, onWish }: FieldsProps) {
  const say = usePhrase();
  const [on, setOn] = useState<'host' | 'policy'>('host');
  const [target, setTarget] = useState<string | null>(null);
  const [module, setModule] = useState<(typeof excludable)[number]>('integrity');
  const [text, setText] = useState('');
  const [extensions, setExtensions] = useState('');
  const [until, setUntil] = useState<string | undefined>();
  const what = whatOf(module, text, extensions);
  const aim = on === 'host' ? { hostId: target ?? '' } : { policyId: Number(target) };
  useWish(onWish, target && what && until ? { kind: 'exclusion', ...aim, what, until } : undefined);
  return (
    <Stack gap="sm">
      <Select
        label={say('console.change.on')}
        data={(['host', 'policy'] as const).map((each) => ({ value: each, label: say(`console.change.${each}`) }))}
        value={on}
        onChange={(next) => {
          setTarget(null);
          if (next) setOn(next as 'host' | 'policy');
        }}
        allowDeselect={false}
      />
      {on === 'host' ? (
        <HostSelect accountId={accountId} value={target} onChange={setTarget} />
      ) : (
        <PolicySelect accountId={accountId} value={target} onChange={setTarget} />
      )}
      <Select
        label={say('console.change.module')}
        data={excludable.map((each) => ({ value: each, label: say(`module.${each}`) }))}
        value={module}
        onChange={(next) => next && setModule(next as (typeof excludable)[number])}
        allowDeselect={false}
      />
      <Textarea
        label={say(`console.change.exclude.${module}`)}
        autosize
        minRows={2}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {module === 'antimalware' && (
        <TextInput
          label={say('console.change.exclude.extensions')}
          value={extensions}
          onChange={(event) => setExtensions(event.currentTarget.value)}
        />
      )}
      <UntilField onChange={setUntil} />
    </Stack>
  );
}

function whatOf(module: (typeof excludable)[number], text: string, extensions: string): ExclusionWhat | undefined {
  const lines = linesOf(text);
  const endings = extensions.split(/[\s,、]+/).filter(Boolean);
  if (module === 'intrusion') {
    const ruleId = numbersOf(text)[0];
    return ruleId === undefined ? undefined : { module, ruleId };
  }
  if (module === 'antimalware')
    return lines.length + endings.length === 0
      ? undefined
      : { module, directories: lines, files: [], extensions: endings };
  if (lines.length === 0) return undefined;
  return module === 'integrity' ? { module, paths: lines } : { module, addresses: lines };
}
