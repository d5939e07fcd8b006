import { Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { type Deadline, type DueRule, dueRules, routes } from '@sakimori/contract';
import { explainDeadline } from '@sakimori/contract/calendar/explanation';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatTimeWithZone } from '../../format.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ask } from '../../queries.ts';
import { todayInJapan } from './queries.ts';

/** When something would be due, with each day on the way: for questions on the phone. */
export function DueCard({ account }: { readonly account: string | undefined }) {
  const say = usePhrase();
  const [rule, setRule] = useState<DueRule>('first-answer');
  const [local, setLocal] = useState(`${todayInJapan()}T10:00`);
  const query = useQuery({
    // What stands in the field is a time of Japan, wherever the browser is.
    ...ask(['calendar', 'due', account, rule, local], routes.getDeadline, {
      query: { rule, at: `${local}:00+09:00`, ...(account ? { accountId: account } : {}) },
    }),
    enabled: /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local),
  });
  return (
    <Card title={say('console.calendar.due')}>
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <Select
            label={say('console.calendar.rule')}
            data={dueRules.map((value) => ({ value, label: say(`dueRule.${value}`) }))}
            value={rule}
            onChange={(next) => setRule(dueRules.find((one) => one === next) ?? rule)}
            allowDeselect={false}
            w={{ base: '100%', xs: 320 }}
          />
          <TextInput
            type="datetime-local"
            label={say(`console.calendar.atOf.${rule}`)}
            value={local}
            onChange={(event) => setLocal(event.currentTarget.value)}
          />
        </Group>
        <Loaded query={query}>{(deadline) => <Explained deadline={deadline} />}</Loaded>
      </Stack>
    </Card>
  );
}

function Explained({ deadline }: { readonly deadline: Deadline }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Stack gap="sm">
      <FactList
        facts={[
          [say('console.calendar.acceptedAt'), formatTimeWithZone(deadline.acceptedAt)],
          [say('console.calendar.dueAt'), <strong key="due">{formatTimeWithZone(deadline.dueAt)}</strong>],
          [say('console.calendar.lastDay'), deadline.lastDay],
          [say('console.calendar.calendarVersion'), deadline.calendarVersion],
        ]}
      />
      {deadline.isProvisional && <Notice tone="watch">{say('deadline.provisional')}</Notice>}
      <details>
        <summary>
          <Text span size="sm">
            {say('console.calendar.explain', { count: deadline.explanation.length })}
          </Text>
        </summary>
        <ol className="steps">
          {explainDeadline(language, deadline).map(({ step, text }) => (
            <li key={step.date} data-role={step.role}>
              <span className="figures">{say.bracket(step.date, say.or('weekday', String(step.weekday)))}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </details>
    </Stack>
  );
}
