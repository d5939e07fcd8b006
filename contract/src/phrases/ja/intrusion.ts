/** 侵入防御の防御・検知モードのホスト単位の切替（画面とコマンド）。 */
export const intrusion = {
  'console.intrusionMode.title': '侵入防御の動作モード',
  'console.intrusionMode.state': '現在のモード',
  'console.intrusionMode.policy': 'ポリシーのモード',
  'console.intrusionMode.until': '切替の期限（JST）',
  'console.intrusionMode.untilHint': '期限を過ぎると、自動的にポリシーのモードに戻ります（最長 {days, number} 日）。',
  'console.intrusionMode.by': '切替を行った利用者',
  'console.intrusionMode.asPolicy': 'ポリシーのとおりに動作しています。',
  'console.intrusionMode.switch': 'モードを切り替える',
  'console.intrusionMode.do': '切り替える',
  'console.intrusionMode.end': '切替を終了する',
  'console.intrusionMode.endText': 'このホストの侵入防御を {mode} に戻します。理由は監査ログに残ります。',
  'console.intrusionMode.text':
    '{name} の侵入防御のモードだけを、期限まで切り替えます。同じポリシーの他のホストには影響しません。',
  'console.intrusionMode.wouldPass':
    '直近 {days, number} 日間に遮断した通信のうち {count, number} 件は、検知モードであれば遮断されませんでした。',
  'console.intrusionMode.wouldBlock':
    '直近 {days, number} 日間に検知した通信のうち {count, number} 件は、防御モードであれば遮断されました。',
  'console.intrusionMode.rules':
    '適用中のルール {inForce, number} 件のうち、遮断するルールは現在 {now, number} 件、切替後は {later, number} 件です。',
  'console.intrusionMode.ruleCount': '{name}：{count, number} 件',
  'cli.host.intrusion-mode': 'ホストの侵入防御の動作モード（防御・検知）を表示します',
  'cli.host.preview-intrusion': 'モードを切り替えた場合の影響を、直近 {days, number} 日間の検出から表示します',
  'cli.host.switch-intrusion': 'ホストの侵入防御のモードを期限まで切り替えます（依頼者と理由は記録に残ります）',
  'cli.host.return-intrusion': '侵入防御のモードの切替を期限前に終了します（依頼者と理由は記録に残ります）',
  'cli.option.mode': '動作モード',
  'cli.intrusionOff': '無効',
  'cli.done.intrusionMode': '侵入防御は {mode} です。',
  'cli.done.intrusionSwitched': '侵入防御は {until} まで {mode} です（理由：{reason}）。',
  'cli.done.wouldPass':
    '直近 {days, number} 日間に遮断した {count, number} 件は、検知モードであれば遮断されませんでした。遮断するルール：{now, number} 件 → {later, number} 件',
  'cli.done.wouldBlock':
    '直近 {days, number} 日間に検知した {count, number} 件は、防御モードであれば遮断されました。遮断するルール：{now, number} 件 → {later, number} 件',
};
