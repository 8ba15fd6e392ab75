/* oxlint-disable no-control-regex */
// Titles of windows and links: what is between is for the terminal, not for people.
const OPERATING_SYSTEM_COMMAND = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;
// All but colours (which end in m): moves of the cursor, clearing of lines.
const CONTROL_SEQUENCE = /\u001b\[[0-9;?]*[A-Za-ln-z]/g;
const OTHER = /\u001b[()][A-Z0-9]|[\u0000-\u0008\u000b\u000c\u000e-\u001a]/g;
/* oxlint-enable no-control-regex */

/** What is on the terminal in the end: a line that was written over and over is there once. Colours stay. */
export function cleanTerminal(text: string): string {
  return text
    .replaceAll(OPERATING_SYSTEM_COMMAND, '')
    .replaceAll(CONTROL_SEQUENCE, '')
    .replaceAll(OTHER, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => (line.includes('\r') ? lastOf(line) : line))
    .join('\n');
}

function lastOf(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
