/** `npm run reference`: writes the pages of `docs/reference/` that are lists of the code's own values. `test/reference.test.ts` keeps them current. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errors, may, type PhraseKey, permissions, phrase, roles } from '@sakimori/contract';
import { glossary } from '@sakimori/contract/glossary';
import { allRoutes } from '@sakimori/contract/openapi';
import {
  builtInSettings,
  isStoredOnly,
  placesOf,
  type SettingSupport,
  settingSupport,
  systemSettingSupport,
} from '@sakimori/contract/workload-security/index';
import { Config } from '@sakimori/manager/platform/index';
import { z } from 'zod';

export const referenceFolder = join(import.meta.dirname, '../docs/reference');

/** Every generated page by its file name. */
export const pages: Readonly<Record<string, () => string>> = {
  'config.md': configPage,
  'errors.md': errorsPage,
  'glossary.md': glossaryPage,
  'permissions.md': permissionsPage,
  'policy-settings.md': policySettingsPage,
  'system-settings.md': systemSettingsPage,
};

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(...head), row(...head.map(() => '---')), ...rows.map((cells) => row(...cells))].join('\n');
}

function page(title: string, source: string, opening: string, ...parts: readonly string[]): string {
  return `# ${title}\n\nWritten by \`npm run reference\` from \`${source}\`; do not edit.\n\n${[opening, ...parts].join('\n\n')}\n`;
}

function errorsPage(): string {
  const rows = Object.entries(errors).map(([code, { status, en, ja }]) => [`\`${code}\``, String(status), en, ja]);
  return page(
    'Errors',
    'contract/src/errors.ts',
    'Every door answers an error as problem details (RFC 9457): `type`, `title`, `status`, `code`, `detail` in the language of `Accept-Language`, `facts` (the values in braces) and `requestId`.',
    table(['Code', 'Status', 'English', '日本語'], rows),
  );
}

type Property = {
  type?: string;
  enum?: string[];
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
};

function configPage(): string {
  const { properties, required } = z.toJSONSchema(Config, { io: 'input' }) as {
    properties: Record<string, Property>;
    required: string[];
  };
  const rows = Object.entries(properties).map(([name, property]) => [
    `\`${name}\``,
    describeType(property),
    required.includes(name)
      ? '*required*'
      : property.default === undefined || property.default === ''
        ? ''
        : `\`${property.default}\``,
    property.description ?? '',
  ]);
  return page(
    'Configuration of the manager',
    'manager/src/platform/config.ts',
    'Environment variables, read once at the start. A wrong value, or a `SAKIMORI_…` name that is not listed, stops the start with the whole list of faults (exit code 78). `sakimori up` chooses `SAKIMORI_DATA` itself when it is not given.',
    table(['Variable', 'Type', 'Default', 'Meaning'], rows),
  );
}

function describeType({ type, enum: words, minimum, maximum }: Property): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ');
  const bounds = minimum !== undefined && maximum !== undefined ? ` ${minimum}–${maximum}` : '';
  return `${type === 'string' ? 'text' : 'number'}${bounds}`;
}

function permissionsPage(): string {
  const mark = (permission: (typeof permissions)[number]) => roles.map((role) => (may(role, permission) ? '○' : ''));
  const needs = (permission: string) =>
    allRoutes.filter(([, route]) => 'needs' in route && route.needs === permission).map(([name]) => `\`${name}\``);
  const open = allRoutes.flatMap(([name, route]) => ('open' in route ? [[`\`${name}\``, route.open]] : []));
  const own = allRoutes.flatMap(([name, route]) => ('signedIn' in route ? [[`\`${name}\``, route.signedIn]] : []));
  return page(
    'Permissions',
    'contract/src/permissions.ts` and `contract/src/routes/',
    'A route of the service API names the one permission it needs. Roles of a customer see their own account and nothing else; that is held by the database.',
    table(
      ['Permission', ...roles, 'Routes'],
      permissions.map((name) => [`\`${name}\``, ...mark(name), needs(name).join(' ')]),
    ),
    '## Without a permission\n\nOpen to everybody:',
    table(['Route', 'Why'], open),
    'For whoever is signed in, about themselves:',
    table(['Route', 'What'], own),
  );
}

