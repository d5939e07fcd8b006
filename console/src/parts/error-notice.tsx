import { Button } from '@mantine/core';
import { errorAdvice, errorText, GivenUp } from '../errors.ts';
import { useLanguage, usePhrase } from '../language.tsx';
import { Notice } from './notice.tsx';

/** An error in the reader's language, with what to do. Nothing where there is no error. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { language } = useLanguage();
  const say = usePhrase();
  if (!error || error instanceof GivenUp) return null;
  const advice = errorAdvice(language, error);
  const retry = onRetry && (
    <Button size="compact-sm" variant="default" onClick={onRetry}>
      {say('console.retry')}
    </Button>
  );
  return (
    <Notice tone="bad" actions={retry}>
      {errorText(language, error)}
      {advice && <div className="dim">{advice}</div>}
    </Notice>
  );
}
