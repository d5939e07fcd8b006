import { Stack, Table, Text } from '@mantine/core';
import { clauseList, type Edition, type PhraseKey } from '@sakimori/contract';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { FactList } from '../../parts/fact-list.tsx';

/** When requests are taken and until when answers are owed, each with its clause. */
export function HoursCard({ edition }: { edition: Edition }) {
  const say = usePhrase();
  const hoursOf = (name: string): string => {
    const hours = edition.hours[name];
    if (!hours) return name;
    return say(`console.plans.hours.${hours.days}`, { from: hours.from, to: hours.to });
  };
  const reception = (['helpdesk', 'change', 'consulting'] as const).map((name) => {
    const { hours, channels, clause } = edition.reception[name];
    const ways = channels.map((channel) => say(`console.plans.channel.${channel}`)).join(' / ');
    return [say(`console.plans.reception.${name}`), say.bracket(`${hoursOf(hours)} ${ways}`, `§${clause}`)] as const;
  });
  const deadlines = (Object.keys(edition.deadlines) as (keyof Edition['deadlines'])[]).map((name) => {
    const { amount, unit, counting, clause } = edition.deadlines[name];
    const key: PhraseKey = `console.plans.deadline.${unit}.${counting}`;
    return [say(`console.plans.deadline.${name}`), say.bracket(say(key, { amount }), `§${clause}`)] as const;
  });
  const { monitoring, calendar } = edition;
  return (
    <Card title={say('console.plans.hours')}>
      <Stack gap="xs">
        <FactList
          facts={[
            ...reception,
            [say('console.plans.monitoring'), say.bracket(hoursOf(monitoring.hours), `§${monitoring.clause}`)],
            ...deadlines,
          ]}
        />
        {calendar.yearEnd && (
          <Text size="sm" className="dim">
            {say('console.plans.yearEnd', {
              from: calendar.yearEnd.from.replace('-', '/'),
              to: calendar.yearEnd.to.replace('-', '/'),
            })}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

/** Internal targets, kept apart from what a contract promises. */
export function TargetsCard({ edition }: { edition: Edition }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (edition.targets.length === 0) return null;
  return (
    <Card title={say('console.plans.targets')}>
      <Stack gap="xs">
        <Text size="sm" className="dim">
          {say('console.plans.targetsText')}
        </Text>
        <FactList
          facts={edition.targets.map(({ name, minutes }) => [
            name[language],
            say('console.plans.minutes', { minutes }),
          ])}
        />
      </Stack>
    </Card>
  );
}

export function ClausesCard({ edition }: { edition: Edition }) {
  const say = usePhrase();
  const { language } = useLanguage();
  return (
    <Card title={say('console.plans.clauses')} flush>
      <Table className="rows" aria-label={say('console.plans.clauses')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={90}>
              {say('console.plans.clause')}
            </Table.Th>
            <Table.Th scope="col">{say('console.plans.clauseText')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {clauseList(edition).map(({ number, text }) => (
            <Table.Tr key={number}>
              <Table.Td data-label={say('console.plans.clause')}>§{number}</Table.Td>
              <Table.Td data-label={say('console.plans.clauseText')}>{text[language]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

export function ReadingsCard({ edition }: { edition: Edition }) {
  const say = usePhrase();
  const { language } = useLanguage();
  if (edition.readings.length === 0) return null;
  return (
    <Card title={say('console.plans.readings')} flush>
      <Text size="sm" className="dim card-body">
        {say('console.plans.readingsText')}
      </Text>
      <Table className="rows" aria-label={say('console.plans.readings')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={90}>
              {say('console.plans.clause')}
            </Table.Th>
            <Table.Th scope="col">{say('console.plans.source')}</Table.Th>
            <Table.Th scope="col">{say('console.plans.reading')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {edition.readings.map(({ id, clause, source, reading }) => (
            <Table.Tr key={id}>
              <Table.Td data-label={say('console.plans.clause')}>
                §{clause} <span className="dim">{id}</span>
              </Table.Td>
              <Table.Td data-label={say('console.plans.source')}>{source[language]}</Table.Td>
              <Table.Td data-label={say('console.plans.reading')}>{reading[language]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}
