import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { integrityAttributes } from '@sakimori/contract';
import type { ApiObject } from '@sakimori/contract/workload-security/index';
import { patience } from '../../../../test/patience.ts';
import { compileIntegrityRule } from './integrity.ts';
import { describeIntegrityRule } from './integrity-describe.ts';

const rule = (more: ApiObject): ApiObject => ({ ID: 10_001, name: 'A rule', severity: 'high', ...more });
const file = (more: ApiObject) => compileIntegrityRule(rule({ template: 'file', ...more }));
const custom = (xml: string, more: ApiObject = {}) =>
  compileIntegrityRule(rule({ template: 'custom', customXML: Buffer.from(xml).toString('base64'), ...more }));
const pathsOf = ({ rules }: ReturnType<typeof file>) =>
  rules.map(({ include, exclude, exact }) => ({ include, exclude, ...(exact ? { exact } : {}) }));
const whatOf = ({ unsupported }: ReturnType<typeof file>) => unsupported.map(({ what }) => what);

/** As the language writes a variable of the environment. */
const variable = `\${env.HOME}`;

describe('the head of a rule', () => {
  test('an id of its own, of its number, or of nobody but its ID', () => {
    const idOf = (more: ApiObject) => file({ fileBaseDirectory: '/etc', ...more }).rules[0]?.id;
    assert.equal(idOf({ _key: 'linux.accounts', identifier: '9005001' }), 'linux.accounts');
    assert.equal(idOf({ identifier: '9005001' }), '9005001');
    assert.equal(idOf({}), 'integrity.10001');
  });

  test('names in both languages; a name that is too long is cut', () => {
    const nameOf = (more: ApiObject) => file({ fileBaseDirectory: '/etc', ...more }).rules[0]?.name;
    assert.deepEqual(nameOf({ name: 'Hosts', _nameJa: 'ホスト' }), { en: 'Hosts', ja: 'ホスト' });
    assert.deepEqual(nameOf({ name: 'Hosts' }), { en: 'Hosts', ja: 'Hosts' });
    assert.equal(nameOf({ name: '😀'.repeat(500) })?.en.length, 200);
  });

  test('severity; one that is not known is refused', () => {
    const severityOf = (more: ApiObject) => file({ fileBaseDirectory: '/etc', ...more }).rules[0]?.severity;
    assert.equal(severityOf({ severity: 'critical' }), 'critical');
    assert.equal(severityOf({ severity: undefined }), 'medium');
    assert.equal(severityOf({ severity: 'low', _severity: 'informational' }), 'informational');
    assert.equal(severityOf({ severity: 'high', _severity: 'informational' }), 'high');
    assert.throws(() => severityOf({ severity: 'grave' }), { name: 'IntegrityRuleFault', message: /severity must be/ });
  });

  test('a rule that may not be watched in real time is left to scans', () => {
    assert.equal(file({ fileBaseDirectory: '/etc' }).rules[0]?.realTime, undefined);
    assert.equal(file({ fileBaseDirectory: '/etc', realTimeMonitoringEnabled: false }).rules[0]?.realTime, false);
  });
});

