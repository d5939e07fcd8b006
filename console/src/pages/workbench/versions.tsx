import { Stack, Text } from '@mantine/core';
import type { RuleDraftDetail, RuleVersion } from '@sakimori/contract';
import { diffLines } from '@sakimori/contract/line-diff';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { Time } from '../../parts/time.tsx';

/** Every version with what it changed. */
export function Versions({ draft }: { draft: RuleDraftDetail }) {
  const say = usePhrase();
  return (
    <Card title={say('console.workbench.versions')}>
      <Stack gap="sm">
        {draft.versions.map((version, index) => (
          <div key={version.version}>
            <Text size="sm" fw={600}>
              {say('console.workbench.versionOf', { version: version.version })}
            </Text>
            <Text size="xs" className="dim">
              <Time at={version.at} /> {version.by}
            </Text>
            {version.note && (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {version.note}
              </Text>
            )}
            <Change version={version} before={draft.versions[index + 1]} />
          </div>
        ))}
      </Stack>
    </Card>
  );
}

const marks = { same: ' ', gone: '-', new: '+' } as const;
const colours = { same: 'inherit', gone: 'var(--mantine-color-red-7)', new: 'var(--mantine-color-green-8)' } as const;

function Change({ version, before }: { version: RuleVersion; before: RuleVersion | undefined }) {
  const say = usePhrase();
  if (!before)
    return (
      <Text size="xs" className="dim">
        {say('console.workbench.firstVersion')}
      </Text>
    );
  if (before.text === version.text)
    return (
      <Text size="xs" className="dim">
        {say('console.workbench.noDiff')}
      </Text>
    );
  return (
    <details>
      <summary style={{ fontSize: '0.75rem', cursor: 'pointer' }}>{say('console.workbench.diff')}</summary>
      <pre style={{ margin: '6px 0 0', fontSize: '0.75rem', overflowX: 'auto' }}>
        {diffLines(before.text, version.text).map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and never move
          <div key={index} style={{ color: colours[kind] }}>
            {marks[kind]} {text}
          </div>
        ))}
      </pre>
    </details>
  );
}

/** Who brought it into force and out of it, when and why. */
export function Steps({ draft }: { draft: RuleDraftDetail }) {
  const say = usePhrase();
  return (
    <Card title={say('console.workbench.steps')}>
      <Stack gap="sm">
        {draft.steps.length === 0 && (
          <Text size="sm" className="dim">
            {say('console.workbench.noSteps')}
          </Text>
        )}
        {draft.steps.map(({ step, version, at, by, reason, targets }) => (
          <div key={`${at}${step}`}>
            <Text size="sm" fw={600}>
              {say.bracket(say(`ruleStep.${step}`), say('console.workbench.versionOf', { version }))}
            </Text>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {reason}
            </Text>
            <Text size="xs" className="dim">
              <Time at={at} /> {by} {targets.length > 0 && `· ${targets.join(', ')}`}
            </Text>
          </div>
        ))}
      </Stack>
    </Card>
  );
}
