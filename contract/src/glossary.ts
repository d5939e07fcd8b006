/**
 * The one glossary (S9) of pages, mails, reports and documents: a thing has one word in each language. `not` lists the words that people
 * also use for it and that we do not write; `test/phrases.test.ts` looks for them. `docs/reference/glossary.md` is generated from here.
 */
export type Term = {
  readonly ja: string;
  readonly en: string;
  readonly meaning: { readonly ja: string; readonly en: string };
  readonly not: { readonly ja: readonly string[]; readonly en: readonly string[] };
};

export const glossary: readonly Term[] = [
  {
    ja: 'インシデント',
    en: 'case',
    meaning: {
      ja: 'アラートをまとめ、弊社と提携 SOC が対応を記録する単位（ハイエンドプラン）。',
      en: 'Alerts that the provider and its partner SOC work together, with what was done (High-end plan).',
    },
    not: { ja: ['事案'], en: [] },
  },
  {
    ja: '確認シート',
    en: 'review sheet',
    meaning: {
      ja: '前営業日以降のアラートを翌営業日に確認するための一覧。アカウントと営業日ごとに 1 つ。',
      en: 'The alerts since the last business day, looked through on the next one; one an account and business day.',
    },
    not: { ja: ['レビューシート', 'チェックシート'], en: ['daily sheet'] },
  },
  {
    ja: '作業',
    en: 'work',
    meaning: {
      ja: '運用担当者が期限までに行うこと。ホストやマネージャが自動で行う「タスク」とは区別する。',
      en: 'What a person of the provider has to do by a time. What a host or the manager does by itself is a task.',
    },
    not: { ja: ['ToDo', 'やることリスト'], en: ['to-do'] },
  },
  {
    ja: 'マネージャ',
    en: 'manager',
    meaning: {
      ja: 'エージェントを一元管理するプログラム。仕様書の DSM。',
      en: 'The program that rules the agents; the specification’s DSM.',
    },
    not: { ja: ['マネージャー', 'マネジャー', '管理マネージャ'], en: ['management server'] },
  },
  {
    ja: 'エージェント',
    en: 'agent',
    meaning: {
      ja: '監視対象のホストで動作するプログラム。仕様書の DSA。',
      en: 'The program on a protected host; the specification’s DSA.',
    },
    not: { ja: ['エイジェント'], en: [] },
  },
  {
    ja: 'アカウント',
    en: 'account',
    meaning: {
      ja: '1 つのプランで契約するお客様の単位。データはアカウントごとに分離する。',
      en: 'One customer under one plan; data of accounts is kept apart.',
    },
    not: { ja: ['テナント'], en: ['tenant'] },
  },
  {
    ja: 'リモートテナント',
    en: 'remote tenant',
    meaning: {
      ja: 'お客様がご契約の Trend Micro 製品の管理単位。アカウントに API で接続する。',
      en: 'The customer’s own unit of a Trend Micro product, which an account is attached to by its API.',
    },
    not: { ja: [], en: [] },
  },
  {
    ja: 'ホスト',
    en: 'host',
    meaning: { ja: 'エージェントが監視するサーバ。', en: 'A server that an agent watches.' },
    not: { ja: ['エンドポイント'], en: ['endpoint'] },
  },
  {
    ja: '死活監視',
    en: 'liveness monitoring',
    meaning: {
      ja: 'エージェントの応答を 24 時間 365 日確認し、疎通不可を原因とともに通知すること。',
      en: 'Watching that agents are heard, at every hour, and telling of silence with its cause.',
    },
    not: { ja: ['生存監視', '生死監視'], en: [] },
  },
  {
    ja: 'メンテナンス期間',
    en: 'maintenance',
    meaning: {
      ja: '事前に連絡された作業の期間。期間中の疎通不可は通知しない。',
      en: 'Time of work that was announced beforehand; silence in it is told to nobody.',
    },
    not: { ja: ['メンテナンスウィンドウ', '保守ウィンドウ'], en: ['downtime window'] },
  },
  {
    ja: '検出',
    en: 'detection',
    meaning: { ja: 'エンジンがルールに基づいて記録した 1 件の事象。', en: 'One thing that an engine saw by a rule.' },
    not: { ja: [], en: ['finding'] },
  },
  {
    ja: 'アラート',
    en: 'alert',
    meaning: {
      ja: 'ルールが検出した事象によって発生する警告。',
      en: 'A warning raised by an event that a rule detected.',
    },
    not: { ja: ['アラーム', 'アラ－ト'], en: ['alarm'] },
  },
  {
    ja: '検知モード / 防御モード',
    en: 'detect mode / prevent mode',
    meaning: {
      ja: '検知モードは記録のみ（IDS）、防御モードは遮断まで行う（IPS）。',
      en: 'Detect mode records (IDS); prevent mode also blocks (IPS).',
    },
    not: { ja: ['検出モード', '予防モード'], en: ['detection mode', 'prevention mode'] },
  },
  {
    ja: '重要度',
    en: 'severity',
    meaning: {
      ja: '検出とアラートの重さ。情報・低・中・高・重大の 5 段階。',
      en: 'The weight of a detection or alert, in five steps.',
    },
    not: { ja: ['重大度', '深刻度', '緊急度'], en: ['criticality'] },
  },
  {
    ja: 'ポリシー',
    en: 'policy',
    meaning: {
      ja: 'ホストのモジュールが行うことの定義。版を持つ。',
      en: 'What the modules of a host must do; it has versions.',
    },
    not: { ja: ['ポリシィ', 'ポリシ－'], en: [] },
  },
  {
    ja: '変更監視',
    en: 'integrity monitoring',
    meaning: { ja: 'ファイルの変更を見つける機能。', en: 'The module that finds changes of files.' },
    not: { ja: ['整合性監視', '改ざん検知', '改竄検知'], en: ['file integrity checker'] },
  },
  {
    ja: 'セキュリティログ監視',
    en: 'log inspection',
    meaning: { ja: 'ログからルールに合う事象を見つける機能。', en: 'The module that finds events in logs by rules.' },
    not: { ja: ['ログ検査', 'ログ解析機能'], en: ['log analysis'] },
  },
  {
    ja: 'ベースライン',
    en: 'baseline',
    meaning: { ja: '変更監視が比較の基準とする記録。', en: 'The record that integrity monitoring compares with.' },
    not: { ja: ['基準値データ'], en: [] },
  },
  {
    ja: 'しきい値',
    en: 'threshold',
    meaning: { ja: '超えるとアラートになる回数や量。', en: 'The number or amount beyond which an alert is raised.' },
    not: { ja: ['閾値', 'スレッショルド'], en: [] },
  },
  {
    ja: '登録トークン',
    en: 'enrolment token',
    meaning: { ja: 'ホスト 1 台を登録するための 1 回限りの文字列。', en: 'A one-time text that enrols one host.' },
    not: { ja: ['アクティベーションコード'], en: ['enrollment', 'activation code'] },
  },
  {
    ja: 'サインイン',
    en: 'sign in',
    meaning: {
      ja: 'コンソールに入ること。ホストへの「ログイン」とは区別する。',
      en: 'Entering the console; a host is logged in to.',
    },
    not: { ja: ['サインオン', 'ログオン'], en: ['sign on', 'log on', 'logon'] },
  },
  {
    ja: '連絡先',
    en: 'contact',
    meaning: {
      ja: 'アラートやレポートのメールを受け取る人。',
      en: 'A person who receives mails of alerts and reports.',
    },
    not: { ja: ['コンタクト先', '送付先担当'], en: [] },
  },
  {
    ja: '環境構築・初期設定',
    en: 'setup',
    meaning: {
      ja: '利用開始までの作業（仕様書では「環境設定・初期構築」とも書く）。',
      en: 'The work before the start of use.',
    },
    not: { ja: ['環境設定・初期構築'], en: [] },
  },
  {
    ja: 'コンピュータ',
    en: 'computer',
    meaning: { ja: '語尾の長音は付けない。', en: 'A machine; of a protected one we say host.' },
    not: { ja: ['コンピューター'], en: [] },
  },
  {
    ja: 'サーバ',
    en: 'server',
    meaning: { ja: '語尾の長音は付けない。', en: 'A program or machine that serves.' },
    not: { ja: ['サーバー'], en: [] },
  },
  {
    ja: 'ユーザ',
    en: 'user',
    meaning: {
      ja: 'ホストの OS のユーザ。コンソールに入る人は「利用者」と書く。',
      en: 'A user of a host’s operating system; who signs in is a person.',
    },
    not: { ja: ['ユーザー'], en: [] },
  },
  {
    ja: 'フォルダ',
    en: 'folder',
    meaning: { ja: 'ファイルを入れるもの。', en: 'What holds files.' },
    not: { ja: ['フォルダー', 'ディレクトリ'], en: ['directory'] },
  },
  {
    ja: 'パーミッション',
    en: 'permissions',
    meaning: { ja: 'ファイルのアクセス許可（0644 など）。', en: 'The mode bits of a file (0644).' },
    not: { ja: ['アクセス権', 'アクセス許可ビット'], en: [] },
  },
  {
    ja: 'メール',
    en: 'mail',
    meaning: { ja: '電子メール。', en: 'Electronic mail.' },
    not: { ja: ['Eメール', 'Ｅメール', 'イーメール'], en: ['e-mail', 'email'] },
  },
  {
    ja: 'オペレータ',
    en: 'operator',
    meaning: { ja: 'サービスを運用する人。', en: 'Who runs the service.' },
    not: { ja: ['オペレーター'], en: [] },
  },
  {
    ja: 'プロバイダ',
    en: 'provider',
    meaning: { ja: 'サービスを提供する会社。', en: 'The company that gives the service.' },
    not: { ja: ['プロバイダー'], en: [] },
  },
  {
    ja: 'お客様',
    en: 'customer',
    meaning: {
      ja: 'サービスを契約する会社とその担当者。',
      en: 'The company that has ordered the service, and its people.',
    },
    not: { ja: ['顧客', 'クライアント様'], en: [] },
  },
  {
    ja: 'AWS',
    en: 'AWS',
    meaning: {
      ja: 'Amazon Web Services。AWS 上のホストは、インスタンス ID で識別する。',
      en: 'Amazon Web Services; a host there carries its instance id.',
    },
    not: { ja: ['アマゾンウェブサービス'], en: ['Amazon Webservices'] },
  },
  {
    ja: 'Amazon S3',
    en: 'Amazon S3',
    meaning: {
      ja: 'AWS のオブジェクトストレージ。マウントされている場合は、変更監視の対象外とする。',
      en: 'Object storage of AWS; where it is mounted, integrity monitoring leaves it out.',
    },
    not: { ja: ['アマゾン S3'], en: ['Amazon S-3'] },
  },
  {
    ja: 'Azure',
    en: 'Azure',
    meaning: {
      ja: 'Microsoft Azure。Azure 上のホストは、仮想マシンの ID で識別する。',
      en: 'Microsoft Azure; a host there carries the id of its virtual machine.',
    },
    not: { ja: ['アジュール'], en: ['Windows Azure'] },
  },
];

/** Words that promise safety (S101). None of them stands in anything that a person reads from us. */
export const promises = {
  ja: [
    '保証',
    '完全な',
    '完全に',
    '100%',
    '100 %',
    '100％',
    '絶対に',
    '万全',
    '必ず防',
    '必ず守',
    '漏れなく',
    '確実に防',
    '確実に検',
  ],
  en: [
    'guarantee',
    '100%',
    '100 %',
    'completely secure',
    'fully secure',
    'completely safe',
    'perfectly safe',
    'fully protected',
    'bulletproof',
    'unbreakable',
    'hacker-proof',
    'foolproof',
  ],
} as const;
