import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { draftSeverities, type RuleCheck, type RuleDraftDetail, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { showDraft } from './queries.ts';

const lineHeight = 20;
const rows = 16;

/** The text of a rule with its lines numbered, and what is wrong in it at its line. */
export function Editor({ draft, onChanged }: { draft: RuleDraftDetail; onChanged: (isChanged: boolean) => void }) {
  const say = usePhrase();
  const newest = draft.versions[0]!;
  const [text, setText] = useState(newest.text);
  const [name, setName] = useState(newest.name);
  const [severity, setSeverity] = useState(newest.severity);
  const [logs, setLogs] = useState(newest.logs.join('\n'));
  const [note, setNote] = useState('');
  const logList = logs
    .split('\n')
    .map((log) => log.trim())
    .filter(Boolean);
  const isChanged =
    text !== newest.text || name !== newest.name || severity !== newest.severity || logs !== newest.logs.join('\n');
  useEffect(() => onChanged(isChanged), [isChanged, onChanged]);
  const content = { name, text, severity, logs: logList };
  const look = useMutation({
    mutationFn: () =>
      call(routes.checkRuleDraft, {
        params: { accountId: draft.accountId },
        body: { module: draft.module, ...content },
      }),
  });
  const save = useMutation({
    mutationFn: () =>
      call(routes.changeRuleDraft, {
        params: { draftId: draft.id },
        body: { ...content, basedOn: draft.version, note: note.trim() },
      }),
    onSuccess: showDraft,
  });
  const check = look.data ?? draft.check;
  const isOver = draft.state === 'withdrawn';
  return (
    <Card title={say('console.workbench.write')}>
      <Stack gap="sm">
        <Group gap="sm" grow>
          <TextInput
            label={say('console.workbench.name')}
            value={name}
            maxLength={200}
            disabled={isOver}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {draft.module !== 'logInspection' && (
            <Select
              label={say('console.workbench.severity')}
              data={draftSeverities.map((value) => ({ value, label: say(`severity.${value}`) }))}
              allowDeselect={false}
              value={severity}
              disabled={isOver}
              onChange={(value) => value && setSeverity(value as typeof severity)}
            />
          )}
        </Group>
        <LinedText
          label={say('console.workbench.write')}
          value={text}
          onChange={setText}
          disabled={isOver}
          faulty={new Set(check.faults.flatMap(({ line }) => line ?? []))}
        />
        <CheckResult check={check} isOfText={!isChanged || look.data !== undefined} />
        {draft.module === 'logInspection' && (
          <Textarea
            label={say('console.workbench.logs')}
            description={say('console.workbench.logsHint')}
            value={logs}
            autosize
            minRows={1}
            disabled={isOver}
            onChange={(event) => setLogs(event.currentTarget.value)}
          />
        )}
        <ErrorNotice error={look.error ?? save.error} />
        {!isOver && (
          <Group gap="sm" align="flex-end">
            <TextInput
              label={say('console.workbench.note')}
              placeholder={say('console.workbench.noteHint')}
              value={note}
              maxLength={1000}
              style={{ flex: 1, minWidth: 180 }}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
              {say('console.workbench.check')}
            </Button>
            <Button
              loading={save.isPending}
              disabled={!isChanged || note.trim() === '' || name.trim() === '' || text.trim() === ''}
              onClick={() => save.mutate()}
            >
              {say('console.workbench.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </Card>
  );
}

function CheckResult({ check, isOfText }: { check: RuleCheck; isOfText: boolean }) {
  const say = usePhrase();
  if (!isOfText) return null;
  return (
    <Stack gap={6}>
      <Notice tone={check.isSound ? 'good' : 'bad'}>
        {check.isSound
          ? say('console.workbench.sound')
          : say('console.workbench.faults', { count: check.faults.length })}
      </Notice>
      {check.faults.map(({ line, text }) => (
        <Text key={`${line}${text}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {line !== undefined && <strong>{say('console.workbench.atLine', { line })}: </strong>}
          {text}
        </Text>
      ))}
      {check.remarks.map(({ code, detail }) => (
        <Text key={`${code}${detail}`} size="xs" className="dim" style={{ overflowWrap: 'anywhere' }}>
          {say(`workbench.remark.${code}`)} {detail}
        </Text>
      ))}
    </Stack>
  );
}

type LinedTextProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly faulty: ReadonlySet<number>;
  readonly disabled: boolean;
};

/** Numbers beside a text area move with it. Lines are not wrapped, so that each number stays at its line. */
function LinedText({ label, value, onChange, faulty, disabled }: LinedTextProps) {
  const numbers = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  return (
    <div
      style={{
        ...{ display: 'flex', border: '1px solid var(--line)', borderRadius: 6, overflow: 'hidden' },
        ...{
          height: rows * lineHeight + 18,
          fontFamily: 'var(--mantine-font-family-monospace)',
          fontSize: '0.8125rem',
        },
      }}
    >
      <div
        ref={numbers}
        aria-hidden
        style={{
          ...{ overflow: 'hidden', padding: '8px 8px', textAlign: 'right', lineHeight: `${lineHeight}px` },
          ...{ minWidth: 44, userSelect: 'none', borderRight: '1px solid var(--line)' },
        }}
      >
        {Array.from({ length: lines }, (_, index) => index + 1).map((line) => (
          <div
            key={line}
            className={faulty.has(line) ? undefined : 'dim'}
            style={faulty.has(line) ? { color: 'var(--mantine-color-red-7)', fontWeight: 700 } : {}}
          >
            {faulty.has(line) ? `● ${line}` : line}
          </div>
        ))}
        <div style={{ height: 40 }} />
      </div>
      <textarea
        aria-label={label}
        value={value}
        disabled={disabled}
        spellCheck={false}
        wrap="off"
        maxLength={200_000}
        onChange={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
        style={{
          ...{ flex: 1, minWidth: 0, border: 0, padding: '8px 10px', resize: 'none', lineHeight: `${lineHeight}px` },
          ...{
            fontFamily: 'inherit',
            fontSize: 'inherit',
            background: 'transparent',
            color: 'inherit',
            whiteSpace: 'pre',
            overflow: 'auto',
          },
        }}
      />
    </div>
  );
}
