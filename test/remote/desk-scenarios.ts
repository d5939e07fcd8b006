import assert from 'node:assert/strict';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import type { AskedBy, Backend } from '@sakimori/manager/backends/index';

/**
 * What the desk does for a customer, by the backend's operations and nothing else: the same whoever rules the hosts. Each scenario proves what it did by
 * reading it again.
 */
export type DeskScenario = {
  readonly row: string;
  readonly title: string;
  run(backend: Backend, given: { readonly hosts: readonly [string, string] }): Promise<void>;
};

const by = (reason: string): AskedBy => ({ actor: { kind: 'person', id: 'operator', name: 'Operator' }, reason });

async function policyNamed(backend: Backend, name: string): Promise<ApiObject> {
  const { policies } = await backend.perform('listPolicies', by('look'));
  const found = (policies as ApiObject[]).find((policy) => policy['name'] === name);
  assert.ok(found, `there is no policy ${name}`);
  return found;
}
async function computerNamed(backend: Backend, name: string): Promise<ApiObject> {
  const { computers } = await backend.perform('listComputers', by('look'));
  const found = (computers as ApiObject[]).find((computer) => computer['hostName'] === name);
  assert.ok(found, `there is no computer ${name}`);
  return found;
}
const stateOf = (object: ApiObject, module: string): unknown => (object[module] as ApiObject)['state'];

export const deskScenarios: readonly DeskScenario[] = [
  {
    row: 'S54',
    title: 'a policy is changed, read again, and brought back to what it was',
    async run(backend) {
      const { ID: policyID } = await backend.perform('createPolicy', by('S54'), {
        body: { name: 'S54', integrityMonitoring: { state: 'on' } },
      });
      const params = { policyID: policyID as number };
      const change = (state: string) =>
        backend.perform('modifyPolicy', by('asked by the customer'), {
          params,
          body: { integrityMonitoring: { state } },
        });
      const before = await backend.perform('describePolicy', by('look'), { params });
      await change('off');
      assert.equal(
        stateOf(await backend.perform('describePolicy', by('look'), { params }), 'integrityMonitoring'),
        'off',
      );
      await change(stateOf(before, 'integrityMonitoring') as string);
      const { integrityMonitoring } = await backend.perform('describePolicy', by('look'), { params });
      assert.deepEqual(integrityMonitoring, before['integrityMonitoring']);
    },
  },
  {
    row: 'S56',
    title: 'one computer is switched to detect, another one of the same policy stays, and the override is taken back',
    async run(backend, { hosts: [first, second] }) {
      const { ID: policyID } = await backend.perform('createPolicy', by('S56'), {
        body: { name: 'S56', intrusionPrevention: { state: 'prevent' } },
      });
      const numbers = [];
      for (const name of [first, second]) {
        const computerID = (await computerNamed(backend, name))['ID'] as number;
        await backend.perform('modifyComputer', by('S56'), { params: { computerID }, body: { policyID } });
        numbers.push(computerID);
      }
      const [one, other] = numbers as [number, number];
      const states = async () => [
        stateOf(await computerNamed(backend, first), 'intrusionPrevention'),
        stateOf(await computerNamed(backend, second), 'intrusionPrevention'),
      ];
      assert.deepEqual(await states(), ['prevent', 'prevent']);
      const override = (intrusionPrevention: ApiObject) =>
        backend.perform('modifyComputer', by('an application suffers'), {
          params: { computerID: one },
          body: { intrusionPrevention },
        });
      await override({ state: 'detect' });
      assert.deepEqual(await states(), ['detect', 'prevent']);
      await override({ state: 'inherited' });
      assert.deepEqual(await states(), ['prevent', 'prevent']);
      assert.notEqual(one, other);
    },
  },
  {
    row: 'S57',
    title: 'a folder is excluded from scans of one policy, and scanned again afterwards',
    async run(backend) {
      const { ID: directoryListID } = await backend.perform('createDirectoryList', by('S57'), {
        body: { name: 'S57', items: ['/srv/backup/'] },
      });
      const { ID: antiMalwareID } = await backend.perform('createAntiMalware', by('S57'), {
        body: { name: 'S57', scanType: 'real-time' },
      });
      const params = { antiMalwareID: antiMalwareID as number };
      const exclude = (id: unknown) =>
        backend.perform('modifyAntiMalware', by('a backup suffers'), { params, body: { excludedDirectoryListID: id } });
      await exclude(directoryListID);
      const excluded = await backend.perform('describeAntiMalware', by('look'), { params });
      assert.equal(excluded['excludedDirectoryListID'], directoryListID);
      await exclude(0);
      const after = await backend.perform('describeAntiMalware', by('look'), { params });
      assert.ok(!after['excludedDirectoryListID']);
    },
  },
  {
    row: 'S58',
    title: 'a task of each first Sunday at 03:00 JST says when it runs next',
    async run(backend) {
      const task = await backend.perform('createScheduledTask', by('S58'), {
        body: {
          name: 'S58',
          type: 'scan-for-malware',
          enabled: true,
          scheduleDetails: {
            timeZone: 'Asia/Tokyo',
            recurrenceType: 'monthly',
            monthlyScheduleParameters: {
              startTime: Date.parse('2026-11-01T03:00:00+09:00'),
              frequencyType: 'custom',
              weekOfMonth: 'first',
              dayOfWeek: 'sunday',
              months: [
                ...['january', 'feburary', 'march', 'april', 'may', 'june', 'july', 'august', 'september'],
                ...['october', 'november', 'december'],
              ],
            },
          },
          scanForMalwareTaskParameters: { computerFilter: { type: 'all-computers' } },
        },
      });
      const { nextRunTime } = await backend.perform('describeScheduledTask', by('look'), {
        params: { scheduledTaskID: task['ID'] as number },
      });
      const next = new Date((nextRunTime as number) + 9 * 3_600_000);
      assert.deepEqual([next.getUTCDay(), next.getUTCHours(), next.getUTCMinutes()], [0, 3, 0]);
      assert.ok(next.getUTCDate() <= 7, next.toISOString());
    },
  },
  {
    row: 'S86',
    title: 'what is in force on each computer is read with its policy: modules, and inline or tap',
    async run(backend, { hosts: [first] }) {
      const computer = await computerNamed(backend, first);
      const params = { computerID: computer['ID'] as number };
      const again = await backend.perform('describeComputer', by('look'), { params });
      for (const module of ['antiMalware', 'firewall', 'intrusionPrevention', 'integrityMonitoring', 'logInspection'])
        assert.equal(stateOf(again, module), stateOf(computer, module), module);
      const setting = await backend.perform('describeComputerSetting', by('look'), {
        params: { ...params, name: 'firewallSettingNetworkEngineMode' },
      });
      const settings = computer['computerSettings'] as Record<string, { value: string }>;
      assert.equal(setting['value'], settings['firewallSettingNetworkEngineMode']!.value);
      assert.ok((await policyNamed(backend, 'Linux Server'))['policySettings']);
    },
  },
];
