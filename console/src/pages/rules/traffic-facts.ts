import type { FirewallCondition, FirewallTraffic } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { useNameOf } from '../../parts/rule-name.tsx';

/** Items of a list that are said; the others are counted by its name. */
const itemsMax = 12;

/** Which packets a rule for the firewall means, as names and values. */
export function useTrafficFacts(): (traffic: FirewallTraffic) => (readonly [string, string])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const nameOf = useNameOf();
  const any = (word: string) => (word === 'any' ? say('console.rule.any') : word);
  const condition = ({ not, list, items }: FirewallCondition): string => {
    const told = items.slice(0, itemsMax).join(', ') + (items.length > itemsMax ? ' …' : '');
    const what = list ? say.bracket(nameOf(list), told) : told;
    return not ? say('console.rule.not', { what }) : what;
  };
  const side = ({ addresses, macs, ports }: FirewallTraffic['source']): string => {
    const parts = [
      addresses && say.pair(say('console.rule.addresses'), condition(addresses)),
      macs && say.pair(say('console.rule.macs'), condition(macs)),
      ports && say.pair(say('console.rule.ports'), condition(ports)),
    ].filter((part) => part !== undefined);
    return parts.length > 0 ? parts.join(language === 'ja' ? '、' : '; ') : say('console.rule.any');
  };
  return (traffic) => [
    [say('console.rule.direction'), say(`console.rule.direction.${traffic.direction}`)],
    [say('console.rule.frame'), any(traffic.frame)],
    [say('console.rule.protocol'), any(traffic.protocol)],
    [say('console.rule.source'), side(traffic.source)],
    [say('console.rule.destination'), side(traffic.destination)],
    [say('console.rule.flags'), traffic.tcpFlags ? condition(traffic.tcpFlags) : ''],
    [say('console.rule.icmp'), traffic.icmp ? condition(traffic.icmp) : ''],
    [say('console.rule.priority'), traffic.priority],
  ];
}
