/** セキュリティログ監視：エージェントが報告する状態と数値。 */
export const loginspection = {
  'module.cause.loginspection_unreadable':
    'ログ {count, number} 件を読み取りできません（例：{example}、{code}）。読み取り権限を確認してください。',
  'module.cause.loginspection_line_failed':
    'ログの {count, number} 行を解析できませんでした。該当の行は検知の対象外です。',
  'module.cause.loginspection_too_many_logs':
    'ログ {count, number} 件を監視していません。同時に監視できるのは、更新の新しいものから {limit, number} 件までです。除外の設定を追加するか、パスの範囲を狭めてください。',
  'module.cause.loginspection_folders_cut':
    'ログのパスに該当するフォルダまたはファイルが多すぎるため、一部を確認していません。パスの範囲を狭めるか、フォルダを除外してください。',
  'module.cause.loginspection_hole':
    'ログに中身のない領域が {mebibytes, number} MiB ありました。その後ろから読み取りを続けています。',
  'module.cause.loginspection_journal_failing':
    'systemd のジャーナルを読み取りできません（{problem}）。再試行しています。',
  'module.cause.loginspection_journal_gap':
    'systemd のジャーナルの一部が、読み取り前に削除されていました（起動後 {count, number} 回）。ジャーナルの保存容量を増やしてください。',
  'module.figure.journalEntries': '読み取ったジャーナルの件数（起動後）',
  'module.figure.linesCut': '8 KiB で打ち切った行数',
  'module.figure.followedLogs': '監視中のログ数',
  'module.figure.linesRead': '読み取った行数（起動後）',
  'module.figure.rulesLoaded': 'ルール数',
  'module.figure.decodersLoaded': 'デコーダー数',
} as const;
