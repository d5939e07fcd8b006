import { Button, Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { routes, type WebTrialOutcome, webSecurityLevels } from '@sakimori/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Notice } from '../../parts/notice.tsx';
import { hostsQuery } from '../../queries.ts';

type Level = (typeof webSecurityLevels)[number];

/** Says what becomes of an address, and why. Nothing is called up. */
export function TryAddress({ accountId }: { accountId: string | undefined }) {
  const say = usePhrase();
  const [address, setAddress] = useState('');
  const [level, setLevel] = useState<Level>('medium');
  const [hostId, setHostId] = useState<string | null>(null);
  const hosts = useQuery(hostsQuery(accountId)).data?.items ?? [];
  const trial = useMutation({
    mutationFn: (securityLevel: Level) =>
      call(routes.tryWebAddress, {
        body: { address, securityLevel, ...(accountId ? { accountId } : {}), ...(hostId ? { hostId } : {}) },
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    trial.mutate(level);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">{say('console.web.tryText')}</Text>
        <Group align="flex-end" gap="sm">
          <TextInput
            label={say('console.web.address')}
            placeholder="http://malware.sakimori.test/"
            required
            maxLength={2048}
            value={address}
            onChange={(event) => setAddress(event.currentTarget.value)}
            style={{ flex: 1, minWidth: '16rem' }}
          />
          <Select
            label={say('console.web.asHost')}
            placeholder={say('console.web.asNone')}
            data={hosts.map((host) => ({ value: host.id, label: host.facts.name }))}
            value={hostId}
            onChange={setHostId}
            searchable
            clearable
            w={220}
          />
          <SegmentedControl
            size="sm"
            value={level}
            disabled={hostId !== null}
            onChange={(next) => setLevel(webSecurityLevels.find((one) => one === next) ?? 'medium')}
            aria-label={say('console.web.level')}
            data={webSecurityLevels.map((value) => ({ value, label: say(`web.level.${value}`) }))}
          />
          <Button type="submit" variant="default" loading={trial.isPending}>
            {say('console.web.tryIt')}
          </Button>
        </Group>
        {hostId !== null && (
          <Text size="sm" className="dim">
            {say('console.web.asHostText')}
          </Text>
        )}
        {trial.data && <Outcome outcome={trial.data} />}
        <ErrorNotice error={trial.error} />
      </Stack>
    </form>
  );
}

function Outcome({ outcome }: { outcome: WebTrialOutcome }) {
  const say = usePhrase();
  const { address, isBlocked, reason, matched, rating, score, category, feed, securityLevel, blockedFrom } = outcome;
  return (
    <Notice tone={isBlocked ? 'bad' : 'good'}>
      <b>
        {say(isBlocked ? 'console.web.blocked' : 'console.web.allowed', { level: say(`web.level.${securityLevel}`) })}
      </b>
      <div>{say(`web.reason.${reason}`)}</div>
      <FactList
        facts={[
          [say('console.web.address'), <code key="address">{address}</code>],
          [say('console.web.matched'), matched],
          [
            say('console.web.rating'),
            rating && say('console.web.ratingOf', { rating: say(`web.rating.${rating}`), score: score ?? 0 }),
          ],
          [say('console.web.category'), category && say.or('web.category', category)],
          [say('console.web.feed'), feed],
          [say('console.web.blockedFrom'), blockedFrom && say(`web.level.${blockedFrom}`)],
        ]}
      />
    </Notice>
  );
}
