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

test('S101, in part: nothing that a person reads promises safety', () => {
  const found = [...messages, ...readDocuments()].flatMap(({ place, language, text }) => {
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

function contains(text: string, variant: string, language: Language): boolean {
  if (language === 'ja') return text.includes(variant);
  return new RegExp(`\\b${variant}(s|es)?\\b`, 'i').test(text);
}
