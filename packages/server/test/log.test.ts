import { describe, expect, it } from 'vitest';
import { createLog } from '#src/log.ts';

function logged(level: 'info' | 'error', fields: object): unknown[] {
  const lines: string[] = [];
  const log = createLog({ level, format: 'json' }, { write: (line) => void lines.push(line) });
  log.info(fields, 'hello');
  return lines.map((line): unknown => JSON.parse(line));
}

describe('the log', () => {
  it('is one JSON object per line, with the time in ISO 8601', () => {
    expect(logged('info', { port: 1 })).toEqual([
      { level: 30, time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/), port: 1, msg: 'hello' },
    ]);
  });

  it('leaves out what is below its level', () => {
    expect(logged('error', {})).toEqual([]);
  });

  it('hides fields that carry secrets, on the top and one level down', () => {
    const secrets = {
      apiKeys: ['s3cret'],
      authorization: 's3cret',
      'x-api-key': 's3cret',
      databaseUrl: 's3cret',
    };
    const text = JSON.stringify(
      logged('info', { ...secrets, config: secrets, request: { headers: secrets } }),
    );
    expect(text).not.toContain('s3cret');
    expect(text).toContain('[hidden]');
  });
});
