import { Button, FileInput, Group, List, Stack, Tabs, Text } from '@mantine/core';
import { type CellFault, cellFaultText, type OrderChecked, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconDownload, IconPlus, IconUpload } from '../../parts/icons.ts';
import { Notice } from '../../parts/notice.tsx';
import { OrderForm } from './order-form.tsx';
import { bytesOf, refreshOnboardings, toBase64 } from './queries.ts';

/** An order comes as a workbook or is typed; both are checked before anything is stored. */
export function NewOrder() {
  const say = usePhrase();
  return (
    <Group gap="xs">
      <TemplateButton />
      <DialogButton label={say('console.onboarding.new')} size="xl" button={{ leftSection: <IconPlus size={16} /> }}>
        {(close) => (
          <Tabs defaultValue="file" keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="file">{say('console.onboarding.byFile')}</Tabs.Tab>
              <Tabs.Tab value="form">{say('console.onboarding.byForm')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="file">
              <OrderFile onDone={close} />
            </Tabs.Panel>
            <Tabs.Panel value="form">
              <OrderForm onDone={close} />
            </Tabs.Panel>
          </Tabs>
        )}
      </DialogButton>
    </Group>
  );
}

function TemplateButton() {
  const say = usePhrase();
  const { language } = useLanguage();
  const fetched = useMutation({
    mutationFn: () => call(routes.getOrderTemplate, { query: { language } }),
    onSuccess: ({ content, type, name }) => download(bytesOf(content), type, name),
  });
  return (
    <Stack gap={4}>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} />}
        loading={fetched.isPending}
        onClick={() => fetched.mutate()}
      >
        {say('console.onboarding.template')}
      </Button>
      <ErrorNotice error={fetched.error} />
    </Stack>
  );
}

function OrderFile({ onDone }: { onDone: () => void }) {
  const say = usePhrase();
  const navigate = useNavigate();
  const [given, setGiven] = useState<{ file: string; name: string }>();
  const checked = useMutation({
    mutationFn: (body: { file: string; name: string }) => call(routes.checkOrder, { body }),
  });
  const take = useMutation({
    mutationFn: (body: { file: string; name: string }) => call(routes.createOnboarding, { body }),
    onSuccess: async ({ id }) => {
      await refreshOnboardings();
      onDone();
      await navigate({ to: '/onboardings/$onboardingId', params: { onboardingId: id } });
    },
  });
  const choose = async (file: File | null) => {
    checked.reset();
    take.reset();
    const next = file ? { file: await toBase64(file), name: file.name.slice(0, 200) } : undefined;
    setGiven(next);
    if (next) checked.mutate(next);
  };
  return (
    <Stack gap="sm">
      <Text size="sm">{say('console.onboarding.fileText')}</Text>
      <FileInput
        label={say('console.onboarding.file')}
        placeholder={say('console.onboarding.filePlaceholder')}
        accept=".xlsx"
        clearable
        leftSection={<IconUpload size={16} />}
        onChange={(file) => void choose(file)}
      />
      <ErrorNotice error={checked.error ?? take.error} />
      {checked.data && <Checked checked={checked.data} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {say('console.cancel')}
        </Button>
        <Button
          disabled={!checked.data?.order || checked.data.known !== undefined}
          loading={checked.isPending || take.isPending}
          onClick={() => given && take.mutate(given)}
        >
          {say('console.onboarding.take')}
        </Button>
      </Group>
    </Stack>
  );
}

function Checked({ checked: { order, faults, known } }: { checked: OrderChecked }) {
  const say = usePhrase();
  if (known) return <Notice tone="warn">{say('console.onboarding.known', { number: known.orderNumber })}</Notice>;
  if (!order) return <Faults faults={faults} />;
  const { customerName, plan, servers } = order;
  return (
    <Notice tone="good">
      {say('console.onboarding.readable', {
        customer: customerName,
        plan: say(`plan.${plan}`),
        servers: servers.length,
      })}
    </Notice>
  );
}

/** Every fault with its place. */
export function Faults({ faults }: { faults: readonly CellFault[] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Notice tone="bad">
      {say('console.onboarding.faults', { count: faults.length })}
      <List size="sm" mt={6} style={{ maxHeight: '14rem', overflowY: 'auto' }}>
        {faults.map((fault) => (
          <List.Item key={`${fault.sheet}${fault.cell}${fault.code}`}>{cellFaultText(language, fault)}</List.Item>
        ))}
      </List>
    </Notice>
  );
}
