import { splitCommand, type SimpleCommand } from './split-command.ts';
import type { Finding, RiskKind } from './assess-risk.ts';

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const READS = list(
  'ls cat head tail grep egrep fgrep rg find fd wc pwd echo printf which whereis type file stat du df ps env printenv date whoami id ' +
    'uname hostname tree diff cmp sort uniq cut tr jq yq less more basename dirname realpath readlink test [ true false sleep seq ' +
    'column nl od xxd strings md5sum sha256sum awk cd export set unset history top free uptime lsof pgrep man help wait',
);
const WRITES = list('touch mkdir cp mv tee install ln chmod chown chgrp patch tar unzip zip gzip gunzip sed');
const NETWORK = list(
  'curl wget ssh scp sftp rsync nc ncat telnet ftp ping dig nslookup gh glab aws gcloud az kubectl helm terraform psql mysql mongosh ' +
    'redis-cli npx yarn pnpm bunx pip pip3 pipx uv uvx apt apt-get apk dnf yum brew docker podman openssl sendmail mail',
);
const DESTROYS = list(
  'rm rmdir unlink shred dd truncate fdisk parted wipefs kill killall pkill shutdown reboot halt poweroff systemctl service crontab',
);
const ROOT = list('sudo su doas pkexec');
const SHELLS = list('sh bash zsh dash ksh fish');
const INTERPRETERS = list('python python3 node deno bun ruby perl php eval source .');
/** They run what comes after them. */
const WRAPPERS = list(
  'env time nohup nice exec command builtin xargs timeout stdbuf setsid sudo doas do then else if while until !',
);

/** What arguments make of a program: the first that fits. */
const WITH_ARGUMENTS: readonly [program: string, text: RegExp, kinds: readonly RiskKind[]][] = [
  [
    'git',
    /^(?:reset\b.*--hard|clean\b|push\b.*(?:--force|--delete|--mirror|\s-f\b|\s\+)|branch\b.*\s-D\b|checkout\b.*(?:\s--\s|\s\.$)|restore\b|stash\s(?:drop|clear)|reflog\sexpire|filter-branch|filter-repo|update-ref\s-d)/,
    ['destructive'],
  ],
  ['git', /^push\b/, ['network', 'writes']],
  ['git', /^(?:clone|fetch|pull|remote\supdate|submodule)\b/, ['network', 'writes']],
  ['git', /^ls-remote\b/, ['network']],
  [
    'git',
    /^(?:-C\s\S+\s)?(?:status|log|diff|show|blame|grep|rev-parse|describe|ls-files|shortlog|config\s--get|branch$|branch\s-[avr]+$|remote$|remote\s-v$|tag$|tag\s-l)/,
    ['reads'],
  ],
  ['git', /./, ['writes']],
  ['find', /\s-(?:delete|exec(?:dir)?\s+(?:rm|shred)\b)/, ['destructive']],
  ['find', /\s-(?:exec|execdir|ok)\b/, ['runs']],
  ['sed', /^(?!.*(?:\s|^)(?:-i|--in-place))/, ['reads']],
  ['tar', /^-?\w*t/, ['reads']],
  ['npm', /^(?:publish|unpublish|deprecate|access|owner)\b/, ['network', 'destructive']],
  ['npm', /^(?:run|test|start|exec|t)\b/, ['runs']],
  ['npm', /./, ['network', 'writes']],
  ['yarn', /^(?:run|test|build|lint)\b/, ['runs']],
  ['pnpm', /^(?:run|test|build|lint)\b/, ['runs']],
  ['cargo', /^(?:publish|yank)\b/, ['network', 'destructive']],
  ['cargo', /^(?:install|add|update|fetch)\b/, ['network', 'writes']],
  ['go', /^(?:get|install|mod)\b/, ['network', 'writes']],
  ['docker', /^(?:rm|rmi|kill|\w+\s(?:rm|prune)|compose\sdown)\b/, ['destructive']],
  ['podman', /^(?:rm|rmi|kill|\w+\s(?:rm|prune))\b/, ['destructive']],
  ['kubectl', /^(?:delete|drain|replace)\b/, ['network', 'destructive']],
  ['helm', /^(?:uninstall|delete|rollback)\b/, ['network', 'destructive']],
  ['terraform', /^(?:destroy|apply)\b/, ['network', 'destructive']],
  ['aws', /\b(?:delete|terminate|rm|rb)\b/, ['network', 'destructive']],
  ['gcloud', /\bdelete\b/, ['network', 'destructive']],
  ['gh', /\bdelete\b/, ['network', 'destructive']],
  ['systemctl', /^(?:status|list|show|is-)/, ['reads']],
  ['service', /\sstatus$/, ['reads']],
  ['crontab', /^-l/, ['reads']],
  ['openssl', /^(?!s_client)/, ['runs']],
  ['chmod', /(?:^|\s)(?:-R\b|--recursive|0?777\b|[ugoa]*\+s)/, ['destructive']],
  ['chown', /(?:^|\s)(?:-R\b|--recursive)/, ['destructive']],
];
const DESTROYS_DATA = /\b(?:drop\s+(?:table|database|schema)|truncate\s+table|delete\s+from)\b/i;

