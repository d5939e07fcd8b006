import { hasPhrase, type RouteAnswer, type routes } from '@sakimori/contract';
import type { UseQueryResult } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';

type Answer = RouteAnswer<typeof routes.listSources>;

/** Where records come in, and what was lost or ended there. */
export function DoorsCard({ query }: { query: UseQueryResult<Answer> }) {
  const say = usePhrase();
  return (
    <Card title={say('console.sources.doors')}>
      <Loaded query={query}>
        {({ doors: { syslogTcp, syslogTls, syslogUdp, sns, folder, lostDatagrams, ended } }) => (
          <FactList
            facts={[
              ['syslog TCP', syslogTcp],
              ['syslog TLS', syslogTls],
              ['syslog UDP', syslogUdp],
              ['Amazon SNS', sns],
              ['S3 / SQS', folder],
              [say('console.sources.lost'), String(lostDatagrams)],
              ...Object.entries(ended).map(([code, count]) => [nameOf(say, code), String(count)] as const),
            ]}
          />
        )}
      </Loaded>
    </Card>
  );
}

function nameOf(say: ReturnType<typeof usePhrase>, code: string): string {
  const key = `intakeEnded.${code}`;
  return hasPhrase(key) ? say(key) : code;
}
