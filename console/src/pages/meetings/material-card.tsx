import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type MaterialFormat, type MeetingDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { download } from '../../parts/download.ts';
import { ErrorNotice } from '../../parts/error-notice.tsx';

/** The summary of the period's monthly reports, by one click (S96). */
export function MaterialCard({ meeting }: { meeting: MeetingDetail }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const [until, setUntil] = useState('');
  const make = useMutation({
    mutationFn: (format: MaterialFormat) =>
      call(routes.getMeetingMaterial, {
        params: { meetingId: meeting.id },
        query: { format, language, ...(until ? { until } : {}) },
      }),
    onSuccess: ({ content, type, name }) =>
      download(
        Uint8Array.from(atob(content), (character) => character.charCodeAt(0)),
        type,
        name,
      ),
  });
  const button = (format: MaterialFormat) => (
    <Button
      variant="default"
      size="compact-sm"
      loading={make.isPending && make.variables === format}
      onClick={() => make.mutate(format)}
    >
      {say(`console.meetings.${format}`)}
    </Button>
  );
  return (
    <Card title={say('console.meetings.material')}>
      <Stack gap="sm">
        <Text size="sm">{say('console.meetings.materialText')}</Text>
        <TextInput
          type="month"
          label={say('console.meetings.until')}
          value={until}
          onChange={({ currentTarget }) => setUntil(currentTarget.value)}
        />
        <Group gap="xs">
          {button('pdf')}
          {button('pptx')}
        </Group>
        <ErrorNotice error={make.error} />
      </Stack>
    </Card>
  );
}
