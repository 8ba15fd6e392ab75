import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const SDK = '@anthropic-ai/claude-agent-sdk';

/**
 * The agent binary that the SDK ships for this machine; undefined when there is none. The SDK can find it by itself,
 * but does so for every process, with a diagnostic report of Node that stops the server for 4 to 15 ms each time.
 */
export const AGENT_BINARY = findBinary();

function findBinary(): string | undefined {
  const name = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const { resolve } = createRequire(import.meta.resolve(SDK));
  for (const kind of kinds()) {
    try {
      const path = resolve(`${SDK}-${process.platform}-${process.arch}${kind}/${name}`);
      if (existsSync(path)) return path;
    } catch {
      // Not installed: the next one.
    }
  }
  return undefined;
}

/** A machine whose C library is musl has no use for the ordinary binary, although both may be installed. */
function kinds(): string[] {
  if (process.platform !== 'linux') return [''];
  return isMusl() ? ['-musl', ''] : ['', '-musl'];
}

function isMusl(): boolean {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header !== undefined && header.glibcVersionRuntime === undefined;
}
