/** Reads both envelopes: `{detail}` of the simple API and `{error: {message}}` of /v1. */
export function parseBody(body: unknown): { message: string | undefined; fields: Record<string, string> } {
  const fields: Record<string, string> = {};
  if (!isObject(body)) return { message: undefined, fields };
  const { detail, error } = body;
  if (typeof detail === 'string') return { message: detail, fields };
  if (Array.isArray(detail)) {
    for (const entry of detail) {
      if (!isObject(entry) || !Array.isArray(entry['loc'])) continue;
      const path = entry['loc'].slice(1).join('.');
      fields[path] ??= String(entry['msg']);
    }
    const [first] = Object.entries(fields);
    return { message: first && `${first[0]}: ${first[1]}`, fields };
  }
  if (isObject(error) && typeof error['message'] === 'string') {
    const message = error['message'];
    // `tools.0.name: Field required`, as /v1 says it.
    const named = /^([a-z_][\w.[\]-]*): (.+)$/s.exec(message);
    if (named?.[1] && named[2]) fields[named[1]] = named[2];
    return { message, fields };
  }
  return { message: undefined, fields };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
