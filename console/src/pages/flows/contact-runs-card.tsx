import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { contactRunsQuery } from '../../queries.ts';
import { useSession } from '../../session.tsx';
import { ContactRun } from './contact-runs.tsx';

/** Runs of one alert or host; nothing where there were none. */
export function ContactRunsCard({ place }: { place: { alertId: string } | { hostId: string } }) {
  const say = usePhrase();
  const { may } = useSession();
  const runs = useQuery({ ...contactRunsQuery(place), enabled: may('contact.read') }).data?.items ?? [];
  if (runs.length === 0) return null;
  return (
    <Card title={say('console.nav.flows')}>
      <Stack gap="lg">
        {runs.slice(0, 5).map((run) => (
          <ContactRun key={run.id} run={run} />
        ))}
      </Stack>
    </Card>
  );
}
