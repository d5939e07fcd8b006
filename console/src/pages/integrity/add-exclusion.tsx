import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { DialogButton } from '../../parts/dialog.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { ReasonField } from '../../parts/reason-field.tsx';
import { type ExclusionsProps, refreshExclusions } from './exclusions.tsx';

export function AddExclusionButton(props: ExclusionsProps) {
  const say = usePhrase();
  return (
    <DialogButton
      label={say('console.exclusions.add')}
      size="lg"
      button={{ size: 'compact-sm', variant: 'default', leftSection: <IconPlus size={15} /> }}
    >
      {(close) => <AddExclusion {...props} onDone={close} />}
    </DialogButton>
  );
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** What stands in the field is a time of Japan, wherever the browser is. */
const toInstant = (local: string): string => new Date(`${local}:00+09:00`).toISOString();

function AddExclusion({ accountId, place, onDone }: ExclusionsProps & { readonly onDone: () => void }) {
  const say = usePhrase();
  const form = useForm({ initialValues: { paths: '', until: '', reason: '' } });
  const create = useMutation({
    mutationFn: async ({ paths, until, reason }: typeof form.values) => {
      const body = { paths: linesOf(paths), entities: [], until: toInstant(until), reason: reason.trim(), ...place };
      await call(routes.createExclusion, { params: { accountId }, body });
      await refreshExclusions();
    },
    onSuccess: onDone,
  });
  const { paths, until, reason } = form.values;
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))}>
      <Stack gap="sm">
        <Text size="sm">{say('console.exclusions.text')}</Text>
        <Textarea
          label={say('console.exclusions.paths')}
          description={say('console.exclusions.pathsHint')}
          required
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          data-autofocus
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('paths')}
        />
        <TextInput
          type="datetime-local"
          label={say('console.exclusions.until')}
          description={say('console.exclusions.untilHint')}
          required
          style={{ maxWidth: '18rem' }}
          {...form.getInputProps('until')}
        />
        <ReasonField value={reason} onChange={(next) => form.setFieldValue('reason', next)} lengthMax={300} />
        <ErrorNotice error={create.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {say('console.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending} disabled={!paths.trim() || !until || !reason.trim()}>
            {say('console.exclusions.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
