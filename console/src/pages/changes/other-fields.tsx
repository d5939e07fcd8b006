import { Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { readRings, usualRings } from '@sakimori/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePhrase } from '../../language.tsx';
import { contactsQuery } from '../../queries.ts';
import { type FieldsProps, useWish } from './wish-fields.tsx';

const taskTypes = {
  'scan-for-integrity-changes': 'scanForIntegrityChangesTaskParameters',
  'scan-for-malware': 'scanForMalwareTaskParameters',
  'scan-for-recommendations': 'scanForRecommendationsTaskParameters',
  'check-for-security-updates': 'checkForSecurityUpdatesTaskParameters',
} as const;
type TaskType = keyof typeof taskTypes;
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const rhythms = ['weekly', 'monthly'] as const;

export function TaskFields({ onWish }: FieldsProps) {
  const say = usePhrase();
  const [name, setName] = useState('');
  const [type, setType] = useState<TaskType>('scan-for-integrity-changes');
  const [rhythm, setRhythm] = useState<(typeof rhythms)[number]>('weekly');
  const [day, setDay] = useState<(typeof weekdays)[number]>('sunday');
  const [time, setTime] = useState('03:00');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  // The API takes an instant whose time of day counts in the task's zone: Japan's is nine hours ahead.
  const startTime = (((hours + 15) % 24) * 60 + minutes) * 60_000;
  const when =
    rhythm === 'weekly'
      ? { weeklyScheduleParameters: { startTime, interval: 1, days: [day] } }
      : { monthlyScheduleParameters: { startTime, frequencyType: 'custom', weekOfMonth: 'first', dayOfWeek: day } };
  const task = {
    ...{ name: name.trim(), type, [taskTypes[type]]: { computerFilter: { type: 'all-computers' } } },
    scheduleDetails: { timeZone: 'Asia/Tokyo', recurrenceType: rhythm, ...when },
  };
  useWish(onWish, name.trim() && time ? { kind: 'task', task } : undefined);
  return (
    <Stack gap="sm">
      <TextInput
        label={say('console.change.taskName')}
        required
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={say('console.change.taskType')}
        data={(Object.keys(taskTypes) as TaskType[]).map((each) => ({
          value: each,
          label: say(`console.change.taskTypes.${each}`),
        }))}
        value={type}
        onChange={(next) => next && setType(next as TaskType)}
        allowDeselect={false}
      />
      <Group grow align="flex-start">
        <Select
          label={say('console.change.rhythm')}
          data={rhythms.map((each) => ({ value: each, label: say(`console.change.rhythms.${each}`) }))}
          value={rhythm}
          onChange={(next) => next && setRhythm(next as (typeof rhythms)[number])}
          allowDeselect={false}
        />
        <Select
          label={say('console.change.day')}
          data={weekdays.map((each) => ({ value: each, label: say(`console.change.days.${each}`) }))}
          value={day}
          onChange={(next) => next && setDay(next as (typeof weekdays)[number])}
          allowDeselect={false}
        />
        <TextInput
          type="time"
          label={say('console.change.time')}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
      </Group>
    </Stack>
  );
}

export function AgentFields({ onWish }: FieldsProps) {
  const say = usePhrase();
  const [rings, setRings] = useState<string>(usualRings);
  const [failuresMax, setFailuresMax] = useState<number | string>(0);
  const read = readRings(rings);
  const upgrade = read && { rings: read, failuresMax: Number(failuresMax), healthMinutes: 10 };
  useWish(onWish, upgrade && failuresMax !== '' ? { kind: 'agent', upgrade } : undefined);
  return (
    <Group grow align="flex-start">
      <TextInput
        label={say('console.upgrade.rings')}
        description={say('console.upgrade.ringsHint')}
        value={rings}
        onChange={(event) => setRings(event.currentTarget.value)}
        error={read ? undefined : say('console.upgrade.ringsFault')}
      />
      <NumberInput
        label={say('console.upgrade.failuresMax')}
        value={failuresMax}
        onChange={setFailuresMax}
        min={0}
        max={10_000}
        allowDecimal={false}
      />
    </Group>
  );
}

export function RecipientFields({ accountId, onWish }: FieldsProps) {
  const say = usePhrase();
  const { data } = useQuery(contactsQuery(accountId));
  const [contact, setContact] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [mail, setMail] = useState('');
  const isMail = /^\S+@\S+\.\S+$/.test(mail.trim());
  const step = contact
    ? isMail
      ? {
          deed: 'replace' as const,
          contactId: contact,
          mail: mail.trim(),
          ...(name.trim() ? { name: name.trim() } : {}),
        }
      : mail.trim() === ''
        ? { deed: 'remove' as const, contactId: contact, purposes: ['alerts' as const] }
        : undefined
    : isMail && name.trim()
      ? {
          deed: 'add' as const,
          name: name.trim(),
          mail: mail.trim(),
          language: 'ja' as const,
          purposes: ['alerts' as const],
        }
      : undefined;
  useWish(onWish, step && { kind: 'recipients', steps: [step] });
  return (
    <Stack gap="sm">
      <Select
        label={say('console.change.formerRecipient')}
        description={say('console.change.recipientsHint')}
        data={(data?.items ?? []).map((one) => ({ value: one.id, label: `${one.name} <${one.mail}>` }))}
        value={contact}
        onChange={setContact}
        clearable
        searchable
      />
      <Group grow align="flex-start">
        <TextInput
          label={say('console.change.newName')}
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          type="email"
          label={say('console.change.newMail')}
          value={mail}
          onChange={(event) => setMail(event.currentTarget.value)}
        />
      </Group>
    </Stack>
  );
}
