import type { z } from 'zod';
import type { Language } from './language.ts';
import { type PhraseFacts, phrase } from './phrase.ts';
import type { RecommendationReason } from './recommendation.ts';
import type { RuleCondition } from './rule.ts';

type Reason = z.infer<typeof RecommendationReason>;
type When = { readonly [Key in keyof Reason]?: Reason[Key] | boolean | undefined } & {
  readonly below?: string | undefined;
};

/** What stands and runs on a host, in words; all parts hold together. */
function whenText(language: Language, { package: name, version, below, port, process, os, always }: When): string {
  const facts: PhraseFacts = { package: name, version, below, port, process, os };
  const software = version ? 'packageVersion' : below ? 'packageBelow' : 'package';
  const service = port ? (process ? 'portBy' : 'port') : 'process';
  const parts = [
    name && phrase(language, `console.when.${software}`, facts),
    (port || process) && phrase(language, `console.when.${service}`, facts),
    os && phrase(language, 'console.when.os', facts),
    always && phrase(language, 'console.when.always'),
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(language === 'ja' ? '＋' : ' and ');
}

/** What on a host speaks for a rule. */
export const reasonText = (language: Language, reason: Reason): string => whenText(language, reason);

/** On which hosts a rule is recommended. */
export const conditionText = (language: Language, { listens, ...rest }: RuleCondition): string =>
  whenText(language, { ...rest, port: listens });