function glossaryPage(): string {
  const rows = glossary.map(({ ja, en, meaning, not }) => [
    `**${ja}**`,
    meaning.ja,
    not.ja.join('、'),
    `**${en}**`,
    meaning.en,
    not.en.join(', '),
  ]);
  return page(
    '用語集 / Glossary',
    'contract/src/glossary.ts',
    '画面・メール・レポート・文書で同じ語を使います。 Pages, mails, reports and documents use one word for one thing.',
    table(['用語', '意味', '使わない語', 'Term', 'Meaning', 'Not'], rows),
  );
}

const both = (key: PhraseKey): [string, string] => [phrase('ja', key), phrase('en', key)];

function policySettingsPage(): string {
  const count = (by: SettingSupport['by']) => Object.values(settingSupport).filter((row) => row.by === by).length;
  const rows = Object.entries(settingSupport).map(([name, row]) => {
    const [ja, en] = both(`setting.by.${row.by}`);
    const head = [`\`${name}\``, builtInSettings.policy[name] ? `\`${builtInSettings.policy[name]}\`` : '', ja];
    if (row.by === 'agent')
      return [
        ...head,
        '',
        en,
        placesOf(row)
          .map((place) => `\`${place}\``)
          .join(', '),
      ];
    if (row.by === 'manager') return [...head, '', en, row.place];
    const [whyJa, whyEn] = both(`setting.why.${row.why}` as PhraseKey);
    const stored = row.after ? ` *${phrase('en', 'setting.stored', { after: row.after })}*` : '';
    return [...head, whyJa, en, `${whyEn}${stored}`];
  });
  return page(
    'ポリシーの設定 / Settings of a policy',
    'contract/src/workload-security/setting-support.json',
    `Workload Security API のポリシー設定 ${rows.length} 項目が、どこで有効かを示します（S25）。対応していない設定を既定値以外に変更する操作は、理由を添えて拒否します。 The ${rows.length} settings of a policy of the Workload Security API: ${count('agent')} take effect on the host, at the named place of the agent’s policy, ${count('manager')} in the manager; ${count('none')} are not supported: what would change one of them is answered with 400 and the reason, but for those that say nothing without another one. A value that is built in is always taken, and reading answers all of them.`,
    table(['Setting', 'Built in', '有効な場所', '理由', 'Takes effect', 'Where, or why not'], rows),
  );
}

/** Three classes: what works, what is stored only, and what is not supported. */
function systemSettingsPage(): string {
  const entries = Object.entries(systemSettingSupport);
  const classOf = (row: SettingSupport) => (isStoredOnly(row) ? 'stored' : row.by);
  const count = (one: string) => entries.filter(([, row]) => classOf(row) === one).length;
  const rows = entries.map(([name, row]) => {
    const [ja, en] = both(`setting.by.${classOf(row)}`);
    const builtIn = builtInSettings.system[name];
    const head = [`\`${name}\``, builtIn ? `\`${builtIn}\`` : '', ja];
    if (row.by === 'agent')
      return [
        ...head,
        '',
        en,
        placesOf(row)
          .map((place) => `\`${place}\``)
          .join(', '),
      ];
    if (row.by === 'manager') return [...head, '', en, row.place];
    const reason = both(`setting.why.${row.why}` as PhraseKey);
    const [whyJa, whyEn] = (['ja', 'en'] as const).map((language, index) => {
      const stored = row.after !== undefined ? phrase(language, 'setting.stored', { after: row.after }) : '';
      return `${reason[index]} ${row.taken ? phrase(language, 'setting.taken') : stored}`.trim();
    }) as [string, string];
    return [...head, whyJa, en, whyEn];
  });
  return page(
    'システム設定 / System settings',
    'contract/src/workload-security/system-setting-support.json',
    `Workload Security API のシステム設定 ${entries.length} 項目が、どこで有効かを示します（S25）。${count('agent')} 項目はホスト上、${count('manager')} 項目はマネージャで有効です。${count('stored')} 項目は値の保存のみで、効果はありません。${count('none')} 項目には対応していないため、既定値以外に変更する操作は、理由を添えて拒否します。 The ${entries.length} system settings of the Workload Security API: ${count('agent')} take effect on hosts, ${count('manager')} in the manager; of ${count('stored')} a value is stored only and has no effect; ${count('none')} are not supported: what would change one of them is answered with 400 and the reason. A value that is built in is always taken, and reading answers all of them.`,
    table(['Setting', 'Built in', '有効な場所', '理由', 'Takes effect', 'Where, or why not'], rows),
  );
}

if (import.meta.main) {
  mkdirSync(referenceFolder, { recursive: true });
  for (const [name, write] of Object.entries(pages)) writeFileSync(join(referenceFolder, name), write());
}
