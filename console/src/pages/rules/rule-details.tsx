import { Group, Stack, Text, Title } from '@mantine/core';
import { conditionText, type Rule, ruleNameIn } from '@sakimori/contract';
import type { ReactNode } from 'react';
import { formatDate } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { TextLink } from '../../parts/links.tsx';
import { Notice } from '../../parts/notice.tsx';
import { RuleSeverity, useNameOf } from '../../parts/rule-name.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { useTrafficFacts } from './traffic-facts.ts';

/** All that a rule is and does, and where it is assigned. */
export function RuleDetails({ rule }: { rule: Rule }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const facts = useFacts(rule);
  const description = (language === 'ja' && rule.descriptionJa) || rule.description;
  return (
    <Stack gap="md">
      <div>
        <Title order={3} fz="lg" style={{ overflowWrap: 'anywhere' }}>
          {ruleNameIn(language, rule)}
        </Title>
        <Group gap="xs" mt={4}>
          <RuleSeverity severity={rule.severity} />
          {rule.action && <StateBadge tone="info">{say(`console.rule.action.${rule.action}`)}</StateBadge>}
          {rule.own && <StateBadge tone="info">{say('console.rules.own')}</StateBadge>}
        </Group>
      </div>
      {description && <Text size="sm">{description}</Text>}
      <FactList facts={facts} />
      {rule.limits.length > 0 && (
        <Notice tone="warn">
          {say('console.rule.limits')}
          {rule.limits.map((limit) => (
            <div key={limit}>{limit}</div>
          ))}
        </Notice>
      )}
      {rule.texts.map((text, index) => (
        <details key={`${text.kind} ${text.name ?? index}`} open={rule.texts.length === 1}>
          <summary className="dim" style={{ cursor: 'pointer', fontSize: '0.8125rem', marginBottom: '0.4rem' }}>
            {text.name
              ? say.bracket(say(`console.rule.text.${text.kind}`), text.name)
              : say(`console.rule.text.${text.kind}`)}
          </summary>
          <CopyField value={text.text} tall />
        </details>
      ))}
    </Stack>
  );
}

function useFacts(rule: Rule): (readonly [string, ReactNode])[] {
  const say = usePhrase();
  const { language } = useLanguage();
  const nameOf = useNameOf();
  const trafficFacts = useTrafficFacts();
  const other = language === 'ja' ? rule.name : rule.nameJa;
  const recommended = rule.recommendedFor.map((condition) => conditionText(language, condition));
  return [
    [
      say(language === 'ja' ? 'console.rule.nameEn' : 'console.rule.nameJa'),
      other !== ruleNameIn(language, rule) && other,
    ],
    [say('console.rule.apiId'), rule.id],
    [say('console.rule.identifier'), rule.identifier],
    [say('console.rules.type'), rule.applicationType && nameOf(rule.applicationType)],
    [say('console.rule.kindOf'), rule.kind && say.or('console.rule.kind', rule.kind)],
    [say('console.rules.cve'), rule.cve.join(', ')],
    [say('console.rule.cvss'), rule.cvss],
    [say('console.rule.attack'), rule.attack.join(', ')],
    [say('console.rule.priority'), rule.priority && say.or('console.rule.priority', rule.priority)],
    [say('console.rule.detectOnly'), rule.detectOnly && say('console.rule.detectOnlyText')],
    ...(rule.traffic ? trafficFacts(rule.traffic) : []),
    [say('console.rule.watched'), rule.watches.length > 0 && <Watches key="watches" watches={rule.watches} />],
    [
      say('console.rule.logFiles'),
      rule.logFiles.length > 0 && <Lines key="logs" lines={rule.logFiles.map(({ path }) => path)} />,
    ],
    [
      say('console.rule.recommendedFor'),
      rule.module !== 'firewall' &&
        (recommended.length > 0
          ? recommended.join(language === 'ja' ? '、' : ', ')
          : say('console.rule.neverRecommended')),
    ],
    [say('console.rule.schedule'), rule.schedule && nameOf(rule.schedule)],
    [say('console.rule.context'), rule.context && nameOf(rule.context)],
    [say('console.rule.dependsOn'), rule.dependsOn.map(nameOf).join(language === 'ja' ? '、' : ', ')],
    [say('console.rule.assignedTo'), <Uses key="uses" policies={rule.policies} />],
    [say('console.rule.hosts'), rule.hosts.length > 0 && <Hosts key="hosts" hosts={rule.hosts} />],
    [say('console.rule.issuedAt'), rule.issuedAt && formatDate(rule.issuedAt)],
    [say('console.rule.changedAt'), rule.changedAt !== rule.issuedAt && rule.changedAt && formatDate(rule.changedAt)],
  ];
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <Stack gap={1}>
      {lines.map((line) => (
        <code key={line}>{line}</code>
      ))}
    </Stack>
  );
}

function Watches({ watches }: { watches: Rule['watches'] }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Stack gap="xs">
      {watches.map((watch) => (
        <div key={watch.include.join('\n')}>
          <Lines lines={watch.include} />
          {watch.exclude.length > 0 && (
            <div className="dim">
              {say('console.policies.exclude')} <Lines lines={watch.exclude} />
            </div>
          )}
          <div className="dim below">
            {watch.attributes.map((each) => say(`console.watch.${each}`)).join(language === 'ja' ? '、' : ', ')}
            {!watch.realTime && say.bracket('', say('console.rule.scanOnly'))}
          </div>
        </div>
      ))}
    </Stack>
  );
}

function Uses({ policies }: Pick<Rule, 'policies'>) {
  const say = usePhrase();
  if (policies.length === 0) return say('console.rule.notAssigned');
  return (
    <Stack gap={2}>
      {policies.map((policy) => (
        <span key={policy.policyId}>
          <TextLink to="/policies/$policyId" params={{ policyId: policy.policyId }} size="sm">
            {policy.name}
          </TextLink>
          {policy.inherited && <span className="dim">{say.bracket('', say('console.rule.inherited'))}</span>}
        </span>
      ))}
    </Stack>
  );
}

function Hosts({ hosts }: Pick<Rule, 'hosts'>) {
  return (
    <Stack gap={2}>
      {hosts.map(({ hostId, name }) => (
        <TextLink key={hostId} to="/hosts/$hostId" params={{ hostId }} size="sm">
          {name}
        </TextLink>
      ))}
    </Stack>
  );
}
