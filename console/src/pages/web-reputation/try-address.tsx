import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { routes, type WebTrialOutcome, webSecurityLevels } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Notice } from '../../parts/notice.tsx';

type Level = (typeof webSecurityLevels)[number];

/** Says what becomes of an address, and why. Nothing is called up. */
export function TryAddress({ accountId }: { accountId: string | undefined }) {
  const say = usePhrase();
  const [address, setAddress] = useState('');
  const [level, setLevel] = useState<Level>('medium');
  const trial = useMutation({
    mutationFn: (securityLevel: Level) =>
      call(routes.tryWebAddress, { body: { address, securityLevel, ...(accountId ? { accountId } : {}) } }),
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
          <SegmentedControl
            size="sm"
            value={level}
            onChange={(next) => setLevel(webSecurityLevels.find((one) => one === next) ?? 'medium')}
            aria-label={say('console.web.level')}
            data={webSecurityLevels.map((value) => ({ value, label: say(`web.level.${value}`) }))}
          />
          <Button type="submit" variant="default" loading={trial.isPending}>
            {say('console.web.tryIt')}
          </Button>
        </Group>
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
