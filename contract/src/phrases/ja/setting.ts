/** ポリシーの設定項目：どこで有効か、対応していない理由（S25）。 */
export const setting = {
  'setting.by.agent': 'ホスト上で有効',
  'setting.by.manager': 'マネージャで有効',
  'setting.by.none': '対応していません',
  'setting.stored': '値は受け付けますが、効果はありません（{after} に従う設定です）。',
  'setting.refused': '設定 {name} を変更できません。{reason}既定値（{builtIn}）のままとなります。',
  'setting.empty': '空',
  'setting.why.agent_initiated': '通信は必ずエージェントから開始します。マネージャからホストへは接続しません。',
  'setting.why.engine_packages':
    'マルウェア検索エンジンは、ホストの OS のパッケージとして更新します。設定による自動更新は行いません。',
  'setting.why.kernel_connections':
    'コネクションの管理は Linux カーネルが行います。この状態に対応する設定がカーネルにありません。',
  'setting.why.kernel_tcp': 'この検査は Linux カーネルの TCP が常に行い、外から変更や記録をすることができません。',
  'setting.why.no_activity_monitoring': 'アクティビティ監視のエンジンがありません。',
  'setting.why.no_appliance':
    '仮想アプライアンス（エージェントレス保護）には対応していません。保護は常にエージェントが行います。',
  'setting.why.no_behavior_monitoring': '挙動監視のエンジンがありません。',
  'setting.why.no_cleanup': '通信のないホストを自動的に削除する機能はありません。ホストはオペレータが廃止します。',
  'setting.why.no_debug':
    'パケットのデバッグ記録には対応していません。記録する内容は、ルールと「全パケットデータの記録」の設定で選べます。',
  'setting.why.no_exploit_rules': '文書の脆弱性対策ルールを個別に除外することはできません。',
  'setting.why.no_machine_learning': '機械学習型検索のエンジンがありません。',
  'setting.why.no_nsx': 'VMware NSX のタグ付けには対応していません。',
  'setting.why.no_popups': 'サーバの画面に通知を表示する機能はありません。',
  'setting.why.no_port_scan':
    'マネージャからホストのポートを検索する機能はありません。待ち受け中のポートはエージェントが報告します。',
  'setting.why.no_relay': 'リレーはありません。エージェントは更新をマネージャから直接受け取ります。',
  'setting.why.no_sandbox': 'サンドボックスおよび Apex Central との連携には対応していません。',
  'setting.why.no_syslog':
    'syslog への転送をこの設定で行うことはできません。検出はエージェントからマネージャへ送信します。',
  'setting.why.no_tls_inspection': 'TLS の復号には対応していません。',
  'setting.why.no_tunnels': 'トンネルの内側のパケットは検査しません。',
  'setting.why.no_vendor_cloud':
    'Smart Protection には接続しません。パターンとフィードは、このマネージャから配布します。',
  'setting.why.old_agents': '対象となる旧バージョンのエージェントがありません。',
  'setting.why.out_of_scope': 'アプリケーションコントロールはサービスの対象外です。',
  'setting.why.own_events':
    'イベントの集約と保存は、エージェントが固定の方法で行います。数え漏れがないよう、変更できません。',
  'setting.why.own_intrusion': '侵入防御エンジンの動作は固定です。この設定に対応する機能がありません。',
  'setting.why.own_liveness': '死活と時刻ずれの判定は、すべてのホストで共通です。マネージャの構成で変更します。',
  'setting.why.own_log': 'エージェントの動作ログの詳細度は変更できません。',
  'setting.why.recommended_rules':
    '新しい侵入防御ルールは、推奨設定の検索の結果として割り当てます。更新と同時に割り当てることはありません。',
  'setting.why.root_decides':
    'ホストの管理者権限を持つ人によるエージェントの停止は、防止できません。停止は死活監視で検知します。',
  'setting.why.sha256_only': '内容の比較には、常に SHA-256 を使用します。',
  'setting.why.sent_at_once': '検出は、発生後すぐに送信します。',
  'setting.why.size_refused': '大きすぎるポリシーは、保存するときに拒否します。エージェントへは届きません。',
  'console.settings.settingsTitle': '設定',
  'console.settings.search': '設定の名前または値',
  'console.settings.group': '分類',
  'console.settings.anyGroup': 'すべての分類',
  'console.settings.showAll': '対応していない設定も表示',
  'console.settings.name': '設定',
  'console.settings.value': '値',
  'console.settings.setBy': '設定元',
  'console.settings.builtIn': '既定値',
  'console.settings.valueEmpty': '（空）',
  'console.settings.change': '変更',
  'console.settings.reset': '親ポリシーまたは既定値に戻す',
  'console.settings.builtInIs': '既定値：{value}',
  'console.settings.changed': '設定を変更しました。接続中のホストへ配信されます。',
  'console.settings.none': '該当する設定はありません',
  'console.settings.noneText': '検索の条件を変えてお試しください。',
  'console.settings.platform': 'エージェント全般',
  'setting.by.stored': '値の保存のみ',
  'setting.taken': '値は受け付けますが、効果はありません（既存のクライアントが設定するため）。',
  'setting.why.no_forwarding':
    'イベントの転送（SNS、SNMP トラップ）には対応していません。検出の通知は、連絡先とアラートの定義で設定します。',
  'setting.why.no_other_api':
    'SOAP API と状態監視 API はありません。監視には、本 API または Prometheus 形式の出力を使用します。',
  'setting.why.no_packet_capture':
    'パケットの内容は、上限のある、秘密を伏せた抜粋だけを記録します。記録の範囲は変更できません。',
  'setting.why.no_proxy': 'プロキシをこの設定で指定することはできません。',
  'setting.why.no_vendor_services':
    'Trend Micro のサービス（XDR、MDR、利用状況やフィードバックの送信）には接続しません。',
  'setting.why.own_accounts':
    'アカウントはサービス提供者が発行し、互いに分離します。ほかのアカウントを統括するアカウントはありません。',
  'setting.why.own_addresses': 'エージェントの接続先は、マネージャの構成で決まります。',
  'setting.why.own_alert_thresholds': 'アラートの条件としきい値は、アラートの定義で変更します。',
  'setting.why.own_cloud_keys': 'クラウドの認証情報は、コネクタごとに登録します。',
  'setting.why.own_console': 'コンソールの表示と応答ヘッダは固定です。名称とロゴは、サービス提供者の設定で変更します。',
  'setting.why.own_enrolment':
    'ホストの登録の可否は登録トークンで決まり、登録後の動作はイベントベースのタスクで設定します。',
  'setting.why.own_mail':
    'メールの宛先と内容は、連絡先とアラートの定義で設定し、送信サーバはマネージャの構成で指定します。',
  'setting.why.own_retention': '保存期間と保存数は、マネージャの構成で全アカウント共通に定めます。',
  'setting.why.own_severity':
    'イベントを数値の重みで順位付けする機能はありません。重要度は、ルールとアラートの定義で決まります。',
  'setting.why.own_sign_in':
    'コンソールへのサインイン（パスワード、セッション、二要素認証、規約への同意）の規則は固定です。SAML には対応していません。',
  'setting.why.own_stateful': 'ステートフル設定は、ポリシーで割り当てた範囲で有効になります。',
  'setting.why.own_updates': 'ルールとエージェントの更新は、マネージャが配布し、段階的に適用します。',
  'setting.why.set_in_policy': '推奨設定の検索は、ポリシーの設定で指定します。',
};
