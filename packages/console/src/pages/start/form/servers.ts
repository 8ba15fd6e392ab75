import { newRowId } from './row-id.ts';

/** An MCP server as it is edited. */
export interface ServerRow {
  id: string;
  name: string;
  type: 'http' | 'sse' | 'stdio';
  /** Of `http` and `sse`. */
  url: string;
  /** Of `stdio`: the program and its arguments, as in a shell. */
  command: string;
  /** Whatever else it has (`headers`, `env`, …), as JSON. */
  rest: string;
}

export const newServer = (): ServerRow => ({
  id: newRowId(),
  name: '',
  type: 'http',
  url: '',
  command: '',
  rest: '',
});

export type ServerFault = 'name' | 'twice' | 'target' | 'rest';

/** What is wrong with a row; undefined when nothing is. */
export function findServerFault(row: ServerRow, rows: readonly ServerRow[]): ServerFault | undefined {
  const name = row.name.trim();
  if (name === '') return 'name';
  if (rows.some((other) => other !== row && other.name.trim() === name)) return 'twice';
  if ((row.type === 'stdio' ? row.command : row.url).trim() === '') return 'target';
  return readRest(row.rest) === undefined ? 'rest' : undefined;
}

/** As `mcp_servers` of the API wants them. Rows with a fault are left out. */
export function toMcpServers(rows: readonly ServerRow[]): Record<string, unknown> {
  return Object.fromEntries(
    rows
      .filter((row) => findServerFault(row, rows) === undefined)
      .map((row) => [row.name.trim(), { ...targetOf(row), ...readRest(row.rest) }]),
  );
}

/**
 * Rows of what people have in a file: `{"mcpServers": {…}}`, or what is in it. Undefined when it is neither.
 */
export function parseServers(text: string): ServerRow[] | undefined {
  const parsed = parseObject(text);
  if (!parsed) return undefined;
  const servers = parsed['mcpServers'] ?? parsed['mcp_servers'] ?? parsed;
  if (!isObject(servers)) return undefined;
  const entries = Object.entries(servers);
  if (entries.length === 0) return undefined;
  const rows = entries.map(([name, server]) => (isObject(server) ? toRow(name, server) : undefined));
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

function toRow(name: string, server: Record<string, unknown>): ServerRow | undefined {
  const { type, url, command, args, ...rest } = server;
  const common = {
    id: newRowId(),
    name,
    rest: Object.keys(rest).length > 0 ? JSON.stringify(rest, null, 2) : '',
  };
  if (typeof url === 'string') return { ...common, type: type === 'sse' ? 'sse' : 'http', url, command: '' };
  if (typeof command !== 'string') return undefined;
  const words = [command, ...(Array.isArray(args) ? args.map(String) : [])];
  return { ...common, type: 'stdio', url: '', command: words.map(quoteWord).join(' ') };
}

function targetOf({ type, url, command }: ServerRow): Record<string, unknown> {
  if (type !== 'stdio') return { type, url: url.trim() };
  const [program = '', ...args] = splitCommand(command);
  return { type, command: program, ...(args.length > 0 && { args }) };
}

/** The words of a command line: quotes and backslashes as in a shell, but nothing is replaced. */
export function splitCommand(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const sign = line[index] ?? '';
    const next = line[index + 1];
    if (quote === "'") {
      if (sign === "'") quote = '';
      else word = (word ?? '') + sign;
    } else if (sign === '\\' && next !== undefined && (quote === '' || next === '"' || next === '\\')) {
      word = (word ?? '') + next;
      index++;
    } else if (quote !== '') {
      if (sign === quote) quote = '';
      else word = (word ?? '') + sign;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + sign;
  }
  if (word !== undefined) words.push(word);
  return words;
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function readRest(text: string): Record<string, unknown> | undefined {
  return text.trim() === '' ? {} : parseObject(text);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
