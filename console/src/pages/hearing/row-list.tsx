import { Accordion, Badge, Button, Group, SimpleGrid, Text } from '@mantine/core';
import type { HearingDefinition, HearingFault, HearingRow, HearingSection } from '@sakimori/contract';
import { useState } from 'react';
import { useLanguage, usePhrase } from '../../language.tsx';
import { IconPlus } from '../../parts/icons.ts';
import { AnswerField } from './answer-field.tsx';

export type RowListProps = {
  readonly section: HearingSection;
  readonly definition: HearingDefinition;
  readonly rows: readonly HearingRow[];
  readonly faults: readonly HearingFault[];
  readonly onChange: ((rows: HearingRow[]) => void) | undefined;
};

/** Rows of a table, one open at a time: some sheets have hundreds. */
export function RowList({ section, definition, rows, faults, onChange }: RowListProps) {
  const say = usePhrase();
  const { language } = useLanguage();
  const [open, setOpen] = useState<string | null>(null);
  const add = () => {
    const taken = new Set(rows.map(({ id }) => id));
    let number = rows.length + 1;
    while (taken.has(`r${number}`)) number++;
    const id = `r${number}`;
    const cells = Object.fromEntries(
      section.questions.flatMap((question) => (question.default ? [[question.key, question.default]] : [])),
    );
    onChange?.([...rows, { id, cells }]);
    setOpen(id);
  };
  const faultsOf = (id: string) => faults.filter(({ path }) => path?.section === section.key && path.row === id);
  const titleOf = ({ cells }: HearingRow, index: number) =>
    section.questions
      .slice(0, 3)
      .map(({ key, choices }) => choices?.find(({ value }) => value === cells[key])?.label[language] ?? cells[key])
      .filter(Boolean)
      .join('　') || say('console.hearing.row', { number: index + 1 });
  return (
    <>
      {rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {say('console.hearing.noRows')}
        </Text>
      )}
      <Accordion variant="separated" value={open} onChange={setOpen} keepMounted={false}>
        {rows.map((row, index) => {
          const wrong = faultsOf(row.id).filter(({ level }) => level !== 'caution').length;
          return (
            <Accordion.Item key={row.id} value={row.id}>
              <Accordion.Control>
                <Group gap="xs" wrap="nowrap">
                  <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                    {titleOf(row, index)}
                  </Text>
                  {wrong > 0 && <Badge color="orange.8">{wrong}</Badge>}
                </Group>
              </Accordion.Control>
              <Accordion.Panel>
                <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
                  {section.questions.map((question) => (
                    <AnswerField
                      key={question.key}
                      {...{ question, definition }}
                      value={row.cells[question.key] ?? ''}
                      fault={faultsOf(row.id).find(({ path }) => path?.question === question.key)}
                      onChange={
                        onChange &&
                        ((value) =>
                          onChange(
                            rows.map((one) =>
                              one.id === row.id ? { ...one, cells: { ...one.cells, [question.key]: value } } : one,
                            ),
                          ))
                      }
                    />
                  ))}
                </SimpleGrid>
                {onChange && (
                  <Button
                    mt="sm"
                    size="compact-sm"
                    variant="default"
                    onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
                  >
                    {say('console.hearing.removeRow')}
                  </Button>
                )}
              </Accordion.Panel>
            </Accordion.Item>
          );
        })}
      </Accordion>
      {onChange && rows.length < (section.rowsMax ?? 1000) && (
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconPlus size={16} />}
          onClick={add}
          style={{ alignSelf: 'flex-start' }}
        >
          {say('console.hearing.addRow')}
        </Button>
      )}
    </>
  );
}
