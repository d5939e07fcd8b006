import { Button, Group, NumberInput, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { modules, Refusal, routes } from '@sakimori/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { call } from '../../api.ts';
import { usePhrase } from '../../language.tsx';
import { Card } from '../../parts/card.tsx';
import { ErrorNotice } from '../../parts/error-notice.tsx';
import { Notice } from '../../parts/notice.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { queryClient } from '../../session.tsx';
import { type Draft, type Problem, readDraft, toDraft } from './draft.ts';
import { JsonField } from './json-field.tsx';
import type { CurrentPolicy } from './policy-page.tsx';
import { XmlFilesEditor } from './xml-files-editor.tsx';

export type PolicyEditorProps = {
  readonly policy: CurrentPolicy;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
  /** Takes the newest version in place of the draft. */
  readonly onReload: () => Promise<void>;
};

/** Writes a new version of a policy. Nothing reaches a host before it is saved with a reason. */
export function PolicyEditor({ policy, onSaved, onCancel, onReload }: PolicyEditorProps) {
  const say = usePhrase();
  const [draft, setDraft] = useState<Draft>(() => toDraft(policy.document));
  const [reason, setReason] = useState('');
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const set = (next: Partial<Draft>) => setDraft((now) => ({ ...now, ...next }));
  const save = useMutation({
    mutationFn: (basedOnVersion: number) => {
      const read = readDraft(draft);
      if ('problems' in read) throw new Error('the draft was checked before');
      const body = { basedOnVersion, document: read.document, reason: reason.trim() };
      return call(routes.updatePolicy, { params: { policyId: policy.policyId }, body });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['policy'] });
      onSaved();
    },
  });
  const submit = (basedOnVersion: number) => {
    const read = readDraft(draft);
    setProblems('problems' in read ? read.problems : []);
    if ('document' in read) save.mutate(basedOnVersion);
  };
  const conflict = save.error instanceof Refusal && save.error.code === 'version_conflict' ? save.error : undefined;
  const others = problems.filter((problem) => problem.field === 'other');
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit(policy.version);
      }}
    >
      <Stack>
        <ModuleSwitches draft={draft} set={set} />
        <IntrusionFields draft={draft} set={set} problems={problems} />
        <IntegrityFields draft={draft} set={set} problems={problems} />
        <LogInspectionFields draft={draft} set={set} problems={problems} />
        <Card title={say('console.policies.save', { version: policy.version + 1 })}>
          <Stack gap="sm">
            <ReasonField
              value={reason}
              onChange={setReason}
              hint={say('console.policies.reasonHint')}
              lengthMax={4000}
            />
            {problems.length > 0 && (
              <Notice tone="bad">
                {say('console.policies.problems', { count: problems.length })}
                {others.map((problem) => (
                  <div key={problem.path + problem.message}>
                    <code>{problem.path}</code>: {problem.message}
                  </div>
                ))}
              </Notice>
            )}
            {conflict ? (
              <Conflict
                current={Number(conflict.facts['current'] ?? policy.version)}
                onReload={onReload}
                onOverwrite={submit}
              />
            ) : (
              <ErrorNotice error={save.error} />
            )}
            <Group gap="xs">
              <Button type="submit" loading={save.isPending} disabled={!reason.trim()}>
                {say('console.save')}
              </Button>
              <Button variant="default" onClick={onCancel}>
                {say('console.cancel')}
              </Button>
            </Group>
          </Stack>
        </Card>
      </Stack>
    </form>
  );
}

type ConflictProps = { current: number; onReload: () => Promise<void>; onOverwrite: (basedOn: number) => void };

/** Somebody else wrote a version meanwhile: the choice is the reader's, and nothing is lost before it is made. */
function Conflict({ current, onReload, onOverwrite }: ConflictProps) {
  const say = usePhrase();
  return (
    <Notice
      tone="warn"
      actions={
        <>
          <Button size="compact-sm" variant="default" onClick={() => void onReload()}>
            {say('console.policies.takeTheirs')}
          </Button>
          <Button size="compact-sm" onClick={() => onOverwrite(current)}>
            {say('console.policies.keepMine', { version: current + 1 })}
          </Button>
        </>
      }
    >
      {say('console.policies.conflict', { version: current })}
    </Notice>
  );
}

type FieldsProps = { draft: Draft; set: (next: Partial<Draft>) => void; problems?: readonly Problem[] };

