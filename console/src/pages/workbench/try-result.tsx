import { Stack, Text } from '@mantine/core';
import type { RuleHit, RuleTry } from '@sakimori/contract';
import { usePhrase } from '../../language.tsx';
import { type Column, DataTable } from '../../parts/data-table.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Time } from '../../parts/time.tsx';

/** What one look found, and what it could not see. */
export function TryResult({ found }: { found: RuleTry }) {
  const say = usePhrase();
  const { items, hits, looked, hosts, on } = found;
  const isStored = on === 'stored';
  const has = (holds: (hit: RuleHit) => boolean) => items.some(holds);
  const columns: Column<RuleHit & { key: string }>[] = [
    {
      key: 'at',
      head: say('console.workbench.at'),
      width: 150,
      shown: has(({ at }) => at !== undefined),
      cell: ({ at }) => at && <Time at={at} />,
    },
    {
      key: 'line',
      head: say('console.workbench.line'),
      width: 70,
      align: 'right',
      shown: has(({ line }) => line !== undefined),
      cell: ({ line }) => line,
    },
    {
      key: 'host',
      head: say('console.workbench.host'),
      width: 130,
      short: true,
      shown: has(({ hostName }) => hostName !== undefined),
      cell: ({ hostName }) => hostName,
    },
    {
      key: 'text',
      head: say('console.workbench.hit'),
      cell: ({ text, ruleId, ruleName }) => (
        <div>
          <code style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', fontSize: '0.75rem' }}>{text}</code>
          {ruleId && (
            <div className="dim" style={{ fontSize: '0.75rem' }}>
              {ruleId} {ruleName}
            </div>
          )}
        </div>
      ),
    },
  ];
  return (
    <Stack gap="xs">
      <Text size="xs" className="dim">
        {say('console.workbench.versionOf', { version: found.version })} · {say(`triedOn.${on}`)} {found.name} ·{' '}
        <Time at={found.at} /> {found.by}
      </Text>
      <Notice tone={hits > 0 ? 'info' : 'idle'}>{say('console.workbench.result', { looked, hits, hosts })}</Notice>
      {found.limits.map((limit) => (
        <Text key={limit} size="xs" className="dim">
          {say(`workbench.limit.${limit}`)}
        </Text>
      ))}
      {isStored && <PerDay found={found} />}
      {items.length > 0 && (
        <DataTable
          label={say('console.workbench.hit')}
          rows={items.map((hit, index) => ({ ...hit, key: `${index}` }))}
          rowKey={({ key }) => key}
          columns={columns}
        />
      )}
      {items.length < hits && (
        <Text size="xs" className="dim">
          {say(isStored ? 'console.workbench.newestShown' : 'console.workbench.firstShown', { count: items.length })}
        </Text>
      )}
    </Stack>
  );
}

/** Bars of the days that have hits. */
function PerDay({ found: { byDay } }: { found: RuleTry }) {
  const say = usePhrase();
  const most = Math.max(0, ...byDay.map(({ hits }) => hits));
  // Where each day has one, the table says the same.
  if (most < 2) return null;
  return (
    <div>
      <Text size="xs" fw={600}>
        {say('console.workbench.perDay')}
      </Text>
      {byDay.map(({ day, hits }) => (
        <div key={day} style={{ display: 'flex', alignItems: 'center', gap: 8, fontSize: '0.75rem' }}>
          <span className="dim" style={{ width: 80 }}>
            {day}
          </span>
          <span
            aria-hidden
            style={{
              ...{ height: 8, borderRadius: 2, background: 'var(--mantine-color-blue-5)' },
              width: `${Math.max(1, (hits / most) * 55)}%`,
            }}
          />
          {hits}
        </div>
      ))}
    </div>
  );
}
