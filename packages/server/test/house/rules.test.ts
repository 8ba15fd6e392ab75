import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// Rules of the house that the linter has no rule for.
const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);

function linesWith(pattern: RegExp, except: RegExp = /^$/): string[] {
  return files
    .filter((path) => !except.test(path))
    .flatMap((path) =>
      readFileSync(join(SOURCE, path), 'utf8')
        .split('\n')
        .map((line, index) => `${path}:${index + 1}: ${line.trim()}`)
        .filter((line) => pattern.test(line)),
    );
}

describe('the source', () => {
  it('tells errors apart by class or code, never by the text of a message', () => {
    expect(linesWith(/\.message\.(includes|startsWith|endsWith|match|indexOf)\(|\.message ===/)).toEqual([]);
    expect(linesWith(/\.test\(\w*[eE]rr\w*\.message\)/)).toEqual([]);
  });

  it('takes the time from a Clock', () => {
    expect(linesWith(/\b(Date|performance)\.now\(|new Date\(\)/, /^lib\/clock\.ts$/)).toEqual([]);
  });

  it('writes to the log, or to the standard streams in commands', () => {
    expect(linesWith(/\bconsole\.\w|process\.(stdout|stderr)\.write/, /^commands\//)).toEqual([]);
  });

  it('names files in kebab-case', () => {
    expect(files.filter((path) => !/^([\da-z]+(-[\da-z]+)*\/)*[\da-z]+(-[\da-z]+)*\.ts$/.test(path))).toEqual(
      [],
    );
  });
});
