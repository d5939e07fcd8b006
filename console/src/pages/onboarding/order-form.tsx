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
  type DraftValue,
  emptyOrderDraft,
  newDraftRow,
  type OrderDraft,
  type OrderField,
  orderForm,
  orderOfDraft,
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

type Value = DraftValue;
type Table = keyof OrderDraft['tables'];

/** The same form as the workbook, made from the same definition; faults stand at their fields. */
export function OrderForm({ onDone }: { onDone: () => void }) {
  const say = usePhrase();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<OrderDraft>(() => emptyOrderDraft());
  const [faults, setFaults] = useState<readonly CellFault[]>([]);
  const send = useMutation({
    mutationFn: async () => {
      const order = orderOfDraft(draft);
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
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <OrderFields draft={draft} faults={faults} onChange={setDraft} />
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

export type OrderFieldsProps = {
  readonly draft: OrderDraft;
  readonly faults: readonly CellFault[];
  /** Absent: to be read only. */
  readonly onChange?: ((draft: OrderDraft) => void) | undefined;
};

/** The fields and tables of an order, wherever it is filled in. */
export function OrderFields({ draft, faults, onChange }: OrderFieldsProps) {
  const say = usePhrase();
  const { fields, tables } = draft;
  const setTable = (table: Table, rows: OrderDraft['tables'][Table]) =>
    onChange?.({ ...draft, tables: { ...tables, [table]: rows } });
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {orderForm.fields.map((field) => (
          <Field
            key={field.key}
            field={field}
            value={fields[field.key]}
            fault={faults.find((one) => one.field === field.key)}
            onChange={onChange && ((value) => onChange({ ...draft, fields: { ...fields, [field.key]: value } }))}
          />
        ))}
      </SimpleGrid>
      {orderForm.tables.map(({ key: table, columns }) => (
        <Fieldset key={table} legend={say(`order.sheet.${table}`)}>
          <Stack gap="sm">
            {tables[table].map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: every field is controlled, so that a row is what stands in the draft
              <Group key={index} align="flex-start" wrap="nowrap" gap="xs">
                <SimpleGrid cols={{ base: 1, sm: 2, md: table === 'servers' ? 4 : 3 }} style={{ flex: 1 }}>
                  {columns.map((field) => (
                    <Field
                      key={field.key}
                      field={field}
                      value={row[field.key]}
                      fault={faults.find(
                        (one) =>
                          one.field === `${table}.${index}.${field.key === 'recipientName' ? 'name' : field.key}`,
                      )}
                      onChange={
                        onChange &&
                        ((value) =>
                          setTable(
                            table,
                            tables[table].map((one, at) => (at === index ? { ...one, [field.key]: value } : one)),
                          ))
                      }
                    />
                  ))}
                </SimpleGrid>
                {onChange && (
                  <ActionIcon
                    variant="default"
                    mt={26}
                    aria-label={say('console.onboarding.removeRow')}
                    onClick={() =>
                      setTable(
                        table,
                        tables[table].filter((_, at) => at !== index),
                      )
                    }
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </Group>
            ))}
            {onChange && (
              <Button
                size="compact-sm"
                variant="default"
                leftSection={<IconPlus size={15} />}
                style={{ alignSelf: 'flex-start' }}
                onClick={() => setTable(table, [...tables[table], newDraftRow(table)])}
              >
                {say('console.onboarding.addRow')}
              </Button>
            )}
          </Stack>
        </Fieldset>
      ))}
    </>
  );
}

type FieldProps = {
  readonly field: OrderField;
  readonly value: Value | undefined;
  readonly fault: CellFault | undefined;
  readonly onChange: ((value: Value) => void) | undefined;
};

function Field({ field: { key, kind, required, max, choices, hint }, value, fault, onChange }: FieldProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const label = say(`order.field.${key}` as PhraseKey);
  const common = {
    label,
    readOnly: !onChange,
    ...(required && kind !== 'flag' ? { withAsterisk: true } : {}),
    ...(hint ? { description: say(`order.hint.${key}` as PhraseKey) } : {}),
    ...(fault ? { error: cellFaultReason(language, fault) } : {}),
  };
  const text = String(value ?? '');
  if (kind === 'flag')
    return (
      <Checkbox
        {...common}
        disabled={!onChange}
        mt={hint ? 0 : 28}
        checked={value === true}
        onChange={(event) => onChange?.(event.currentTarget.checked)}
      />
    );
  if (kind === 'choice')
    return (
      <Select
        {...common}
        data={choices!.map(([one, words]) => ({ value: one, label: say(words as PhraseKey) }))}
        value={text === '' ? null : text}
        onChange={(next) => onChange?.(next ?? '')}
      />
    );
  if (kind === 'whole')
    return (
      <NumberInput
        {...common}
        min={0}
        thousandSeparator=","
        value={value as number | string}
        onChange={(next) => onChange?.(next)}
      />
    );
  const shared = { ...common, value: text, ...(max ? { maxLength: max } : {}) };
  if (kind === 'lines')
    return <Textarea {...shared} autosize minRows={2} onChange={(event) => onChange?.(event.currentTarget.value)} />;
  const type = kind === 'date' ? 'date' : kind === 'mail' ? 'email' : kind === 'phone' ? 'tel' : 'text';
  return <TextInput {...shared} type={type} onChange={(event) => onChange?.(event.currentTarget.value)} />;
}
