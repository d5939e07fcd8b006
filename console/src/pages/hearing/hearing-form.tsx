import { Badge, Button, Card, Grid, Group, NavLink, Stack, Text, Title } from '@mantine/core';
import {
  type Hearing,
  type HearingAnswers,
  type HearingDefinition,
  type HearingFault,
  type HearingRow,
  type HearingSection,
  type HearingVersion,
  routes,
} from '@sakimori/contract';
import { checkAnswers, isComplete, tidyAnswers } from '@sakimori/contract/hearing/check';
import { faultText } from '@sakimori/contract/hearing/words';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { call } from '../../api.ts';
import { useLanguage, usePhrase } from '../../language.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { queryClient, useSession } from '../../session.tsx';
import { AnswerField } from './answer-field.tsx';
import { RowList } from './row-list.tsx';

type Asked = Hearing & { questions: HearingDefinition; prefilled: HearingAnswers };

/** The same questions as in the workbook; what is wrong is said at the field as it is typed. */
export function HearingForm({ hearing, version }: { hearing: Asked; version: HearingVersion | undefined }) {
  const say = usePhrase();
  const { may } = useSession();
  const [answers, setAnswers] = useState<HearingAnswers>(version?.answers ?? hearing.prefilled);
  const save = useMutation({
    mutationFn: (confirm: boolean) =>
      call(routes.saveHearing, {
        params: { hearingId: hearing.id },
        body: { basedOn: hearing.versions[0]?.number ?? 0, answers, confirm },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['account', 'hearing'] }),
  });
  const mayWrite = may('hearing.write');
  return (
    <HearingFields definition={hearing.questions} answers={answers} onChange={mayWrite ? setAnswers : undefined}>
      {(faults) =>
        mayWrite && (
          <Stack gap="xs" mt="md">
            <Button variant="default" loading={save.isPending} onClick={() => save.mutate(false)}>
              {say('console.hearing.saveDraft')}
            </Button>
            <Button loading={save.isPending} disabled={!isComplete(faults)} onClick={() => save.mutate(true)}>
              {say('console.hearing.confirm')}
            </Button>
            <WhatIsOpen faults={faults} />
            <ErrorNotice error={save.error} />
          </Stack>
        )
      }
    </HearingFields>
  );
}

export function WhatIsOpen({ faults }: { faults: readonly HearingFault[] }) {
  const say = usePhrase();
  const count = faults.filter(({ level }) => level !== 'caution').length;
  return (
    <Text size="xs" c="dimmed">
      {isComplete(faults) ? say('console.hearing.complete') : say('console.hearing.open', { count })}
    </Text>
  );
}

export type HearingFieldsProps = {
  readonly definition: HearingDefinition;
  readonly answers: HearingAnswers;
  /** Absent: to be read only. */
  readonly onChange: ((answers: HearingAnswers) => void) | undefined;
  /** Stands below the list of sections. */
  readonly children?: (faults: readonly HearingFault[]) => ReactNode;
};

/** The sections of a sheet, wherever it is filled in. */
export function HearingFields({ definition, answers, onChange, children }: HearingFieldsProps) {
  const { language } = useLanguage();
  const [current, setCurrent] = useState(definition.sections[0]!.key);
  const section = definition.sections.find(({ key }) => key === current) ?? definition.sections[0]!;
  const faults = checkAnswers(definition, tidyAnswers(definition, answers));
  const counts = (key: string) =>
    faults.filter(({ path, level }) => path?.section === key && level !== 'caution').length;
  const general = faults.filter(({ path }) => path?.section === section.key && path.question === undefined);
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, sm: 3 }}>
        <Stack gap={2}>
          {definition.sections.map(({ key, title }, index) => (
            <NavLink
              key={key}
              active={key === section.key}
              label={`${index + 1}. ${title[language]}`}
              onClick={() => setCurrent(key)}
              rightSection={counts(key) > 0 && <Badge color="orange.8">{counts(key)}</Badge>}
            />
          ))}
        </Stack>
        {children?.(faults)}
      </Grid.Col>
      <Grid.Col span={{ base: 12, sm: 9 }}>
        <Card withBorder padding="md">
          <Stack gap="sm">
            <Title order={2} size="h4">
              {section.title[language]}
            </Title>
            <Text size="sm">{section.lead[language]}</Text>
            {section.cautions?.map((caution) => (
              <Notice key={caution.ja} tone="watch">
                {caution[language]}
              </Notice>
            ))}
            {general.map((fault) => (
              <Notice key={fault.code} tone="warn">
                {faultText(definition, language, fault)}
              </Notice>
            ))}
            <SectionFields {...{ section, answers, faults, definition, onChange }} />
          </Stack>
        </Card>
      </Grid.Col>
    </Grid>
  );
}

type FieldsProps = {
  readonly section: HearingSection;
  readonly definition: HearingDefinition;
  readonly answers: HearingAnswers;
  readonly faults: readonly HearingFault[];
  readonly onChange: ((answers: HearingAnswers) => void) | undefined;
};

function SectionFields({ section, definition, answers, faults, onChange }: FieldsProps) {
  const { key, kind, questions } = section;
  if (kind === 'table')
    return (
      <RowList
        {...{ section, definition, faults }}
        rows={answers.tables[key] ?? []}
        onChange={
          onChange && ((rows: HearingRow[]) => onChange({ ...answers, tables: { ...answers.tables, [key]: rows } }))
        }
      />
    );
  const cells = answers.forms[key] ?? {};
  return (
    <Group align="flex-start" grow preventGrowOverflow={false}>
      <Stack gap="sm" maw={560}>
        {questions.map((question) => (
          <AnswerField
            key={question.key}
            {...{ question, definition }}
            value={cells[question.key] ?? ''}
            fault={faults.find(({ path }) => path?.section === key && path.question === question.key)}
            onChange={
              onChange &&
              ((value) =>
                onChange({ ...answers, forms: { ...answers.forms, [key]: { ...cells, [question.key]: value } } }))
            }
          />
        ))}
      </Stack>
    </Group>
  );
}
