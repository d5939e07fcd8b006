/** ホストとエージェント：モジュールの状態、権限の制約、疎通不可の原因。 */
export const host = {
  'module.cause.engine_failed': 'エンジンの起動に失敗しました：{detail}',
  'module.cause.engine_starting': 'エンジン（{engine}）を起動しています（{since} から）。',
  'module.cause.engine_died':
    'エンジン（{engine}）が終了したため、再起動しています（{since} から）。該当する機能は動作していません：{detail}',
  'module.cause.engine_hung':
    'エンジン（{engine}）が応答していません（{since} から）。該当する機能は動作していません：{detail}',
  'module.cause.policy_not_applied': 'ポリシーをまだ受信していません。',
  'module.cause.integrity_unreadable':
    '読み取りできないファイルまたはフォルダが {count, number} 件あり、内容を比較できません（例：{example}）。',
  'module.cause.integrity_mounts_skipped':
    'ネットワークまたは FUSE のマウント {count, number} 件は監視対象外です：{list}',
  'module.cause.integrity_watch_limit':
    'inotify の上限のため、フォルダ {missing, number} 件をリアルタイムに監視できません。{seconds, number} 秒ごとの検索で補っています（fs.inotify.max_user_watches を増やしてください）。',
  'module.cause.integrity_watch_failed':
    'フォルダ {missing, number} 件をリアルタイムに監視できません（{detail}）。{seconds, number} 秒ごとの検索で補っています。',
  'module.cause.integrity_baseline_memory':
    'ディスクに書き込めないため、ベースラインの更新 {count, number} 件をメモリに保持しています。',
  'module.cause.integrity_scan_failed': '直近の検索を完了できませんでした：{detail}',
  'module.cause.integrity_variable_unset':
    'ルールが参照する環境変数（{names}）がこのホストにないため、該当するパスを監視していません。',
  'module.cause.integrity_entities_unseen': 'このホストで読み取りできない対象があります：{kinds}',
  'module.cause.integrity_entities_failed': 'ファイル以外の対象を比較できませんでした：{detail}',
  'module.cause.firewall_refused':
    'nftables を利用できません。管理者権限と、カーネルの nf_tables 対応をご確認ください（{detail}）。',
  'module.cause.firewall_left_out_mac':
    '宛先の MAC アドレスを指定した送信方向のルール {count, number} 件は適用できません（{names}）。',
  'module.cause.firewall_left_out_frame':
    'IP 以外のフレームを拒否するルール {count, number} 件は適用できません（{names}）。',
  'module.cause.firewall_left_out_setting': 'このホストで適用できない設定が {count, number} 件あります（{names}）。',
  'module.cause.firewall_no_events':
    '通信の記録を受け取れないため、検出を報告できません。ルールは適用されています（{detail}）。',
  'module.cause.firewall_no_watch': 'ルールの改変を即時に検知できないため、定期的に確認しています（{detail}）。',
  'module.cause.firewall_contested': '他のプログラムがルールを繰り返し変更しています。1 分に 5 回まで復元します。',
  'module.cause.firewall_cut_off': 'ルールを元に戻しました：{detail}',
  'module.cause.antimalware_no_official':
    'ClamAV の公式シグネチャがありません。製品に付属するシグネチャと独自のシグネチャだけで検索しています。',
  'module.cause.antimalware_no_memory':
    'ClamAV に必要なメモリを確保できません。メモリの増設、または検索用ホストの設定をご検討ください（{detail}）。',
  'module.cause.antimalware_no_freshclam':
    'シグネチャを取得するプログラム（freshclam）がありません。次のコマンドで追加できます：{command}',
  'module.cause.antimalware_out_of_date': 'シグネチャが古くなっています（{days, number} 日前のものです）。',
  'module.cause.antimalware_update_failed':
    '{since} から {source} のシグネチャを取得できないため、取得済みのシグネチャで検索しています（{detail}）。',
  'module.note.antimalware_updated': 'シグネチャの最終確認は {at} です（{source}）。',
  'module.note.antimalware_updating': 'シグネチャを取得しています（{source}）。',
  'module.cause.antimalware_scanner_lost':
    '{since} から検索用ホストが応答しないため、ファイルが検索されずに使用されています（{detail}）。',
  'module.cause.antimalware_no_scan_door':
    'このホストは検索用ホストですが、他のホストからの検索を受け付けられません（{detail}）。',
  'module.note.antimalware_scanned_elsewhere': 'このホストのファイルは検索用ホスト {scanner} で検索されます。',
  'module.note.antimalware_scans_for_others':
    'このホストは同じアカウントの他のホストのファイルも検索します（直近 10 分間：{hosts, number} 台）。',
  'module.cause.antimalware_left_out': '{count} 件のシグネチャファイルを読み込めないため、除外しています（{names}）。',
  'module.cause.antimalware_not_reloaded':
    '新しいシグネチャを適用できないため、適用済みのシグネチャで検索しています（{detail}）。',
  'module.cause.antimalware_no_guard':
    'リアルタイム検索が動作していません。手動検索と予約検索だけを利用できます（{detail}）。次のコマンドで追加できます：{command}',
  'module.cause.antimalware_unmarked': '{count} 件のファイルシステムをリアルタイム検索の対象にできません（{list}）。',
  'module.note.antimalware_unsupported': '次の設定はこのエンジンでは利用できないため、適用されません：{names}',
  'module.note.antimalware_no_cleaning': 'このエンジンはファイルを駆除できないため、駆除の代わりに隔離します。',
  'module.note.antimalware_out_of_hours': 'リアルタイム検索は、スケジュールの時間外のため停止しています。',
  'module.note.antimalware_limited':
    'リアルタイム検索の対象は、このホストの設定により次のフォルダに限られています：{list}',
  'module.note.antimalware_scanning':
    '検索を実行中です（{files, number} 件を検索済み、検出 {found, number} 件、経過 {minutes, number} 分）。',
  'module.note.antimalware_fails_closed':
    '検索できないファイルの使用を拒否します（Fail closed）。エンジンの停止中や無応答の間は、復旧するまでファイルやプログラムを開けません。',
  'module.note.antimalware_no_real_time': 'ポリシーにリアルタイム検索の設定がありません。',
  'module.note.firewall_isolated': 'このホストは隔離中です。マネージャ以外とは通信できません（{until} まで）。',
  'module.note.firewall_source_blocked': '{source} を遮断しています（{until} まで。理由：{reason}）。',
  'module.note.firewall_tap': 'タップモードのため、通信は遮断されず、記録のみ行われます。',
  'module.cause.intrusion_no_queue':
    '通信をエンジンに渡せないため、防御できません。検知のみ行っています（カーネルの NFQUEUE と iptables をご確認ください：{detail}）。',
  'module.cause.intrusion_queue_taken':
    '通信の待ち行列 {queue} を他のプログラム（{program}、PID {pid}）が使用しているため、防御できません。検知のみ行っています。',
  'module.cause.intrusion_stands_still':
    'エンジンが動作しておらず、ポリシーが「Fail closed」のため、通信を止めています：{detail}',
  'module.cause.intrusion_bypassed': '通信がエンジンを経由していません：{detail}',
  'module.cause.intrusion_rules_failed':
    'エンジンが読み込めないルール {count, number} 件を除いて動作しています（{names}）。',
  'module.cause.intrusion_left_out_context':
    '「制限されたインタフェース」のみを対象とするルール {count, number} 件は、エンジンがパケットのインタフェースを判別できないため適用していません（{names}）。',
  'module.note.intrusion_prevents': '防御モードです。攻撃と判定した通信を遮断します。',
  'module.note.intrusion_detects': '検知モードです。通信は遮断されず、記録のみ行われます。',
  'module.note.intrusion_tap': 'ネットワークエンジンがタップモードのため、通信は遮断されず、記録のみ行われます。',
  'module.note.intrusion_community':
    '外部ルールセット {count, number} 件を検知のみで併用しています（取得日時：{at}）。',
  'module.note.intrusion_community_failed':
    '外部ルールセットを更新できなかったため、以前のものを使用しています（{detail}）。',
  'module.note.intrusion_no_trace':
    'カーネルのトレース機能を利用できないため、すぐに終了するプログラムの通信は、プロセスを特定できないことがあります（{detail}）。',
  'module.figure.intrusionRules': '読み込み済みのルール数',
  'module.figure.intrusionRulesFailed': '読み込めなかったルール数',
  'module.figure.engineMemoryMb': 'エンジンのメモリ使用量（MB）',
  'module.figure.engineRestarts': 'エンジンの再起動回数',
  'module.figure.firewallRules': '適用中のルール数',
  'module.figure.firewallLeftOut': '適用していないルール・設定の数',
  'module.figure.sourceBlocks': '遮断中の送信元の数（依頼による）',
  'module.figure.firewallBlocked': '遮断中の送信元の数',
  'module.figure.malwareSignatures': 'シグネチャ数',
  'module.figure.malwareSignatureDays': 'シグネチャの経過日数',
  'module.figure.malwareFileSystems': 'リアルタイム検索の対象ファイルシステム数',
  'module.figure.malwareMissed': '検索されずに使用された回数',
  'module.figure.malwareScanFiles': '検索済みファイル',
  'module.figure.malwareScanFound': '検索での検出',
  'module.figure.malwareScanMegabytes': '検索済み MB',
  'module.figure.malwareScanSkipped': '検索の対象外',
  'module.figure.malwareScannedForOthers': '他のホストのために検索したファイル数',
  'module.figure.malwareScanned': '検索したファイル数（リアルタイム）',
  'module.figure.malwareDenied': '使用を拒否した回数',
  'module.figure.entities': '監視中の対象数（ファイル以外）',
  'module.figure.entity_user': '監視中のユーザ数',
  'module.figure.entity_group': '監視中のグループ数',
  'module.figure.entity_service': '監視中のサービス数',
  'module.figure.entity_process': '監視中のプロセス数（プログラム単位）',
  'module.figure.entity_port': '監視中の待ち受けポート数',
  'module.figure.entity_software': '監視中のソフトウェア数',
  'module.figure.entity_cron': '監視中の定期実行数',
  'module.figure.entity_kernel_module': '監視中のカーネルモジュール数',
  'module.figure.entity_ssh_key': '監視中の SSH 公開鍵数',
  'module.figure.exclusions': '期限付きの除外の数',
  'module.cause.integrity_events_lost':
    'カーネルの変更通知が待ち行列からあふれました（{count, number} 回）。検索で補っています。',
  'module.note.integrity_fanotify':
    'fanotify でファイルシステム {count, number} 件をリアルタイムに監視し、変更したプロセスとユーザも記録しています。',
  'module.note.integrity_inotify_rights':
    'inotify でリアルタイムに監視しています。fanotify に必要な権限（CAP_SYS_ADMIN、CAP_DAC_READ_SEARCH）がないため、変更したプロセスとユーザは分かりません（{detail}）。',
  'module.note.integrity_inotify_kernel':
    'inotify でリアルタイムに監視しています。カーネルが fanotify のファイルシステム監視に対応していないため、変更したプロセスとユーザは分かりません（{detail}）。',
  'module.note.integrity_inotify_missing_call':
    'inotify でリアルタイムに監視しています。fanotify を呼び出すための部品（koffi）がないため、変更したプロセスとユーザは分かりません。',
  'module.note.integrity_inotify_failed':
    'inotify でリアルタイムに監視しています。fanotify を使用できないため、変更したプロセスとユーザは分かりません（{detail}）。',
  'module.note.integrity_unmarked':
    'fanotify を使用できないファイルシステム {count, number} 件は inotify で監視しています（例：{example}、{detail}）。',
  'module.note.integrity_light':
    '軽量プロファイル：検索は 1 コアの {percent, number}% 以内に抑え、差分は表示しません。',
  'module.figure.watchedFiles': '監視中のファイル数',
  'module.figure.watchedFolders': 'リアルタイム監視中のフォルダ数',
  'module.figure.watchedFileSystems': 'リアルタイム監視中のファイルシステム数',
  'module.figure.eventOverruns': '変更通知のあふれた回数',
  'module.figure.attributeOnlyFiles': '属性のみで比較するファイル数（サイズ上限超過）',
  'module.figure.unreadable': '読み取りできない項目数',
  'module.figure.lastScanSeconds': '直近の検索の所要時間（秒）',
  'module.figure.building': 'ベースライン作成中',
  'sizing.antimalware_memory':
    'メモリが {memory, number} MB のため、このホストでの不正プログラム対策の検索は推奨しません（{needed, number} MB 以上を推奨）。メモリの追加、またはこのホストでのモジュールの停止をご検討ください。他のホストと共有するスキャナは、このバージョンでは提供していません。',
  'sizing.memory':
    '有効なモジュールは約 {needed, number} MB のメモリを使用します。このホストのメモリ（{memory, number} MB）の半分を超えるため、モジュールの見直しまたはメモリの追加をご検討ください。',
  'sizing.light_profile':
    'コア数が {cores, number}、メモリが {memory, number} MB のため、変更監視の軽量プロファイルを推奨します。',
  'sizing.disk':
    'エージェントのデータ領域の空きが {free, number} MB です。検出を保管するため、{needed, number} MB 以上の空きを確保してください。',
  'host.privilege.integrity_unreadable':
    '管理者権限がないため、他の利用者のファイルの内容と、アクセスできないフォルダの変更を監視できません。',
  'host.privilege.logs_unreadable':
    '管理者権限がないため、読み取りできないログ（/var/log/auth.log など）を監視できません。',
  'host.privilege.self_protection':
    '管理者権限がないため、同じ利用者の他のプロセスからエージェントのファイルを保護できません。',
  'host.privilege.engines': '管理者権限がないため、ファイアウォール・侵入防御・不正プログラム対策を制御できません。',
  'liveness.cause.stopped': 'エージェントが正常に停止されました。',
  'liveness.cause.uninstalled': 'エージェントがアンインストールされました。',
  'liveness.cause.upgrading': 'エージェントが更新のために停止し、新しいバージョンからの応答がありません。',
  'liveness.cause.host_shutdown': 'ホストがシャットダウンされました。',
  'liveness.cause.process_ended':
    'エージェントのプロセスが停止の通知なしに終了しました（強制終了または異常終了）。ホストは応答していました。',
  'liveness.cause.host_down':
    '外部からの確認でも、ホストが応答しません。同じネットワークの他の機器は応答しています（ホストの停止）。',
  'liveness.cause.network_down':
    'ホストとそのネットワークのどの機器も、外部からの確認に応答しません（ネットワークの切断）。',
  'liveness.cause.agent_unresponsive':
    'ホストは外部からの確認に応答しますが、エージェントから応答がありません（エージェントの無応答、またはマネージャへの通信の遮断）。',
  'liveness.cause.clock_wrong':
    'エージェントから応答がありません。最後の通信の時点でホストの時刻が大きくずれており、証明書を検証できない可能性があります。',
  'liveness.cause.reported_offline': 'お客様のリモートテナントが、エージェントをオフラインと報告しています。',
  'liveness.cause.no_contact': '応答がありません。ホストの停止またはネットワークの切断が考えられます。',
  'liveness.cause.certificate_expired': 'エージェントのクライアント証明書の有効期限が切れています。',
  'liveness.cause.certificate_revoked': 'エージェントのクライアント証明書は失効しています。',
} as const;
