/** A program with its arguments, as it stands in a command line. */
export interface SimpleCommand {
  words: readonly string[];
  /** Files that its output goes to. */
  writesTo: readonly string[];
  /** Its input is the output of the one before. */
  isPiped: boolean;
}

interface Building {
  words: string[];
  writesTo: string[];
  isPiped: boolean;
}

/**
 * The commands in a line for a shell, also those inside `$(…)`, backticks and brackets. It follows quotes and the
 * common operators; it is no shell, and what it cannot follow is at least a word somewhere.
 */
export function splitCommand(line: string): SimpleCommand[] {
  const found: SimpleCommand[] = [];
  let current: Building = { words: [], writesTo: [], isPiped: false };
  let word: string | undefined;
  let redirects = false;
  let quote = '';
  const endWord = (): void => {
    if (word === undefined) return;
    if (redirects) current.writesTo.push(word);
    else current.words.push(word);
    redirects = false;
    word = undefined;
  };
  const endCommand = (isPiped = false): void => {
    endWord();
    redirects = false;
    if (current.words.length > 0 || current.writesTo.length > 0) found.push(current);
    current = { words: [], writesTo: [], isPiped };
  };
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    const pair = line.slice(i, i + 2);
    if (quote !== "'" && (pair === '$(' || character === '`')) {
      const end = character === '`' ? line.indexOf('`', i + 1) : closing(line, i + 1);
      const inner = line.slice(i + (character === '`' ? 1 : 2), end < 0 ? undefined : end);
      found.push(...splitCommand(inner));
      word = (word ?? '') + line.slice(i, end < 0 ? undefined : end + 1);
      if (end < 0) break;
      i = end;
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else if (character === '\\' && quote === '"') word = (word ?? '') + line.charAt(++i);
      else word = (word ?? '') + character;
    } else if (character === '\\') {
      // A line that goes on in the next one.
      if (line.charAt(++i) !== '\n') word = (word ?? '') + line.charAt(i);
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (pair === '||' || pair === '&&') {
      endCommand();
      i++;
    } else if (pair === '|&') {
      endCommand(true);
      i++;
    } else if (character === '|') endCommand(true);
    else if (pair === '&>' || character === '>') {
      // `2>file`: the number belongs to the operator.
      if (word !== undefined && /^\d$/.test(word)) word = undefined;
      else endWord();
      while (/[&>|]/.test(line.charAt(i + 1))) i++;
      redirects = true;
    } else if (character === '<') {
      endWord();
      // A here-document is data, and its lines are read as words.
      while (line.charAt(i + 1) === '<') i++;
    } else if (character === '#' && word === undefined) {
      const end = line.indexOf('\n', i);
      if (end < 0) break;
      i = end - 1;
    } else if (/[;&\n(){}]/.test(character) && !isBrace(character, word, line.charAt(i + 1))) endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? '') + character;
  }
  endCommand();
  return found.map((command) => ({ ...command, writesTo: command.writesTo.filter(isFile) }));
}

/** `{a,b}` and `${x}` inside of a word group nothing. */
function isBrace(character: string, word: string | undefined, next: string): boolean {
  return (
    (character === '{' && (word !== undefined || !/\s/.test(next))) ||
    (character === '}' && word !== undefined)
  );
}

/** Where the bracket at `open` is closed; -1: nowhere. */
function closing(line: string, open: number): number {
  let depth = 0;
  for (let i = open; i < line.length; i++) {
    if (line.charAt(i) === '(') depth++;
    if (line.charAt(i) === ')' && --depth === 0) return i;
  }
  return -1;
}

/** Not another stream, and not the place where things vanish. */
function isFile(target: string): boolean {
  return !/^\d$|^-$|^\/dev\/(?:null|stdout|stderr|tty)$/.test(target);
}
