import type { Translation } from '../translation.ts';
import type { shell as en } from '../en/shell.ts';

export const shell: Translation<typeof en> = {
  product: 'Bullpen',
  skip: '本文へ移動',
  nav: {
    label: 'メイン',
    fleet: 'セッション',
    start: '新規作成',
    approvals: '承認',
    agents: 'エージェント',
    environments: '環境',
    files: 'ファイル',
    usage: '利用状況',
    server: 'サーバー',
    more: 'その他',
  },
  theme: { label: 'テーマ', light: 'ライト', dark: 'ダーク', system: 'システムに合わせる' },
  language: { label: '言語' },
  badge: { running: '{{count}} 件実行中', waiting: '{{count}} 件対応待ち' },
  settings: '設定',
  forgetKey: 'キーを消去',
  connection: {
    live: 'ライブ',
    connecting: '接続中…',
    reconnecting: '再接続中…',
    lost: 'サーバーとの接続が切れました。表示中の内容は最新ではない可能性があります。',
    refused: 'サーバーがライブ表示を拒否しました: {{problem}}',
    next: '{{seconds}} 秒後に再試行します。',
    trying: '再試行中…',
    retry: '今すぐ再試行',
  },
  shortcuts: {
    title: 'キーボードショートカット',
    open: 'キーボードショートカットを表示',
    next: '続けて',
    or: 'または',
    go: '移動',
    here: 'このページ',
    anywhere: 'どこでも',
  },
  notFound: {
    title: 'ページが見つかりません',
    text: 'アドレスが間違っているか、削除された可能性があります。',
    back: 'セッション一覧',
  },
};
