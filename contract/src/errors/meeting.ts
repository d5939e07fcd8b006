import type { ErrorList } from './list.ts';

/** Review meetings. */
export const meetingErrors = {
  meeting_time_invalid: {
    status: 422,
    en: 'The time of the meeting cannot be taken: {reason}',
    ja: '定期報告会の日時を登録できません：{reason}',
  },
  meeting_too_soon: {
    status: 409,
    en: 'A meeting on {date} had to be arranged by {lastDay}, {days, number} days before. Choose a later day, or give the reason why it is held all the same ("lateReason", --override-reason). §{clause}: {clauseText}',
    ja: '{date} の定期報告会は、{lastDay}（{days, number} 日前）までに調整いただく必要があります。日程を変更するか、例外とする理由（lateReason、--override-reason）を指定してください。§{clause}：{clauseText}',
  },
  meeting_overlaps: {
    status: 409,
    en: 'Meeting {number, number} of this account is at this time already ({date}).',
    ja: 'このアカウントの同じ時間帯に、第 {number, number} 回の定期報告会（{date}）が登録されています。',
  },
  meeting_place_unclear: {
    status: 409,
    en: 'The address does not say whether it lies in {function}: {place}. Add the prefecture or the postal code, or state it with a reason ("statedArea").',
    ja: '住所から{function}内かどうかを判定できません：{place}。都道府県名または郵便番号を補うか、判断と理由（statedArea）を指定してください。',
  },
  meeting_incomplete: {
    status: 409,
    en: 'The meeting cannot be confirmed yet: {lack}.',
    ja: 'まだ確定できません：{lack}。',
  },
  reports_missing: {
    status: 409,
    en: 'The material is made of stored monthly reports, and these months have none: {months}. Compose them first, or name another last month.',
    ja: '資料は保存済みの月次レポートから作成しますが、次の月のレポートがありません：{months}。先に月次レポートを作成するか、対象期間の最終月を変更してください。',
  },
  quote_used: {
    status: 409,
    en: 'Quote {number, number} is used by other meetings already. Offer another one for this meeting.',
    ja: '見積もり {number, number} は、別の定期報告会で使用済みです。この定期報告会の見積もりを提示してください。',
  },
} as const satisfies ErrorList;
