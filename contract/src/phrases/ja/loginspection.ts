/** セキュリティログ監視：エージェントが報告する状態と数値。 */
export const loginspection = {
  'module.cause.loginspection_unreadable':
    'ログ {count, number} 件を読み取りできません（例：{example}、{code}）。読み取り権限を確認してください。',
  'module.cause.loginspection_line_failed':
    'ログの {count, number} 行を解析できませんでした。該当の行は検知の対象外です。',
  'module.figure.followedLogs': '監視中のログ数',
  'module.figure.linesRead': '読み取った行数（起動後）',
  'module.figure.rulesLoaded': 'ルール数',
  'module.figure.decodersLoaded': 'デコーダー数',
} as const;
