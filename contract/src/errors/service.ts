import type { ErrorList } from './list.ts';

/** Contracts, orders, hearing sheets, reports, licences, maintenance and the calendar. */
export const serviceErrors = {
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
  recipient_duplicate: {
    status: 409,
    en: '{mail} receives this already, or is named twice in this change.',
    ja: '{mail} は既に通知先に登録されているか、この変更の中で重複しています。',
  },
  recipient_not_listed: {
    status: 409,
    en: '{mail} does not receive this, so it cannot be removed.',
    ja: '{mail} は該当の通知先に登録されていないため、除外できません。',
  },
  recipients_none_left: {
    status: 409,
    en: 'Nobody whose address works would receive this any more ({purpose}). Name another recipient in the same change.',
    ja: '有効な通知先がなくなるため、変更できません（{purpose}）。同じ変更の中で、別の通知先を指定してください。',
  },
  recipients_changed: {
    status: 409,
    en: 'The recipients were changed meanwhile. Look at the list as it is now.',
    ja: '通知先が他の操作で変更されています。現在の一覧をご確認ください。',
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
  remote_address_refused: {
    status: 422,
    en: 'This cannot be the address of a remote tenant: {reason}. Give https://HOST[:PORT], or the region of Cloud One. A private network needs the reach "on-premises".',
    ja: 'リモートテナントのアドレスとして登録できません：{reason}。https://ホスト[:ポート]、または Cloud One のリージョンを指定してください。社内ネットワークのアドレスには、接続範囲「オンプレミス」の指定が必要です。',
  },
  remote_taken: {
    status: 409,
    en: 'Another account is attached with this key already. A remote tenant belongs to one account.',
    ja: 'このキーは別のアカウントで既に使用しています。1 つのリモートテナントは 1 つのアカウントにのみ接続できます。',
  },
  remote_key_needed: {
    status: 422,
    en: 'Another address, reach or certificate needs the API key anew: a key that is kept is sent nowhere else.',
    ja: 'アドレス、接続範囲、証明書を変更するには、API キーを再度入力してください。保存済みのキーは別の接続先には送信しません。',
  },
  remote_failed: {
    status: 409,
    en: 'The remote tenant did not do it: {detail}',
    ja: 'リモートテナントで処理できませんでした：{detail}',
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
  signature_needed: {
    status: 409,
    en: 'This report leaves only signed (by: {party}; signatures: {count}). Sign its draft; to see it: sakimori report board.',
    ja: 'このレポートの送付には署名が必要です（{party}、{count} 名）。下書きに署名してください：sakimori report board',
  },
  report_changed: {
    status: 409,
    en: 'The draft is not the one that you looked at any more. Load it again.',
    ja: '下書きが、確認いただいたものから変更されています。再読み込みして確認してください。',
  },
  already_signed: {
    status: 409,
    en: '{name} has signed this report already; the other signature is another person’s.',
    ja: '{name} さんは既に署名しています。もう 1 名の署名は、別の方が行ってください。',
  },
  signer_not_party: {
    status: 403,
    en: 'This report is signed by {party}.',
    ja: 'このレポートの署名者は{party}です。',
  },
  change_asked: {
    status: 409,
    en: 'A change was asked for. Compose the draft again, or settle the comment, before it is signed.',
    ja: '修正の依頼があります。再作成するか、コメントを解決してから署名してください。',
  },
  report_unusual: {
    status: 409,
    en: 'Somebody has to look at this one by itself: {why}.',
    ja: '個別に確認してください：{why}。',
  },
  report_not_composed: {
    status: 503,
    en: 'The report could not be composed ({why}). The draft before it stands.',
    ja: 'レポートを作成できませんでした（{why}）。元の下書きはそのまま残っています。',
  },
  no_recipients: {
    status: 409,
    en: 'Nobody of the account is registered for {report}, or their addresses fail. Register a contact and send it again.',
    ja: 'このアカウントには{report}の送付先が登録されていないか、すべて配信不能です。連絡先を登録してから、再度送付してください。',
  },
  report_link_unknown: {
    status: 404,
    en: 'This link cannot be used. Ask your service provider for another one.',
    ja: 'このリンクはご利用いただけません。お手数ですが、サービス提供元に再送をご依頼ください。',
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
  change_empty: {
    status: 409,
    en: 'Nothing would change: everything that is asked for stands already.',
    ja: '変更される項目がありません。ご指定の内容は既に設定されています。',
  },
  change_outdated: {
    status: 409,
    en: 'Somebody has changed the same since this was looked at: {what}. Compare again, and have it approved.',
    ja: '確認の後に、他の変更が行われました：{what}。差分を再確認し、改めて承認を受けてください。',
  },
  change_conflict: {
    status: 409,
    en: 'This cannot be taken back by itself: somebody has changed it since ({what}). Nothing was changed.',
    ja: '適用の後に他の変更が行われたため、元に戻せません（{what}）。設定は変更していません。',
  },
  second_person_needed: {
    status: 409,
    en: 'Whoever opened a change does not approve it. Ask a second person.',
    ja: '変更の起票者は承認できません。別の担当者が承認してください。',
  },
  reason_alone_needed: {
    status: 409,
    en: 'Whoever opened a change approves it alone only with a reason. Give one, or ask a second person.',
    ja: '変更の起票者が承認する場合は、その理由を入力するか、別の担当者が承認してください。',
  },
  backend_refused: {
    status: 422,
    en: 'The manager of the hosts refuses this: {detail}',
    ja: 'ホストを管理するマネージャが拒否しました：{detail}',
  },
} as const satisfies ErrorList;
