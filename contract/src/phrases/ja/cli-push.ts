/** コマンドラインの SSH 導入。 */
export const cliPush = {
  'cli.push': 'SSH によるエージェントの導入',
  'cli.push.run': '一覧のホストに導入し、終了まで待つ（失敗したホストがあると終了コード 1）',
  'cli.push.list': '導入の一覧（新しい順）',
  'cli.push.show': '導入の結果をホストごとに表示',
  'cli.push.log': 'ホストで実行したコマンドと出力を表示',
  'cli.push.cancel': '導入を中止し、認証情報を破棄',
  'cli.argument.pushFile': 'ホストの一覧（host,port,user,auth,fingerprint）。- は標準入力',
  'cli.argument.push': '導入の ID',
  'cli.argument.pushHost': '一覧のホスト',
  'cli.option.passwordFile': 'ログインのパスワードのファイル',
  'cli.option.keyFile': '秘密鍵のファイル',
  'cli.option.passphraseFile': '秘密鍵のパスフレーズのファイル',
  'cli.option.sudoPasswordFile': 'sudo のパスワードのファイル（ログインと異なる場合）',
  'cli.option.acceptKeys': '表示されたホスト鍵のフィンガープリントを照合済みとして受け入れる',
  'cli.option.pushMinutes': '認証情報の有効時間（分）',
  'cli.option.pushParallel': '同時に導入する台数',
  'cli.option.pushOverride': '導入前チェックが FAIL でも続行する理由（記録されます）',
  'cli.fault.newKeys':
    '未確認のホスト鍵が {count, number} 件あります。フィンガープリントを照合し、--accept-keys を付けて再実行してください。',
} as const;
