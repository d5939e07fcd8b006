/** 予約タスクがお送りするメール。 */
export const task = {
  'work.title.taskMissed': '予約タスク「{name}」が予定どおりに実行されませんでした（予定：{at}）',
  'task.alertSummary.subject': '[{product}] 未完了アラートの一覧（{count, number} 件）',
  'task.alertSummary.intro':
    '平素より大変お世話になっております。{provider}です。\n{count, plural, =0 {現在、未完了のアラートはございません。} other {現在、未完了のアラートが {count, number} 件ございます。}}',
  'task.alertSummary.severity': '重要度「{severity}」：{count, number} 件',
  'task.alertSummary.alert': '#{number}［{severity}］{host}：{what}',
  'task.alertSummary.more': 'ほか {count, number} 件',
} as const;
