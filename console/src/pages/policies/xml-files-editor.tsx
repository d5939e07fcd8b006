import { Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { usePhrase } from '../../language.tsx';
import { IconPlus, IconTrash } from '../../parts/icons.ts';
import type { XmlFile } from './xml-files.tsx';

export type XmlFilesEditorProps = {
  readonly title: string;
  readonly files: readonly XmlFile[];
  readonly onChange: (files: { name: string; xml: string }[]) => void;
};

/** Files of decoders or rules: add, edit, remove. They are loaded in this order. */
export function XmlFilesEditor({ title, files, onChange }: XmlFilesEditorProps) {
  const say = usePhrase();
  const change = (index: number, next: Partial<XmlFile>) =>
    onChange(files.map((file, at) => (at === index ? { ...file, ...next } : { ...file })));
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {title}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() =>
            onChange([...files.map((file) => ({ ...file })), { name: `custom-${files.length + 1}.xml`, xml: '' }])
          }
        >
          {say('console.add')}
        </Button>
      </Group>
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a file has no identity but its place while its name is being typed
        <details key={index} open={file.xml === ''}>
          <summary style={{ cursor: 'pointer', fontSize: '0.8125rem' }}>
            <code>{file.name}</code>
          </summary>
          <Stack gap="xs" p="xs">
            <Group align="flex-end">
              <TextInput
                label={say('console.policies.fileName')}
                value={file.name}
                onChange={(event) => change(index, { name: event.currentTarget.value })}
                maxLength={200}
                required
                style={{ flex: 1 }}
              />
              <Button
                variant="default"
                leftSection={<IconTrash size={15} />}
                onClick={() => onChange(files.filter((_, at) => at !== index).map((each) => ({ ...each })))}
              >
                {say('console.remove')}
              </Button>
            </Group>
            <Textarea
              aria-label={file.name}
              value={file.xml}
              onChange={(event) => change(index, { xml: event.currentTarget.value })}
              autosize
              minRows={4}
              maxRows={24}
              spellCheck={false}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.78rem' } }}
            />
          </Stack>
        </details>
      ))}
    </Stack>
  );
}
