import { describe, expect, it } from 'vitest';
import { findWarnings, type Condition } from '#src/warnings.ts';

type Config = Parameters<typeof findWarnings>[0];

const GIB = 2 ** 30;
const SOUND: Config = {
  host: '127.0.0.1',
  apiKeys: ['a-key-of-this-test'],
  allowedHosts: [],
  corsOrigins: ['https://app.example.com'],
  allowedRoots: ['/srv'],
  model: { mode: 'provider', baseUrl: 'https://api.example.com', headers: {} },
  minFreeMemoryBytes: GIB,
  agentMemoryBytes: GIB,
  maxQueue: 1,
  maxSessionEvents: 1,
  maxSessionBytes: 1,
  maxToolOutputBytes: 1,
  maxStreams: 1,
  minFreeDiskBytes: 1,
};
const WELL: Condition = {
  isDatabaseAway: false,
  disk: { use: { freeBytes: 50 * GIB, totalBytes: 100 * GIB }, minFreeBytes: GIB },
  freeMemoryBytes: 2 * GIB,
  sandbox: { kind: 'bubblewrap', reason: undefined, endsWithServer: true },
  isRoot: false,
  missingRoots: [],
};

const find = (config: Partial<Config> = {}, condition: Partial<Condition> = {}) =>
  findWarnings({ ...SOUND, ...config }, { ...WELL, ...condition });
const withDisk = (freeBytes: number | null, totalBytes: number | null) => ({
  disk: { use: { freeBytes, totalBytes }, minFreeBytes: GIB },
});

describe('what is weak or misconfigured in a server', () => {
  it('is nothing when all is well, or not known yet', () => {
    expect(find()).toEqual([]);
    expect(find({}, withDisk(null, null))).toEqual([]);
    expect(find({}, withDisk(2 * GIB, null))).toEqual([]);
    expect(find({ host: '0.0.0.0', allowedHosts: ['bullpen.example.com'] })).toEqual([]);
  });

  it('is told by code, with the values of its text', () => {
    const cases: [ReturnType<typeof find>, string, Record<string, unknown>, RegExp][] = [
      [find({}, { isDatabaseAway: true }), 'database_away', {}, /does not answer/],
      [
        find({}, withDisk(GIB - 1, 100 * GIB)),
        'disk_low',
        { free_bytes: GIB - 1, min_free_bytes: GIB },
        /1023 MiB are free, and new work is taken from 1024 MiB/,
      ],
      [
        find({}, { freeMemoryBytes: GIB / 2 }),
        'memory_low',
        { free_bytes: GIB / 2, min_free_bytes: GIB },
        /max-agents/,
      ],
      [
        find({}, { missingRoots: ['/srv'] }),
        'allowed_root_missing',
        { path: '/srv' },
        /root \/srv does not exist/,
      ],
      [find({ corsOrigins: ['null'] }), 'null_origin_allowed', {}, /BULLPEN_CORS_ORIGINS/],
      [find({ apiKeys: [] }), 'no_api_keys', {}, /BULLPEN_API_KEYS/],
      [find({ host: '::' }), 'other_machines_refused', { host: '::' }, /BULLPEN_ALLOWED_HOSTS/],
      [find({}, { isRoot: true }), 'runs_as_root', {}, /user of its own/],
      [find({ allowedRoots: ['/'] }), 'whole_disk_allowed', {}, /BULLPEN_ALLOWED_ROOTS/],
      [find({}, withDisk(9.99 * GIB, 100 * GIB)), 'disk_nearly_full', { free_percent: 9 }, /9 % are free/],
      [
        find({ maxQueue: 0, agentMemoryBytes: 0 }),
        'no_limits',
        { settings: 'max-queue, agent-memory' },
        /max-queue, agent-memory/,
      ],
      [find({ model: { mode: 'demo' } }), 'demo_mode', {}, /ANTHROPIC_API_KEY/],
    ];
    for (const [found, code, values, text] of cases)
      expect(found).toEqual([{ code, values, text: expect.stringMatching(text) }]);
  });

  it('is how agents are held, with the reason if there is one', () => {
    const reason = 'bubblewrap (bwrap) is not installed';
    const [namespace] = find({}, { sandbox: { kind: 'namespace', reason, endsWithServer: true } });
    expect(namespace).toMatchObject({ code: 'sandbox_namespace', values: { reason } });
    expect(namespace?.text).toContain(`only (${reason}):`);
    const group = { kind: 'process-group' as const, reason: undefined, endsWithServer: false };
    const found = find({}, { sandbox: group });
    expect(found.map(({ code }) => code)).toEqual(['sandbox_process_group', 'agents_outlive_server']);
    expect(found[0]?.text).toContain('process group only: ');
  });

  it('begins with the most serious', () => {
    const found = find(
      { model: { mode: 'demo' }, apiKeys: [] },
      { isDatabaseAway: true, missingRoots: ['/a', '/b'] },
    );
    expect(found.map(({ code }) => code)).toEqual([
      'database_away',
      'allowed_root_missing',
      'allowed_root_missing',
      'no_api_keys',
      'demo_mode',
    ]);
  });
});
