import { Text } from '@mantine/core';
import type { TextDiff } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';

const tones: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', '@': 'place' };

/** What of a text changed, a line a row; or why that is not shown. */
export function TextDifference({ diff }: { diff: TextDiff }) {
  const say = usePhrase();
  return (
    <section aria-label={say('console.detections.diff')}>
      <Text size="xs" className="dim" mb={4}>
        {diff.added === undefined
          ? say('console.detections.diff')
          : say.pair(
              say('console.detections.diff'),
              say('textDiff.summary', { added: diff.added, removed: diff.removed ?? 0 }),
            )}
      </Text>
      {diff.withheld && <Text size="sm">{say(`textDiff.withheld.${diff.withheld}`)}</Text>}
      {diff.unified !== undefined && (
        <pre className="record difference">{diff.unified.trimEnd().split('\n').map(Line)}</pre>
      )}
      {(diff.masked ?? 0) > 0 && (
        <Text size="xs" className="dim">
          {say('console.detections.diffMasked', { count: diff.masked ?? 0 })}
        </Text>
      )}
      {diff.cut && (
        <Text size="xs" className="dim">
          {say('console.detections.diffCut')}
        </Text>
      )}
    </section>
  );
}

/** Lines never change their place, so their number is their name. */
const Line = (line: string, index: number) => (
  <span key={`${index}`} data-line={tones[line[0] ?? '']}>
    {line}
    {'\n'}
  </span>
);
