import type { Translation } from '../translation.ts';
import type { examples as en } from '../en/examples.ts';

export const examples: Translation<typeof en> = {
  program: {
    title: 'エージェントがプログラムを書いて実行する様子を見る',
    text: '小さなスクリプトを書いて実行し、結果を報告します。操作は不要です。',
    session: 'プログラムを書いて実行する',
    prompt:
      '「for n in 2 3 5 7 11 13; do echo $n is prime; done」という内容の primes.sh を作成し、`sh primes.sh` を実行して、出力を教えてください。',
  },
  permission: {
    title: 'エージェントに許可を求めさせる',
    text: 'どのルールでも許可されていないコマンドを実行しようとします。あなたが判断すると、作業が続きます。',
    session: '許可を得てコマンドを実行する',
    prompt:
      '「echo Hello from $(hostname)」という内容の greet.sh を作成し、`sh greet.sh` を実行して、出力を教えてください。',
  },
  question: {
    title: 'エージェントに質問させる',
    text: 'あなたの希望がわからないため、フォームで質問し、回答を待ちます。',
    session: 'データベースを選ぶ',
    prompt:
      '私のチームはどのデータベースを使うべきですか。質問ツールで私に1つだけ質問してから、1文で結論を出してください。',
  },
};
