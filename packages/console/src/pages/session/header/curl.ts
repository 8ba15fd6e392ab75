/** How the next message is sent from a shell. The key is a name: a key is not for the clipboard. */
export function toCurl(origin: string, sessionId: string): string {
  return [
    `curl '${origin}/v1/sessions/${sessionId}/events'`,
    `-H 'content-type: application/json'`,
    `-H "x-api-key: $BULLPEN_API_KEY"`,
    `-d '{"events":[{"type":"user.message","content":"…"}]}'`,
  ].join(' \\\n  ');
}
