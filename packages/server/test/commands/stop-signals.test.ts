import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { until } from '../support/until.ts';

const MODULE = new URL('../../dist/commands/stop-signals.js', import.meta.url).href;

const PROGRAM = `
  import { listenForStop } from ${JSON.stringify(MODULE)};
  const keepAlive = setInterval(() => {}, 1000);
  const stop = listenForStop();
  stop.first.then(() => console.log('first', performance.now()));
  stop.second.then(() => { console.log('second', performance.now()); clearInterval(keepAlive); });
  console.log('ready');
`;

it('a signal that comes twice at once is one request to stop, and a later one is the second', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit');
  await until('the program is ready', () => output.includes('ready'));

  await until('a second signal counts', () => {
    child.kill('SIGINT');
    return output.includes('second');
  });

  const at = (word: string): number => Number(new RegExp(`${word} (\\S+)`).exec(output)?.[1]);
  expect(at('second') - at('first')).toBeGreaterThan(450);
  child.kill('SIGINT');
  await exited;
});
