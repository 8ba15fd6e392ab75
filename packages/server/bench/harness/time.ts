/** Milliseconds of the machine's monotonic clock, which all processes share: a stamp of one can be read in another. */
export function machineTimeMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The text of a block that was written now. */
export function writeStamp(): string {
  return `@${machineTimeMs().toFixed(3)}@`;
}

/** How long ago the first stamp in `text` was written; undefined when there is none. */
export function readAgeMs(text: string): number | undefined {
  const stamp = /@(\d+\.\d+)@/.exec(text)?.[1];
  return stamp === undefined ? undefined : machineTimeMs() - Number(stamp);
}
