import type { Translation } from '../translation.ts';
import type { environments as en } from '../en/environments.ts';

export const environments: Translation<typeof en> = {
  new: '新しい環境',
  search: '環境を検索',
  showArchived: 'アーカイブ済みを表示',
  notFound: '該当する環境はありません。',
  name: '名前',
  description: '説明',
  metadata: 'メタデータ',
  changed: '更新日時',
  actions: '操作',
  about:
    '/v1 のセッションは環境を指定して作成します。このサーバーでは、各セッションがサンドボックス内の専用ディレクトリで動作します。',
  edit: '「{{name}}」を編集',
  change: '編集…',
  copyId: 'ID をコピー',
  menu: '「{{name}}」のその他の操作',
  saved: '「{{name}}」を保存しました。',
  archived: '「{{name}}」をアーカイブしました。',
  deleted: '「{{name}}」を削除しました。',
  askArchive: '「{{name}}」をアーカイブしますか？',
  askArchiveText:
    '以後は変更できず、新しいセッションでも使えなくなります。既存のセッションは続行します。この操作は取り消せません。',
  askDelete: '「{{name}}」を削除しますか？',
  askDeleteText: 'この環境のセッションは続行します。この操作は取り消せません。',
  empty: {
    title: '環境はまだありません',
    text: '/v1 のセッションは環境の中に作成されます。通常は 1 つで十分ですが、プロジェクトやチームごとに分けることもできます。',
  },
};
