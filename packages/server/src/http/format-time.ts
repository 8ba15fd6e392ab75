/** RFC 3339 in UTC, with milliseconds: how both APIs write a time. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
