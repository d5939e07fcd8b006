/** 提携 SOC と当番表（S72）。 */
export const soc = {
  'thing.soc': '提携 SOC',
  'thing.socDelivery': '提携 SOC への通知',
  'thing.oncall': '当番表',
  'state.not_dead': '再送の対象外',
  'role.soc-partner': '提携 SOC',
  'console.roleText.soc-partner': '契約で対象とされたアカウントのインシデントだけを参照し、対応を記録します。',
  'work.title.socUnreached': '提携 SOC「{soc}」に通知が届きません：{reason}',
  'work.title.caseUnanswered': 'インシデント {number, number} の対応が開始されていません（全段階に連絡済み）',
  'audit.soc.created': '提携 SOC の登録',
  'audit.soc.changed': '提携 SOC の変更',
  'audit.soc.secret_rotated': '提携 SOC の署名シークレットの更新',
  'audit.soc.covered': 'アカウントを担当する提携 SOC の変更',
  'audit.soc.unreached': '提携 SOC への通知の不達',
  'audit.soc.retried': '提携 SOC への通知の再送',
  'audit.soc.refused': '提携 SOC による対象外アカウントへの操作の拒否',
  'thing.onCallChannel': '音声・SMS の連絡手段',
  'work.title.gatewayQuiet': '当番への音声・SMS 連絡「{channel}」が届いていません：{reason}',
  'audit.oncall.tried': '音声・SMS ゲートウェイの試験',
  'audit.oncall.gateway_quiet': '音声・SMS ゲートウェイの応答なし',
  'audit.oncall.gateway_back': '音声・SMS ゲートウェイの復旧',
  'oncall.trial.text': '防人の試験連絡です。対応は必要ありません。音声の場合は電話に出てください。',
  'oncall.voice.text':
    '防人の当番呼び出しです。アカウント {account}、インシデント {number, number}、重要度 {severity}。{title}。対応を開始する場合は 1 を押してください。',
  'mail.gateway.quiet.subject': '[{product}][要対応] 音声・SMS ゲートウェイ「{channel}」から応答がありません',
  'mail.gateway.quiet.text':
    '当番への連絡に使用する音声・SMS ゲートウェイ「{channel}」の試験が失敗しました。\n\n理由：{reason}\n\nゲートウェイの状態と当番表の設定をご確認ください。復旧が確認されるまで 1 時間ごとに試験します。この間もメールと他の連絡手段による呼び出しは継続します。\n{link}',
  'mail.gateway.back.subject': '[{product}][復旧] 音声・SMS ゲートウェイ「{channel}」',
  'mail.gateway.back.text': '音声・SMS ゲートウェイ「{channel}」の試験が成功しました。\n{link}',
  'audit.oncall.changed': '当番表の変更',
  'mail.soc.opened.subject': '[{product}][{severity}] インシデント {number, number}：{title}（{account}）',
  'mail.soc.escalated.subject': '[{product}][未対応] インシデント {number, number}：{title}（{account}）',
  'mail.soc.text':
    '{soc} ご担当者様\n\nアカウント「{account}」のインシデント {number, number} についてお知らせします。\n\n内容：{title}\n重要度：{severity}\nアラート：{alerts, number} 件\n\n内容をご確認のうえ、ポータルまたは API で対応の開始を記録してください。',
  'mail.oncall.subject': '[{product}][当番呼び出し][{severity}] インシデント {number, number}：{title}（{account}）',
  'mail.oncall.text':
    'アカウント「{account}」のインシデント {number, number} について、第 {level, number} 段階の担当者としてお知らせします。\n\n内容：{title}\n重要度：{severity}\n\n{minutes, number} 分以内に対応を開始してください。開始されない場合は、次の段階の担当者に連絡します。\n{link}',
} as const;
