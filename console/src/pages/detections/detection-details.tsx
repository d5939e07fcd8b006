import { Stack, Text } from '@mantine/core';
import { actorWords, ruleNameIn, type StoredDetection } from '@sakimori/contract';
import type { ReactNode } from 'react';
import { formatDuration } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Time } from '../../parts/time.tsx';
import { EntityComparison } from './entity-comparison.tsx';
import { FileComparison } from './file-comparison.tsx';
import { PackageTable } from './package-table.tsx';
import { useSystemFacts } from './system-facts.ts';
import { TextDifference } from './text-difference.tsx';

/** All that a detection tells: facts, the file before and after, log lines, the raw record. */
export function DetectionDetails({ detection }: { detection: StoredDetection }) {
  const say = usePhrase();
  return (
    <Stack gap="sm">
      <FactList facts={useFacts(detection)} />
      {detection.file && <FileComparison file={detection.file} />}
      {detection.file?.diff && <TextDifference diff={detection.file.diff} />}
      {detection.packages && <PackageTable packages={detection.packages} />}
      {detection.entity && <EntityComparison entity={detection.entity} />}
      {detection.log && (
        <div>
          <Text size="xs" className="dim" mb={4}>
            {say('console.detections.lines', { count: detection.log.lines.length })}
          </Text>
          <pre className="record">{detection.log.lines.join('\n')}</pre>
        </div>
      )}
      {detection.raw && (
        <details>
          <summary className="dim" style={{ cursor: 'pointer', fontSize: '0.8125rem' }}>
            {say('console.detections.raw')}
          </summary>
          <pre className="record" style={{ marginTop: '0.4rem' }}>
            {detection.raw}
          </pre>
        </details>
      )}
    </Stack>
  );
}

const endpoint = (end: StoredDetection['source']): string | undefined =>
  end && `${end.address}${end.port === undefined ? '' : `:${end.port}`}${end.name ? ` (${end.name})` : ''}`;

function useFacts(detection: StoredDetection): (readonly [string, ReactNode])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const systemFacts = useSystemFacts();
  const { process, user, file, entity, log, clockOffsetMs } = detection;
  const action = say(`action.${detection.action}`);
  const acted =
    detection.actionResult === 'none' ? action : say.bracket(action, say(`result.${detection.actionResult}`));
  const actorFacts = useActorFacts(detection);
  const pid = process?.pid === undefined ? '' : ` (PID ${process.pid})`;
  const uid = user?.uid === undefined ? '' : ` (UID ${user.uid})`;
  return [
    [say('console.detections.occurredAt'), <Time key="at" at={detection.occurredAt} relative />],
    [
      say('console.alerts.host'),
      <TextLink key="host" to="/hosts/$hostId" params={{ hostId: detection.hostId }} size="sm">
        {detection.hostName}
      </TextLink>,
    ],
    [say('console.alerts.module'), say(`module.${detection.module}`)],
    [say('console.alert.rule'), say.bracket(ruleNameIn(language, detection.rule), detection.rule.id)],
    [say('console.detections.entity'), entity && say.bracket(say(`entity.${entity.kind}`), entity.key)],
    [say('console.detections.path'), file && <code key="path">{file.path}</code>],
    [say('console.detections.previousPath'), file?.previousPath && <code key="old">{file.previousPath}</code>],
    [say('console.detections.logSource'), log && <code key="log">{log.source}</code>],
    [say('console.detections.program'), log?.program],
    [say('console.detections.decoder'), log?.decoder],
    [say('console.detections.level'), log?.level],
    [say('console.alert.subject'), file || entity || !detection.subject ? undefined : detection.subject],
    [say('console.detections.source'), endpoint(detection.source)],
    [say('console.detections.destination'), endpoint(detection.destination)],
    [say('console.detections.user'), user && `${user.name}${uid}`],
    [say('console.detections.process'), process && `${process.commandLine ?? process.path ?? ''}${pid}`],
    ...actorFacts,
    [say('console.detections.url'), detection.url && `${detection.url.value} ${detection.url.category ?? ''}`],
    [say('console.detections.mode'), detection.module !== 'system' && say(`mode.${detection.mode}`)],
    [say('console.detections.action'), detection.module !== 'system' && acted],
    [say('console.detections.attack'), detection.attack?.join(', ')],
    [
      say('console.detections.clock'),
      clockOffsetMs !== undefined && Math.abs(clockOffsetMs) >= 1000 && formatDuration(language, clockOffsetMs),
    ],
    ...systemFacts(detection.facts),
  ];
}

/** Who changed a file. Where the kernel did not say, that is said, so that nobody takes it for "nobody". */
function useActorFacts({ actor, file }: StoredDetection): (readonly [string, ReactNode])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  if (!actor) return file ? [[say('console.detections.actor'), say('console.detections.actorUnknown')]] : [];
  const words = actorWords(language, actor);
  return [
    [say('console.detections.actor'), words.process],
    [say('console.detections.actorParent'), words.parent],
    [say('console.detections.actorUser'), words.user],
    [say('console.detections.loginUser'), words.loginUser],
  ];
}
