import type { Config } from '../config.ts';
import type { Server } from '../server.ts';

/** Every address of the machine: the URL then shows only the loopback one. */
const WILDCARDS = new Set(['0.0.0.0', '::']);

/** What a person reads when the server is up: where it is, what answers, and what to type next. */
export function announcement(
  config: Config,
  { url, sandbox, approvalKey }: Pick<Server, 'url' | 'sandbox' | 'approvalKey'>,
  { isTerminal }: { isTerminal: boolean },
): string {
  const prompt = 'Write a greeting into hello.md, then run `ls -l`.';
  const key = config.apiKeys.length > 0 ? ` -H "authorization: Bearer $KEY"` : '';
  const rows = [
    ['mode', mode(config)],
    ['data', config.databaseUrl ? `PostgreSQL, and ${config.dataDir}` : config.dataDir],
    ['agents', sandboxWords(sandbox)],
    ...(WILDCARDS.has(config.host) ? [['reach', reach(config)]] : []),
    ['console', consoleLink(url, isTerminal ? approvalKey : undefined)],
    ['try', `curl ${url}/execute/${key} -H 'content-type: application/json' \\`],
    ['', `  -d '${JSON.stringify({ prompt, permission_mode: 'acceptEdits' })}'`],
    ['then', `curl${key} "${url}/status/<session_id>?wait=30"`],
    ['sdks', `programs with an official Anthropic SDK: baseURL ${url}, see docs/guide/official-sdks.md`],
  ];
  const lines = rows.map(([name = '', text = '']) => `  ${name.padEnd(7)} ${text}`);
  return `Bullpen is listening on ${url}\n\n${lines.join('\n')}\n\n`;
}

/** With the key that approvals need, for a person who can see it: not into a file that others may read. */
function consoleLink(url: string, key: string | undefined): string {
  return `${url}/console/${key === undefined ? '' : `#key=${key}`}`;
}

function mode({ model }: Config): string {
  if (model.mode === 'provider') return `real: the models at ${model.baseUrl}`;
  return 'demo: a script plays the model, offline and free. Set ANTHROPIC_API_KEY (without --demo) to use a real one.';
}

function reach({ allowedHosts }: Config): string {
  if (allowedHosts.length === 0)
    return 'other machines are refused until allowed-hosts has the name that they use';
  return `from other machines, under the names in allowed-hosts: ${allowedHosts.join(', ')}`;
}

function sandboxWords({ kind, reason, endsWithServer }: Server['sandbox']): string {
  const why = reason ? ` (${reason})` : '';
  switch (kind) {
    case 'bubblewrap':
      return 'held by bubblewrap: when one is stopped, nothing that it started is left';
    case 'namespace':
      return `held by a PID namespace${why}: when one is stopped, nothing is left; it sees the files of the server`;
    case 'process-group': {
      const end = endsWithServer ? '' : ', and go on when the server is killed';
      return `held by process group only${why}: a command that hides well can outlive its session${end}`;
    }
  }
}
