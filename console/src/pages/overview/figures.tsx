import { SimpleGrid, Stack } from '@mantine/core';
import { severities } from '@sakimori/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatNumber } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { SeverityBadge, severityTones, type Tone } from '../../parts/severity-badge.tsx';
import { useSession } from '../../session.tsx';
import type { Overview } from './verdict.ts';

/** Counts at a glance, each a way to the list behind it. */
export function Figures({ overview, account }: { overview: Overview; account: string | undefined }) {
  const say = usePhrase();
  const { may } = useSession();
  const { hosts, mail } = overview;
  return (
    <Stack gap="xs">
      <h2 className="caption">{say('console.overview.unclosed')}</h2>
      <SimpleGrid cols={{ base: 2, xs: 3, md: 5 }} spacing="sm">
        {[...severities].reverse().map((severity) => {
          const count = overview.unclosed.find((entry) => entry.severity === severity)?.count ?? 0;
          return (
            <Link key={severity} to="/alerts" search={{ account, severity }} className="stat">
              <Figure
                name={<SeverityBadge severity={severity} />}
                value={count}
                unit="items"
                tone={count > 0 ? severityTones[severity] : undefined}
              />
            </Link>
          );
        })}
      </SimpleGrid>
      <h2 className="caption">{say('console.overview.state')}</h2>
      <SimpleGrid cols={{ base: 2, xs: 3, md: may('mail.read') ? 6 : 5 }} spacing="sm">
        <Link to="/hosts" search={{ account }} className="stat">
          <Figure name={say('console.overview.connected')} value={hosts.connected} tone="good">
            {say('console.overview.ofTotal', { total: hosts.total })}
          </Figure>
        </Link>
        <Link to="/hosts" search={{ account }} className="stat">
          <Figure
            name={say('console.overview.silent')}
            value={hosts.silent}
            unit="hosts"
            tone={hosts.silent > 0 ? 'bad' : undefined}
          />
        </Link>
        <Link to="/hosts" search={{ account }} className="stat">
          <Figure
            name={say('console.overview.drift')}
            value={hosts.drift}
            unit="hosts"
            tone={hosts.drift > 0 ? 'watch' : undefined}
          />
        </Link>
        <Link to="/hosts" search={{ account }} className="stat">
          <Figure
            name={say('console.overview.lacking')}
            value={hosts.lacking}
            unit="hosts"
            tone={hosts.lacking > 0 ? 'watch' : undefined}
          />
        </Link>
        <Link to="/detections" search={{ account }} className="stat">
          <Figure name={say('console.overview.today')} value={overview.detectionsToday} unit="items" />
        </Link>
        {may('mail.read') && (
          <Link to="/mail" search={{ view: 'outbox', account }} className="stat">
            <Figure
              name={say('console.overview.mailUnsent')}
              value={mail.failed}
              tone={mail.failed > 0 ? 'bad' : undefined}
            >
              {say('console.unit.items')}
              <span>{say('console.overview.mailWaiting', { count: mail.waiting })}</span>
            </Figure>
          </Link>
        )}
      </SimpleGrid>
    </Stack>
  );
}

type FigureProps = {
  name: ReactNode;
  value: number;
  unit?: 'items' | 'hosts';
  tone?: Tone | undefined;
  children?: ReactNode;
};

function Figure({ name, value, unit, tone, children }: FigureProps) {
  const { language } = useLanguage();
  const say = usePhrase();
  return (
    <dl style={{ margin: 0 }} data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        {formatNumber(language, value)}
        <small>{children ?? (unit && say(`console.unit.${unit}`))}</small>
      </dd>
    </dl>
  );
}
