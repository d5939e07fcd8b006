import { Button, Checkbox, Group, MultiSelect, Radio, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDebouncedValue } from '@mantine/hooks';
import { type MeetingDetail, type MeetingDraft, meetingKinds, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { formatTime } from '../../format.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { contactsQuery, quotesQuery } from '../../queries.ts';
import { useAccounts } from '../../session.tsx';
import { AssessmentNotices } from './assessment.tsx';
import { assessmentQuery, refreshMeetings, staffQuery } from './queries.ts';

/** What a field for a date and a time holds is Japan's time. */
const instantOf = (day: string, time: string): string => new Date(`${day}T${time}:00+09:00`).toISOString();
const partsOf = (instant: string) => {
  const text = formatTime(instant, false);
  return { day: text.slice(0, 10).replaceAll('/', '-'), time: text.slice(11) };
};

function firstValues(meeting: MeetingDetail | undefined, account: string | undefined) {
  const [start, end] = meeting ? [partsOf(meeting.startsAt), partsOf(meeting.endsAt)] : [undefined, undefined];
  return {
    accountId: meeting?.accountId ?? account ?? '',
    ...{ kind: meeting?.kind ?? ('visit' as 'visit' | 'video'), title: meeting?.title ?? '' },
    ...{ day: start?.day ?? '', from: start?.time ?? '14:00', to: end?.time ?? '15:30' },
    ...{ place: meeting?.place ?? '', url: meeting?.url ?? '', agenda: meeting?.agenda ?? '' },
    contactIds: meeting?.attendees.flatMap(({ contactId }) => contactId ?? []) ?? [],
    personIds: meeting?.attendees.flatMap(({ personId }) => personId ?? []) ?? [],
    quoteId: meeting?.quoteId ?? null,
    lateReason: '',
    isStatedFree: meeting?.statedArea?.isFree ?? false,
    areaReason: meeting?.statedArea?.reason ?? '',
  };
}
type Values = ReturnType<typeof firstValues>;

/** What the manager is asked about while somebody types; undefined as long as too little is there. */
function draftOf(values: Values, meetingId: string | undefined): MeetingDraft | undefined {
  const { kind, day, from, place, areaReason, isStatedFree } = values;
  if (!values.accountId || !/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d/.test(from)) return undefined;
  if (kind === 'visit' && place.trim() === '') return undefined;
  return {
    ...{ kind, startsAt: instantOf(day, from), ...(meetingId ? { meetingId } : {}) },
    ...(kind === 'visit' ? { place: place.trim() } : {}),
    ...(areaReason.trim() ? { statedArea: { isFree: isStatedFree, reason: areaReason.trim() } } : {}),
  };
}

const bodyOf = ({ kind, title, day, from, to, place, url, agenda, ...rest }: Values) => ({
  ...{ kind, title, agenda, startsAt: instantOf(day, from), endsAt: instantOf(day, to) },
  ...(kind === 'visit' ? { place } : url.trim() ? { url } : {}),
  ...{ contactIds: rest.contactIds, personIds: rest.personIds },
  ...(rest.quoteId ? { quoteId: rest.quoteId } : {}),
  ...(rest.lateReason.trim() ? { lateReason: rest.lateReason } : {}),
  ...(rest.areaReason.trim() ? { statedArea: { isFree: rest.isStatedFree, reason: rest.areaReason } } : {}),
});

/** Arranges a meeting, or changes one; what date and place mean stands below them while they are typed. */
export function MeetingForm({
  meeting,
  account,
  onDone,
}: {
  meeting?: MeetingDetail;
  account?: string | undefined;
  onDone: () => void;
}) {
  const say = usePhrase();
  const accounts = useAccounts();
  const form = useForm({ initialValues: firstValues(meeting, account) });
  const { values } = form;
  const [draft] = useDebouncedValue(draftOf(values, meeting?.id), 400);
  const assessment = useQuery({
    ...assessmentQuery(values.accountId, draft ?? { kind: 'video', startsAt: '' }),
    enabled: draft !== undefined,
  });
  const save = useMutation({
    mutationFn: (given: Values) =>
      meeting
        ? call(routes.changeMeeting, {
            params: { meetingId: meeting.id },
            body: { revision: meeting.revision, ...bodyOf(given) },
          })
        : call(routes.bookMeeting, { params: { accountId: given.accountId }, body: bodyOf(given) }),
    onSuccess: async () => {
      await refreshMeetings();
      onDone();
    },
  });
  const found = draft ? assessment.data : undefined;
  const isUnclear = found?.place?.isFree === undefined || found.place.ground === 'stated';
  return (
    <form onSubmit={form.onSubmit((given) => save.mutate(given))}>
      <Stack gap="sm">
        {!meeting && (
          <Select
            label={say('console.account')}
            data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
            {...{ required: true, searchable: true, allowDeselect: false }}
            value={values.accountId || null}
            onChange={(next) => form.setValues({ accountId: next ?? '', contactIds: [], quoteId: null })}
          />
        )}
        <TextInput label={say('console.meetings.name')} required maxLength={200} {...form.getInputProps('title')} />
        <Radio.Group label={say('console.meetings.kind')} {...form.getInputProps('kind')}>
          <Group mt={4}>
            {meetingKinds.map((kind) => (
              <Radio key={kind} value={kind} label={say(`meetingKind.${kind}`)} />
            ))}
          </Group>
        </Radio.Group>
        <Group grow align="flex-start">
          <TextInput type="date" label={say('console.meetings.day')} required {...form.getInputProps('day')} />
          <TextInput type="time" label={say('console.meetings.from')} required {...form.getInputProps('from')} />
          <TextInput type="time" label={say('console.meetings.to')} required {...form.getInputProps('to')} />
        </Group>
        {values.kind === 'visit' ? (
          <TextInput
            label={say('console.meetings.place')}
            placeholder={say('console.meetings.placeExample')}
            {...{ required: true, maxLength: 300 }}
            {...form.getInputProps('place')}
          />
        ) : (
          <TextInput
            label={say('console.meetings.url')}
            placeholder="https://"
            maxLength={2000}
            {...form.getInputProps('url')}
          />
        )}
        {draft && assessment.error && <ErrorNotice error={assessment.error} />}
        {found && <AssessmentNotices assessment={found} />}
        {found?.place && isUnclear && (
          <Group align="flex-end" grow>
            <TextInput
              label={say('console.meetings.areaReason')}
              maxLength={500}
              {...form.getInputProps('areaReason')}
            />
            <Checkbox
              label={say('console.meetings.isFree')}
              {...form.getInputProps('isStatedFree', { type: 'checkbox' })}
            />
          </Group>
        )}
        {found && !found.notice.isInTime && (
          <ReasonField
            label={say('console.meetings.lateReason')}
            value={values.lateReason}
            onChange={(next) => form.setFieldValue('lateReason', next)}
          />
        )}
        {found && found.charges.length > 0 && <QuoteField accountId={values.accountId} form={form} />}
        <Attendees accountId={values.accountId} form={form} />
        <Textarea
          label={say('console.meetings.agenda')}
          description={say('console.meetings.agendaHint')}
          {...{ autosize: true, minRows: 3, maxLength: 10_000 }}
          {...form.getInputProps('agenda')}
        />
        {meeting?.state === 'confirmed' && (
          <Text size="xs" className="dim">
            {say('console.meetings.changeTold')}
          </Text>
        )}
        <ErrorNotice error={save.error} />
        <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
          {say(meeting ? 'console.meetings.save' : 'console.meetings.book')}
        </Button>
      </Stack>
    </form>
  );
}

type FormProps = { readonly accountId: string; readonly form: ReturnType<typeof useForm<Values>> };

function QuoteField({ accountId, form }: FormProps) {
  const say = usePhrase();
  const quotes = useQuery({ ...quotesQuery(accountId), enabled: accountId !== '' }).data?.items ?? [];
  return (
    <Select
      label={say('console.meetings.quote')}
      description={say('console.meetings.quoteHint')}
      clearable
      data={quotes
        .filter(({ feature, state }) => feature === 'report.meeting' && (state === 'approved' || state === 'offered'))
        .map(({ id, number, title, state }) => ({
          value: id,
          label: say.bracket(`${number}. ${title}`, say(`quoteState.${state}`)),
        }))}
      {...form.getInputProps('quoteId')}
    />
  );
}

function Attendees({ accountId, form }: FormProps) {
  const say = usePhrase();
  const contacts = useQuery({ ...contactsQuery(accountId), enabled: accountId !== '' }).data?.items ?? [];
  const staff = useQuery(staffQuery).data?.items ?? [];
  return (
    <Group grow align="flex-start">
      <MultiSelect
        label={say('console.meetings.customerSide')}
        data={contacts.map(({ id, name, mail }) => ({ value: id, label: say.bracket(name, mail) }))}
        searchable
        {...form.getInputProps('contactIds')}
      />
      <MultiSelect
        label={say('console.meetings.providerSide')}
        data={staff.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        {...form.getInputProps('personIds')}
      />
    </Group>
  );
}