/** What a line for a shell does, as far as its text says so. */
export function assessCommand(line: string): Finding[] {
  let readsNetwork = false;
  return splitCommand(line).flatMap((command): Finding[] => {
    const kinds = assessOne(command);
    // `curl … | sh`: whatever the network answers is run.
    const runsNetwork = command.isPiped && readsNetwork && isInterpreter(unwrap(command.words));
    readsNetwork = kinds.has('network') || (command.isPiped && readsNetwork);
    if (runsNetwork) kinds.add('destructive');
    const excerpt = command.words.join(' ');
    return [...kinds].map((kind) => ({ kind, excerpt }));
  });
}

function assessOne({ words, writesTo }: SimpleCommand): Set<RiskKind> {
  const kinds = new Set<RiskKind>();
  if (writesTo.length > 0)
    kinds.add(writesTo.some((target) => target.startsWith('/dev/')) ? 'destructive' : 'writes');
  if (words.some((word) => ROOT.has(nameOf(word)))) kinds.add('destructive');
  const [program = '', ...rest] = unwrap(words);
  const name = nameOf(program);
  const text = rest.join(' ');
  if (name === '') return kinds;
  const fits = WITH_ARGUMENTS.find(
    ([one, pattern]) => one === name && pattern.test(one === 'find' ? ` ${text}` : text),
  );
  if (fits) for (const kind of fits[2]) kinds.add(kind);
  else if (name.startsWith('mkfs') || DESTROYS.has(name)) kinds.add('destructive');
  else if (READS.has(name)) kinds.add('reads');
  else if (WRITES.has(name)) kinds.add('writes');
  else if (NETWORK.has(name)) kinds.add('network');
  else if (SHELLS.has(name)) for (const { kind } of assessCommand(innerOf(rest) ?? '')) kinds.add(kind);
  else kinds.add('runs');
  if (SHELLS.has(name) && innerOf(rest) === undefined) kinds.add('runs');
  if (DESTROYS_DATA.test(text)) kinds.add('destructive');
  return kinds;
}

/** Without what only sets the stage: variables, `sudo`, `timeout 5`. */
function unwrap(words: readonly string[]): readonly string[] {
  let index = 0;
  let isWrapped = false;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (/^\w+=/.test(word)) continue;
    if (WRAPPERS.has(nameOf(word))) isWrapped = true;
    // Options of a wrapper, and its times.
    else if (!isWrapped || !/^-|^\d+[smhd]?$/.test(word)) break;
  }
  return words.slice(index);
}

function isInterpreter([program = '']: readonly string[]): boolean {
  const name = nameOf(program);
  return SHELLS.has(name) || INTERPRETERS.has(name);
}

/** The line in `sh -c "…"`. */
function innerOf(words: readonly string[]): string | undefined {
  const index = words.findIndex((word) => /^-\w*c$/.test(word));
  return index < 0 ? undefined : words[index + 1];
}

function nameOf(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1) || word;
}
