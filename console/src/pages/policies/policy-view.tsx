import { Stack, Text } from '@mantine/core';
import type { IntegrityRule, PolicyDocument } from '@sakimori/contract';
import { formatBytes, formatDuration } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { OnOffBadge } from './on-off-badge.tsx';
import { XmlFiles } from './xml-files.tsx';

/** What agents get of a policy: how often they report, and what integrity monitoring and log inspection watch. */
export function PolicyView({ document }: { document: PolicyDocument }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Stack gap="sm">
      <Text size="sm" className="dim">
        {say.pair(say('console.policies.heartbeat'), formatDuration(language, document.heartbeatSeconds * 1000))}
      </Text>
      <CommunityRules document={document} />
      <Integrity document={document} />
      <LogInspection document={document} />
    </Stack>
  );
}

function CommunityRules({ document }: { document: PolicyDocument }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { intrusion } = document.modules;
  const community = 'communityRules' in intrusion ? intrusion.communityRules : undefined;
  if (!community) return null;
  return (
    <Card title={say('module.intrusion')} actions={<OnOffBadge state={intrusion.state === 'off' ? 'off' : 'on'} />}>
      <FactList
        facts={[
          [say('console.policies.communityUrl'), community.url ?? say('console.policies.communityUrlDefault')],
          [say('console.policies.communityEvery'), formatDuration(language, community.everyHours * 3_600_000)],
        ]}
      />
    </Card>
  );
}

function Paths({ paths }: { paths: readonly string[] }) {
  return (
    <Stack gap={1}>
      {paths.map((path) => (
        <code key={path}>{path}</code>
      ))}
    </Stack>
  );
}

function Integrity({ document }: { document: PolicyDocument }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const { integrity } = document.modules;
  return (
    <Card title={say('module.integrity')} actions={<OnOffBadge state={integrity.state} />} flush>
      <div className="card-body">
        <FactList
          facts={[
            [say('console.policies.realTime'), say(integrity.realTime ? 'console.yes' : 'console.no')],
            [say('console.policies.scanEvery'), formatDuration(language, integrity.scanEverySeconds * 1000)],
            [say('console.policies.hashMax'), formatBytes(language, integrity.hashBytesMax)],
          ]}
        />
      </div>
      <DataTable<IntegrityRule>
        label={say('console.policies.rules')}
        rows={integrity.rules}
        rowKey={(rule) => [rule.id, rule.kind, ...rule.include].join(' ')}
        columns={[
          { key: 'name', head: say('console.alert.rule'), cell: (rule) => <RuleName rule={rule} /> },
          {
            key: 'severity',
            head: say('console.alerts.severity'),
            width: 96,
            cell: (rule) => <SeverityBadge severity={rule.severity} />,
          },
          {
            key: 'include',
            width: '26%',
            head: say('console.policies.include'),
            cell: (rule) => <Paths paths={rule.include} />,
          },
          {
            key: 'exclude',
            width: '16%',
            head: say('console.policies.exclude'),
            cell: (rule) => <Paths paths={rule.exclude} />,
          },
          {
            key: 'attributes',
            width: '26%',
            head: say('console.policies.attributes'),
            cell: (rule) =>
              rule.attributes.map((each) => say(`console.watch.${each}`)).join(language === 'ja' ? '、' : ', '),
          },
        ]}
      />
    </Card>
  );
}

function RuleName({ rule }: { rule: IntegrityRule }) {
  const { language } = useLanguage();
  return (
    <div>
      <Text size="sm" fw={600}>
        {rule.name[language]}
      </Text>
      <code className="dim">{rule.id}</code>
    </div>
  );
}

function LogInspection({ document }: { document: PolicyDocument }) {
  const say = usePhrase();
  const { loginspection } = document.modules;
  return (
    <Card title={say('module.loginspection')} actions={<OnOffBadge state={loginspection.state} />}>
      <Stack>
        <FactList
          facts={[
            [say('console.policies.recordLevel'), loginspection.recordLevel],
            [
              say('console.policies.sources'),
              <Stack key="sources" gap={1}>
                {loginspection.sources.map((source) => (
                  <span key={source.path}>
                    <code>{source.path}</code> <span className="dim">{source.format}</span>
                  </span>
                ))}
              </Stack>,
            ],
          ]}
        />
        <XmlFiles title={say('console.policies.decoderFiles')} files={loginspection.decoderFiles} />
        <XmlFiles title={say('console.policies.ruleFiles')} files={loginspection.ruleFiles} />
      </Stack>
    </Card>
  );
}