function ModuleSwitches({ draft, set }: FieldsProps) {
  const say = usePhrase();
  return (
    <Card title={say('console.hosts.modules')}>
      <Stack gap="xs">
        {modules.map((module) => (
          <Switch
            key={module}
            label={say(`module.${module}`)}
            checked={draft.states[module] === 'on'}
            onChange={(event) =>
              set({ states: { ...draft.states, [module]: event.currentTarget.checked ? 'on' : 'off' } })
            }
          />
        ))}
        <NumberInput
          label={say('console.policies.heartbeatSeconds')}
          value={draft.heartbeatSeconds}
          onChange={(value) => set({ heartbeatSeconds: Number(value) })}
          min={1}
          max={3600}
          allowDecimal={false}
          maw={240}
        />
      </Stack>
    </Card>
  );
}

/** Rules of others; those of the policy itself are assigned on its page. */
function IntrusionFields({ draft, set, problems = [] }: FieldsProps) {
  const say = usePhrase();
  const { community } = draft;
  const put = (next: Partial<Draft['community']>) => set({ community: { ...community, ...next } });
  const wrong = problems.find((problem) => problem.field === 'communityUrl');
  if (draft.states.intrusion !== 'on') return null;
  return (
    <Card title={say('module.intrusion')}>
      <Stack gap="sm">
        <Switch
          label={say('console.policies.community')}
          description={say('console.policies.communityHint')}
          checked={community.isOn}
          onChange={(event) => put({ isOn: event.currentTarget.checked })}
        />
        {community.isOn && (
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <TextInput
              label={say('console.policies.communityUrl')}
              placeholder={say('console.policies.communityUrlDefault')}
              value={community.url}
              error={wrong?.message}
              onChange={(event) => put({ url: event.currentTarget.value })}
            />
            <NumberInput
              label={say('console.policies.communityEveryHours')}
              value={community.everyHours}
              onChange={(value) => put({ everyHours: Number(value) })}
              min={1}
              max={720}
              allowDecimal={false}
            />
          </SimpleGrid>
        )}
      </Stack>
    </Card>
  );
}

function IntegrityFields({ draft, set, problems = [] }: FieldsProps) {
  const say = usePhrase();
  return (
    <Card title={say('module.integrity')}>
      <Stack gap="sm">
        <Switch
          label={say('console.policies.realTime')}
          checked={draft.realTime}
          onChange={(event) => set({ realTime: event.currentTarget.checked })}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <NumberInput
            label={say('console.policies.scanEverySeconds')}
            value={draft.scanEverySeconds}
            onChange={(value) => set({ scanEverySeconds: Number(value) })}
            min={10}
            thousandSeparator=","
            allowDecimal={false}
          />
          <NumberInput
            label={say('console.policies.hashBytesMax')}
            value={draft.hashBytesMax}
            onChange={(value) => set({ hashBytesMax: Number(value) })}
            min={0}
            thousandSeparator=","
            allowDecimal={false}
          />
        </SimpleGrid>
        <JsonField
          label={say('console.policies.rulesJson')}
          value={draft.rulesText}
          onChange={(rulesText) => set({ rulesText })}
          problems={problems.filter((problem) => problem.field === 'rulesText')}
        />
      </Stack>
    </Card>
  );
}

function LogInspectionFields({ draft, set, problems = [] }: FieldsProps) {
  const say = usePhrase();
  return (
    <Card title={say('module.loginspection')}>
      <Stack gap="sm">
        <NumberInput
          label={say('console.policies.recordLevel')}
          value={draft.recordLevel}
          onChange={(value) => set({ recordLevel: Number(value) })}
          min={0}
          max={16}
          allowDecimal={false}
          maw={240}
        />
        <JsonField
          label={say('console.policies.sourcesJson')}
          value={draft.sourcesText}
          onChange={(sourcesText) => set({ sourcesText })}
          problems={problems.filter((problem) => problem.field === 'sourcesText')}
        />
        <XmlFilesEditor
          title={say('console.policies.decoderFiles')}
          files={draft.decoderFiles}
          onChange={(decoderFiles) => set({ decoderFiles })}
        />
        <XmlFilesEditor
          title={say('console.policies.ruleFiles')}
          files={draft.ruleFiles}
          onChange={(ruleFiles) => set({ ruleFiles })}
        />
      </Stack>
    </Card>
  );
}