describe('the file template', () => {
  test('direct children, or all that is below', () => {
    assert.deepEqual(pathsOf(file({ fileBaseDirectory: '/srv/' })), [
      { include: ['/srv/*'], exclude: [], exact: true },
    ]);
    const deep = file({ fileBaseDirectory: '/srv', fileIncludeSubDirectories: true });
    assert.deepEqual(pathsOf(deep), [{ include: ['/srv'], exclude: [] }]);
    assert.deepEqual([deep.rules[0]?.kind, deep.rules[0]?.attributes], ['file', [...integrityAttributes]]);
  });

  test('names are looked for in the folder, or in all below; a path is one below the base', () => {
    const names = { fileIncludedValues: ['*.conf', 'conf.d/?.ini'], fileExcludedValues: ['*.bak', ''] };
    assert.deepEqual(pathsOf(file({ fileBaseDirectory: '/etc/x', ...names })), [
      { include: ['/etc/x/*.conf', '/etc/x/conf.d/?.ini'], exclude: ['/etc/x/*.bak'], exact: true },
    ]);
    assert.deepEqual(pathsOf(file({ fileBaseDirectory: '/etc/x', fileIncludeSubDirectories: true, ...names })), [
      { include: ['/etc/x/**/*.conf', '/etc/x/conf.d/?.ini'], exclude: ['/etc/x/**/*.bak'], exact: true },
    ]);
    assert.deepEqual(pathsOf(file({ fileBaseDirectory: '/etc/x', fileIncludedValues: [''] })), [
      { include: ['/etc/x/*'], exclude: [], exact: true },
    ]);
  });

  test('the root, homes, and ".." in the base', () => {
    const include = (base: string) =>
      file({ fileBaseDirectory: base, fileIncludeSubDirectories: true }).rules[0]?.include;
    assert.deepEqual(include('/'), ['/']);
    assert.deepEqual(include('~/.ssh'), ['/root/.ssh', '/home/*/.ssh']);
    assert.deepEqual(include('~root'), ['/root']);
    assert.deepEqual(include('/etc/../srv//x/.'), ['/srv/x']);
  });

  test('attributes by the names of the API; what is not watched is said', () => {
    const read = file({
      fileBaseDirectory: '/etc',
      fileAttributes: ['PERMISSIONS', 'sha1', 'LASTACCESSED', 'FLAGS', 'NOPE'],
    });
    assert.deepEqual(read.rules[0]?.attributes, ['created', 'deleted', 'renamed', 'content', 'mode', 'type']);
    assert.deepEqual(whatOf(read), ['LASTACCESSED', 'FLAGS', 'NOPE']);
    assert.ok(read.unsupported.every(({ code, reason }) => code === 'attribute' && reason.endsWith('.')));
    const more = file({
      fileBaseDirectory: '/var/log',
      fileAttributes: ['STANDARD', 'LASTMODIFIED', 'GROWING', 'SIZE'],
    });
    assert.deepEqual(more.rules[0]?.attributes, [...integrityAttributes, 'size', 'modified', 'shrunk']);
  });

  test('what only a host or Windows knows is said, and nothing is watched in its place', () => {
    for (const [base, what, code] of [
      [`/x/${variable}`, variable, 'variable'],
      ['$HOME/x', '$HOME', 'variable'],
      ['%WINDIR%\\x', '%WINDIR%', 'variable'],
      ['~alice/x', '~alice', 'variable'],
      ['C:\\Windows', 'C:\\Windows', 'windows'],
      ['\\\\server\\share', '\\\\server\\share', 'windows'],
    ] as const) {
      const read = file({ fileBaseDirectory: base });
      assert.deepEqual(read.rules, [], base);
      assert.deepEqual(
        read.unsupported.map((part) => [part.what, part.code]),
        [[what, code]],
      );
    }
    const registry = compileIntegrityRule(rule({ template: 'registry', registryKeyRoot: 'HKEY_LOCAL_MACHINE' }));
    assert.deepEqual([registry.rules, whatOf(registry)], [[], ['registry']]);
  });

  test('what is no rule is refused in a sentence', () => {
    const refused: [ApiObject, RegExp][] = [
      [{}, /^fileBaseDirectory is missing\.$/],
      [{ fileBaseDirectory: '  ' }, /missing/],
      [{ fileBaseDirectory: 7 }, /must be a string/],
      [{ fileBaseDirectory: 'etc' }, /must be an absolute path/],
      [{ fileBaseDirectory: '/home/*/../x' }, /"\.\." after a wildcard/],
      [{ fileBaseDirectory: '/etc/a**b' }, /"\*\*" must be a whole name/],
      [{ fileBaseDirectory: '/etc', fileIncludedValues: ['../root/x'] }, /has "\.\."/],
      [{ fileBaseDirectory: '/etc', fileIncludedValues: [{ x: 1 }] }, /list of strings/],
      [{ fileBaseDirectory: '/etc', fileIncludedValues: ['x'.repeat(5000)] }, /at most 4096 characters/],
      [{ fileBaseDirectory: '/etc', fileIncludedValues: Array.from({ length: 1001 }, (_, n) => `f${n}`) }, /include/],
      [{ fileBaseDirectory: '/etc', template: 'magic' }, /template must be/],
    ];
    for (const [object, message] of refused)
      assert.throws(() => file(object), { name: 'IntegrityRuleFault', message }, JSON.stringify(object).slice(0, 80));
  });
});

