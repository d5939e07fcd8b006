/** 外部の製品から受け取るイベントのコマンド。 */
export const cliIntake = {
  'cli.intake': 'Trend Micro のマネージャとエージェントのイベントの取り込み',
  'cli.intake.parse':
    '標準入力の syslog（CEF、LEEF）または Amazon SNS の文書を読み、イベントを 1 行に 1 件の JSON で出力します（マネージャがなくても使用できます）',
  'cli.intake.waiting': '標準入力を読んでいます。終了するには Ctrl+D を押してください。',
  'cli.option.intakeFormat': '入力の形式',
  'cli.option.cases':
    '入力を 1 行に 1 件の、id と raw を持つ JSON とし、出力に id と n（何番目のイベントか）を付けます',
  'cli.intake.problem.noEvent': 'CEF、LEEF、SNS のいずれのイベントでもない入力：{count, number} 件',
  'cli.intake.problem.otherProduct': 'Trend Micro 以外の製品の記録：{count, number} 件',
  'cli.intake.problem.otherFormat': '--format で指定した形式ではない入力：{count, number} 件',
  'cli.intake.problem.unreadableJson': 'JSON として読めない部分を含む文書：{count, number} 件',
  'cli.intake.problem.control': 'イベントではない SNS の通知（購読の確認、テスト）：{count, number} 件',
  'cli.intake.problem.cut': '長すぎるため先頭だけを読んだ、または読まなかった入力：{count, number} 件',
  'cli.intake.problem.badCase': 'id と raw を持つ JSON ではない行：{count, number} 件',
  'cli.fault.noEvents':
    '入力 {count, number} 件のうち、イベントとして読めたものはありません。Deep Security、Workload Security の syslog の行、または SNS の文書を標準入力に渡してください。',
} as const;
