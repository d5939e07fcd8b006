/** レポートの本文：攻撃レポート、機能別の節、過去の期間との比較。 */
export const reportContent = {
  'report.section.attack': '攻撃レポート',
  'report.section.trend.weekly': '過去4週間との比較',
  'report.section.trend.monthly': '過去4か月との比較',
  'report.column.ratio': '防御率',
  'report.column.mean.weekly': '前{periods, number}週平均',
  'report.column.mean.monthly': '前{periods, number}か月平均',
  'report.column.span.weekly': '週',
  'report.column.span.monthly': '月',
  'report.current.weekly': '当週',
  'report.current.monthly': '当月',
  'report.ratio.all': '全件',
  'report.ratio.none': '－',
  'report.ratio.part': '{percent}%',
  'report.ratioNote':
    '防御率は、合計に占める防御の割合です（小数第2位以下は切り捨て）。検知モードの検出は防御に含みません。',
  'report.mean': '{mean}件',
  'report.trend.none': '比較できる過去の期間の集計はありません。',
  'report.trend.mean.weekly':
    '前{periods, number}週の平均は{mean}件で、当週は{trend, select, more {平均より{difference}件多くなりました} fewer {平均より{difference}件少なくなりました} other {平均と同数でした}}。',
  'report.trend.mean.monthly':
    '前{periods, number}か月の平均は{mean}件で、当月は{trend, select, more {平均より{difference}件多くなりました} fewer {平均より{difference}件少なくなりました} other {平均と同数でした}}。',
  'report.part.sums': '検知 {detected}、防御 {prevented}、合計 {total}（防御率 {ratio}）です。',
  'report.part.zero': '期間中の検出は0件です。',
  'report.part.rules': '検出の多いルール',
  'report.part.hosts': '検出の多いホスト',
} as const;
