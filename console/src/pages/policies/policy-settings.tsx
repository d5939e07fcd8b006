import { Checkbox, Group, Select, Text, TextInput } from '@mantine/core';
import { groupOfSetting, moduleOfApi, type PolicySetting, type SettingGroup, settingGroups } from '@sakimori/contract';
import { settingSupport } from '@sakimori/contract/workload-security/setting-support';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { policySettingsQuery } from '../../configuration-queries.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import type { Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { IconSearch } from '../../parts/icons.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { useSession } from '../../session.tsx';
import { ChangeSettingButton } from './change-setting.tsx';

/** The settings of a policy. What this service does not carry out is not offered; whoever wants to see it is told why. */
export function PolicySettings({ policyId }: { policyId: string }) {
  const say = usePhrase();
  const query = useQuery(policySettingsQuery(policyId));
  return (
    <Card title={say('console.settings.settingsTitle')} flush>
      <Loaded query={query}>{({ items }) => <SettingTable policyId={policyId} items={items} />}</Loaded>
    </Card>
  );
}

const isOffered = ({ name }: PolicySetting): boolean => settingSupport[name]?.by !== 'none';

function SettingTable({ policyId, items }: { policyId: string; items: readonly PolicySetting[] }) {
  const say = usePhrase();
  const [text, setText] = useState('');
  const [group, setGroup] = useState<SettingGroup>();
  const [showsAll, setShowsAll] = useState(false);
  const columns = useColumns(policyId);
  const word = text.trim().toLowerCase();
  const rows = items.filter(
    (item) =>
      (showsAll || isOffered(item)) &&
      (!group || groupOfSetting(item.name) === group) &&
      `${item.name} ${item.value}`.toLowerCase().includes(word),
  );
  return (
    <>
      <Group gap="xs" component="search" aria-label={say('console.filters')} className="card-body">
        <TextInput
          w={{ base: '100%', xs: 260 }}
          aria-label={say('console.settings.search')}
          placeholder={say('console.settings.search')}
          leftSection={<IconSearch size={15} aria-hidden />}
          type="search"
          maxLength={300}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          w={{ base: '100%', xs: 190 }}
          aria-label={say('console.settings.group')}
          placeholder={say('console.settings.anyGroup')}
          data={settingGroups.map((each) => ({
            value: each,
            label: each === 'platform' ? say('console.settings.platform') : say(`module.${moduleOfApi[each]}`),
          }))}
          value={group ?? null}
          clearable
          onChange={(next) => setGroup(settingGroups.find((each) => each === next))}
        />
        <Checkbox
          label={say('console.settings.showAll')}
          checked={showsAll}
          onChange={(event) => setShowsAll(event.currentTarget.checked)}
        />
      </Group>
      {rows.length > 0 ? (
        <PagedTable
          label={say('console.settings.settingsTitle')}
          columns={columns}
          rows={rows}
          rowKey={({ name }) => name}
          pageSize={10}
        />
      ) : (
        <EmptyState icon={IconSearch} title={say('console.settings.none')}>
          {say('console.settings.noneText')}
        </EmptyState>
      )}
    </>
  );
}

function useColumns(policyId: string): Column<PolicySetting>[] {
  const say = usePhrase();
  const { may } = useSession();
  return [
    { key: 'name', head: say('console.settings.name'), cell: (setting) => <Name setting={setting} /> },
    {
      key: 'value',
      head: say('console.settings.value'),
      width: '22%',
      cell: (setting) => (
        <Text size="sm" {...(isOffered(setting) ? {} : { className: 'dim' })} style={{ overflowWrap: 'anywhere' }}>
          {setting.value || say('console.settings.valueEmpty')}
        </Text>
      ),
    },
    {
      key: 'setBy',
      head: say('console.settings.setBy'),
      width: '18%',
      cell: ({ setBy }) => (
        <Text size="sm" className={setBy ? '' : 'dim'}>
          {setBy?.name ?? say('console.settings.builtIn')}
        </Text>
      ),
    },
    {
      key: 'acts',
      head: say('console.actions'),
      silent: true,
      align: 'right',
      width: 90,
      shown: may('policy.write'),
      cell: (setting) => isOffered(setting) && <ChangeSettingButton policyId={policyId} setting={setting} />,
    },
  ];
}

/** The API's own name, and where it takes effect or why it does not. */
function Name({ setting }: { setting: PolicySetting }) {
  const say = usePhrase();
  const support = settingSupport[setting.name];
  const why = support?.by === 'none' && say.or('setting.why', support.why);
  return (
    <div {...(why ? { className: 'dim' } : {})}>
      <code style={{ overflowWrap: 'anywhere' }}>{setting.name}</code>
      <Text size="xs" className="dim">
        {support && (why ? say.pair(say('setting.by.none'), why) : say(`setting.by.${support.by}`))}
      </Text>
    </div>
  );
}
