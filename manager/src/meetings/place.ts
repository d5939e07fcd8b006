import type { placeGrounds } from '@sakimori/contract';
import { cities, prefectures, romanCities, romanPrefectures, tokyoCities, tokyoWards } from './prefectures.ts';

/** Where an address lies. `prefecture` is absent where nothing of it says, or what it says contradicts itself; `other` is any but Tokyo. */
export type Place = {
  readonly ground: Exclude<(typeof placeGrounds)[number], 'stated'>;
  readonly prefecture?: string;
};

const tokyo = '東京都';
const other = 'other';

/**
 * Where an address lies, as far as it says itself: by its prefecture, by its postal code, by a municipality that there is once in Japan. Two of
 * them that contradict each other are no answer. Tokyo's islands lie in Tokyo: the specification draws the border by 都内 and not by distance (S94).
 * Nothing is looked up anywhere; the address of a customer goes to nobody.
 */
export function placeOf(address: string): Place {
  const text = address.normalize('NFKC').trim();
  const found: Place[] = [byPrefecture(text), byPostalCode(text), byMunicipality(text)].filter(
    (place) => place !== undefined,
  );
  const [first] = found;
  if (!first) return { ground: 'none' };
  const agree = found.every((place) => isTokyo(place) === isTokyo(first));
  return agree ? first : { ground: 'none' };
}
const isTokyo = ({ prefecture }: Place): boolean => prefecture === tokyo;

/** The prefecture that stands first: a building may bear another one's name. Of 東京都 the 京都 within is none. */
function byPrefecture(text: string): Place | undefined {
  const places = prefectures
    .map((prefecture) => ({ prefecture, at: text.indexOf(prefecture) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  if (places[0]) return { ground: 'prefecture', prefecture: places[0].prefecture };
  const named = Object.entries(romanPrefectures).filter(([name]) => hasWord(text, name));
  const all = new Set(named.map(([, prefecture]) => prefecture));
  // “Osaka, Tokyo Building” names two: nobody can tell.
  if (all.size !== 1) return undefined;
  return { ground: 'prefecture', prefecture: [...all][0]! };
}

/** Of the seven digits the first three tell Tokyo from the rest: 100 to 208, its islands and its west included. */
function byPostalCode(text: string): Place | undefined {
  const code = /(?:〒\s*|(?<![\d-]))(\d{3})-(\d{4})(?![\d-])/.exec(text)?.[1];
  if (code === undefined) return undefined;
  const number = Number(code);
  return { ground: 'postalCode', prefecture: number >= 100 && number <= 208 ? tokyo : other };
}

/** Without a prefecture: a ward or a city that there is once, at the beginning; in English a city anywhere. 港区, 中央区, 北区 and 府中市 are several. */
function byMunicipality(text: string): Place | undefined {
  const bare = text.replace(/^〒?\s*\d{3}-\d{4}\s*/, '');
  if (tokyoWards.some((ward) => bare.startsWith(ward)) || tokyoCities.some((city) => bare.startsWith(city)))
    return { ground: 'municipality', prefecture: tokyo };
  const city = cities.find(([name]) => bare.startsWith(name));
  if (city) return { ground: 'municipality', prefecture: city[1] };
  const roman = new Set(Object.entries(romanCities).flatMap(([name, where]) => (hasWord(text, name) ? [where] : [])));
  return roman.size === 1 ? { ground: 'municipality', prefecture: [...roman][0]! } : undefined;
}

/** A name by itself, or with what says its kind: `Shinjuku`, `Shinjuku-ku`, `TOKYO-TO`. */
const hasWord = (text: string, name: string): boolean =>
  new RegExp(`(?<![\\p{L}\\d-])${name}(?:[- ]?(?:to|fu|ken|shi|ku|do|city))?(?![\\p{L}\\d-])`, 'iu').test(
    text.normalize('NFD').replace(/\p{M}/gu, ''),
  );