describe('the rules language', () => {
  test('files and directories, with keys and attributes', () => {
    const read = custom(`<?xml version="1.0" encoding="UTF-8"?>
      <!-- web -->
      <FileSet base="/var/www" onChange="true">
        <include key="**/*.php"/><include key="conf/*"/>
        <exclude key="cache/**"/>
        <attributes><STANDARD/></attributes>
      </FileSet>
      <DirectorySet base="/var/www"><attributes><Permissions/><Owner/></attributes></DirectorySet>`);
    assert.deepEqual(read.unsupported, []);
    assert.deepEqual(read.rules, [
      {
        ...{ id: 'integrity.10001', name: { en: 'A rule', ja: 'A rule' }, severity: 'high', kind: 'file', exact: true },
        ...{ include: ['/var/www/**/*.php', '/var/www/conf/*'], exclude: ['/var/www/cache/**'] },
        attributes: [...integrityAttributes],
      },
      {
        ...{ id: 'integrity.10001', name: { en: 'A rule', ja: 'A rule' }, severity: 'high', kind: 'directory' },
        ...{ include: ['/var/www'], exclude: [], realTime: false },
        attributes: ['created', 'deleted', 'renamed', 'mode', 'owner', 'type'],
      },
    ]);
  });

  test('equal sets of files and of directories are one rule of both', () => {
    const set = (name: string) => `<${name} base="/etc/ssh" onChange="true"/>`;
    const read = custom(set('FileSet') + set('DirectorySet'));
    assert.deepEqual(
      read.rules.map(({ include, kind, realTime }) => ({ include, kind, realTime })),
      [{ include: ['/etc/ssh'], kind: undefined, realTime: undefined }],
    );
    assert.equal(custom(set('FileSet') + set('FileSet')).rules.length, 2);
  });

  test('S6, in part: a set may ask for the differences of its text files, and its description says so again', () => {
    const of = (xml: string) => custom(xml).rules[0];
    const rule = of('<FileSet base="/etc/ssh" onChange="true" showDiff="true"/>');
    assert.equal(rule?.showDiff, true);
    assert.equal(of('<FileSet base="/etc/ssh" onChange="true"/>')?.showDiff, undefined);
    assert.equal(compileIntegrityRule(describeIntegrityRule(rule!)).rules[0]?.showDiff, true);
    const odd = { ...rule!, attributes: ['content' as const, 'shrunk' as const] };
    assert.deepEqual(compileIntegrityRule(describeIntegrityRule(odd)).rules, [odd]);
    assert.throws(() => of('<FileSet base="/etc" showDiff="perhaps"/>'), /showDiff of FileSet must be true or false/);
  });

  test('a set is watched in real time where it says so and the rule allows it', () => {
    const realTimeOf = (xml: string, more: ApiObject = {}) => custom(xml, more).rules[0]?.realTime;
    assert.equal(realTimeOf('<FileSet base="/etc" onChange="true"/>'), undefined);
    assert.equal(realTimeOf('<FileSet base="/etc" onChange="TRUE"/>', { realTimeMonitoringEnabled: false }), false);
    assert.equal(realTimeOf('<FileSet base="/etc" onChange="false"/>'), false);
    assert.equal(realTimeOf('<FileSet base="/etc"/>'), false);
  });

  test('what exists on Windows alone is kept and said by its name and place; the rest is in force', () => {
    const others = ['RegistryKeySet', 'RegistryValueSet', 'WQLSet', 'QuerySet'];
    const read = custom(
      `${others.map((name) => `<${name} x="1"><include key="**"/></${name}>`).join('\n')}\n<FileSet base="/etc"/>`,
    );
    assert.deepEqual(whatOf(read), others);
    assert.deepEqual(
      read.unsupported.map(({ place }) => place?.line),
      others.map((_, index) => index + 1),
    );
    assert.equal(read.rules.length, 1);
    assert.deepEqual(read.entities, []);
  });

  test('a base may begin with a variable, which the host puts in; it cannot be left by it', () => {
    for (const base of [variable, '%HOME%']) {
      assert.deepEqual(pathsOf(custom(`<FileSet base="${base}/.config/"><include key="*.conf"/></FileSet>`)), [
        { include: [`${variable}/.config/*.conf`], exclude: [], exact: true },
      ]);
      assert.deepEqual(pathsOf(custom(`<FileSet base="${base}"/>`)), [{ include: [variable], exclude: [] }]);
      assert.throws(() => custom(`<FileSet base="${base}/../x"/>`), { message: /has "\.\." after a variable/ });
    }
  });

  test('options and conditions that the agent does not know are said and never exclude more', () => {
    const read = custom(`<FileSet base="/etc" followLinks="true" onChange="true" depth="3">
      <include key="a" executable="true"/>
      <exclude key="b" writable="true"/>
      <exclude key="c"/>
      <include key="${variable}/d"/>
      <include key="\\*"/>
      <ignore key="e"/>
      <attributes><Contents/><BlocksAllocated/></attributes>
    </FileSet>`);
    assert.deepEqual(
      whatOf(read).sort(),
      ['BlocksAllocated', '\\*', variable, 'depth', 'executable', 'followLinks', 'ignore', 'writable'].sort(),
    );
    assert.deepEqual(pathsOf(read), [{ include: ['/etc/a'], exclude: ['/etc/c'], exact: true }]);
    assert.deepEqual(custom(`<FileSet base="/etc"><include key="${variable}"/></FileSet>`).rules, []);
  });

  test('an include without a key is everything below', () => {
    assert.deepEqual(pathsOf(custom('<FileSet base="/etc"><include/></FileSet>')), [
      { include: ['/etc'], exclude: [] },
    ]);
    assert.deepEqual(pathsOf(custom('<FileSet base="/"/>')), [{ include: ['/'], exclude: [] }]);
    assert.deepEqual(pathsOf(custom('<FileSet base="/etc"><include key="/ssh/"/></FileSet>')), [
      { include: ['/etc/ssh'], exclude: [] },
    ]);
  });

  test('what is no rule is refused with line, column and a sentence', () => {
    const refused: [xml: string, line: number, message: RegExp][] = [
      ['<FileSet base="/etc">\n  <include key="a">\n</FileSet>', 3, /not well-formed/],
      ['<FileSet base="/etc">', 1, /not well-formed/],
      ['\n<FileSet base=/etc/>', 2, /not well-formed/],
      ['<FileSet base="/etc" base="/x"/>', 1, /not well-formed/],
      ['\n\n<FileSet/>', 3, /FileSet must say its base/],
      ['<FileSet base="etc"/>', 1, /must be an absolute path/],
      ['<FileSet base="/etc">\n<include key="../x"/></FileSet>', 2, /has "\.\."/],
      ['<FileSet base="/etc" onChange="yes"/>', 1, /onChange of FileSet must be true or false/],
      ['<FileSet base="/etc"/>\n<Fileset base="/etc"/>', 2, /no entity set "Fileset"/],
      ['<FileSet base="/etc"/>\nand more', 2, /text where only elements/],
      ['<FileSet base="/etc">words</FileSet>', 1, /text where only elements/],
      ['<FileSet base="/etc"><![CDATA[words]]></FileSet>', 1, /text where only elements/],
      ['<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<FileSet base="&b;"/>', 1, /document type/],
      ['<!DOCTYPE x SYSTEM "file:///etc/passwd"><FileSet base="/etc"/>', 1, /document type/],
      ['<FileSet base="/&secret;"/>', 1, /not well-formed/],
      [`${'<a>'.repeat(100)}`, 1, /nested too deeply/],
      ['<!-- nothing -->', 1, /no element/],
      ['<PathSet kind="socket"><include path="/a"/><attributes><mode/></attributes></PathSet>', 1, /kind/],
      ['<PathSet><attributes><mode/></attributes></PathSet>', 1, /include a path/],
      ['<PathSet><include path="/a"/></PathSet>', 1, /name attributes/],
      ['<PathSet><include path="/a"/><attributes><Mode/></attributes></PathSet>', 1, /no attribute Mode/],
      ['<PathSet><include/><attributes><mode/></attributes></PathSet>', 1, /say its path/],
    ];
    for (const [xml, line, message] of refused)
      assert.throws(
        () => custom(xml),
        (error: Error & { line?: number; column?: number }) => {
          assert.equal(error.name, 'IntegrityRuleFault', `${xml}: ${error.stack}`);
          assert.match(error.message, message, xml);
          assert.equal(error.line, line, `${xml}: ${error.message}`);
          assert.ok(
            error.column! >= 1 && error.message.startsWith(`Line ${line}, column ${error.column}: `),
            error.message,
          );
          return true;
        },
      );
  });

  test('what is no XML at all is refused in a sentence', () => {
    const compile = (customXML: unknown) => compileIntegrityRule(rule({ template: 'custom', customXML }));
    const big = Buffer.from(`<FileSet base="/etc">${' '.repeat(1_000_001)}</FileSet>`).toString('base64');
    for (const [given, message] of [
      ['<FileSet base="/etc"/>', /encoded in base64/],
      ['abc', /encoded in base64/],
      ['', /has no XML/],
      [undefined, /has no XML/],
      [5, /must be a string/],
      [Buffer.from([0x3c, 0xff, 0xfe]).toString('base64'), /UTF-8/],
      [big, /at most 1 MB/],
      ['A'.repeat(3_000_000), /at most 1 MB/],
    ] as const)
      assert.throws(() => compile(given), { name: 'IntegrityRuleFault', message });
  });

  test('a large rule takes no time', () => {
    const keys = Array.from({ length: 20_000 }, (_, n) => `<include key="${'*a'.repeat(10)}${n}"/>`).join('');
    const startMs = performance.now();
    assert.throws(() => custom(`<FileSet base="/etc">${keys}</FileSet>`), /include/);
    assert.ok(performance.now() - startMs < patience(2000));
  });
});
