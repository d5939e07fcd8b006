import type { HostRule, RuleCondition } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';

type When = HostRule['reasons'][number] & Pick<RuleCondition, 'below'>;

/** What stands and runs on a host, in words; all parts hold together. */
function useWhenWords(): (when: { [Key in keyof When]?: When[Key] | boolean | undefined }) => string {
  const say = usePhrase();
  const { language } = useLanguage();
  return ({ package: name, version, below, port, process, os, always }) => {
    const facts = { package: name, version, below, port, process, os };
    const software = version ? 'packageVersion' : below ? 'packageBelow' : 'package';
    const service = port ? (process ? 'portBy' : 'port') : 'process';
    const parts = [
      name && say(`console.when.${software}`, facts),
      (port || process) && say(`console.when.${service}`, facts),
      os && say('console.when.os', facts),
      always && say('console.when.always'),
    ];
    return parts.filter((part) => typeof part === 'string' && part !== '').join(language === 'ja' ? '＋' : ' and ');
  };
}

/** On which hosts a rule is recommended. */
export function useConditionWords(): (condition: RuleCondition) => string {
  const words = useWhenWords();
  return ({ listens, ...rest }) => words({ ...rest, port: listens });
}

/** What on a host speaks for a rule. */
export function useReasonWords(): (reason: HostRule['reasons'][number]) => string {
  return useWhenWords();
}
