/** 導入前チェック（S10、S14、S15、S22～S24）の結果と、次に行うこと。 */
export const preflight = {
  'preflight.level.pass': 'PASS',
  'preflight.level.warn': 'WARN',
  'preflight.level.fail': 'FAIL',
  'preflight.next': '対処：{text}',
  'preflight.verdict.ok': 'OK：このホストにエージェントを導入できます。',
  'preflight.verdict.warn': 'WARN：導入できますが、上記の注意事項をご確認ください。',
  'preflight.verdict.fail':
    'FAIL：このホストには導入できません。上記の FAIL を解消してください。理由を記録して続行する場合は --override を指定してください。',
  'preflight.verdict.overridden': 'FAIL のまま続行します。理由：{reason}（この理由は登録時に記録されます）',
  'preflight.verdict.reboot':
    'needs_reboot：ホストの再起動が必要です。再起動は自動では行いません。メンテナンス時間帯に実施してください。',
  'preflight.unchecked': 'マネージャへの接続は確認していません（--manager ホスト:ポート を指定すると確認します）。',
  'preflight.host':
    'メモリ {memory, number} MB、{cores, number} コア、データ用の空き {disk, number} MB、Linux {kernel}',
  'preflight.noRoot': 'root ではないため、一部の確認ができません。',
  'preflight.os_supported': '{os} は対応 OS です（対応表 {table}、行 {row}、{url}）。',
  'preflight.os_unsupported':
    '{os} は対応していません（対応表 {table}、行 {row}、{url}）。glibc {glibc} 以降が必要です。',
  'preflight.next.os_unsupported': '対応している版に OS を更新してください。',
  'preflight.os_unlisted': '{os}（ID={id}、VERSION_ID={version}）は対応表 {table} に記載がありません。参照：{url}',
  'preflight.next.os_unlisted': '対応表にある OS をご利用ください。対応の追加はサービス窓口へご相談ください。',
  'preflight.kernel_supported': 'カーネル {kernel}（{needed} 以降が必要、{url}）',
  'preflight.kernel_old': 'カーネル {kernel} は古すぎます（{needed} 以降が必要、{url}）。',
  'preflight.next.kernel_old': 'カーネルを更新してください。',
  'preflight.architecture_supported': 'アーキテクチャ {architecture}（対応：{list}、{url}）',
  'preflight.architecture_unsupported': 'アーキテクチャ {architecture} には対応していません（対応：{list}、{url}）。',
  'preflight.next.architecture_unsupported': '対応するアーキテクチャのホストをご用意ください。',
  'preflight.dns_resolved': '{host} の名前解決に成功しました（{address}）。',
  'preflight.dns_unresolved': '{host} の名前を解決できません（{detail}）。',
  'preflight.next.dns_unresolved':
    'このホストの DNS 設定（/etc/resolv.conf）と、マネージャの名前の登録をご確認ください。',
  'preflight.port_open': '{host} のポート {port} に接続できます。',
  'preflight.port_refused':
    '{host} のポート {port} への接続が拒否されました。待ち受けるプログラムがないか、途中で拒否されています。',
  'preflight.next.port_refused': 'アドレスとポート番号、マネージャの稼働状況、途中のファイアウォールをご確認ください。',
  'preflight.port_silent':
    '{host} のポート {port} は {seconds, number} 秒以内に応答しませんでした。パケットが破棄されています。',
  'preflight.next.port_silent':
    'このホストからマネージャへの送信（TCP {port}）を、ホストと途中のファイアウォールやセキュリティグループで許可してください。',
  'preflight.port_unreachable': '{host} への経路がありません（ポート {port}）。',
  'preflight.next.port_unreachable': 'このホストの経路とゲートウェイの設定をご確認ください。',
  'preflight.port_failed': '{host} のポート {port} に接続できません（{detail}）。',
  'preflight.next.port_failed': 'このホストのネットワーク設定をご確認ください。',
  'preflight.tls_failed': '{host} との TLS 通信を開始できません（{detail}）。',
  'preflight.next.tls_failed': '途中の機器による通信の検査や遮断、およびポート番号の誤りがないかご確認ください。',
  'preflight.tls_trusted': '{host} の証明書は指定の認証局のものです（有効期限 {day}）。',
  'preflight.tls_seen': '{host} の証明書を確認しました（有効期限 {day}）。認証局は照合していません。',
  'preflight.tls_other_authority':
    '{host} の証明書は指定の認証局のものではありません（発行者：{issuer}）。途中で TLS が検査されているか、別のサーバです。',
  'preflight.next.tls_other_authority':
    'TLS を検査する機器がある場合は、マネージャ宛ての通信を検査の対象外にしてください。',
  'preflight.tls_other_name': '{host} の証明書にこの名前がありません（{names}）。',
  'preflight.next.tls_other_name': 'マネージャの設定（SAKIMORI_AGENTS_NAMES）にこの名前を追加してください。',
  'preflight.tls_expired': '{host} の証明書は期限切れです（{day}）。',
  'preflight.next.tls_expired': 'このホストの時刻と、マネージャの証明書をご確認ください。',
  'preflight.tls_expires_soon': '{host} の証明書はあと {days, number} 日で期限切れになります（{day}）。',
  'preflight.next.tls_expires_soon': 'マネージャを再起動すると、証明書が更新されます。',
  'preflight.proxy_set':
    '環境変数 {name} にプロキシが設定されています。エージェントはプロキシを使わず、{host} に直接接続します。',
  'preflight.next.proxy_set': '直接の接続が許可されていることをご確認ください。',
  'preflight.clock_right': 'このホストの時刻はマネージャと合っています（差 {seconds, number} 秒）。',
  'preflight.clock_wrong': 'このホストの時刻はマネージャと {seconds, number} 秒ずれています。',
  'preflight.next.clock_wrong': 'NTP（chrony、systemd-timesyncd など）で時刻を同期してください。',
  'preflight.clock_unknown': '{host} の時刻が分からないため、時刻のずれを確認できません。',
  'preflight.next.clock_unknown': 'NTP による時刻同期をご確認ください。',
  'preflight.size_enough': 'メモリ、コア数、ディスクは足りています。',
  'preflight.disk_full':
    'データ用の空き容量は {free, number} MB です。導入には少なくとも {needed, number} MB が必要です。',
  'preflight.next.disk_full': '/var/lib の空き容量を増やしてください。',
  'preflight.mounts_none': 'ネットワークおよび FUSE のマウントはありません。',
  'preflight.mounts_found':
    'ネットワークまたは FUSE のマウントが {count, number} 件あります：{list}。変更監視と検索の対象から外します。',
  'preflight.next.mounts_found': '監視が必要な場合は、マウント元のホストで監視してください。',
  'preflight.files_counted':
    '変更監視の対象になり得るファイルは約 {files, number} 件です（初回の検索は約 {seconds, number} 秒、目安 {most, number} 件以下）。',
  'preflight.files_many':
    '変更監視の対象になり得るファイルが {files, number} 件以上あります（初回の検索は約 {seconds, number} 秒以上、目安 {most, number} 件以下）。',
  'preflight.next.files_many': '変更監視の対象フォルダを絞るか、軽量プロファイルをご利用ください。',
  'preflight.reboot_none': '待機中の再起動はなく、ドライバも使用中ではありません。',
  'preflight.reboot_pending': 'OS の再起動が待機しています（{by} {packages}）。',
  'preflight.next.reboot_pending':
    'メンテナンス時間帯に再起動してください。本サービスが無断で再起動することはありません。',
  'preflight.queue_busy': 'パケットのキュー {queue} を別のプログラム（{program}、PID {pid}）が使用しています。',
  'preflight.next.queue_busy':
    'そのプログラムを停止するか、メンテナンス時間帯に再起動してください。それまで侵入防御と Web レピュテーションは検知のみとなります。',
  'preflight.products_none': '他社のセキュリティ製品は見つかりませんでした。',
  'preflight.products_found': '他社のセキュリティ製品があります：{list}',
  'preflight.next.products_found': '併用すると負荷の増加や誤検知の原因になります。併用の可否をご確認ください。',
  'preflight.fanotify_there': 'fanotify を利用できます。',
  'preflight.fanotify_missing': 'fanotify を利用できません（{detail}）。',
  'preflight.next.fanotify_missing':
    'inotify で監視します。変更したプロセスは分かりません。root での実行とカーネルの設定をご確認ください。',
  'preflight.nft_there': 'nft があります。',
  'preflight.nft_missing': 'nft がありません。',
  'preflight.next.nft_missing':
    'nftables パッケージを導入してください：sakimori-agent engines install --modules firewall',
  'preflight.nfqueue_there': 'NFQUEUE を利用できます。',
  'preflight.nfqueue_missing': 'カーネルに NFQUEUE がありません。',
  'preflight.next.nfqueue_missing': '侵入防御は検知のみとなります。nfnetlink_queue を含むカーネルをご利用ください。',
} as const;
