/** Names by which an address says where it lies. Japan's 47 prefectures, and municipalities that there are once. */

export const prefectures: readonly string[] =
  '北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県'.split(
    ' ',
  );

const roman =
  'Hokkaido Aomori Iwate Miyagi Akita Yamagata Fukushima Ibaraki Tochigi Gunma Saitama Chiba Tokyo Kanagawa Niigata Toyama Ishikawa Fukui Yamanashi Nagano Gifu Shizuoka Aichi Mie Shiga Kyoto Osaka Hyogo Nara Wakayama Tottori Shimane Okayama Hiroshima Yamaguchi Tokushima Kagawa Ehime Kochi Fukuoka Saga Nagasaki Kumamoto Oita Miyazaki Kagoshima Okinawa'.split(
    ' ',
  );
/** Prefectures in Latin letters; what their capital is called the same lies in them. */
export const romanPrefectures: Readonly<Record<string, string>> = Object.fromEntries(
  roman.map((name, index) => [name, prefectures[index]!]),
);

/** Of the 23 wards those whose name no ward of another city has. */
export const tokyoWards: readonly string[] =
  '千代田区 新宿区 文京区 台東区 墨田区 江東区 品川区 目黒区 大田区 世田谷区 渋谷区 中野区 杉並区 豊島区 荒川区 板橋区 練馬区 足立区 葛飾区 江戸川区'.split(
    ' ',
  );
/** Of Tokyo's 26 cities all but 府中市, which Hiroshima has too; the districts and islands that are written without the prefecture. */
export const tokyoCities: readonly string[] =
  '八王子市 立川市 武蔵野市 三鷹市 青梅市 昭島市 調布市 町田市 小金井市 小平市 日野市 東村山市 国分寺市 国立市 福生市 狛江市 東大和市 清瀬市 東久留米市 武蔵村山市 多摩市 稲城市 羽村市 あきる野市 西東京市 西多摩郡 神津島村 御蔵島村 青ヶ島村 小笠原村 八丈町 八丈島 三宅島'.split(
    ' ',
  );

/** Cities by ordinance outside of Tokyo, which people write without their prefecture. */
export const cities: readonly (readonly [name: string, prefecture: string])[] = [
  ['札幌市', '北海道'],
  ['仙台市', '宮城県'],
  ['さいたま市', '埼玉県'],
  ['千葉市', '千葉県'],
  ['横浜市', '神奈川県'],
  ['川崎市', '神奈川県'],
  ['相模原市', '神奈川県'],
  ['新潟市', '新潟県'],
  ['静岡市', '静岡県'],
  ['浜松市', '静岡県'],
  ['名古屋市', '愛知県'],
  ['京都市', '京都府'],
  ['大阪市', '大阪府'],
  ['堺市', '大阪府'],
  ['神戸市', '兵庫県'],
  ['岡山市', '岡山県'],
  ['広島市', '広島県'],
  ['北九州市', '福岡県'],
  ['福岡市', '福岡県'],
  ['熊本市', '熊本県'],
];

/** Municipalities in Latin letters, as patterns: of wards only with “ku”, where others are called the same. */
export const romanCities: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'Chiyoda Shinjuku Bunkyo Taito Sumida Koto Shinagawa Meguro Setagaya Shibuya Nakano Suginami Toshima Arakawa Itabashi Nerima Adachi Katsushika Edogawa'
      .split(' ')
      .map((name) => [`${name}[- ]ku`, '東京都']),
  ),
  ...Object.fromEntries(
    'Shinjuku Shibuya Hachioji Tachikawa Musashino Mitaka Machida Kokubunji Nishi-?tokyo'
      .split(' ')
      .map((name) => [name, '東京都']),
  ),
  Sapporo: '北海道',
  Sendai: '宮城県',
  Yokohama: '神奈川県',
  Kawasaki: '神奈川県',
  Sagamihara: '神奈川県',
  Hamamatsu: '静岡県',
  Nagoya: '愛知県',
  Kobe: '兵庫県',
  Kitakyushu: '福岡県',
  Naha: '沖縄県',
};
