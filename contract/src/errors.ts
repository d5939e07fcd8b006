import { doorErrors } from './errors/door.ts';
import { responseErrors } from './errors/response.ts';
import { serviceErrors } from './errors/service.ts';

/**
 * Every error a door can answer with. The public words come from here; what must stay private goes to `cause` and the log.
 * `status` is the HTTP status. Texts are ICU messages over the refusal's facts. `docs/reference/errors.md` is generated from this list.
 */
export const errors = {
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
  confirmation_required: {
    status: 409,
    en: 'These rules would watch {files, number} files on one host, about {seconds, number} s for the first scan. Send the change again with "confirmation": "{estimate}".',
    ja: 'このルールは 1 台のホストで {files, number} 件のファイルを監視します（初回の検索は約 {seconds, number} 秒）。適用する場合は、"confirmation": "{estimate}" を指定して再送してください。',
  },
  hash_confirmation_required: {
    status: 409,
    en: 'This cannot be undone by itself. To do it with {path}, send it again with "confirmation": "{sha256}".',
    ja: 'この操作には確認が必要です。{path} に対して実行する場合は、"confirmation": "{sha256}" を指定して再送してください。',
  },
  source_allowed: {
    status: 409,
    en: '{source} is not blocked: {entry} is never blocked.',
    ja: '{source} は遮断できません：{entry} は遮断しない対象です。',
  },
  consent_needed: {
    status: 409,
    en: 'Nothing is done to {host} without the customer’s consent on record. Propose a playbook and ask for it: sakimori playbook propose',
    ja: 'お客様の同意が記録されるまで、{host} に対する操作は行えません。対応手順を提案し、同意を得てください：sakimori playbook propose',
  },
  four_eyes_needed: {
    status: 409,
    en: 'For this account somebody else has to carry it out than {name}, who proposed it or wrote the consent down.',
    ja: 'このアカウントでは、提案者または同意の記録者（{name}）とは別の担当者が実行する必要があります。',
  },
  host_is_manager: {
    status: 409,
    en: '{host} is the machine of the manager: it is neither isolated nor stopped from here.',
    ja: '{host} はマネージャが動作しているマシンのため、ここから隔離・停止することはできません。',
  },
  no_contacts: {
    status: 409,
    en: 'No contact of the account can be asked: none is registered for alerts, or their addresses fail. Register one, or call the customer and write the answer down.',
    ja: '同意を依頼できる連絡先がありません（アラート通知先が未登録、または配信不能）。連絡先を登録するか、電話で確認して結果を記録してください。',
  },
  consent_link_unknown: {
    status: 401,
    en: 'This link is not one of ours. Please open the link of the mail once more, or call us.',
    ja: 'このリンクは正しくありません。メールのリンクをもう一度開くか、お電話でお問い合わせください。',
  },
  form_link_unknown: {
    status: 401,
    en: 'This link is not one of ours, or a newer one was sent. Please open the link of the latest mail, or ask the person who sent it.',
    ja: 'このリンクは正しくないか、新しいリンクに差し替えられています。最新のメールのリンクを開くか、送付元の担当者にお問い合わせください。',
  },
  form_closed: {
    status: 409,
    en: 'The form cannot be changed like this; it is: {state}.',
    ja: 'このフォームに対してその操作はできません（現在の状態：{state}）。',
  },
  form_changed: {
    status: 409,
    en: 'Somebody else saved this form meanwhile by the same link. Load the page again before you go on.',
    ja: '同じリンクから、ほかの方が先に保存しました。ページを再読み込みしてから続けてください。',
  },
  form_code_wrong: {
    status: 403,
    en: 'The code is not right, or more than 15 minutes old. {left, number} tries are left.',
    ja: '確認コードが正しくないか、発行から 15 分を過ぎています。あと {left, number} 回入力できます。',
  },
  consent_closed: {
    status: 409,
    en: 'This request can no longer be answered by this link: {state}.',
    ja: 'このリンクでは回答できません：{state}。',
  },
  consent_code_wrong: {
    status: 403,
    en: 'The code is not right, or it is too old. Tries left: {left, number}. You can have a new code sent.',
    ja: '確認コードが正しくないか、有効期限切れです。残り {left, number} 回入力できます。新しいコードを送信することもできます。',
  },
  name_not_confirmed: {
    status: 409,
    en: 'This is done only where "confirmation" is the name of the host: {name}',
    ja: 'この操作を行うには、確認としてホスト名を入力してください：{name}',
  },
  version_conflict: {
    status: 409,
    en: 'Someone changed this meanwhile (version {current, number}). Load it again.',
    ja: '他の利用者が先に変更しました（バージョン {current, number}）。再読み込みしてください。',
  },
  already_exists: {
    status: 409,
    en: 'There is already a {what} of this name.',
    ja: '同じ名前の{what}が既に存在します。',
  },
  source_value_invalid: {
    status: 422,
    en: 'This cannot be a source ({reason}). Give an address or network (192.0.2.0/24), the common name of a client certificate, a topic (arn:aws:sns:REGION:ACCOUNT:NAME) or the name of a folder, and a zone such as Asia/Tokyo.',
    ja: '送信元として登録できません（{reason}）。IP アドレスまたはネットワーク（192.0.2.0/24）、クライアント証明書のコモンネーム、トピック（arn:aws:sns:REGION:ACCOUNT:NAME）、フォルダ名のいずれかと、Asia/Tokyo のようなタイムゾーンを指定してください。',
  },
  source_taken: {
    status: 409,
    en: 'This sender is bound already ({name}). If several accounts share it, give each source the TenantID that it brings.',
    ja: 'この送信元は既に登録されています（{name}）。複数のアカウントで共有する場合は、送信元ごとに Trend Micro 製品の TenantID を指定してください。',
  },
  limit_reached: {
    status: 409,
    en: 'No more than {max, number} can be kept (kind: {what}). Remove one that is no longer needed.',
    ja: '{what}の登録数が上限（{max, number} 件）に達しています。不要なものを削除してください。',
  },
  one_plan_per_account: {
    status: 409,
    en: 'An account has exactly one plan. Create a second account for the other plan.',
    ja: '1 アカウントで複数のプランはご利用いただけません。別のプランには別のアカウントを作成してください。',
  },
  account_per_plan: {
    status: 409,
    en: 'This customer already has an account for the plan {plan}. §{clause}: {clauseText}',
    ja: 'このお客様には、プラン「{plan}」のアカウントが既にあります。§{clause}：{clauseText}',
  },
  nodes_below_minimum: {
    status: 409,
    en: 'A contract covers at least {min, number} nodes, not {nodes, number}. §{clause}: {clauseText}',
    ja: 'ノード数 {nodes, number} ではご契約いただけません（最小 {min, number}）。§{clause}：{clauseText}',
  },
  nodes_exceeded: {
    status: 409,
    en: 'That would be {servers, number} servers, and the contract covers {nodes, number} nodes. Change the contract first.',
    ja: 'サーバが {servers, number} 台となり、ご契約のノード数（{nodes, number}）を超えます。先に契約を変更してください。',
  },
  contract_action_required: {
    status: 409,
    en: 'Without {name} the contract has {left, number} of at least {min, number} nodes. Say what becomes of it: contractAction "replacement" or "ending". §{clause}: {clauseText}',
    ja: '{name} を外すと、ご契約のサーバが {left, number} 台となり、最小ノード数（{min, number}）を下回ります。契約の扱いを contractAction（replacement：代替サーバを追加、ending：契約を終了）で指定してください。§{clause}：{clauseText}',
  },
  contract_overlaps: {
    status: 409,
    en: 'Another term of the contract covers these days, or is about to begin. Take back the coming one, or choose another day.',
    ja: '指定した期間は、別の契約期間と重なるか、開始前の契約変更が登録されています。変更を取り消すか、日付を変更してください。',
  },
  date_past: {
    status: 409,
    en: '{date} is past. Choose {earliest} or later.',
    ja: '{date} は過去の日付です。{earliest} 以降を指定してください。',
  },
  not_in_plan: {
    status: 403,
    en: '“{feature}” is not part of the plan {plan}; a higher plan has it. §{clause}: {clauseText}',
    ja: '「{feature}」は、プラン「{plan}」では提供しておりません。上位プランでご利用いただけます。§{clause}：{clauseText}',
  },
  included_in_plan: {
    status: 409,
    en: '“{feature}” is included in the plan {plan}. Only more of it is sold: beyondPlan. §{clause}: {clauseText}',
    ja: '「{feature}」は、プラン「{plan}」に含まれています。超過分の見積もりには beyondPlan を指定してください。§{clause}：{clauseText}',
  },
  quote_needed: {
    status: 409,
    en: '“{feature}” is sold separately under the plan {plan}: it needs a quote that the customer approved. §{clause}: {clauseText}',
    ja: 'プラン「{plan}」では「{feature}」は有償です。お客様が承認した見積もりが必要です。§{clause}：{clauseText}',
  },
  quote_not_approved: {
    status: 409,
    en: 'The work does not begin before the customer approved the quote {number, number} (now: {state}).',
    ja: '見積もり {number, number} がお客様に承認されるまで、作業を開始できません（現在：{state}）。',
  },
  prerequisite_missing: {
    status: 409,
    en: 'The server {name} cannot be activated: {lack}. §{clause}: {clauseText}',
    ja: 'サーバ {name} は有効化できません：{lack}。§{clause}：{clauseText}',
  },
  work_taken: {
    status: 409,
    en: '{owner} is working on this (work {number}). Speak with them, or say that you take it over.',
    ja: '作業 {number} は {owner} さんが対応中です。確認のうえ、引き継ぐ場合はその旨を指定してください。',
  },
  workbook_refused: {
    status: 422,
    en: 'This file cannot be read: {file}',
    ja: 'このファイルを読み込めません：{file}',
  },
  unsupported_in_region: {
    status: 409,
    en: '“{function}” is not supported in Japan and cannot be ordered.',
    ja: '「{function}」は日本国内ではサポートされていないため、お申し込みいただけません。',
  },
  hearing_incomplete: {
    status: 409,
    en: 'The hearing sheet has {errors, number} wrong and {missing, number} missing answers. The console shows them, and so does: sakimori hearing check FILE',
    ja: 'ヒアリングシートに、誤りが {errors, number} 件、未記入の必須項目が {missing, number} 件あります。内容はコンソール、または sakimori hearing check ファイル で確認してください。',
  },
  no_account_yet: {
    status: 409,
    en: 'The customer {customer} has no account yet, so there is nothing to compare the sheet with. Issue the account first.',
    ja: '{customer} のアカウントはまだ発行されていないため、設定と照合できません。先にアカウントを発行してください。',
  },
  order_invalid: {
    status: 400,
    en: 'The order form has {count, number} faults; the first: {fault}',
    ja: '注文書に {count, number} 件の不備があります。最初の不備：{fault}',
  },
  order_known: {
    status: 409,
    en: 'The order {number} was taken already (at {at}). Nothing was stored a second time.',
    ja: '注文書 {number} は既に受け付けています（{at}）。重ねての登録は行っていません。',
  },
  onboarding_changed: {
    status: 409,
    en: '{by} changed this at {at} (version {current, number}). Load it again.',
    ja: '{by} が先に変更しました（{at}、バージョン {current, number}）。再読み込みしてください。',
  },
  step_order: {
    status: 409,
    en: 'Step {step} waits for step {before}. §{clause}: {clauseText}',
    ja: '手順「{step}」は、手順「{before}」の完了後に実施できます。§{clause}：{clauseText}',
  },
  step_incomplete: {
    status: 409,
    en: 'Step {step} is not complete yet: {missing}',
    ja: '手順「{step}」は完了していません：{missing}',
  },
  hearing_contradicts: {
    status: 409,
    en: 'The hearing sheet contradicts the order in {count, number} places: {places}',
    ja: 'ヒアリングシートが注文書と {count, number} か所で食い違っています：{places}',
  },
  gate_closed: {
    status: 409,
    en: 'The start of use is held back by: {checks}',
    ja: 'ご利用を開始できません：{checks}',
  },
  no_recipient: {
    status: 409,
    en: 'Nobody is left to be told: every contact for alerts was tried, or their address fails. Name one, or register another contact.',
    ja: '連絡先がありません。アラートの通知先すべてに連絡済みか、メールアドレスが不達です。連絡先を指定するか、新たに登録してください。',
  },
  wrong_state: {
    status: 409,
    en: 'This cannot be done now: the {what} is {state}.',
    ja: '現在の状態では実行できません（{what}：{state}）。',
  },
  mail_refused: { status: 502, en: 'The mail server refused: {detail}', ja: 'メールサーバに拒否されました：{detail}' },
  logo_refused: {
    status: 400,
    en: 'This logo is not taken: {faultText} PNG or SVG of up to 256 KiB and 2,000 pixels, which only draws.',
    ja: 'このロゴは登録できません。{faultText}PNG または SVG（256 KiB、2,000 ピクセルまで、図形のみ）をご用意ください。',
  },
  license_gap: {
    status: 409,
    en: 'There would be no license from {from} to {to} ({days, number} days). Correct the first day, or accept the gap: isGapAccepted.',
    ja: '{from} から {to} まで（{days, number} 日間）ライセンスのない期間が生じます。開始日を修正するか、確認のうえ isGapAccepted を指定してください。',
  },
  license_not_longer: {
    status: 409,
    en: 'The license is valid to {end} already; {validTo} is not later.',
    ja: 'ライセンスは既に {end} まで有効です。{validTo} より後の日付を指定してください。',
  },
  proof_refused: {
    status: 400,
    en: 'The proof is not taken: a PDF, PNG, JPEG or text of up to 5 MiB is needed.',
    ja: '証跡のファイルを登録できません。PDF、PNG、JPEG またはテキスト（5 MiB まで）をご用意ください。',
  },
  last_admin: {
    status: 409,
    en: 'At least one provider administrator must stay.',
    ja: 'プロバイダ管理者は最低 1 名必要です。',
  },
  period_invalid: {
    status: 400,
    en: 'Write the period as {expected}.',
    ja: '期間は {expected} の形式で指定してください。',
  },
  period_not_over: {
    status: 409,
    en: 'The period {period} is not over yet. It ends at {end}.',
    ja: '期間 {period} はまだ終了していません（終了：{end}）。',
  },
  date_out_of_range: {
    status: 400,
    en: 'The holidays of {date} are not known: the calendar reaches from {first} to {last}.',
    ja: '{date} の祝日は不明です。カレンダーの対象範囲は {first} ～ {last} です。',
  },
  holidays_invalid: {
    status: 400,
    en: 'This is not the list of holidays as the Cabinet Office publishes it. {detail}',
    ja: '内閣府が公表する祝日一覧の形式ではありません。{detail}',
  },
  no_business_day: {
    status: 409,
    en: 'The calendar has no business day within {days, number} days of {date}. Look at the closing days.',
    ja: '{date} から {days, number} 日以内に営業日がありません。休業日の設定をご確認ください。',
  },
  patience_too_short: {
    status: 400,
    en: 'Silence cannot be called earlier than after {least, number} s: a live agent is heard that seldom.',
    ja: '疎通不可と判定するまでの時間は {least, number} 秒以上を指定してください。正常なエージェントでも、その間は応答がないことがあります。',
  },
  probe_point_refused: {
    status: 400,
    en: '{address} may not be probed: it stands for this machine, its link, or many hosts at once.',
    ja: '{address} は確認先に指定できません（マネージャ自身、リンクローカル、またはマルチキャストのアドレスです）。',
  },
  maintenance_time_invalid: {
    status: 400,
    en: 'Maintenance cannot be announced like this: {reason}.',
    ja: 'メンテナンス期間を登録できません：{reason}。',
  },
  maintenance_rule_invalid: {
    status: 400,
    en: 'The rule of repetition is not understood at “{part}”. Use FREQ=DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY, BYMONTHDAY, and COUNT (at most 200) or UNTIL.',
    ja: '繰り返しの指定の「{part}」を解釈できません。FREQ=DAILY、WEEKLY、MONTHLY と INTERVAL、BYDAY、BYMONTHDAY を使用し、COUNT（200 回以内）または UNTIL で終わりを指定してください。',
  },
  maintenance_scope_refused: {
    status: 403,
    en: 'You can announce maintenance that stops agents or their communication (module system). For other modules, please ask your provider.',
    ja: 'お客様が登録できるのは、エージェントの停止または通信に影響する作業（死活監視）です。その他のモジュールについては、サービス提供者にご依頼ください。',
  },
  calendar_file_invalid: {
    status: 400,
    en: 'Line {line, number} of the iCalendar file cannot be used: {part}. Nothing was taken from it.',
    ja: 'iCalendar ファイルの {line, number} 行目を使用できません：{part}。何も取り込まれていません。',
  },
  ticket_taken: {
    status: 409,
    en: 'Ticket #{number} is with {owner}. Say that you take it over.',
    ja: 'チケット #{number} は {owner} さんが担当中です。引き継ぐ場合は、引き継ぎを指定してください。',
  },
  answer_missing: {
    status: 409,
    en: 'Ticket #{number} has no answer yet. Answer the customer, or write a text for the closing.',
    ja: 'チケット #{number} はまだ回答していません。お客様へ回答するか、終了時の文面を入力してください。',
  },
  attachment_held: {
    status: 409,
    en: 'This attachment is not handed out: {reason}.',
    ja: 'この添付ファイルは取り出せません：{reason}。',
  },
  answer_link_invalid: {
    status: 401,
    en: 'This link is not valid any more: it was used, or its 24 hours are over. Please call us if you have not been reached.',
    ja: 'このリンクは使用済み、または有効期限（24 時間）切れです。ご不明な場合はお電話でお問い合わせください。',
  },
} as const satisfies Record<string, { status: number; en: string; ja: string }>;
export const errors = { ...doorErrors, ...responseErrors, ...serviceErrors } as const;

export type ErrorCode = keyof typeof errors;
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** An answer that says no, for a reason the caller may know. Private details belong in `cause`. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly facts: Facts;
  constructor(code: ErrorCode, facts: Facts = {}, options?: { cause?: unknown }) {
    super(`${code} ${JSON.stringify(facts)}`, options);
    this.name = 'Refusal';
    this.code = code;
    this.facts = facts;
  }
  get status(): number {
    return errors[this.code].status;
  }
}
