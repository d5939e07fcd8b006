import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import test from 'node:test';
import { errors, type Language, languages } from '@sakimori/contract';
import { glossary, promises } from '@sakimori/contract/glossary';
import { argumentsOf } from '@sakimori/contract/phrase';

const root = resolve(import.meta.dirname, '..');

type Book = Readonly<Record<string, string>>;
/** The areas of a language's phrase book, as files. */
async function readAreas(language: Language): Promise<Map<string, Book>> {
  const areas = new Map<string, Book>();
  for (const path of globSync(`contract/src/phrases/${language}/*.ts`, { cwd: root }).sort()) {
    if (basename(path) === 'index.ts') continue;
    const module = (await import(join(root, path))) as Record<string, Book>;
    for (const area of Object.values(module)) areas.set(path, area);
  }
  return areas;
}
const areas = { ja: await readAreas('ja'), en: await readAreas('en') };
const whole = async (language: Language): Promise<Book> =>
  ((await import(join(root, `contract/src/phrases/${language}/index.ts`))) as Record<string, Book>)[language]!;
const books = { ja: await whole('ja'), en: await whole('en') };

/** A text that somebody reads, and where it stands. */
type Text = { readonly place: string; readonly language: Language; readonly text: string };

const messages: readonly Text[] = languages.flatMap((language) => [
  ...Object.entries(books[language]).map(([key, text]) => ({ place: `${language} ${key}`, language, text })),
  ...Object.entries(errors).map(([code, entry]) => ({ place: `error ${code}`, language, text: entry[language] })),
]);

