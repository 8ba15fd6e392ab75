import type { Translation } from '../translation.ts';
import type { server as en } from '../en/server.ts';

export const server: Translation<typeof en> = {
  asOf: '{{time}} 時点',
  stale: 'サーバーが応答していません。表示は{{ago}}の状態です。',
  ok: { title: '問題はありません', text: '設定に問題はなく、新しい作業を受け付けられます。' },
  warnings: {
    title: '確認が必要な項目',
    database_away:
      'データベースが応答しないか、そのディスクがいっぱいです。新しい作業は受け付けず、実行中の処理は待機します。データベースとサーバーのログを確認してください。',
    disk_low:
      'データディレクトリのディスクの空きがほとんどありません（空き {{free_bytes}}）。{{min_free_bytes}} 以上になるまで新しい作業は受け付けません。古いセッションを削除するか、keep-sessions-days を設定してください。',
    memory_low:
      'メモリが不足しています（空き {{free_bytes}}）。{{min_free_bytes}} を下回る間は、ほかのエージェントと並行して起動しません。max-agents を下げるか、サーバーのメモリを増やしてください。',
    allowed_root_missing:
      '許可されたルート {{path}} が存在しないため、その中では作業できません。ディレクトリを作り直すか、BULLPEN_ALLOWED_ROOTS を変更して再起動してください。',
    null_origin_allowed:
      'オリジン "null" が許可されているため、あらゆる Web ページからこのサーバーを呼び出せます。BULLPEN_CORS_ORIGINS から削除して再起動してください。',
    no_api_keys:
      'API キーが設定されていません。このマシンのすべてのユーザーとプログラム（エージェントを含む）が、あなたの権限でエージェントを起動し、セッションを読み、費用を発生させることができます。全員を信頼できる場合を除き、BULLPEN_API_KEYS を設定してください。',
    other_machines_refused:
      'サーバーは {{host}} で待ち受けていますが、ほかのマシンからの接続は、使われるホスト名が未登録のため拒否されます。BULLPEN_ALLOWED_HOSTS に追加して再起動してください。',
    sandbox_process_group:
      'エージェントはプロセスグループだけで管理されています。サーバーのファイル、プロセス、環境変数が見え、巧妙に隠れたコマンドがセッション終了後も残ることがあります。bubblewrap をインストールするか、コンテナまたは仮想マシンでサーバーを実行してください。理由: {{reason}}',
    sandbox_namespace:
      'エージェントは PID 名前空間だけで隔離されています。サーバーのファイルやデータベースが見えます。bubblewrap をインストールするか、コンテナまたは仮想マシンでサーバーを実行してください。理由: {{reason}}',
    agents_outlive_server:
      'サーバーが強制終了されても、エージェントは動き続けます。次回の起動時に見つかったものは終了します。確実に終了させるには bubblewrap をインストールしてください。理由: {{reason}}',
    runs_as_root:
      'サーバーとエージェントが root で動いており、システムを変更できます。専用のユーザーで実行してください。',
    whole_disk_allowed:
      '/ が許可されたルートになっているため、セッションはあらゆるディレクトリで作業できます。BULLPEN_ALLOWED_ROOTS に必要なディレクトリだけを指定して再起動してください。',
    disk_nearly_full:
      'データディレクトリのディスクの空きが {{free_percent}}% です。古いセッションを削除するか、keep-sessions-days を設定してください。',
    no_limits:
      '次の設定が 0 のため、上限がありません: {{settings}}。設定を削除して既定値に戻すか、数値を指定して再起動してください。',
    demo_mode:
      'モデルの代わりにスクリプトが応答しています。回答は本物ではなく、費用もかかりません。実際のモデルを使うには ANTHROPIC_API_KEY を設定し、--demo を付けずに再起動してください。',
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
  version: 'バージョン',
  node: 'Node.js',
  name: '名前',
  uptime: '稼働時間',
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
};
