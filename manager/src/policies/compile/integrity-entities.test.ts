import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EntityRule, entityKinds, standardEntityAttributes } from '@sakimori/contract';
import { compileIntegrityRule } from './integrity.ts';
import { describeEntityRule } from './integrity-describe.ts';
import { IntegrityRuleFault } from './integrity-fault.ts';

const compile = (xml: string, more = {}) =>
  compileIntegrityRule({
    ...{ ID: 10_001, name: 'A rule', severity: 'high', template: 'custom', ...more },
    customXML: Buffer.from(xml).toString('base64'),
  });
const only = (xml: string, more = {}): EntityRule => {
  const { rules, entities } = compile(xml, more);
  assert.deepEqual([rules.length, entities.length], [0, 1]);
  return entities[0]!;
};

describe('entity sets of the rules language', () => {
  test('the public example of each set says what its documentation says', () => {
    const group = only('<GroupSet><include key="Administrators" /></GroupSet>');
    assert.deepEqual([group.entity, group.include], ['group', [{ key: 'Administrators' }]]);
    assert.deepEqual(group.attributes, ['created', 'removed', 'gid', 'members']);
    const port = only('<PortSet><include key="*"/><exclude key="tcp*/*/80"/></PortSet>');
    assert.deepEqual([port.include, port.exclude], [[{ key: '*' }], [{ key: 'tcp*/*/80' }]]);
    const processes = only('<ProcessSet><include key="httpd/*" /></ProcessSet>');
    assert.deepEqual(processes.include, [{ where: { name: 'httpd' } }]);
    const groups = only('<ProcessSet><include group="root"/><include group="daemon"/></ProcessSet>');
    assert.deepEqual(groups.include, [{ where: { groups: 'root' } }, { where: { groups: 'daemon' } }]);
    for (const [name, entity] of [
      ['UserSet', 'user'],
      ['ServiceSet', 'service'],
      ['InstalledSoftwareSet', 'software'],
      ['CronSet', 'cron'],
      ['KernelModuleSet', 'kernel_module'],
      ['SshKeySet', 'ssh_key'],
    ] as const) {
      const rule = only(`<${name}/>`);
      assert.deepEqual([rule.entity, rule.include, rule.exclude], [entity, [{}], []]);
      assert.deepEqual(rule.attributes.toSorted(), standardEntityAttributes(entity).toSorted());
    }
  });

  test('in real time where its onChange and the rule say so', () => {
    assert.equal(only('<UserSet onChange="true"/>').realTime, undefined);
    assert.equal(only('<UserSet/>').realTime, false);
    assert.equal(only('<UserSet onChange="true"/>', { realTimeMonitoringEnabled: false }).realTime, false);
    assert.throws(() => compile('<UserSet onChange="perhaps"/>'), { message: /Line 1, column 9: onChange/ });
  });

  test('attributes by the names of the language, by ours, and by the shorthand', () => {
    const named = (xml: string) => only(`<UserSet><attributes>${xml}</attributes></UserSet>`).attributes;
    assert.deepEqual(named('<lockedOut/><PASSWORDNEVEREXPIRES/>'), [
      'created',
      'removed',
      'lockedOut',
      'passwordExpires',
    ]);
    assert.deepEqual(named('<Standard/>'), ['created', 'removed', ...standardEntityAttributes('user').slice(2)]);
    assert.deepEqual(named('<created/>'), ['created'], 'one of the two events alone');
    assert.deepEqual(named('<created/><shell/>'), ['created', 'shell']);
  });

  test('what says nothing here is named, and never excludes more than was asked for', () => {
    const { entities, unsupported } = compile(`<ProcessSet depth="2">
      <include key="/usr/bin/*" commandLine="*secret*"/>
      <exclude commandLine="*x*"/>
      <exclude user="backup"/>
      <ignore/>
      <attributes><Threads/><User/></attributes>
    </ProcessSet>`);
    assert.deepEqual(unsupported.map(({ what }) => what).sort(), [
      'Threads',
      'commandLine',
      'commandLine',
      'depth',
      'ignore',
    ]);
    assert.match(unsupported.find(({ what }) => what === 'commandLine')!.reason, /may hold secrets/);
    assert.deepEqual(entities[0]!.include, [{ key: '/usr/bin/*' }]);
    assert.deepEqual(entities[0]!.exclude, [{ where: { users: 'backup' } }]);
    assert.deepEqual(entities[0]!.attributes, ['created', 'removed', 'users']);
  });

  test('a condition may be an element of its own', () => {
    const rule = only('<PortSet><include><path value="/usr/sbin/sshd"/><user value="root"/></include></PortSet>');
    assert.deepEqual(rule.include, [{ where: { program: '/usr/sbin/sshd', user: 'root' } }]);
  });

  test('a set that there is not is refused by line and column', () => {
    assert.throws(
      () => compile('<FileSet base="/etc"/>\n <DriverSet/>'),
      (error: IntegrityRuleFault) => {
        assert.ok(error instanceof IntegrityRuleFault);
        assert.deepEqual([error.line, error.column], [2, 12]);
        return true;
      },
    );
    assert.throws(() => compile('<constructor/>'), IntegrityRuleFault);
  });

  test('a rule of a document can be written in the language and is the same again', () => {
    for (const entity of entityKinds) {
      const [first] = standardEntityAttributes(entity).slice(2);
      const rule: EntityRule = {
        ...{ id: `own.${entity}`, name: { en: 'Own', ja: '独自' }, severity: 'informational', entity },
        include: [{ key: '/a "quoted" <&> key/*' }, { where: { [first!]: 'x*' } }],
        exclude: [{ key: '/b' }],
        attributes: ['created', 'removed', first!],
      };
      assert.deepEqual(compileIntegrityRule(describeEntityRule(rule)).entities, [rule]);
    }
  });
});
