import type { Translation } from '../translation.ts';
import type { login as en } from '../en/login.ts';

export const login: Translation<typeof en> = {
  title: 'Bullpen にサインイン',
  text: 'このサーバーには API キーが必要です。キーはこのブラウザーにのみ保存されます。',
  key: 'API キー',
  wrong: 'このキーはサーバーに登録されていません。',
  remember: 'この端末に保存する',
  submit: '続ける',
  checking: '確認中…',
  approval: {
    title: '回答にはキーが必要です',
    text: 'キーなしのサーバーでも、人として回答するにはキーが必要です。同じ端末のエージェントがサーバーに接続できるためです。キーはデータディレクトリの approval-key ファイルと、サーバー起動時に表示されたリンクにあります。',
  },
};
