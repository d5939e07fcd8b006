import { Button, Checkbox, Group, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { type ContactFlow, type FlowKind, type FlowStep, flowHours, flowStepsMax, routes } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { contactsQuery } from '../../queries.ts';
import { queryClient, useSession } from '../../session.tsx';

const kinds: readonly FlowKind[] = ['mail', 'phone', 'webhook'];
const common = { waitMinutes: 15, tries: 1, hours: 'any' } as const;

function fresh(kind: FlowKind, contactId: string): FlowStep {
  if (kind === 'mail') return { kind, contactId, ...common };
  return kind === 'phone' ? { kind, name: '', phone: '', ...common } : { kind, name: '', url: '', ...common };
}

/** The steps in their order. Staff change them; a customer reads. */
export function FlowEditor({ accountId, flow }: { accountId: string; flow: ContactFlow }) {
  const say = usePhrase();
  const { may } = useSession();
  const mayWrite = may('contact.write');
  const contacts = useQuery(contactsQuery(accountId)).data?.items ?? [];
  const [enabled, setEnabled] = useState(flow.enabled);
  const [steps, setSteps] = useState<readonly FlowStep[]>(flow.steps);
  const save = useMutation({
    mutationFn: () => call(routes.setContactFlow, { params: { accountId }, body: { enabled, steps: [...steps] } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['contact', 'flow'] }),
  });
  const change = (index: number, step: FlowStep) => setSteps(steps.with(index, step));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Checkbox
          label={say('console.flows.enabled')}
          checked={enabled}
          disabled={!mayWrite}
          onChange={({ currentTarget }) => setEnabled(currentTarget.checked)}
        />
        {steps.length === 0 && (
          <Text size="sm" className="dim">
            {say('console.flows.noSteps')}
          </Text>
        )}
        {steps.map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name but its place
          <Group key={index} gap="xs" align="flex-end" wrap="wrap">
            <Text fw={600} w={20} mb={8}>
              {index + 1}
            </Text>
            <Select
              label={say('console.flows.kind')}
              w={110}
              data={kinds.map((kind) => ({ value: kind, label: say(`flowKind.${kind}`) }))}
              value={step.kind}
              disabled={!mayWrite}
              allowDeselect={false}
              onChange={(next) =>
                change(index, fresh(kinds.find((kind) => kind === next) ?? 'mail', contacts[0]?.id ?? ''))
              }
            />
            <Target step={step} contacts={contacts} disabled={!mayWrite} onChange={(next) => change(index, next)} />
            <NumberInput
              label={say('console.flows.wait')}
              w={150}
              min={1}
              max={1440}
              allowDecimal={false}
              required
              disabled={!mayWrite}
              value={step.waitMinutes}
              onChange={(value) => change(index, { ...step, waitMinutes: Number(value) })}
            />
            <NumberInput
              label={say('console.flows.tries')}
              w={70}
              min={1}
              max={10}
              allowDecimal={false}
              required
              disabled={!mayWrite}
              value={step.tries}
              onChange={(value) => change(index, { ...step, tries: Number(value) })}
            />
            <Select
              label={say('console.flows.hours')}
              w={160}
              data={flowHours.map((hours) => ({ value: hours, label: say(`flowHours.${hours}`) }))}
              value={step.hours}
              disabled={!mayWrite}
              allowDeselect={false}
              onChange={(next) => change(index, { ...step, hours: flowHours.find((hours) => hours === next) ?? 'any' })}
            />
            {mayWrite && (
              <Group gap={4} mb={2}>
                {index > 0 && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    onClick={() => setSteps(steps.with(index, steps[index - 1]!).with(index - 1, step))}
                  >
                    {say('console.flows.up')}
                  </Button>
                )}
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => setSteps(steps.filter((_, place) => place !== index))}
                >
                  {say('console.flows.removeStep')}
                </Button>
              </Group>
            )}
          </Group>
        ))}
        {mayWrite && (
          <>
            <ErrorNotice error={save.error} />
            <Group gap="xs">
              <Button
                variant="default"
                leftSection={<IconPlus size={16} />}
                disabled={steps.length >= flowStepsMax}
                onClick={() =>
                  setSteps([...steps, fresh(contacts.length > 0 ? 'mail' : 'phone', contacts[0]?.id ?? '')])
                }
              >
                {say('console.flows.addStep')}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {say('console.save')}
              </Button>
              {save.isSuccess && (
                <Text size="sm" className="dim" role="status">
                  {say('console.flows.saved')}
                </Text>
              )}
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}

type TargetProps = {
  step: FlowStep;
  contacts: readonly { id: string; name: string; mail: string }[];
  disabled: boolean;
  onChange: (step: FlowStep) => void;
};

function Target({ step, contacts, disabled, onChange }: TargetProps) {
  const say = usePhrase();
  if (step.kind === 'mail')
    return (
      <Select
        label={say('console.flows.contact')}
        w={300}
        data={contacts.map(({ id, name, mail }) => ({ value: id, label: `${name} <${mail}>` }))}
        value={step.contactId || null}
        required
        disabled={disabled}
        allowDeselect={false}
        onChange={(contactId) => onChange({ ...step, contactId: contactId ?? '' })}
      />
    );
  return (
    <>
      <TextInput
        label={say('console.flows.name')}
        w={130}
        required
        maxLength={200}
        disabled={disabled}
        value={step.name}
        onChange={({ currentTarget }) => onChange({ ...step, name: currentTarget.value })}
      />
      {step.kind === 'phone' ? (
        <TextInput
          label={say('console.flows.phone')}
          w={165}
          type="tel"
          required
          maxLength={30}
          disabled={disabled}
          value={step.phone}
          onChange={({ currentTarget }) => onChange({ ...step, phone: currentTarget.value })}
        />
      ) : (
        <TextInput
          label={say('console.flows.url')}
          w={165}
          type="url"
          required
          maxLength={500}
          disabled={disabled}
          value={step.url}
          onChange={({ currentTarget }) => onChange({ ...step, url: currentTarget.value })}
        />
      )}
    </>
  );
}
