import { describe, expect, it } from 'vitest';
import { announcement as announce } from '#src/commands/announcement.ts';
import { readConfig } from '#src/config/read-config.ts';
import type { Config } from '#src/config.ts';

const SERVER = {
  url: 'http://127.0.0.1:8000',
  approvalKey: 'key-for-approvals',
  sandbox: { kind: 'process-group', reason: 'bubblewrap (bwrap) is not installed', endsWithServer: true },
} as const;

function config(env: Record<string, string> = {}): Config {
  return readConfig({
    flags: new Map(),
    env,
    cwd: '/',
    machine: { cores: 2, memoryBytes: 2 ** 32, terminal: false },
  });
}

function announcement(
  settings: Config,
  server: Parameters<typeof announce>[1],
  isTerminal = false,
): ReturnType<typeof announce> {
  return announce(settings, server, { isTerminal });
}

describe('what the server says when it is up', () => {
  it('begins with where it listens', () => {
    expect(announcement(config(), SERVER).split('\n')[0]).toBe(
      'Bullpen is listening on http://127.0.0.1:8000',
    );
  });

  it('says that it is a demo and how to leave it', () => {
    expect(announcement(config(), SERVER)).toContain('demo: a script plays the model');
    expect(announcement(config(), SERVER)).toContain('Set ANTHROPIC_API_KEY');
  });

  it('says how agents are held, and why not more strongly', () => {
    expect(announcement(config(), SERVER)).toContain(
      'process group only (bubblewrap (bwrap) is not installed)',
    );
    expect(announcement(config(), SERVER)).not.toContain('when the server is killed');
    const unwatched = { ...SERVER, sandbox: { ...SERVER.sandbox, endsWithServer: false } };
    expect(announcement(config(), unwatched)).toContain('go on when the server is killed');
    const held = (kind: 'bubblewrap' | 'namespace') =>
      announcement(config(), { ...SERVER, sandbox: { kind, reason: undefined, endsWithServer: true } });
    expect(held('bubblewrap')).toContain('held by bubblewrap');
    expect(held('namespace')).toContain('held by a PID namespace');
  });

  it('says where a real model is, without the credential', () => {
    const text = announcement(config({ ANTHROPIC_API_KEY: 'sk-secret' }), SERVER);
    expect(text).toContain('https://api.anthropic.com');
    expect(text).not.toContain('sk-secret');
  });

  it('says under which names other machines may come, when it listens for them', () => {
    const open = { BULLPEN_HOST: '0.0.0.0', BULLPEN_API_KEYS: 'a-secret-key-of-the-operator' };
    expect(announcement(config(open), SERVER)).toContain('refused until allowed-hosts has the name');
    const named = announcement(config({ ...open, BULLPEN_ALLOWED_HOSTS: 'box.example.com' }), SERVER);
    expect(named).toContain('under the names in allowed-hosts: box.example.com');
    expect(announcement(config(), SERVER)).not.toContain('other machines');
  });

  it('links to the console, with the key for approvals only where a person reads it', () => {
    expect(announcement(config(), SERVER, true)).toContain(
      'http://127.0.0.1:8000/console/#key=key-for-approvals\n',
    );
    expect(announcement(config(), SERVER)).toContain('http://127.0.0.1:8000/console/\n');
    expect(announcement(config(), { ...SERVER, approvalKey: undefined }, true)).toContain('/console/\n');
  });

  it('shows how to send a key, without showing the key or the database', () => {
    const secrets = {
      BULLPEN_API_KEYS: 'a-secret-key-of-the-operator',
      BULLPEN_DATABASE_URL: 'postgres://u:pw@db/x',
    };
    const text = announcement(config(secrets), SERVER);
    expect(text).toContain('authorization: Bearer $KEY');
    expect(text).toContain('PostgreSQL');
    expect(text).not.toContain('a-secret-key');
    expect(text).not.toContain('pw@db');
  });
});
