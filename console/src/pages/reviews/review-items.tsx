import { Button, Checkbox, Group, Select, Table, Text, Textarea, Tooltip } from '@mantine/core';
import {
  evidenceIn,
  matterOfAlert,
  type ReviewDetail,
  type ReviewItem,
  type ReviewVerdict,
  reviewVerdicts,
} from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useLanguage, usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { TextLink } from '../../parts/links.tsx';
import { SeverityBadge } from '../../parts/severity-badge.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useSession } from '../../session.tsx';
import { useTitles } from '../alerts/alert-title.ts';
import { Escalations } from './escalations.tsx';
import { judge } from './queries.ts';

const tones = { no_action: 'good', false_positive: 'idle', planned_work: 'info', action_needed: 'bad' } as const;
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
const isBox = (target: EventTarget | null): boolean => target instanceof HTMLInputElement && target.type === 'checkbox';

/** Items under a cursor that keys move; a verdict goes to what is selected, or to the one under the cursor. */
export function ReviewItems({ sheet }: { sheet: ReviewDetail }) {
  const say = usePhrase();
  const { may } = useSession();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState(0);
  const [note, setNote] = useState('');
  const table = useRef<HTMLTableElement>(null);
  const ids = sheet.items.map(({ alert }) => alert.id);
  const at = Math.min(cursor, ids.length - 1);
  const chosen = ids.filter((id) => selected.has(id));
  const meant = chosen.length > 0 ? chosen : ids.slice(at, at + 1);
  const saying = useMutation({
    mutationFn: (verdict: ReviewVerdict | undefined) => judge(sheet.id, meant, verdict, note),
    onSuccess: () => {
      setSelected(new Set());
      setNote('');
    },
  });
  const toggle = (id: string) =>
    setSelected((now) => new Set(now.has(id) ? [...now].filter((one) => one !== id) : [...now, id]));
  const mayJudge = may('review.write');
  const moveTo = (place: number) => {
    const next = Math.max(0, Math.min(ids.length - 1, place));
    setCursor(next);
    table.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || (isTyping(event.target) && !isBox(event.target))) return;
    if (document.querySelector('[role=dialog]')) return;
    const key = event.key.toLowerCase();
    const verdict = reviewVerdicts[Number(key) - 1];
    if (key === 'j' || key === 'k') moveTo(at + (key === 'j' ? 1 : -1));
    else if (key === 'x') toggle(ids[at]!);
    else if (mayJudge && !saying.isPending && (verdict || key === 'u')) saying.mutate(verdict);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return (
    <Card flush>
      {mayJudge && (
        <div className="card-body">
          <Group gap="sm" align="flex-end">
            <Textarea
              label={say('console.review.note')}
              autosize
              maxRows={4}
              maxLength={4000}
              style={{ flex: 1, minWidth: 220 }}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Select
              label={say('console.review.template')}
              data={(['no_action', 'false_positive', 'planned_work'] as const).map((one) => ({
                value: say(`template.review.${one}`),
                label: say(`verdict.${one}`),
              }))}
              value={null}
              onChange={(text) => setNote(text ?? '')}
              w={150}
            />
            {reviewVerdicts.map((verdict, index) => (
              <Button
                key={verdict}
                variant={verdict === 'action_needed' ? 'filled' : 'default'}
                {...(verdict === 'action_needed' ? { color: 'red' } : {})}
                loading={saying.isPending && saying.variables === verdict}
                onClick={() => saying.mutate(verdict)}
              >
                {say.bracket(say(`verdict.${verdict}`), String(index + 1))}
              </Button>
            ))}
          </Group>
          <Text size="xs" className="dim" mt={6}>
            {chosen.length > 0 && `${say('console.review.selected', { count: chosen.length })} `}
            {say('console.review.keys')}
          </Text>
          <ErrorNotice error={saying.error} />
        </div>
      )}
      <Table className="rows" aria-label={say('console.review.title')} ref={table}>
        <Table.Tbody>
          {sheet.items.map((item, index) => (
            <Table.Tr
              key={item.alert.id}
              onClick={() => setCursor(index)}
              {...(index === at
                ? { 'data-cursor': true, style: { boxShadow: 'inset 3px 0 var(--accent, #2f6fdd)' } }
                : {})}
            >
              <Table.Td w={40}>
                <Checkbox
                  aria-label={`#${item.alert.number}`}
                  checked={selected.has(item.alert.id)}
                  onChange={() => toggle(item.alert.id)}
                />
              </Table.Td>
              <Table.Td w={96}>
                <SeverityBadge severity={item.alert.severity} />
              </Table.Td>
              <Table.Td>
                <Item item={item} reviewId={sheet.id} mayJudge={mayJudge} />
              </Table.Td>
              <Table.Td w={150}>
                <Time at={item.alert.openedAt} stacked />
              </Table.Td>
              <Table.Td w={150}>
                <Verdict item={item} onUndo={() => judge(sheet.id, [item.alert.id], undefined)} mayUndo={mayJudge} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  );
}

function Item({ item, reviewId, mayJudge }: { item: ReviewItem; reviewId: string; mayJudge: boolean }) {
  const say = usePhrase();
  const { language } = useLanguage();
  const titlesOf = useTitles();
  const { alert, exclusion } = item;
  const { title, detail } = titlesOf(matterOfAlert(alert));
  return (
    <div style={{ overflowWrap: 'anywhere' }}>
      <TextLink to="/alerts/$alertId" params={{ alertId: alert.id }}>
        {title}
      </TextLink>
      <div className="dim" style={{ fontSize: '0.75rem' }}>
        #{alert.number} · {alert.hostName} · {say(`module.${alert.module}`)}
        {detail && ` · ${detail}`} · {say('console.count', { count: alert.detectionCount })}
      </div>
      {exclusion && (
        <Group gap={6} mt={4}>
          <StateBadge tone="idle">{say(`exclusion.${exclusion.id}`)}</StateBadge>
          {item.isSample && (
            <Tooltip label={say('console.review.sampleWhy')} multiline w={320}>
              <span>
                <StateBadge tone="info">{say('console.review.sample')}</StateBadge>
              </span>
            </Tooltip>
          )}
          <Text size="xs">{evidenceIn(language, exclusion)}</Text>
        </Group>
      )}
      {item.verdict?.value === 'action_needed' && <Escalations item={item} reviewId={reviewId} mayTell={mayJudge} />}
    </div>
  );
}

function Verdict({ item, mayUndo, onUndo }: { item: ReviewItem; mayUndo: boolean; onUndo: () => Promise<void> }) {
  const say = usePhrase();
  const undoing = useMutation({ mutationFn: onUndo });
  const { verdict } = item;
  if (!verdict) return null;
  return (
    <div>
      <StateBadge tone={tones[verdict.value]}>{say(`verdict.${verdict.value}`)}</StateBadge>
      <Text size="xs" className="dim">
        {verdict.by}
      </Text>
      {verdict.note && <Text size="xs">{verdict.note}</Text>}
      {mayUndo && (
        <Button size="compact-xs" variant="subtle" loading={undoing.isPending} onClick={() => undoing.mutate()}>
          {say('console.review.undo')}
        </Button>
      )}
      <ErrorNotice error={undoing.error} />
    </div>
  );
}
