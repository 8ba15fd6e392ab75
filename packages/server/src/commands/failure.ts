import { ConfigError } from '../config/error.ts';
import { SandboxUnavailable } from '../sandbox/detect.ts';
import { StoreRefusedError, StoreUnavailableError } from '../store/store.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** Does the work of a command; what a person can put right becomes one sentence and an exit code. */
export async function reportFailure(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const [sentence, code] = explain(error);
    if (!sentence) throw error;
    process.stderr.write(`bullpen: ${sentence}\n`);
    process.exitCode = code;
  }
}

/** The sentence and the exit code for what a person can put right; no sentence for a bug. */
function explain(error: unknown): [sentence: string | undefined, code: number] {
  if (error instanceof ConfigError) return [error.message, WRONG_USAGE];
  if (error instanceof StoreRefusedError) return [error.message, FAILED];
  if (error instanceof StoreUnavailableError) {
    return [`${error.message} Check database-url, or data-dir when there is none.`, FAILED];
  }
  if (error instanceof SandboxUnavailable) {
    return [
      `sandbox is ${error.kind}, which does not work here: ${error.message}. Choose auto, or put that right.`,
      FAILED,
    ];
  }
  if (!(error instanceof Error) || !('code' in error)) return [undefined, FAILED];
  if ('path' in error) {
    return [
      `${String(error.path)} cannot be used (${String(error.code)}); check data-dir and who owns it.`,
      FAILED,
    ];
  }
  const place =
    'address' in error && 'port' in error
      ? `${String(error.address)}, port ${String(error.port)}`
      : 'the address';
  switch (error.code) {
    case 'EADDRINUSE':
      return [`Something else listens on ${place}; choose another --port (0 takes any free one).`, FAILED];
    case 'EACCES':
      return [`This user may not listen on ${place}; choose a --port above 1023.`, FAILED];
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return [`The host is no address of this machine; choose another --host.`, FAILED];
    default:
      return [undefined, FAILED];
  }
}
