/** `sakimori up` が端末に表示する文。 */
export const up = {
  'up.tookOver': '先に動作していた Sakimori（プロセス {pid}）を停止し、引き継ぎました。',
  'up.ready': 'Sakimori が起動しました（{seconds} 秒）。',
  'up.addresses': `
  コンソール      {console}
  エージェント接続  {agents}
  Workload API    {workloadSecurity}/api
  メール受信箱    {smtp}（SMTP サーバを設定するまで、メールはここに届きます）
  データ        {dataFolder}
`,
  'up.link': '  初回サインイン（1 回のみ有効）：\n    {link}\n',
  'up.agentRunning': '  このマシンのエージェントが動作しています（プロセス {pid}）。',
  'up.agentLimited':
    '  このマシンのエージェントが動作しています（プロセス {pid}）。root 権限がないため、次の制限があります：\n    {limits}',
  'up.agentEnded':
    'このマシンのエージェントが終了しました（{how}）。再開するには：\n    npx sakimori-agent run --data {folder}',
  'up.agentFailed': 'このマシンのエージェントを起動できませんでした：{detail}',
  'up.howToStop': '\n  停止するには Ctrl-C を押してください。',
  'up.stopping': '停止しています …',
} as const;
