import assert from 'node:assert/strict';
import test from 'node:test';
import { placeOf } from './place.ts';

const cases: readonly (readonly [address: string, prefecture: string | undefined, ground: string])[] = [
  ['東京都新宿区西新宿2-8-1', '東京都', 'prefecture'],
  ['〒160-0023 東京都新宿区西新宿2-8-1', '東京都', 'prefecture'],
  ['〒１６０－００２３　西新宿２丁目', '東京都', 'postalCode'],
  ['新宿区西新宿2-8-1', '東京都', 'municipality'],
  ['西東京市田無町1-1', '東京都', 'municipality'],
  ['2-8-1 Nishi-Shinjuku, Shinjuku-ku, Tokyo 160-0023', '東京都', 'prefecture'],
  ['TOKYO-TO, Chiyoda-ku', '東京都', 'prefecture'],
  ['Tōkyō, Minato-ku', '東京都', 'prefecture'],
  // The islands lie in Tokyo: 伊豆大島, 小笠原.
  ['100-0101 東京都大島町元町', '東京都', 'prefecture'],
  ['〒100-2101 小笠原村父島', '東京都', 'postalCode'],
  ['八丈島八丈町大賀郷', '東京都', 'municipality'],
  ['208-0004 武蔵村山市本町', '東京都', 'postalCode'],
  ['神奈川県横浜市西区みなとみらい2-2-1', '神奈川県', 'prefecture'],
  ['横浜市西区みなとみらい2-2-1', '神奈川県', 'municipality'],
  ['〒220-0012 みなとみらい', 'other', 'postalCode'],
  ['209-0001 どこか', 'other', 'postalCode'],
  ['2-2-1 Minatomirai, Nishi-ku, Yokohama', '神奈川県', 'municipality'],
  ['Yokohama-shi, Kanagawa 220-0012', '神奈川県', 'prefecture'],
  ['京都府京都市中京区', '京都府', 'prefecture'],
  ['大阪府大阪市北区 東京都ビル 3F', '大阪府', 'prefecture'],
  // A municipality that there is more than once, and a name that says nothing.
  ['港区海岸1-1', undefined, 'none'],
  ['府中市1-1', undefined, 'none'],
  ['本社 会議室A', undefined, 'none'],
  // What contradicts itself is no answer.
  ['〒220-0012 東京都新宿区', undefined, 'none'],
  ['Tokyo Building, Osaka', undefined, 'none'],
  // A telephone number is no postal code.
  ['会議室 03-1234-5678', undefined, 'none'],
  ['会議室 045-160-0023', undefined, 'none'],
];

for (const [address, prefecture, ground] of cases)
  test(`S94, in part: “${address}” is ${prefecture ?? 'not told'} by ${ground}`, () => {
    const found = placeOf(address);
    assert.deepEqual([found.prefecture, found.ground], [prefecture, ground]);
  });
