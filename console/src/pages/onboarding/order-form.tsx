import {
  ActionIcon,
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from '@mantine/core';
import {
  type CellFault,
  cellFaultReason,
  type OrderField,
  orderForm,
  type PhraseKey,
  routes,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus, IconTrash } from '../../parts/icons.ts';
import { Faults } from './new-order.tsx';
import { refreshOnboardings } from './queries.ts';

type Value = string | number | boolean;
type Values = Record<string, Value>;
type Row = { readonly key: number; readonly values: Values };
type Tables = Record<'servers' | 'recipients' | 'options', readonly Row[]>;
const purposes = ['alerts', 'weekly', 'monthly'];

let keys = 0;
const newRow = (table: keyof Tables): Row => {
  keys += 1;
  const values: Values =
    table === 'servers'
      ? { support: 'gold' }
      : table === 'recipients'
        ? { language: 'ja', alerts: true }
        : { quantity: 1, billing: 'monthly' };
  return { key: keys, values };
};

/** What was not filled in is not there. */
const filled = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function toOrder(fields: Values, tables: Tables): Record<string, unknown> {
  return {
    ...filled(fields),
    termsAgreed: fields['termsAgreed'] === true,
    servers: tables.servers.map(({ values }) => filled(values)),
    recipients: tables.recipients.map(({ values: { recipientName = '', ...values } }) => ({
      ...filled({ name: recipientName, mail: values['mail'] ?? '', language: values['language'] ?? 'ja' }),
      purposes: purposes.filter((purpose) => values[purpose] === true),
    })),
    options: tables.options.map(({ values }) => filled(values)),
  };
}

/** The same form as the workbook, made from the same definition; faults stand at their fields. */
export function OrderForm({ onDone }: { onDone: () => void }) {
  const say = usePhrase();
  const navigate = useNavigate();
  const [fields, setFields] = useState<Values>({});
  const [tables, setTables] = useState<Tables>(() => ({
    servers: [newRow('servers'), newRow('servers')],
    recipients: [newRow('recipients')],
    options: [],
  }));
  const [faults, setFaults] = useState<readonly CellFault[]>([]);
  const send = useMutation({
    mutationFn: async () => {
      const order = toOrder(fields, tables);
      const checked = await call(routes.checkOrder, { body: { order } });
      setFaults(checked.faults);
      return checked.order ? call(routes.createOnboarding, { body: { order } }) : undefined;
    },
    onSuccess: async (begun) => {
      if (!begun) return;
      await refreshOnboardings();
      onDone();
      await navigate({ to: '/onboardings/$onboardingId', params: { onboardingId: begun.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  const setRow = (table: keyof Tables, key: number, name: string, value: Value) =>
    setTables({
      ...tables,
      [table]: tables[table].map((row) =>
        row.key === key ? { ...row, values: { ...row.values, [name]: value } } : row,
      ),
    });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          {orderForm.fields.map((field) => (
            <Field
              key={field.key}
              field={field}
              value={fields[field.key]}
              fault={faults.find((one) => one.field === field.key)}
              onChange={(value) => setFields({ ...fields, [field.key]: value })}
            />
          ))}
        </SimpleGrid>
        {orderForm.tables.map(({ key: table, columns }) => (
          <Fieldset key={table} legend={say(`order.sheet.${table}`)}>
            <Stack gap="sm">
              {tables[table].map((row, index) => (
                <Group key={row.key} align="flex-start" wrap="nowrap" gap="xs">
                  <SimpleGrid cols={{ base: 1, sm: 2, md: table === 'servers' ? 4 : 3 }} style={{ flex: 1 }}>
                    {columns.map((field) => (
                      <Field
                        key={field.key}
                        field={field}
                        value={row.values[field.key]}
                        fault={faults.find(
                          (one) =>
                            one.field === `${table}.${index}.${field.key === 'recipientName' ? 'name' : field.key}`,
                        )}
                        onChange={(value) => setRow(table, row.key, field.key, value)}
                      />
                    ))}
                  </SimpleGrid>
                  <ActionIcon
                    variant="default"
                    mt={26}
                    aria-label={say('console.onboarding.removeRow')}
                    onClick={() =>
                      setTables({ ...tables, [table]: tables[table].filter(({ key }) => key !== row.key) })
                    }
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
              ))}
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPlus size={15} />}
                style={{ alignSelf: 'flex-start' }}
                onClick={() => setTables({ ...tables, [table]: [...tables[table], newRow(table)] })}
              >
                {say('console.onboarding.addRow')}
              </Button>
            </Stack>
          </Fieldset>
        ))}
        {faults.length > 0 && <Faults faults={faults} />}
        <ErrorNotice error={send.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={send.isPending}>
            {say('console.onboarding.take')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

type FieldProps = {
  readonly field: OrderField;
  readonly value: Value | undefined;
  readonly fault: CellFault | undefined;
  readonly onChange: (value: Value) => void;
};

function Field({ field: { key, kind, required, max, choices, hint }, value, fault, onChange }: FieldProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const label = say(`order.field.${key}` as PhraseKey);
  const common = {
    label,
    ...(required && kind !== 'flag' ? { withAsterisk: true } : {}),
    ...(hint ? { description: say(`order.hint.${key}` as PhraseKey) } : {}),
    ...(fault ? { error: cellFaultReason(language, fault) } : {}),
  };
  const text = String(value ?? '');
  if (kind === 'flag')
    return (
      <Checkbox
        {...common}
        mt={hint ? 0 : 28}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (kind === 'choice')
    return (
      <Select
        {...common}
        data={choices!.map(([one, words]) => ({ value: one, label: say(words as PhraseKey) }))}
        value={text === '' ? null : text}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  if (kind === 'whole')
    return (
      <NumberInput
        {...common}
        min={0}
        thousandSeparator=","
        value={value as number | string}
        onChange={(next) => onChange(next)}
      />
    );
  const shared = { ...common, value: text, ...(max ? { maxLength: max } : {}) };
  if (kind === 'lines')
    return <Textarea {...shared} autosize minRows={2} onChange={(event) => onChange(event.currentTarget.value)} />;
  const type = kind === 'date' ? 'date' : kind === 'mail' ? 'email' : kind === 'phone' ? 'tel' : 'text';
  return <TextInput {...shared} type={type} onChange={(event) => onChange(event.currentTarget.value)} />;
}
