import { Group, Stack, Text } from '@mantine/core';
import { type ModuleStatus, modules } from '@sakimori/contract';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { ModuleStateBadge, StateBadge } from '../../parts/state-badge.tsx';

/** The six modules, each as it really is: working, off, in part, or lacking something and how to add it. */
export function ModuleList({ modules: statuses }: { modules: readonly ModuleStatus[] }) {
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {modules.map((module) => (
        <li key={module} className="module">
          <ModuleEntry module={module} status={statuses.find((status) => status.module === module)} />
        </li>
      ))}
    </ul>
  );
}

function ModuleEntry({ module, status }: { module: ModuleStatus['module']; status: ModuleStatus | undefined }) {
  const say = usePhrase();
  const { language } = useLanguage();
  // What is watched besides files stands in a card of its own, kind by kind; so do sources that are blocked.
  const notes = status?.notes?.filter(({ code }) => code !== 'firewall_source_blocked');
  const figures = Object.entries(status?.figures ?? {}).filter(([name]) => !name.startsWith('entity_'));
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text fw={600} size="sm">
          {say(`module.${module}`)}
        </Text>
        {status ? (
          <ModuleStateBadge state={status.state} />
        ) : (
          <StateBadge tone="idle">{say('console.hosts.notReported')}</StateBadge>
        )}
      </Group>
      {status?.state === 'off' && (
        <Text size="xs" className="dim">
          {say('console.module.off')}
        </Text>
      )}
      {status?.lacks && <Text size="sm">{say('console.module.lacks', { what: status.lacks })}</Text>}
      {status?.causes.map((cause) => (
        <Text key={cause.code + JSON.stringify(cause.facts)} size="sm">
          {say.or('module.cause', cause.code, cause.facts)}
        </Text>
      ))}
      {notes?.map((note) => (
        <Text key={note.code + JSON.stringify(note.facts)} size="xs" className="dim">
          {say.or('module.note', note.code, note.facts)}
        </Text>
      ))}
      {figures.length > 0 && (
        <Text size="xs" className="dim figures">
          {figures
            .map(([name, value]) => say.pair(say.or('module.figure', name), formatNumber(language, value)))
            .join('　')}
        </Text>
      )}
      {status?.install && <CopyField label={say('console.module.install')} value={status.install} />}
    </Stack>
  );
}
