import type { Alert } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';

/** An alert in a line, in the reader's language: what kind of thing, and by which rule. */
export function useAlertTitle(): (alert: Pick<Alert, 'kind' | 'ruleName' | 'title'>) => string {
  const say = usePhrase();
  return (alert) => {
    const kind = say.maybe(`kind.${alert.kind}`);
    if (!kind) return alert.title;
    return alert.kind === 'log.matched' || alert.kind.startsWith('file.') ? say.pair(kind, alert.ruleName) : kind;
  };
}
