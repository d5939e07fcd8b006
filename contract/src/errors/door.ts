import type { ErrorList } from './list.ts';

/** What every door can answer: form, sign-in, rights, size, enrolment and certificates. */
export const doorErrors = {
  malformed: {
    status: 400,
    en: 'The request does not have the expected form: {detail}',
    ja: 'リクエストの形式が正しくありません：{detail}',
  },
  unauthenticated: {
    status: 401,
    en: 'Please sign in, or send a valid API key.',
    ja: 'サインインするか、有効な API キーを指定してください。',
  },
  sign_in_refused: {
    status: 401,
    en: 'The mail address, the password or the one-time code is not right. After several tries, wait a little; for a lost password ask an administrator for a new sign-in link.',
    ja: 'メールアドレス、パスワード、またはワンタイムコードが正しくありません。パスワードをお忘れの場合は、管理者に新しいサインインリンクの発行をご依頼ください。',
  },
  link_invalid: {
    status: 401,
    en: 'This sign-in link is not valid any more: it was used, replaced or has expired. Ask an administrator for a new one.',
    ja: 'このサインインリンクは使用済み、差し替え済み、または有効期限切れです。管理者に新しいリンクの発行をご依頼ください。',
  },
  password_wrong: { status: 403, en: 'The current password is not right.', ja: '現在のパスワードが正しくありません。' },
  code_wrong: {
    status: 403,
    en: 'The one-time code is not right, or it was used already. Wait for the next one.',
    ja: 'ワンタイムコードが正しくないか、既に使用されています。次のコードを入力してください。',
  },
  forbidden: {
    status: 403,
    en: 'Your role does not allow this ({permission}).',
    ja: 'お使いの権限ではこの操作を行えません（{permission}）。',
  },
  not_found: { status: 404, en: 'There is no such {what}.', ja: '該当する{what}が見つかりません。' },
  method_not_allowed: {
    status: 405,
    en: 'This address does not take {method}.',
    ja: 'このアドレスでは {method} を使用できません。',
  },
  too_large: {
    status: 413,
    en: 'The request is larger than {limitBytes, number} bytes. Send less at once.',
    ja: 'リクエストが上限（{limitBytes, number} バイト）を超えています。分割して送信してください。',
  },
  unsupported_encoding: {
    status: 415,
    en: 'Send the body as {expected}.',
    ja: '本文は {expected} で送信してください。',
  },
  unavailable: {
    status: 503,
    en: 'The service cannot answer right now. Nothing was stored; please send it again in {retrySeconds, number} s.',
    ja: '一時的に応答できません。データは保存されていません。{retrySeconds, number} 秒後に再送してください。',
  },
  internal: {
    status: 500,
    en: 'Something failed on our side. Please tell us the request id {requestId}.',
    ja: 'システム内部でエラーが発生しました。リクエスト ID {requestId} をお知らせください。',
  },
  too_many_requests: {
    status: 429,
    en: 'Too many requests. Please try again in {retrySeconds, number} s.',
    ja: 'リクエストが多すぎます。{retrySeconds, number} 秒後にもう一度お試しください。',
  },
  token_unknown: {
    status: 401,
    en: 'This enrolment token is not known here, or it was revoked. Issue a new one: sakimori host token --account NAME',
    ja: 'この登録トークンは無効です（未登録または失効）。新しいトークンを発行してください：sakimori host token --account 名前',
  },
  token_used: {
    status: 409,
    en: 'This enrolment token has been used already. A token enrols one host; issue a new one.',
    ja: 'この登録トークンは使用済みです。1 つのトークンで登録できるホストは 1 台です。新しく発行してください。',
  },
  token_exhausted: {
    status: 409,
    en: 'This deployment script has let in all {max, number} hosts that it was made for. Make a new one.',
    ja: 'この展開スクリプトで登録できるホスト数（{max, number} 台）に達しています。新しいスクリプトを作成してください。',
  },
  token_expired: {
    status: 410,
    en: 'This enrolment token has expired. Issue a new one.',
    ja: 'この登録トークンは有効期限切れです。新しく発行してください。',
  },
  software_unavailable: {
    status: 503,
    en: 'This manager cannot hand out the agent’s packages: {detail}',
    ja: 'このマネージャはエージェントのパッケージを配布できません：{detail}',
  },
  certificate_missing: {
    status: 401,
    en: 'Present the client certificate that this manager issued.',
    ja: '本マネージャが発行したクライアント証明書を提示してください。',
  },
  certificate_expired: {
    status: 401,
    en: 'The client certificate has expired. Enrol the host again.',
    ja: 'クライアント証明書の有効期限が切れています。ホストを再登録してください。',
  },
  certificate_revoked: {
    status: 401,
    en: 'The client certificate has been revoked.',
    ja: 'クライアント証明書は失効しています。',
  },
  certificate_request_invalid: {
    status: 400,
    en: 'The certificate request is not valid: {detail}',
    ja: '証明書要求が正しくありません：{detail}',
  },
  other_account: {
    status: 403,
    en: 'The detection {id} names another account or host than the certificate.',
    ja: '検出 {id} のアカウントまたはホストが証明書と一致しません。',
  },
} as const satisfies ErrorList;
