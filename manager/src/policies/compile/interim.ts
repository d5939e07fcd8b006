import type { LogInspectionPolicy, PolicyDocument } from '@sakimori/contract';
import type { Scope } from '../../configuration/index.ts';
import { filesOf, shippedNamesJa } from './loginspection-files.ts';

export function compileInterimLogInspection(scope: Scope): PolicyDocument['modules']['loginspection'] {
  const module = scope.module('logInspection');
  const level = /\((\d+)\)/.exec(scope.setting('logInspectionSettingSeverityClippingAgentEventStoreLevelMin'));
  const rules = scope.rules('logInspection');
  const files = rules.map(filesOf).filter((entry) => entry !== undefined);
  const sources = rules.flatMap(
    (rule) => (rule['logFiles'] as { location: string; format: string }[] | undefined) ?? [],
  );
  const extra = scope.extra('_logInspection') as Partial<Pick<LogInspectionPolicy, 'sources' | 'ruleNamesJa'>>;
  const unique = <T>(items: readonly T[], key: (item: T) => string): T[] => [
    ...new Map(items.map((item) => [key(item), item])).values(),
  ];
  return {
    state: module['state'] === 'on' ? 'on' : 'off',
    recordLevel: level ? Math.min(16, Number(level[1])) : 3,
    sources:
      extra.sources ??
      unique(
        sources.map(({ location, format }) => ({
          path: location,
          format: format === 'syslog' ? ('syslog' as const) : ('plain' as const),
        })),
        ({ path }) => path,
      ),
    decoderFiles: unique(
      files.flatMap(({ decoderFiles }) => decoderFiles),
      ({ name }) => name,
    ),
    ruleFiles: unique(
      files.flatMap(({ ruleFiles }) => ruleFiles),
      ({ name }) => name,
    ),
    ruleNamesJa: extra.ruleNamesJa ?? shippedNamesJa(),
  };
}
