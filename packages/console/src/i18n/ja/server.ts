import type { Translation } from '../translation.ts';
import type { server as en } from '../en/server.ts';

export const server: Translation<typeof en> = {
  asOf: '{{time}} 時点',
  stale: 'サーバーが応答していません。表示は{{ago}}の状態です。',
  ok: { title: '問題はありません', text: '設定に問題はなく、新しい作業を受け付けられます。' },
  warnings: {
    title: '確認が必要な項目',
    database_away:
      'データベースに接続できません。復旧するまで、セッションの開始も閲覧もできません。',
    disk_low: 'ディスクの空きがほとんどありません（空き {{free}}）。{{limit}} 以上になるまで新しい作業は受け付けません。',
    memory_low:
      'メモリが不足しています（空き {{free}}）。{{limit}} を下回る間は、ほかのエージェントと並行して起動しません。',
    allowed_root_missing: 'セッションの作業を許可されたディレクトリ {{path}} が存在しません。',
    no_api_keys:
      'API キーが設定されていません。このマシンのすべてのユーザーとプログラムが、あなたの権限でエージェントを起動できます。全員を信頼できる場合を除き、BULLPEN_API_KEYS を設定してください。',
    other_machines_refused:
      'サーバーは {{host}} で待ち受けていますが、ほかのマシンからの接続は拒否されます。BULLPEN_ALLOWED_HOSTS にこのサーバーのホスト名を設定してください。',
    sandbox_process_group:
      'エージェントはプロセスグループだけで管理されています。サーバーのユーザーの全ファイルが見え、起動したプログラムが残ることがあります。{{reason}}',
    sandbox_namespace:
      'エージェントは名前空間で隔離されています。停止すれば何も残りませんが、サーバーのユーザーの全ファイルが見えます。{{reason}}',
    agents_outlive_server:
      'サーバーが強制終了されると、作業中のエージェントは動き続けます。{{reason}}',
    runs_as_root:
      'サーバーとエージェントが root で動いています。専用のユーザーで実行してください。',
    whole_disk_allowed:
      '/ が許可されたルートになっているため、セッションはディスク全体で作業できます。必要なディレクトリだけを指定してください。',
    disk_nearly_full: 'ディスクの空きが 10% を下回っています（{{percent}}%）。',
    no_limits:
      '次の上限が無効になっています：{{settings}}。1 つのセッションがすべての資源を使い切るおそれがあります。',
    demo_mode:
      'デモモードです。モデルの代わりにスクリプトが応答します。実際のモデルを使うには ANTHROPIC_API_KEY を設定し、--demo を付けずに起動してください。',
  },
  sections: {
    server: 'サーバー',
    agents: 'エージェント',
    memory: 'メモリ',
    disk: 'ディスク',
    database: 'データベース',
    streams: 'ストリーム',
    nodes: 'このデータベースを使うサーバー',
  },
  mode: 'モード',
  modes: { demo: 'デモ（スクリプトが応答）', provider: 'モデルプロバイダーに接続' },
  provider: 'プロバイダー',
  version: 'バージョン',
  node: 'Node.js',
  name: '名前',
  uptime: '稼働時間',
  started: '起動日時',
  sandbox: 'エージェントの隔離',
  sandboxes: {
    bubblewrap: 'bubblewrap',
    namespace: '名前空間',
    'process-group': 'プロセスグループ',
  },
  slots: 'スロット',
  slotsUsed: '{{max}} 中 {{running}} を使用中',
  waiting: 'スロット待ち',
  warm: '待機プロセス',
  warmHint: 'セッションの次のメッセージを待っているプロセスです。届くとすぐに開始します。',
  processes: 'プロセス合計',
  memoryUsed: '{{total}} 中 {{free}} が空き',
  memoryServer: 'サーバー',
  memoryAgents: '全エージェント',
  least: '確保しておく空き容量',
  never: '制限なし',
  diskUsed: '{{total}} 中 {{free}} が空き',
  diskFree: '空き {{free}}',
  workspaces: 'ワークスペース',
  measured: '{{ago}}に計測',
  kinds: { sqlite: 'SQLite', postgres: 'PostgreSQL' },
  kind: '種類',
  reachable: '接続',
  yes: '正常',
  no: '接続できません',
  size: 'サイズ',
  open: '使用中',
  streamsUsed: '{{max}} 中 {{open}} を使用中',
  thisOne: 'このサーバー',
  seen: '最終確認',
  unknown: '不明',
  settings: '設定',
};
