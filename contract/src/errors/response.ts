import type { ErrorList } from './list.ts';

/** Containment, consent and the desk: what is done for a customer, and with whose word. */
export const responseErrors = {
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
    en: 'Nothing is done to {host} without the customer’s consent on record. Propose a playbook and ask for it with `sakimori playbook propose`.',
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
} as const satisfies ErrorList;
