import { Button, Stack, Tabs, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { workloadSecurityQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { download } from '../../parts/download.ts';
import { IconDownload } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { authorityFile, examples, keyVariable } from './examples.ts';

const kinds = ['curl', 'python'] as const;

/** Where the API is, whom its clients must trust, and calls to begin with. */
export function Connection() {
  const say = usePhrase();
  const query = useQuery(workloadSecurityQuery);
  return (
    <Card title={say('console.workload.connection')}>
      <Loaded query={query}>
        {({ address, certificateAuthority, requestsPerMinute }) => (
          <Stack gap="md">
            <CopyField label={say('console.workload.address')} value={address} />
            <div>
              <Text size="sm" mb={6}>
                {say('console.workload.authorityText')}
              </Text>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconDownload size={15} />}
                onClick={() => download(certificateAuthority, 'application/x-pem-file', authorityFile)}
              >
                {say('console.workload.download')}
              </Button>
            </div>
            <Examples address={address} />
            <Text size="xs" className="dim">
              {say.pair(say('console.workload.limit'), say('console.workload.limitText', { count: requestsPerMinute }))}
            </Text>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function Examples({ address }: { address: string }) {
  const say = usePhrase();
  return (
    <Tabs defaultValue="curl">
      <Tabs.List aria-label={say('console.workload.examples')}>
        {kinds.map((kind) => (
          <Tabs.Tab key={kind} value={kind}>
            {say(`console.workload.example.${kind}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {kinds.map((kind) => (
        <Tabs.Panel key={kind} value={kind} pt="sm">
          <CopyField
            label={say('console.workload.exampleKey', { name: keyVariable })}
            value={examples[kind](address)}
            tall
          />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
