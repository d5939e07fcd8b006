import type { ErrorList } from './list.ts';

/** The rule workbench. */
export const workbenchErrors = {
  rule_faulty: {
    status: 422,
    en: 'The rule has {count, number} faults; the first: {detail}',
    ja: 'ルールに {count, number} 件の誤りがあります。最初の誤り：{detail}',
  },
  rule_not_tried: {
    status: 409,
    en: 'Version {version, number} was not tried on the detections of the last 30 days. Look at its hits first, then stage it.',
    ja: 'バージョン {version, number} は、過去 30 日間の検出に対する試行が行われていません。ヒットを確認してから、検知モードで適用してください。',
  },
  rule_not_asked: {
    status: 409,
    en: 'A rule comes into force at a customer’s request: name the ticket for consulting (ticketId) or the quote (quoteId).',
    ja: 'ルールはお客様のご依頼に基づいて適用します。コンサルティングのチケット（ticketId）または見積もり（quoteId）を指定してください。',
  },
  rule_not_placed: {
    status: 409,
    en: 'The rule could not be put there, and nothing was changed: {detail}',
    ja: 'ルールを適用できませんでした。変更は行われていません：{detail}',
  },
  rule_not_portable: {
    status: 409,
    en: 'Hosts of this account are ruled by the customer’s own Workload Security, which does not understand rules in {language}.',
    ja: 'このアカウントのホストはお客様の Workload Security で管理されており、{language} のルールには対応していません。',
  },
  ticket_not_consulting: {
    status: 409,
    en: 'The ticket {number, number} is no consulting ticket of this account. Change its kind first.',
    ja: 'チケット {number, number} は、このアカウントのコンサルティングのチケットではありません。先にチケットの種別を変更してください。',
  },
  trial_wrong_kind: {
    status: 400,
    en: 'This rule is not tried on such a file. Log inspection takes logs, intrusion prevention captures, integrity monitoring lists of paths.',
    ja: 'このルールは、指定のファイルでは試行できません。ログ監視はログ、侵入防御はパケットキャプチャ、変更監視はパスの一覧を指定してください。',
  },
  capture_refused: {
    status: 422,
    en: 'This is no pcap or pcapng file that can be read: {detail}',
    ja: 'pcap または pcapng 形式のファイルとして読み込めません：{detail}',
  },
  engine_missing: {
    status: 409,
    en: 'Suricata is not installed on the manager’s machine, so that traffic cannot be played to the rule. Install the package suricata there.',
    ja: 'マネージャのマシンに Suricata がないため、通信に対する試行を実行できません。suricata パッケージをインストールしてください。',
  },
  trial_too_long: {
    status: 422,
    en: 'The trial was ended after {seconds, number} s or because it needed too much memory. Try a smaller file, or a simpler rule.',
    ja: '試行が {seconds, number} 秒以内に終わらないか、メモリの上限を超えたため、中止しました。ファイルを小さくするか、ルールを簡潔にしてください。',
  },
} as const satisfies ErrorList;