/** Pages for people: their prose without code, addresses, comments and widths of columns. */
function readDocuments(): Text[] {
  const paths = globSync(
    ['*.md', 'docs/**/*.md', 'console/index.html', 'manager/src/**/*.typ', 'rules/**/names.*.json'],
    { cwd: root },
  );
  return paths
    .filter((path) => !/docs\/(conformance|reference\/glossary)\.md$/.test(path))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8')
        .replace(/```[\s\S]*?```/g, '')
        .replace(/`[^`\n]*`/g, '')
        .replace(/\]\([^)]*\)/g, ']')
        .replace(/^\s*\/\/.*$/gm, '')
        .replace(/[:*] 100%/g, '');
      return languages.map((language) => ({ place: path, language, text }));
    });
}

test('no phrase stands in two areas', () => {
  for (const language of languages) {
    const places = Map.groupBy(
      [...areas[language]].flatMap(([path, area]) => Object.keys(area).map((key) => ({ key, path }))),
      ({ key }) => key,
    );
    const twice = [...places]
      .filter(([, list]) => list.length > 1)
      .map(([key, list]) => `${key}: ${list.map((entry) => entry.path).join(', ')}`);
    assert.deepEqual(twice, []);
  }
});

test('every area is registered, and both languages have the same keys', () => {
  for (const language of languages) {
    const keys = [...areas[language].values()].flatMap((area) => Object.keys(area));
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(books[language]).sort(), `phrases/${language}/index.ts`);
  }
  assert.deepEqual(Object.keys(books.en).sort(), Object.keys(books.ja).sort());
  assert.ok(Object.keys(books.ja).length > 300);
});

test('every message is an ICU message', () => {
  const broken = messages.flatMap(({ place, language, text }) => {
    try {
      argumentsOf(language, text);
      return [];
    } catch (error) {
      return [`${place}: ${(error as Error).message}`];
    }
  });
  assert.deepEqual(broken, []);
});

test('both languages take the same facts', () => {
  const pairs = [
    ...Object.keys(books.ja).map((key) => [key, books.ja[key]!, books.en[key]!] as const),
    ...Object.entries(errors).map(([code, entry]) => [code, entry.ja, entry.en] as const),
  ];
  for (const [key, ja, en] of pairs) assert.deepEqual(argumentsOf('ja', ja), argumentsOf('en', en), key);
});

/** Texts in the code of pages, mails and reports, without its comments: a promise may not hide there either. */
function readCode(): Text[] {
  const paths = globSync(
    ['console/src/**/*.tsx', 'manager/src/{notices,reports,onboarding,licenses,alerts}/**/*.ts', 'cli/src/**/*.ts'],
    { cwd: root },
  );
  return paths
    .filter((path) => !path.endsWith('.test.ts'))
    .flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/(^|\s)\/\/.*$/gm, '')
        .replace(/(?:['":]|: )100%/g, '');
      return languages.map((language) => ({ place: path, language, text }));
    });
}

/** What is not warranted (S101), item by item, as the terms that every report and page of a customer show say it. */
const notWarranted = {
  a: [/検知もしくは遮断できなかった場合/, /not detected or blocked/],
  b: [/システムの動作、通信等に障害/, /operation or communication/],
  c: [/データの破損、消失/, /damage or loss of data/],
  d: [/その他、本サービスに起因して/, /other faults/],
} as const;

for (const [item, [ja, en]] of Object.entries(notWarranted))
  test(`S101${item}: the terms say that it is not warranted, in both languages`, () => {
    const path = join(root, 'rules/editions/2.json');
    const { clauses } = JSON.parse(readFileSync(path, 'utf8')) as {
      clauses: Record<string, { ja: string; en: string }>;
    };
    const clause = Object.values(clauses).find((text) => text.ja.includes('いかなる保証も行わず'))!;
    assert.match(clause.ja, ja);
    assert.match(clause.en, en);
  });

test('the lint of promises finds what it is there for', () => {
  const promising = {
    ja: ['攻撃を完全に防ぎます', '安全を保証します', '検知率 100% です', '確実に検知します', '万全の体制で守ります'],
    en: ['We guarantee your safety', 'You are fully protected', '100% detection'],
  };
  for (const language of languages)
    for (const text of promising[language])
      assert.ok(
        promises[language].some((word) => text.toLowerCase().includes(word)),
        text,
      );
});

test('S101a, S101b, S101c, S101d: nothing that a person reads promises safety, in pages, mails, reports, templates and documents', () => {
  const found = [...messages, ...readDocuments(), ...readCode()].flatMap(({ place, language, text }) => {
    // A page that says what is not warranted uses the word in its negation.
    const plain = text.replace(
      /保証(?:いた|を)?(?:しません|するものではありません|の対象外|ではありません)|無保証/g,
      '',
    );
    return promises[language].filter((word) => plain.toLowerCase().includes(word)).map((word) => `${place}: ${word}`);
  });
  assert.deepEqual([...new Set(found)], []);
});

test('S9, in part: the glossary’s words are used, and none of their variants', () => {
  const found = [...messages, ...readDocuments().filter(({ place }) => !isForEngineers(place))].flatMap(
    ({ place, language, text }) =>
      glossary.flatMap((term) =>
        term.not[language]
          .filter((variant) => contains(text, variant, language))
          .map((variant) => `${place}: ${variant} → ${term[language]}`),
      ),
  );
  assert.deepEqual([...new Set(found)], []);
});

test('the glossary names each thing once and never as its own variant', () => {
  for (const language of languages) {
    const words = glossary.map((term) => term[language]);
    assert.equal(new Set(words).size, words.length);
    for (const term of glossary) assert.ok(!term.not[language].includes(term[language]), term[language]);
  }
});

/** Engineers among themselves speak of tenants, directories and nodes, as their tools do. */
const isForEngineers = (place: string): boolean => /^(docs\/decisions\/|ARCHITECTURE|CONTRIBUTING)/.test(place);

/** A word of the glossary that holds a variant of another one is meant as it stands. */
function contains(given: string, variant: string, language: Language): boolean {
  const longer = glossary.map((term) => term[language]).filter((word) => word !== variant && word.includes(variant));
  const text = longer.reduce((left, word) => left.replace(new RegExp(`${word}s?`, 'gi'), ''), given);
  if (language === 'ja') return text.includes(variant);
  return new RegExp(`\\b${variant}(s|es)?\\b`, 'i').test(text);
}
